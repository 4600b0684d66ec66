"""
Who waits to write one path.
"""

from __future__ import annotations

import pytest

from hypothesis import given
from hypothesis import strategies as st

from jupyter_fastpath.core.line import Line, Waiting


def notebook(source: str, output: str = "") -> dict:
    """
    Return a notebook of one cell.
    """
    cell = {"cell_type": "code", "source": source, "metadata": {}, "outputs": [output]}
    return {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def turns(*waiting: Waiting) -> list[list[Waiting]]:
    """
    Return whose turn it is after each other, if all wait.
    """
    line: Line[Waiting] = Line()
    for one in waiting:
        line.put(one)
    found = []
    while turn := line.take():
        assert [] == line.take()
        found.append(turn)
        line.give_back()
    assert not line
    return found


def test_joined():
    """Those that differ in outputs only have one turn together; what has another source has one of its own."""
    first, second, third = (Waiting(notebook("x", str(i))) for i in range(3))
    other = Waiting(notebook("y"))

    assert [[first, second], [other], [third]] == turns(first, second, other, third)


def test_alone():
    """Who writes nothing is joined with nobody, and nor is what is no notebook."""
    first, second = Waiting(None), Waiting(None)
    odd = [Waiting({"cells": 3}) for _ in range(2)]

    assert [[first], [second], odd[:1], odd[1:]] == turns(first, second, *odd)


def test_length():
    """Who has the turn is in line until it is given back."""
    line: Line[Waiting] = Line()
    line.put(Waiting(None))
    line.put(Waiting(None))
    line.take()

    assert 2 == len(line)
    line.give_back()
    assert 1 == len(line)
    with pytest.raises(AssertionError):
        line.give_back()


@given(st.lists(st.sampled_from(["x", "y", None])))
def test_order(sources):
    """Nobody is left out, and nobody overtakes."""
    waiting = [
        Waiting(None if source is None else notebook(source, str(i)))
        for i, source in enumerate(sources)
    ]
    found = turns(*waiting)

    assert list(map(id, waiting)) == [id(one) for turn in found for one in turn]
    for turn in found:
        assert 1 == len(
            {str(one.notebook and one.notebook["cells"][0]["source"]) for one in turn}
        )
