"""
A page whose network goes away for a while, with what was on its way.
"""

from __future__ import annotations

import pytest

from .link import linked
from .test_recover import UNTIL_TOLD


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
