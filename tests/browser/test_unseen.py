"""
Outputs in a large notebook whose rows nobody has looked at yet do what they do.
"""

from __future__ import annotations

from typing import Final

import pytest

from playwright.sync_api import expect


pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

# Beyond what is in the page when a notebook is opened, and when its end is in view.
PLACE: Final = 80
TARGET: Final = """
from IPython.display import HTML

HTML('<p id="target"></p><script>window.ran = (window.ran ?? 0) + 1;</script>')
"""
WRITER: Final = """
HTML('''<script>
    document.getElementById('target').textContent += `written ${window.ran}`;
</script>''')
"""
OTHERS: Final = [f"print({index})" for index in range(PLACE)]
SOURCES: Final = [*OTHERS, TARGET, *OTHERS, WRITER]
LAST: Final = len(SOURCES) - 1

# Running all scrolls as well, when it is done.
SEE: Final = """async index => {
    const { content } = window.jupyterapp.shell.currentWidget;
    const frame = () => new Promise(resolve => requestAnimationFrame(resolve));
    while (content.widgets.length <= index) {
        await frame();
    }
    const { node } = content.widgets[index];
    const isSeen = () => {
        const { top, bottom } = node.getBoundingClientRect();
        return bottom > top && top > 0 && bottom < window.innerHeight;
    };
    while (!isSeen()) {
        content.activeCellIndex = index;
        await content.scrollToItem(index, 'center').catch(() => {});
        await frame();
    }
}"""
HAS_RUN: Final = """index => {
    const { model } = window.jupyterapp.shell.currentWidget.content;
    return model.cells.get(index).executionCount !== null;
}"""
MOVE: Final = """index => {
    const { sharedModel } = window.jupyterapp.shell.currentWidget.content.model;
    sharedModel.moveCell(index, index + 1);
}"""


def is_written(notebook) -> None:
    """
    Return when what the last cell has written into is seen where it belongs.
    """
    notebook.page.evaluate(SEE, PLACE + 1)
    target = notebook.page.locator(".jp-Notebook .jp-Cell #target")
    expect(target).to_be_in_viewport()
    expect(target).to_have_text("written 1")


@pytest.mark.promise("N3")
def test_unseen(open_notebook):
    """A script finds what a cell above has put out though nobody has looked at that, when all run, and when the notebook is opened at its end; moved meanwhile it is the same."""
    notebook = open_notebook(*SOURCES)
    errors: list[str] = []
    notebook.page.on("pageerror", lambda error: errors.append(str(error)))
    notebook.run_all()
    notebook.page.evaluate(SEE, LAST)
    notebook.page.wait_for_function(HAS_RUN, arg=LAST)
    notebook.page.evaluate(MOVE, PLACE)
    is_written(notebook)
    assert not errors

    notebook.save()
    notebook.refresh()
    notebook.page.evaluate(SEE, LAST)
    notebook.page.locator("#target", has_text="written").wait_for(state="attached")
    is_written(notebook)
    assert not errors
