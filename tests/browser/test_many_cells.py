"""
Only the rows of a large notebook that are near are in the page; all are found.
"""

from __future__ import annotations

import json

from typing import Final

import pytest

from playwright.sync_api import expect

from .notebook import Notebook


pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

MANY: Final = 160
SOURCES: Final = [f"# source {index}" for index in range(MANY)]

MODE: Final = """() => window.jupyterapp.shell.currentWidget
    .content.notebookConfig.windowingMode"""
COUNT: Final = "() => document.querySelectorAll('.jp-Notebook .jp-Cell').length"
IS_ALL: Final = f"count => ({COUNT})() === count"
# Returns when the page has had nothing to do for so long that it would have more rows.
IDLE: Final = """async () => {
    for (let idle = 0; idle < 30; idle++) {
        await new Promise(resolve => requestIdleCallback(resolve));
    }
}"""
GO: Final = """index => {
    const { content } = window.jupyterapp.shell.currentWidget;
    content.activeCellIndex = index;
    void content.scrollToItem(index, 'smart');
}"""
SETTINGS: Final = """() => {
    const panel = window.jupyterapp.shell.currentWidget;
    const config = { ...panel.content.notebookConfig, windowingMode: 'contentVisibility' };
    panel.setConfig({
        editorConfig: panel.content.editorConfig,
        notebookConfig: { ...config, scrollPastEnd: false },
        kernelShutdown: false,
        autoStartDefault: false
    });
}"""
INSERT: Final = """index => {
    const { model } = window.jupyterapp.shell.currentWidget.content;
    model.sharedModel.insertCell(index, { cell_type: 'code', source: 'inserted' });
}"""

OUTPUT: Final = {
    "output_type": "stream",
    "name": "stdout",
    "text": "".join(f"line {line}\n" for line in range(20)),
}
GO_TO: Final = """async place => {
    const { outerNode } = window.jupyterapp.shell.currentWidget.content;
    outerNode.scrollTop = place * (outerNode.scrollHeight - outerNode.clientHeight);
    await new Promise(requestAnimationFrame);
}"""
HEIGHT: Final = """() =>
    window.jupyterapp.shell.currentWidget.content.outerNode.scrollHeight"""
# The row in the middle of the view: its number, and how far below the view's top it is.
MIDDLE: Final = """() => {
    const { content } = window.jupyterapp.shell.currentWidget;
    const { top, left, height, width } = content.outerNode.getBoundingClientRect();
    const point = [left + width / 2, top + height / 2];
    const row = document.elementFromPoint(...point).closest('.jp-Cell');
    const place = row.getBoundingClientRect().top - top;
    const id = content.widgets.find(each => each.node === row).model.id;
    return { id, place };
}"""
PLACE: Final = """id => {
    const { content } = window.jupyterapp.shell.currentWidget;
    const { node } = content.widgets.find(each => each.model.id === id);
    const { top } = content.outerNode.getBoundingClientRect();
    return node.getBoundingClientRect().top - top;
}"""
# Of rows that are there: by how many heights of the view they reach above and below it.
REACH: Final = """() => {
    const { content } = window.jupyterapp.shell.currentWidget;
    const { top, bottom, height } = content.outerNode.getBoundingClientRect();
    const rows = [...content.node.querySelectorAll('.jp-Cell')]
        .map(row => row.getBoundingClientRect())
        .filter(row => row.height > 0);
    const above = Math.min(...rows.map(row => row.top));
    const below = Math.max(...rows.map(row => row.bottom));
    return [(top - above) / height, (below - bottom) / height];
}"""
REACHES: Final = f"least => ({REACH})().every(reach => reach >= least)"
REMOVE: Final = """index => {
    const { model } = window.jupyterapp.shell.currentWidget.content;
    model.sharedModel.deleteCell(index);
}"""
RENDER_ALL: Final = """() => {
    const { content } = window.jupyterapp.shell.currentWidget;
    content.widgets.forEach((_, index) => content.renderCellOutputs(index));
}"""
MARKED: Final = """() => {
    const { content } = window.jupyterapp.shell.currentWidget;
    const indices = test => content.widgets.flatMap((cell, i) => test(cell) ? [i] : []);
    return {
        active: indices(cell => cell.hasClass('jp-mod-active')),
        selected: indices(cell => cell.hasClass('jp-mod-selected')),
        reached: indices(cell => cell.node.tabIndex === 0)
    };
}"""
SHEETS: Final = """() => {
    const sheets = [...document.styleSheets];
    const before = window.sheets ?? sheets;
    window.sheets = sheets;
    return before.every(sheet => sheets.includes(sheet));
}"""

