"""
However a run ends, its cell and those that wait for it are free again.
"""

from __future__ import annotations

import pytest

from .notebook import FREE


pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

ENDLESS = "print('begun', flush=True)\nwhile True: pass"

EXIT = "import os\nos._exit(1)"
KILL = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"


@pytest.mark.promise("A7")
def test_interrupt(open_notebook):
    """An interrupt frees an endless run and the one that waits for it."""
    notebook = open_notebook(ENDLESS, "2 + 3")
    notebook.run_all()
    notebook.wait_for_output(0, "begun")

    assert ["[*]:", "[*]:"] == notebook.prompts()

    notebook.execute("notebook:interrupt-kernel")
    notebook.wait_for_prompts("[1]:", "[ ]:")
    notebook.wait_for_output(0, "KeyboardInterrupt")
    notebook.run(1)
    notebook.wait_for_prompts("[1]:", "[2]:")
    notebook.wait_for_text("5", 1)


@pytest.mark.promise("A7")
def test_restart(open_notebook):
    """A restart frees an endless run and the one that waits for it."""
    notebook = open_notebook(ENDLESS, "2 + 3")
    notebook.run_all()
    notebook.wait_for_output(0, "begun")

    assert ["[*]:", "[*]:"] == notebook.prompts()

    notebook.execute("notebook:restart-kernel")
    notebook.accept("Restart Kernel?")
    notebook.wait_for_prompts(FREE, FREE)
    notebook.run(1)
    notebook.wait_for_prompts(FREE, "[1]:")
    notebook.wait_for_text("5", 1)


@pytest.mark.promise("A7")
@pytest.mark.parametrize("code", [EXIT, KILL], ids=["exit", "kill"])
def test_death(open_notebook, code):
    """The death of the kernel frees the run that it died of and the one that waits."""
    notebook = open_notebook(code, "2 + 3")
    notebook.run_all()
    notebook.accept("Kernel Restarting")
    notebook.wait_for_prompts(FREE, FREE)
    notebook.run(1)
    notebook.wait_for_prompts(FREE, "[1]:")
    notebook.wait_for_text("5", 1)
