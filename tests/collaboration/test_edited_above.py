"""
A large notebook with state in its outputs, in which somebody else inserts and deletes
cells at the same time.
"""

from __future__ import annotations

from typing import Final

import pytest


pytestmark = [
    pytest.mark.collaboration,
    pytest.mark.browser,
    pytest.mark.timeout(300),
]

# So that only near rows are in the page.
MANY: Final = 170
# Where there is state: near enough to the top that what comes above it moves it.
PLACE: Final = 20
STATE: Final = """
from IPython.display import HTML

HTML('''
<iframe srcdoc="<script>var n = 0; setInterval(() => { n += 1; }, 20);</script>"
    width="200" height="60"></iframe>
<canvas id="drawn" width="40" height="40"></canvas>
<script>window.ran = (window.ran ?? 0) + 1;</script>
''')
"""
SOURCES: Final = [
    STATE if index == PLACE else f"print({index})" for index in range(MANY)
]

USE: Final = """() => {
    const frame = document.querySelector('.jp-Notebook iframe');
    const canvas = document.querySelector('.jp-Notebook #drawn');
    canvas.getContext('2d').fillRect(0, 0, 40, 20);
    window.marked = { frame: frame.contentWindow, canvas, drawn: canvas.toDataURL() };
    frame.contentWindow.isMarked = true;
}"""
KEPT: Final = """() => {
    const frame = document.querySelector('.jp-Notebook iframe');
    const canvas = document.querySelector('.jp-Notebook #drawn');
    const { marked } = window;
    return {
        frame: frame.contentWindow === marked.frame && marked.frame.isMarked === true,
        canvas: canvas === marked.canvas && canvas.toDataURL() === marked.drawn,
        ran: window.ran
    };
}"""
ALL_KEPT: Final = {"frame": True, "canvas": True, "ran": 1}
GO: Final = """index => {
    const { content } = window.jupyterapp.shell.currentWidget;
    return content.scrollToItem(index, 'center').catch(() => {});
}"""
IS_DRAWN: Final = "() => document.querySelector('.jp-Notebook #drawn') !== null"
INSERT: Final = """index => {
    const { sharedModel } = window.jupyterapp.shell.currentWidget.content.model;
    for (let at = index; at < index + 5; at++) {
        sharedModel.insertCell(at, { cell_type: 'markdown', source: `new ${at}` });
    }
}"""
DELETE: Final = """index => {
    const { sharedModel } = window.jupyterapp.shell.currentWidget.content.model;
    sharedModel.deleteCellRange(index, index + 5);
}"""
TEXTS: Final = """() => [...window.jupyterapp.shell.currentWidget.content.model.cells]
    .map(one => one.sharedModel.getSource())"""
HAS: Final = f"texts => JSON.stringify(({TEXTS})()) === JSON.stringify(texts)"
# The row in the middle of the view, and how far below the view's top it is.
MIDDLE: Final = """() => {
    const { content } = window.jupyterapp.shell.currentWidget;
    const { top, left, height, width } = content.outerNode.getBoundingClientRect();
    const point = [left + width / 2, top + height / 2];
    window.row = document.elementFromPoint(...point).closest('.jp-Cell');
    return window.row.getBoundingClientRect().top - top;
}"""
PLACED: Final = """place => {
    const { content } = window.jupyterapp.shell.currentWidget;
    const { top } = content.outerNode.getBoundingClientRect();
    return Math.abs(window.row.getBoundingClientRect().top - top - place) <= 1;
}"""


@pytest.mark.promise("N2", "N3", "I6")
@pytest.mark.parametrize("place", [PLACE, MANY - 5])
def test_edited_above(room, place):
    """What is seen stays where it is, and outputs keep their state, in view and scrolled away, while somebody else inserts and deletes cells above."""
    room.write(*SOURCES)
    author, editor = room.open(), room.open(1)
    author.page.evaluate(GO, PLACE)
    author.run_all()
    author.page.wait_for_function(IS_DRAWN)
    author.page.evaluate(GO, PLACE)
    author.page.evaluate(USE)
    author.page.evaluate(GO, place)
    seen = author.page.evaluate(MIDDLE)

    for change, at in ((INSERT, 0), (DELETE, 0), (INSERT, 15), (DELETE, 15)):
        editor.page.evaluate(change, at)
        author.page.wait_for_function(HAS, arg=editor.page.evaluate(TEXTS))
        author.page.wait_for_function(PLACED, arg=seen)
        assert author.page.evaluate(KEPT) == ALL_KEPT
