"""
Notebooks are saved soon, by themselves, and a person is asked only what nobody else knows.
"""

from __future__ import annotations

import json
import re
import time

from typing import Final

import pytest

from playwright.sync_api import expect

from .conftest import IN_BOTH
from .link import linked
from .notebook import IS_DIRTY, difference
from .test_recover import COUNT, counted


pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NAME: Final = "Untitled.ipynb"

# Tells in the page at what Unix time the first run is done.
NOTE_DONE: Final = """() => {
    const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
    kernel.iopubMessage.connect((_, { header }) => {
        if (header.msg_type === 'cell_done') window.doneAt ??= Date.now() / 1000;
    });
}"""

# Notes in the page when a result is painted: in the first task behind its frame.
NOTE_PAINTED: Final = """() => {
    performance.clearResourceTimings();
    const observer = new MutationObserver(() => {
        const result = document.querySelector('.jp-OutputArea-executeResult');
        if (!result?.textContent.includes('5')) return;
        observer.disconnect();
        requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => { window.paintedAt = performance.now(); };
            port2.postMessage(null);
        });
    });
    observer.observe(document.body, { childList: true, subtree: true });
}"""

# How many milliseconds after that the server was asked about the notebook first.
ASKED_AFTER: Final = """() => Math.min(
    ...performance
        .getEntriesByType('resource')
        .filter(({ name }) => /\\/api\\/contents\\/.*Untitled\\.ipynb\\?/.test(name))
        .map(({ startTime }) => startTime)
) - window.paintedAt"""

# Seconds within which the last output of a page that is there is on disk.
SOON: Final = 0.5

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


def wait_until_asking(notebook):
    """
    Return when the page asks what to do about another notebook on disk.
    """
    dialog = notebook.page.locator(".jp-Dialog", has_text="File Changed")
    expect(dialog).to_be_visible()


def without_warning(notebook):
    """
    Close the dialog by which JupyterLab tells that the server is away, if it comes.
    """
    dialog = notebook.page.locator(".jp-Dialog", has_text="Server Connection Error")
    notebook.page.add_locator_handler(
        dialog, lambda shown: shown.get_by_role("button", name="Close").click()
    )


def held_until_home(lab):
    """
    Return what lets a page have a notebook only when the server has changed it.
    """

    def hold(route):
        answer = route.fetch()
        (lab.root / "go").touch()
        lab.wait_for_saved(has_ended)
        route.fulfill(response=answer)

    return hold


def has_ended(notebook):
    """
    Return whether a notebook has the end of the run of its first cell.
    """
    return notebook["cells"][0]["execution_count"] is not None


def has_output(notebook):
    """
    Return whether a notebook has any output of its first cell.
    """
    return bool(notebook["cells"][0]["outputs"])


@IN_BOTH
@pytest.mark.promise("D1", "D4")
def test_run(lab, open_notebook):
    """A run is on disk now and then while it lasts, and at once when it is done."""
    notebook = open_notebook(COUNT, "2 + 3")
    notebook.page.evaluate(NOTE_DONE)
    notebook.run()
    lab.wait_for_saved(has_output)
    notebook.wait_for_prompts("[*]:", "[ ]:")
    (lab.root / "go").touch()
    written_at = lab.wait_for_saved(has_ended)
    # The page may hear of it later than the file is there.
    notebook.page.wait_for_function("() => window.doneAt")
    done_at = notebook.page.evaluate("() => window.doneAt")
    notebook.wait_for_prompts("[1]:", "[ ]:")
    notebook.wait_until_saved()
    text = notebook.whole_text()
    saved = json.dumps(lab.read(NAME))

    assert written_at - done_at < SOON
    assert not re.search("fastpath|execution_?state", saved, re.IGNORECASE)
    assert "" == difference(counted(text), text)
    assert "" == difference(text, lab.saved_text(NAME))
    assert not is_asking(notebook)


@pytest.mark.promise("C3")
def test_painted_first(lab, open_notebook):
    """A result is painted before anything is done to save it."""
    notebook = open_notebook("2 + 3")
    notebook.page.evaluate(NOTE_PAINTED)
    notebook.run()
    lab.wait_for_saved(has_ended)
    asked_after = notebook.page.evaluate(ASKED_AFTER)

    assert 0 <= asked_after < AUTOSAVE * 1000


@pytest.mark.promise("D6", "I3")
@pytest.mark.parametrize("saves", [True, False], ids=["by-keys", "by-itself"])
def test_away(lab, open_notebook, saves):
    """Who was away saves what was edited meanwhile, and all output, without a question."""
    with linked(lab.port) as link:
        notebook = open_notebook(COUNT, "2 + 3", port=link.port)
        without_warning(notebook)
        notebook.save()
        notebook.run()
        notebook.wait_for_output(0, "line 5")
        link.go_down()
        notebook.edit(1, "edited")
        (lab.root / "go").touch()
        lab.wait_for_saved(has_ended)
        link.come_up()
        if saves:
            notebook.cells.nth(1).click()
            notebook.save_by_keys()
        lab.wait_for_saved(has_source("edited", 1))
        notebook.wait_for_prompts("[1]:", "[ ]:")
        notebook.wait_until_saved()
        text = notebook.whole_text()

        assert "" == difference(counted(text), text)
        assert "" == difference(text, lab.saved_text(NAME))
        assert not is_asking(notebook)


