"""
What an output is, beyond what is drawn of it, is kept while its cell moves about.
"""

from __future__ import annotations

from typing import Any, Final

import pytest

from playwright.sync_api import ConsoleMessage, expect

from .conftest import IN_BOTH
from .notebook import Notebook


pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

# Counts its runs, has a frame that counts on, a picture that is drawn, and a field.
STATEFUL: Final = """
from IPython.display import HTML, display

display(HTML('''
<script>window.runs = (window.runs ?? 0) + 1;</script>
<iframe srcdoc="<script>let n = 0; setInterval(() => { n += 1; }, 20);</script>"
    width="200" height="60"></iframe>
<canvas id="drawn" width="40" height="40"></canvas>
<input id="field">
<script>
    document.querySelector('#drawn').getContext('2d').fillRect(0, 0, 40, 40);
</script>
'''))
"""
# Marks what is there, so that it is known again.
MARK: Final = """() => {
    const [frame] = document.querySelectorAll('.jp-Notebook iframe');
    frame.contentWindow.isMarked = true;
    frame.isMarked = true;
    document.querySelector('.jp-Notebook #field').value = 'typed';
}"""
STATE: Final = """() => {
    const frames = [...document.querySelectorAll('.jp-Notebook iframe')];
    const field = document.querySelector('.jp-Notebook #field');
    const canvas = document.querySelector('.jp-Notebook #drawn');
    return {
        frames: frames.map(one =>
            [one.isMarked ?? null, one.contentWindow.isMarked ?? null]),
        alpha: canvas?.getContext('2d').getImageData(9, 9, 1, 1).data[3] ?? null,
        typed: field?.value ?? null,
        runs: window.runs,
        parked: document.querySelectorAll('.jp-fastpath-Parked').length
    };
}"""
KEPT: Final = {
    "frames": [[True, True]],
    "alpha": 255,
    "typed": "typed",
    "runs": 1,
    "parked": 0,
}
COUNTS: Final = """async () => {
    const { contentWindow } = document.querySelector('.jp-Notebook iframe');
    const count = () => contentWindow.eval('n');
    const before = count();
    while (count() <= before) {
        await new Promise(resolve => setTimeout(resolve, 10));
    }
    return true;
}"""
IS: Final = f"state => JSON.stringify(({STATE})()) === JSON.stringify(state)"
SPLIT: Final = """() => {
    const { shell } = window.jupyterapp;
    shell.add(shell.currentWidget, 'main', { mode: 'split-right' });
}"""
ACTIVATE: Final = """index => {
    const { content } = window.jupyterapp.shell.currentWidget;
    content.activeCellIndex = index;
    content.deselectAll();
}"""
WANT: Final = """plane => {
    const { model } = window.jupyterapp.shell.currentWidget.content;
    model.cells.get(0).setMetadata('fastpath', { policy: { plane } });
}"""
# Of the first cell's output, whether it is what was marked.
MARK_TEXT: Final = """() => {
    document.querySelector('.jp-RenderedText').isMarked = true;
}"""
IS_MARKED: Final = """() => [...document.querySelectorAll('.jp-Notebook .jp-RenderedText')]
    .map(one => one.isMarked ?? false)"""
REMOVE: Final = """index => {
    const { model } = window.jupyterapp.shell.currentWidget.content;
    model.sharedModel.deleteCell(index);
}"""


class Kept:
    """
    A notebook whose first cell has put out something that has state.
    """

    def __init__(self, notebook: Notebook, plane: str = "auto") -> None:
        self.notebook = notebook
        self.page = notebook.page
        self.page.evaluate(WANT, plane)
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._hear)
        notebook.run(0)
        notebook.wait_for_prompts("[1]:", *["[ ]:"] * (notebook.cells.count() - 1))
        self.page.locator(".jp-Notebook #field").wait_for()
        self.page.wait_for_function(COUNTS)
        self.page.evaluate(MARK)

    def _hear(self, message: ConsoleMessage) -> None:
        # JupyterLab catches what fails while widgets come and go, and goes on.
        if message.type == "error" and "Widget" in message.text:
            self.errors.append(message.text)

    def does(self, command: str, index: int) -> None:
        """
        Do something with a cell, by a command of JupyterLab.
        """
        self.page.evaluate(ACTIVATE, index)
        self.notebook.execute(command)

    def is_kept(self, **changes: Any) -> None:
        """
        Return when all is as it was, but for *changes*.
        """
        self.page.wait_for_function(IS, arg=KEPT | changes)
        if "frames" not in changes:
            assert self.page.evaluate(COUNTS)
        assert not self.errors

    def is_first(self, index: int) -> None:
        """
        Return when the cell is at *index*.
        """
        expect(self.notebook.cells.nth(index).locator("#field")).to_be_visible()


