"""
Notebooks are saved soon, by themselves, and a person is asked only what nobody else knows.
"""

from __future__ import annotations

import time

from typing import Final

import pytest

from playwright.sync_api import expect

from .conftest import IN_BOTH


pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NAME: Final = "Untitled.ipynb"

# Seconds without a key until a notebook is saved, and until JupyterLab alone would do it.
PAUSE, AUTOSAVE = 2.0, 120.0


def has_source(source, index=0):
    """
    Return what tells whether a notebook has *source* in that cell.
    """
    return lambda notebook: notebook["cells"][index]["source"] == [source]


def is_asking(notebook):
    """
    Return whether the page asks what to do about another notebook on disk.
    """
    return notebook.page.locator(".jp-Dialog", has_text="File Changed").is_visible()


def changed_on_disk(notebook):
    """
    Return when the page asks what to do about another notebook on disk.
    """
    notebook.page.locator(".jp-Dialog", has_text="File Changed").wait_for()


@IN_BOTH
@pytest.mark.promise("D2")
def test_edit(lab, open_notebook):
    """An edit is on disk two seconds after the last key."""
    notebook = open_notebook("1", "2")
    notebook.edit(0, "first")
    notebook.edit(1, "second")
    edited_at = time.time()
    written_at = lab.wait_for_saved(has_source("second", 1))
    notebook.wait_until_saved()

    assert PAUSE - 0.1 < written_at - edited_at < AUTOSAVE / 2
    assert not is_asking(notebook)


@pytest.mark.promise("D2")
def test_autosave_off(lab, open_notebook):
    """Nothing is saved by itself where the user wants that."""
    notebook = open_notebook("1")
    other = open_notebook("1", name="other.ipynb")
    notebook.execute("docmanager:toggle-autosave")
    notebook.page.wait_for_function(
        "() => !window.jupyterapp.commands.isToggled('docmanager:toggle-autosave')"
    )
    notebook.edit(0, "edited")
    other.edit(0, "edited")
    lab.wait_for_saved(has_source("edited"), "other.ipynb")

    assert lab.read(NAME)["cells"][0]["source"] == ["1"]
    assert notebook.is_dirty()


@pytest.mark.promise("D3")
def test_watching(lab, open_notebook):
    """A page that only watched what another one ran and saved is asked nothing."""
    author = open_notebook("print('out')")
    viewer = open_notebook(is_idle=False)
    author.run()
    author.wait_for_prompts("[1]:")
    author.save()
    viewer.wait_for_text("out\n")
    viewer.save_by_keys()

    assert not is_asking(viewer)
    assert lab.saved_text(NAME) == "out\n"


@pytest.mark.promise("D3")
def test_edit_while_watching(lab, open_notebook):
    """What is edited in one page and what is run in another are both saved."""
    author = open_notebook("print('out')", "1")
    viewer = open_notebook(is_idle=False)
    author.run()
    author.wait_for_prompts("[1]:", "[ ]:")
    author.save()
    viewer.wait_for_text("out\n")
    viewer.edit(1, "edited")
    lab.wait_for_saved(has_source("edited", 1))
    viewer.wait_until_saved()

    assert not is_asking(viewer)
    assert lab.saved_text(NAME) == "out\n"


@pytest.mark.promise("D3")
def test_edits_of_two(lab, open_notebook):
    """Who edits what another one has edited elsewhere is asked, once."""
    author = open_notebook("1", "2")
    viewer = open_notebook(is_idle=False)
    author.edit(0, "by the author")
    lab.wait_for_saved(has_source("by the author"))
    viewer.edit(1, "by the viewer")
    changed_on_disk(viewer)
    viewer.page.get_by_role("button", name="Cancel").click()
    viewer.edit(1, "by the viewer again")

    assert lab.read(NAME)["cells"][1]["source"] == ["2"]
    assert viewer.is_dirty()

    viewer.execute("docmanager:save")
    changed_on_disk(viewer)
    viewer.page.get_by_role("button", name="Overwrite").click()
    lab.wait_for_saved(has_source("by the viewer again", 1))
    viewer.wait_until_saved()
    expect(viewer.page.locator(".jp-Dialog")).to_have_count(0)