@pytest.mark.promise("D6")
def test_away_while_edited(lab, open_notebook):
    """Who was away while somebody else edited the file is asked."""
    with linked(lab.port) as link:
        notebook = open_notebook(COUNT, "2 + 3", port=link.port)
        without_warning(notebook)
        notebook.save()
        notebook.run()
        notebook.wait_for_output(0, "line 5")
        link.go_down()
        notebook.edit(1, "edited")
        (lab.root / "go").touch()
        lab.wait_for_saved(has_ended)
        found = lab.read(NAME)
        found["cells"].append({**found["cells"][1], "id": "new", "source": ["theirs"]})
        (lab.root / NAME).write_text(json.dumps(found), "utf-8")
        link.come_up()
        wait_until_asking(notebook)

        assert lab.read(NAME) == found


@IN_BOTH
@pytest.mark.promise("I1", "D6")
def test_reload(lab, open_notebook):
    """A page that is loaded while a run ends has it, and is asked nothing."""
    notebook = open_notebook(COUNT, "2 + 3")
    notebook.run()
    notebook.wait_for_output(0, "line 5")
    whole = re.compile(r"/api/contents/.*Untitled\.ipynb\?.*content=1")
    notebook.page.route(whole, held_until_home(lab), times=1)
    notebook.refresh()
    notebook.wait_for_prompts("[1]:", "[ ]:")
    notebook.edit(1, "edited")
    lab.wait_for_saved(has_source("edited", 1))
    text = notebook.whole_text()

    assert "" == difference(counted(text), text)
    assert "" == difference(text, lab.saved_text(NAME))
    assert not is_asking(notebook)


@IN_BOTH
@pytest.mark.promise("D1")
def test_edit(lab, open_notebook):
    """An edit is on disk two seconds after the last key."""
    notebook = open_notebook("1", "2")
    notebook.edit(0, "first")
    # Not after it: on a busy machine that would be later than the last key.
    edited_at = time.time()
    notebook.edit(1, "second")
    written_at = lab.wait_for_saved(has_source("second", 1))
    notebook.wait_until_saved()

    assert PAUSE - 0.1 < written_at - edited_at < AUTOSAVE / 2
    assert not is_asking(notebook)


@pytest.mark.promise("D1")
def test_autosave_off(lab, open_notebook):
    """Nothing is saved by itself where the user wants that."""
    notebook = open_notebook("1")
    other = open_notebook("1", name="other.ipynb")
    before = lab.read(NAME)
    notebook.execute("docmanager:toggle-autosave")
    notebook.page.wait_for_function(
        "() => !window.jupyterapp.commands.isToggled('docmanager:toggle-autosave')"
    )
    notebook.edit(0, "edited")
    other.edit(0, "edited")
    lab.wait_for_saved(has_source("edited"), "other.ipynb")

    assert lab.read(NAME) == before
    assert notebook.is_dirty()


@pytest.mark.promise("D1")
def test_opened_only(lab, open_notebook):
    """A notebook that is only looked at is not saved soon, though JupyterLab notes its language in it."""
    notebook = open_notebook("1")
    other = open_notebook("1", name="other.ipynb")
    before = lab.read(NAME)
    notebook.page.wait_for_function(IS_DIRTY)
    other.edit(0, "edited")
    lab.wait_for_saved(has_source("edited"), "other.ipynb")

    assert lab.read(NAME) == before
    assert notebook.is_dirty()


@pytest.mark.promise("I2")
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


@pytest.mark.promise("I2", "D6")
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


@pytest.mark.promise("D6")
def test_edits_of_two(lab, open_notebook):
    """Who edits what another one has edited elsewhere is asked, once."""
    author = open_notebook("1", "2")
    viewer = open_notebook(is_idle=False)
    author.edit(0, "by the author")
    lab.wait_for_saved(has_source("by the author"))
    viewer.edit(1, "by the viewer")
    wait_until_asking(viewer)
    viewer.page.get_by_role("button", name="Cancel").click()
    viewer.edit(1, "by the viewer again")

    assert lab.read(NAME)["cells"][1]["source"] == ["2"]
    assert viewer.is_dirty()

    viewer.execute("docmanager:save")
    wait_until_asking(viewer)
    viewer.page.get_by_role("button", name="Overwrite").click()
    lab.wait_for_saved(has_source("by the viewer again", 1))
    viewer.wait_until_saved()
    expect(viewer.page.locator(".jp-Dialog")).to_have_count(0)
