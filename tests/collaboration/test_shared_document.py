"""
What the server puts into a document that pages share, with a real one.
"""

from __future__ import annotations

import pytest

from jupyter_ydoc import YNotebook

from jupyter_fastpath.core.homecoming import RunOutput
from jupyter_fastpath.shared_document import SharedNotebook


pytestmark = [pytest.mark.collaboration, pytest.mark.promise("I6", "D6")]

RESULT = {
    "output_type": "execute_result",
    "data": {"text/plain": "5", "application/json": {"a": [1, 2.5, None]}},
    "metadata": {},
    "execution_count": 3,
}


def text(content, name="stdout"):
    """
    Return an output of text.
    """
    return {"output_type": "stream", "name": name, "text": content}


def cell(cell_id, *outputs, cell_type="code"):
    """
    Return a cell.
    """
    code = {"outputs": list(outputs), "execution_count": None}
    own = {"id": cell_id, "cell_type": cell_type, "source": "1", "metadata": {}}
    return own | (code if cell_type == "code" else {})


def output_of(cell_id, *outputs, is_done=True):
    """
    Return what a run of a cell has put out.
    """
    count = 3 if is_done else None
    return RunOutput("r", cell_id, None, list(outputs), count, is_done=is_done)


@pytest.fixture
def document():
    """
    A document with three cells.
    """
    document = YNotebook()
    cells = [cell("a", text("1é\n")), cell("b"), cell("t", cell_type="markdown")]
    document.set({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    return document


@pytest.fixture
def shared(document):
    """
    The same, as the server uses it.
    """
    return SharedNotebook(document)


def test_put(document, shared):
    """Outputs and the number get into the cell, and nothing else changes; a second time nothing does."""
    before = document.get()["cells"]
    run = output_of("a", text("1é\n2\n"), RESULT)
    assert shared.put([run]).is_changed
    cells = document.get()["cells"]
    assert [text("1é\n2\n"), RESULT] == cells[0]["outputs"]
    assert 3 == cells[0]["execution_count"]
    assert before[1:] == cells[1:]

    assert not shared.put([run]).is_changed


def test_text_goes_on(document, shared):
    """Who looks on sees text go on, and not another output in its place."""
    seen = []
    shown = document.ycells[0]["outputs"][0]["text"]
    shown.observe(lambda event: seen.append(event.delta))
    shared.put([output_of("a", text("1é\n2\n"))])

    assert [[{"retain": 4}, {"insert": "2\n"}]] == seen


def test_ends(document, shared):
    """A run that goes on leaves its cell as running; one that has ended does not."""
    for ycell in (document.ycells[0], document.ycells[1]):
        ycell["execution_state"] = "running"
    shared.put([output_of("a", is_done=False), output_of("b")])

    assert ["a"] == shared.running()


@pytest.mark.parametrize("cell_id", ["t", "gone"])
def test_no_such_cell(document, shared, cell_id):
    """What has no code cell any more changes nothing."""
    before = document.get()
    run = output_of(cell_id, text("x"))

    assert [run] == shared.put([run]).left
    assert before == document.get()


def test_mends(document, shared):
    """What somebody has cleared is not mended, what is wrong is."""
    runs = [output_of("a", text("1\n")), output_of("b", text("x"))]
    shared.put(runs, mends=True)
    cells = document.get()["cells"]

    assert [text("1\n")] == cells[0]["outputs"]
    assert [] == cells[1]["outputs"]


def test_set_idle(document, shared):
    """Only those cells are no longer shown as running."""
    for ycell in (document.ycells[0], document.ycells[1]):
        ycell["execution_state"] = "running"
    shared.set_idle(["b"])

    assert ["a"] == shared.running()