# Something hides a row that is seen, once or again and again.
HIDE: Final = """again => {
    const { content } = window.jupyterapp.shell.currentWidget;
    content.outerNode.scrollTop += 2000;
    const hide = () => {
        const { top, height } = content.outerNode.getBoundingClientRect();
        const row = [...content.node.querySelectorAll('.jp-Cell')].find(
            node => node.getBoundingClientRect().bottom > top + height / 2
        );
        if (row !== undefined) {
            row.style.display = 'none';
            window.hidden = row;
        }
    };
    requestAnimationFrame(() => requestAnimationFrame(hide));
    if (again) {
        window.hiding = setInterval(hide, 100);
    }
}"""
WARNING: Final = ".Toastify__toast"


def is_seen(notebook: Notebook, text: str) -> None:
    """
    Return when a cell with that source is in view, and raise if it never is.
    """
    cell = notebook.cells.filter(has_text=text).first
    expect(cell).to_be_in_viewport()


def errors_of(notebook: Notebook) -> list[str]:
    """
    Return a list into which all errors of the page come.
    """
    errors: list[str] = []
    notebook.page.on("pageerror", lambda error: errors.append(str(error)))
    return errors


@pytest.mark.promise("N2")
@pytest.mark.promise("N4")
def test_large(open_notebook):
    """Of a large notebook few rows are in the page; whoever goes to one sees it."""
    notebook = open_notebook(*SOURCES)
    errors = errors_of(notebook)

    notebook.page.evaluate(IDLE)

    assert notebook.page.evaluate(COUNT) < MANY / 2
    for index in (MANY - 1, 80, 130, 0):
        notebook.page.evaluate(GO, index)
        is_seen(notebook, f"# source {index}")
    notebook.page.evaluate(GO, 120)
    is_seen(notebook, "# source 120")
    notebook.page.evaluate(INSERT, 100)
    is_seen(notebook, "# source 120")
    assert not errors


@pytest.mark.promise("N4")
def test_settings_change(open_notebook):
    """A large notebook stays as it is when the user changes other settings."""
    notebook = open_notebook(*SOURCES)
    errors = errors_of(notebook)

    notebook.page.evaluate(SETTINGS)
    notebook.page.evaluate(IDLE)
    notebook.page.evaluate(INSERT, 0)
    notebook.page.evaluate(GO, MANY)

    is_seen(notebook, f"# source {MANY - 1}")
    assert notebook.page.evaluate(COUNT) < MANY / 2
    assert not errors


@pytest.mark.promise("N4")
def test_small(open_notebook):
    """All rows of a small notebook are in the page, as in JupyterLab without us."""
    notebook = open_notebook(*SOURCES[:20])
    errors = errors_of(notebook)

    notebook.page.wait_for_function(IS_ALL, arg=20)
    notebook.page.evaluate(INSERT, 0)
    notebook.page.wait_for_function(IS_ALL, arg=21)

    assert notebook.page.evaluate(MODE) == "contentVisibility"
    assert not errors


@pytest.mark.promise("N4")
def test_off(lab, open_notebook):
    """Who wants that by the address of the page has all rows in it."""
    notebook = open_notebook(*SOURCES)
    notebook.page.goto(f"{lab.url('Untitled.ipynb')}&fastpath_virtualization=off")

    notebook.page.wait_for_function(IS_ALL, arg=MANY)
    assert notebook.page.evaluate(MODE) == "contentVisibility"


@pytest.fixture
def printed(lab, open_notebook):
    """A large notebook, each cell of which has printed something."""
    name = "printed.ipynb"
    lab.write(name, tuple(SOURCES))
    notebook = lab.read(name)
    for cell in notebook["cells"]:
        cell["outputs"] = [OUTPUT]
    (lab.root / name).write_text(json.dumps(notebook), "utf-8")
    return open_notebook(name=name)


