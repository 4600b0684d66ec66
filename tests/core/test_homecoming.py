from __future__ import annotations

import copy

import pytest

from hypothesis import given
from hypothesis import strategies as st

from jupyter_fastpath.core.homecoming import RunOutput, bring_home


pytestmark = pytest.mark.promise("D5", "D6")


def cell(cell_id, source="", cell_type="code"):
    """
    Return a cell; without an ID if that is None.
    """
    own = {"cell_type": cell_type, "metadata": {"own": 1}, "source": source}
    own |= {} if cell_id is None else {"id": cell_id}
    return own | ({"outputs": [], "execution_count": 7} if cell_type == "code" else {})


def text(content, name="stdout"):
    """
    Return an output of text.
    """
    return {"output_type": "stream", "name": name, "text": content}


def output_of(cell_id, *outputs, code=None, count=1):
    """
    Return what a run of a cell has put out.
    """
    return RunOutput(f"run of {cell_id}", cell_id, code, list(outputs), count)


def test_outputs():
    """Outputs are as they are saved: text joined, and without what is for pages only."""
    notebook = {"cells": [cell("a"), cell("b")]}
    rich = {"output_type": "display_data", "data": {"text/plain": "x"}, "metadata": {}}
    run = output_of("b", text("1\r"), text("2\n"), rich | {"transient": {"id": 1}})
    brought = bring_home(notebook, [run])

    assert notebook["cells"][1]["outputs"] == [text("2\n"), rich]
    assert notebook["cells"][1]["execution_count"] == 1
    assert notebook["cells"][0] == cell("a")
    assert (brought.is_changed, brought.left) == (True, [])


def test_nothing_new():
    """What is in the notebook already changes nothing."""
    notebook = {"cells": [cell("a")]}
    bring_home(notebook, [output_of("a", text("x"))])

    assert not bring_home(notebook, [output_of("a", text("x"))]).is_changed
    assert bring_home(notebook, [output_of("a", text("x"), count=2)]).is_changed


def test_newest_last():
    """Of two runs of one cell the newer counts."""
    notebook = {"cells": [cell("a")]}
    bring_home(notebook, [output_of("a", text("old")), output_of("a", text("new"))])

    assert notebook["cells"][0]["outputs"] == [text("new")]


@pytest.mark.parametrize(
    "cells",
    [
        [],
        [cell("other")],
        [cell("a"), cell("a")],
        [cell("a", cell_type="markdown")],
        [cell("other", "code")],
        [cell(None, "other")],
        [cell(None, "code"), cell(None, "code")],
        [cell(None, "code", "raw")],
        ["no cell"],
    ],
)
def test_left(cells):
    """Where no cell is meant, or more than one may be, nothing is changed."""
    notebook = {"cells": cells}
    before = copy.deepcopy(notebook)
    run = output_of("a", text("x"), code="code")
    brought = bring_home(notebook, [run])

    assert notebook == before
    assert (brought.is_changed, brought.left) == (False, [run])


@pytest.mark.parametrize("source", ["one\ntwo", ["one\n", "two"]])
def test_without_ids(source):
    """In a notebook without IDs the cell is the one with the code that ran."""
    notebook = {"cells": [cell(None, "x"), cell(None, source), cell(None, "y")]}
    run = output_of("made up", text("out"), code="one\ntwo")

    assert bring_home(notebook, [run]).left == []
    assert notebook["cells"][1]["outputs"] == [text("out")]


def test_no_notebook():
    """What has no cells has none that could be changed."""
    assert bring_home({}, [output_of("a")]).left == [output_of("a")]


IDS = st.sampled_from("abcde")
TEXTS = st.text("xyz\n", max_size=3)


@given(
    st.lists(st.tuples(IDS, TEXTS), max_size=6),
    st.lists(st.tuples(IDS, TEXTS), max_size=6),
)
def test_nothing_else(cells, runs):
    """Whatever is brought home: sources, metadata and the order of cells stay, and so do the outputs of cells that did not run."""
    notebook = {"cells": [cell(*one) for one in cells], "metadata": {"mine": 1}}
    expected = copy.deepcopy(notebook)
    ids = [cell_id for cell_id, _ in cells]
    last = {cell_id: out for cell_id, out in runs if ids.count(cell_id) == 1}
    for one in expected["cells"]:
        if one["id"] in last:
            one |= {"outputs": [text(last[one["id"]])], "execution_count": 1}
    brought = bring_home(notebook, [output_of(id_, text(out)) for id_, out in runs])

    assert notebook == expected
    assert {run.cell_id for run in brought.left} == {id_ for id_, _ in runs} - set(last)
