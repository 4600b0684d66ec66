"""
Notebook 7, whose page is another one and has one notebook only.
"""

from __future__ import annotations

import pytest

from .notebook import difference
from .server import NOTEBOOK
from .test_recover import COUNT, counted


pytestmark = [
    pytest.mark.browser,
    pytest.mark.promise("Z5"),
    pytest.mark.timeout(300),
]


@pytest.fixture
def application():
    """
    Notebook, and not JupyterLab.
    """
    return NOTEBOOK


def test_refresh(lab, open_notebook):
    """A page that is refreshed shows what runs and what waits, and misses nothing."""
    notebook = open_notebook(COUNT, "2 + 3")
    notebook.run_all()
    notebook.wait_for_output(0, "line 5")
    notebook.refresh()
    notebook.wait_for_prompts("[*]:", "[*]:")
    notebook.wait_for_output(0, "line 30")
    (lab.root / "go").touch()
    notebook.wait_for_prompts("[1]:", "[2]:")

    assert "" == difference(counted(notebook.text()), notebook.text())
    assert notebook.text() == notebook.saved_text()
    assert "5" == notebook.text(1)


def test_second_page(lab, open_notebook):
    """A second page sees what the first one runs, live, and has nothing to save."""
    author = open_notebook(COUNT, "2 + 3")
    author.save()
    author.run_all()
    author.wait_for_output(0, "line 5")
    viewer = open_notebook(is_idle=False)
    viewer.wait_for_prompts("[*]:", "[*]:")
    viewer.wait_for_output(0, "line 30")
    (lab.root / "go").touch()
    viewer.wait_for_prompts("[1]:", "[2]:")
    author.wait_for_prompts("[1]:", "[2]:")

    assert "" == difference(author.text(), viewer.text())
    assert "5" == viewer.text(1)
    assert author.is_dirty()
    assert not viewer.is_dirty()


def test_away(lab, open_notebook):
    """The prompt tells what finished with nobody there, and its output is shown."""
    notebook = open_notebook(COUNT, "2 + 3")
    notebook.run_all()
    notebook.wait_for_marks("running", "queued")
    notebook.leave()
    (lab.root / "go").touch()
    lab.wait_for_kernel("idle")
    notebook.open(lab.url("Untitled.ipynb"))
    notebook.wait_for_marks("away", "away")

    assert ["[1]:", "[2]:"] == notebook.prompts()
    assert "" == difference(counted(notebook.text()), notebook.text())
    assert "5" == notebook.text(1)