@pytest.fixture
def kept(open_notebook) -> Kept:
    """
    Such a notebook, with two more cells.
    """
    return Kept(open_notebook(STATEFUL, "1 + 1", "2 + 2"))


@pytest.mark.promise("N2", "N3")
@IN_BOTH
def test_moves(kept):
    """A cell that is moved down, and up again, has its output as it was."""
    kept.does("notebook:move-cell-down", 0)
    kept.is_first(1)
    kept.is_kept()

    kept.does("notebook:move-cell-down", 1)
    kept.is_first(2)
    kept.is_kept()

    kept.does("notebook:move-cell-up", 2)
    kept.is_first(1)
    kept.is_kept()


@pytest.mark.promise("N2")
def test_collapsed(kept):
    """An output that is collapsed and shown again is as it was, and went on meanwhile."""
    kept.does("notebook:hide-cell-outputs", 0)
    kept.is_kept(frames=[], alpha=None, typed=None, parked=1)

    kept.does("notebook:show-cell-outputs", 0)
    kept.is_kept()


@pytest.mark.promise("N2")
def test_undone(kept):
    """The output of a cell is as it was after the cell's removal has been undone."""
    kept.does("notebook:delete-cell", 0)
    kept.is_kept(frames=[], alpha=None, typed=None, parked=1)

    kept.notebook.execute("notebook:undo-cell-action")
    kept.is_kept()


@pytest.mark.promise("N2")
def test_removed_above(kept):
    """Cells that somebody else removes above change nothing."""
    kept.does("notebook:move-cell-down", 0)
    kept.is_first(1)

    kept.page.evaluate(REMOVE, 0)

    kept.is_first(0)
    kept.is_kept()


@pytest.mark.promise("N2")
def test_split(kept):
    """A notebook that is put elsewhere in the window has its outputs as they were."""
    kept.page.evaluate(SPLIT)

    kept.is_kept()


@pytest.mark.promise("N2")
def test_runs_again(kept):
    """A cell that runs again has a new output, though it is the same."""
    kept.does("notebook:run-cell", 0)

    kept.notebook.wait_for_prompts("[2]:", "[ ]:", "[ ]:")
    kept.is_kept(frames=[[None, None]], typed="", runs=2)


@pytest.mark.promise("N2")
def test_neighbour_runs(kept):
    """What another cell puts out changes nothing."""
    kept.does("notebook:run-cell", 1)

    kept.notebook.wait_for_output(1, "2")
    kept.is_kept()


@pytest.mark.promise("N1")
def test_ephemeral(open_notebook):
    """What has state is rendered again if its cell wants that, as in JupyterLab without us."""
    kept = Kept(open_notebook(STATEFUL, "1 + 1"), "ephemeral")

    kept.does("notebook:move-cell-down", 0)

    kept.is_first(1)
    kept.is_kept(frames=[[None, None]], typed="", runs=2)


@pytest.mark.promise("N1")
@pytest.mark.parametrize(("plane", "is_same"), [("persistent", True), ("auto", False)])
def test_persistent(open_notebook, plane, is_same):
    """What is nothing but text is kept, too, if its cell wants that, and not else."""
    notebook = open_notebook("1 + 1", "2 + 2")
    notebook.page.evaluate(WANT, plane)
    notebook.run(0)
    notebook.wait_for_output(0, "2")
    notebook.page.evaluate(MARK_TEXT)
    notebook.page.evaluate(ACTIVATE, 0)

    notebook.execute("notebook:move-cell-down")

    notebook.wait_for_output(1, "2")
    assert [is_same] == notebook.page.evaluate(IS_MARKED)


@pytest.mark.promise("N2")
def test_closed(kept):
    """Of a notebook that is closed nothing is left."""
    kept.does("notebook:delete-cell", 0)
    kept.is_kept(frames=[], alpha=None, typed=None, parked=1)
    kept.notebook.save()

    kept.notebook.execute("application:close")

    expect(kept.page.locator(".jp-fastpath-Parked")).to_have_count(0)
