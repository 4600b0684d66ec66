"""
Only the rows of a large notebook that are near are in the page; all are found.
"""

from __future__ import annotations

from typing import Final

import pytest

from playwright.sync_api import expect

from .notebook import Notebook


pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

MANY: Final = 200
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
    for index in (MANY - 1, 100, 150, 0):
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
