"""
A page whose network goes away for a while, with what was on its way.
"""

from __future__ import annotations

from typing import Final

import pytest

from .link import linked
from .test_recover import UNTIL_TOLD


# JupyterLab tries nothing for 10 to 30 s, by chance, once it has found that the server
# cannot be asked about the kernel. With this it is as long as can be.
LONG_PAUSES: Final = "() => { Math.random = () => 0.99; }"
PAUSE: Final = 29_000

KERNEL: Final = (
    "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.id"
)
CONNECTED: Final = """() => {
    const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
    return kernel.connectionStatus === 'connected';
}"""

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.mark.promise("A8")
def test_black_hole(lab, open_notebook):
    """A cell is free again although the network swallowed that it had ended."""
    with linked(lab.port) as link:
        notebook = open_notebook(UNTIL_TOLD, "2 + 3", port=link.port)
        notebook.run(0)
        notebook.wait_for_status("busy")
        lab.wait_for_kernel("busy")
        link.swallow()
        (lab.root / "go").touch()
        lab.wait_for_kernel("idle")

        assert ["[*]:", "[ ]:"] == notebook.prompts()

        link.cut()
        notebook.wait_for_prompts("[1]:", "[ ]:")
        notebook.wait_for_status("idle")
        notebook.run(1)
        notebook.wait_for_prompts("[1]:", "[2]:")
        notebook.wait_for_text("5", 1)


@pytest.mark.promise("I3")
def test_back(lab, open_notebook):
    """When the network is back the page is connected before JupyterLab itself tries it again."""
    with linked(lab.port) as link:
        notebook = open_notebook(UNTIL_TOLD, port=link.port)
        notebook.run(0)
        notebook.wait_for_status("busy")
        notebook.page.evaluate(LONG_PAUSES)
        asked = f"/api/kernels/{notebook.page.evaluate(KERNEL)}?"
        with notebook.page.expect_event(
            "requestfailed", lambda request: asked in request.url
        ):
            link.go_down()
        (lab.root / "go").touch()
        lab.wait_for_kernel("idle")
        link.come_up()
        notebook.page.evaluate("() => void window.dispatchEvent(new Event('online'))")
        notebook.page.wait_for_function(CONNECTED, timeout=PAUSE - 4000)
        notebook.wait_for_prompts("[1]:")