@pytest.mark.promise("N2")
def test_ready_rows(printed):
    """Rows are in the page before one scrolls to them, above and below what is seen."""
    printed.page.evaluate(GO_TO, 0.5)

    printed.page.wait_for_function(REACHES, arg=1)

    assert max(printed.page.evaluate(REACH)) < 5


@pytest.mark.promise("N2")
def test_heights(printed):
    """The scroll bar is right from the start, and stays so when all is rendered."""
    before = printed.page.evaluate(HEIGHT)

    for place in range(10):
        printed.page.evaluate(GO_TO, place / 10)
        printed.page.wait_for_function(REACHES, arg=-0.1)
    assert printed.page.evaluate(HEIGHT) == pytest.approx(before, rel=0.02)

    printed.page.evaluate(RENDER_ALL)
    printed.page.evaluate(IDLE)
    printed.page.evaluate(GO_TO, 0)
    printed.page.wait_for_function(REACHES, arg=-0.1)
    assert printed.page.evaluate(HEIGHT) == pytest.approx(before, rel=0.02)


@pytest.mark.promise("N2")
@pytest.mark.parametrize(("change", "far"), [(INSERT, 1), (REMOVE, 70)])
def test_stays(printed, change, far):
    """What is seen stays where it is when cells come and go above it."""
    page = printed.page
    page.evaluate(GO_TO, 0.5)
    page.wait_for_function(REACHES, arg=1)
    before = page.evaluate(MIDDLE)
    index = page.evaluate(
        """id => window.jupyterapp.shell.currentWidget.content
        .widgets.findIndex(each => each.model.id === id)""",
        before["id"],
    )
    height = page.evaluate(HEIGHT)

    page.evaluate(change, index - far)

    page.wait_for_function(
        f"before => Math.abs(({HEIGHT})() - before) > 20", arg=height
    )
    page.evaluate(IDLE)
    assert page.evaluate(PLACE, before["id"]) == pytest.approx(before["place"], abs=1)


@pytest.mark.promise("N2")
def test_marks(printed):
    """The active cell and those that are selected are marked, and no others."""
    page = printed.page
    printed.cells.first.locator(".cm-content").click()
    for _ in range(3):
        page.evaluate(GO_TO, 0.1)
        page.evaluate(GO_TO, 0)
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Shift+j")
    page.evaluate(INSERT, 0)

    page.wait_for_function(f"() => ({MARKED})().selected.length === 2")
    page.evaluate(IDLE)

    assert page.evaluate(MARKED) == {"active": [3], "selected": [2, 3], "reached": [3]}


@pytest.mark.promise("N2")
def test_editor_style(printed):
    """The browser does not read the style of all editors again for a new one."""
    page = printed.page
    page.wait_for_function(REACHES, arg=-0.1)
    page.evaluate(SHEETS)

    page.evaluate(INSERT, 1)

    is_seen(printed, "inserted")
    assert page.evaluate(SHEETS)


@pytest.mark.promise("N4")
def test_mended(printed):
    """A row that something has hidden is there again, and nobody is asked."""
    page = printed.page
    page.wait_for_function(REACHES, arg=-0.1)

    page.evaluate(HIDE, False)
    page.wait_for_function("() => window.hidden?.offsetParent === null")

    page.wait_for_function("() => window.hidden.offsetParent !== null")
    assert page.locator(WARNING).count() == 0
    assert page.evaluate(COUNT) < MANY / 2


@pytest.mark.full  # A minute, for what should never be.
@pytest.mark.promise("N4")
def test_given_up(printed):
    """What cannot be mended is said, once, and the notebook has all rows in the page."""
    page = printed.page
    page.wait_for_function(REACHES, arg=-0.1)

    page.evaluate(HIDE, True)

    expect(page.locator(WARNING)).to_contain_text("a row is not shown")
    page.wait_for_function(IS_ALL, arg=MANY)
    assert page.evaluate(MODE) == "contentVisibility"
    page.evaluate("() => clearInterval(window.hiding)")
    page.evaluate(GO, 150)
    is_seen(printed, "# source 150")
    assert page.locator(WARNING).count() == 1
