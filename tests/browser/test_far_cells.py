"""
Cells of a large notebook that nobody has looked at take part in what concerns all.
"""

from __future__ import annotations

import re

from typing import Any, Final

import pytest

from playwright.sync_api import ConsoleMessage, expect

from jupyter_fastpath.bench.page.lab import notebook_with

from .notebook import Notebook


pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NAME: Final = "far.ipynb"
MANY: Final = 160
# Each fifth cell is a text.
TEXTS: Final = MANY // 5

GO: Final = """index => {
    const { content } = window.jupyterapp.shell.currentWidget;
    content.activeCellIndex = index;
    return content.scrollToItem(index, 'center').catch(() => {});
}"""
IS_OUT: Final = """index => {
    const { node } = window.jupyterapp.shell.currentWidget.content.widgets[index];
    return node.parentElement === null;
}"""
DELETE: Final = """index => {
    const { sharedModel } = window.jupyterapp.shell.currentWidget.content.model;
    sharedModel.deleteCell(index);
}"""
HAVE_RUN: Final = """() => {
    const { cells } = window.jupyterapp.shell.currentWidget.content.model;
    return [...cells].every(one =>
        one.type !== 'code' || (one.executionCount && one.outputs.length === 1));
}"""


def cell(index: int) -> dict[str, Any]:
    """
    Return a text, or a cell with an output that is not the same in its source.
    """
    one = {"id": f"cell-{index}", "metadata": {}}
    if index % 5 == 4:
        return {**one, "cell_type": "markdown", "source": f"needle, text {index}."}
    output = {
        "output_type": "stream",
        "name": "stdout",
        "text": f"needle, output {index}.\n",
    }
    return {
        **one,
        "cell_type": "code",
        "execution_count": None,
        "outputs": [output],
        "source": f"print('nee' + 'dle, out' + 'put {index}.')",
    }


@pytest.fixture
def notebook(lab, open_notebook) -> Notebook:
    """
    A notebook with outputs, of which few rows are in the page.
    """
    content = notebook_with([cell(index) for index in range(MANY)])
    (lab.root / NAME).write_bytes(content)
    opened: Notebook = open_notebook(name=NAME)
    return opened


@pytest.mark.promise("N2")
def test_search(notebook):
    """A search finds what is in all cells, and in all outputs if that is wanted, and goes there."""
    page = notebook.page
    notebook.execute("documentsearch:start")
    page.locator(".jp-DocumentSearch-input").first.fill("needle")
    counter = page.locator(".jp-DocumentSearch-index-counter")
    expect(counter).to_have_text(f"1/{TEXTS}")

    page.locator(".jp-DocumentSearch-filter-button").first.click()
    page.get_by_text("Search Cell Outputs").click()
    notebook.accept("Confirmation")
    expect(counter).to_have_text(re.compile(f"/{MANY}$"))

    page.locator(".jp-DocumentSearch-input").first.fill("output 101.")
    expect(counter).to_have_text("1/1")
    page.keyboard.press("Enter")
    expect(page.get_by_text("output 101.").first).to_be_in_viewport()


@pytest.mark.promise("N2")
def test_reading_order(notebook):
    """Who has the page read aloud hears the cells in their order, wherever one has been before."""
    for index in (MANY - 2, 100, 20, 60):
        notebook.page.evaluate(GO, index)
        shown = notebook.page.get_by_text(f"output {index}.")
        expect(shown).to_be_in_viewport()
        heard = notebook.page.locator(".jp-Notebook").aria_snapshot()
        order = [int(one) for one in re.findall(r"(?:text|output) (\d+)\.", heard)]

        assert index in order
        assert sorted(order) == order


@pytest.mark.promise("N2")
def test_run_all(notebook):
    """All cells run, and have their output."""
    notebook.run_all()

    notebook.page.wait_for_function(HAVE_RUN)


@pytest.mark.promise("N2")
def test_deleted(notebook):
    """A text that is deleted while it is scrolled away is gone without an error."""
    errors: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # JupyterLab catches what fails while widgets come and go, and goes on.
        if message.type == "error":
            errors.append(message.text)

    notebook.page.on("console", hear)
    notebook.page.evaluate(GO, 100)
    notebook.page.wait_for_function(IS_OUT, arg=4)
    notebook.page.evaluate(DELETE, 4)
    notebook.page.evaluate(GO, 0)

    expect(notebook.page.get_by_text("output 5.")).to_be_in_viewport()
    expect(notebook.page.get_by_text("text 4.")).to_have_count(0)
    assert not errors
