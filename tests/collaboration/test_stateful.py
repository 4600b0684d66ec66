"""
Outputs with state, in a large notebook that somebody else edits at the same time.
"""

from __future__ import annotations

from typing import Final

import pytest

from tests.browser.stateful import COUNTING, MANY, Stateful, sources


pytestmark = [
    pytest.mark.collaboration,
    pytest.mark.browser,
    pytest.mark.timeout(300),
]

INSERT: Final = """([index, count]) => {
    const { sharedModel } = window.jupyterapp.shell.currentWidget.content.model;
    for (let at = index; at < index + count; at++) {
        sharedModel.insertCell(at, { cell_type: 'markdown', source: `new ${at}` });
    }
}"""
DELETE: Final = """([index, count]) => {
    const { sharedModel } = window.jupyterapp.shell.currentWidget.content.model;
    sharedModel.deleteCellRange(index, index + count);
}"""
TEXTS: Final = """() => [...window.jupyterapp.shell.currentWidget.content.model.cells]
    .map(one => one.sharedModel.getSource())"""
HAS: Final = f"texts => JSON.stringify(({TEXTS})()) === JSON.stringify(texts)"


def agree(author, editor) -> None:
    """
    Return when both pages have the same cells.
    """
    author.page.wait_for_function(HAS, arg=editor.page.evaluate(TEXTS))


@pytest.mark.promise("N2", "N3", "I6")
def test_edited_above(room, contexts):
    """Others insert and delete cells above, while outputs are in view and while they are not: these are the same, with all that one has done with them."""
    room.write(*sources(contexts[0].browser))
    author = room.open()
    stateful = Stateful(author)
    author.page.evaluate(COUNTING)
    author.run_all()
    stateful.wait_for_count(MANY - 1, MANY)
    stateful.use()
    editor = room.open(1)

    for go in (stateful.to_top, stateful.to_end):
        go()
        editor.page.evaluate(INSERT, [0, 5])
        agree(author, editor)
        stateful.is_kept()
        editor.page.evaluate(DELETE, [0, 5])
        agree(author, editor)
        stateful.is_kept()
    stateful.to_top()
    stateful.look_at_all()
    stateful.is_kept()

    stateful.use()
