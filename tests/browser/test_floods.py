"""
Text, more than a stock server lets through: nothing is lost, and nobody is stuck.
"""

from __future__ import annotations

import pytest

from .notebook import difference


pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

FLOOD = "for i in range(20_000): print(i, flush=True)"
FLOOD_TEXT = "".join(f"{i}\n" for i in range(20_000))

UNTIL_TOLD = """
import pathlib, time

while not pathlib.Path("go").exists(): time.sleep(0.01)
"""


@pytest.mark.promise("A8", "B3")
def test_flood(open_notebook):
    """Of 20,000 flushed lines none is lost, and the run comes to its end."""
    notebook = open_notebook(FLOOD, "'and on'")
    notebook.run_all()
    notebook.wait_for_prompts("[1]:", "[2]:")
    notebook.wait_for_text(FLOOD_TEXT)
    notebook.wait_for_text("'and on'", 1)

    assert "" == difference(FLOOD_TEXT, notebook.saved_text())


@pytest.mark.promise("B3")
def test_large_print(open_notebook):
    """A line of 20 MB arrives whole, and its run comes to its end."""
    notebook = open_notebook("print('x' * 20_000_000)")
    notebook.run()
    notebook.wait_for_prompts("[1]:")
    wanted = "x" * 20_000_000 + "\n"
    notebook.show_all()
    notebook.wait_for_text(wanted)

    assert "" == difference(wanted, notebook.saved_text())


@pytest.mark.promise("C4")
def test_two_pages(open_notebook, lab):
    """With a second page on the same kernel, who floods gets all, and both get the end."""
    author = open_notebook(FLOOD + UNTIL_TOLD)
    viewer = open_notebook()
    author.run()
    author.wait_for_status("busy")
    viewer.wait_for_status("busy")
    (lab.root / "go").touch()
    author.wait_for_prompts("[1]:")
    viewer.wait_for_status("idle")
    author.wait_for_text(FLOOD_TEXT)

    assert "" == difference(FLOOD_TEXT, author.saved_text())
