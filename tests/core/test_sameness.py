"""
Whether two notebooks are the same.
"""

from __future__ import annotations

import copy

import nbformat
import pytest

from hypothesis import given
from hypothesis import strategies as st

from jupyter_fastpath.core.sameness import fingerprint, frame_of


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)
NOTEBOOKS = st.fixed_dictionaries(
    {"cells": st.lists(st.dictionaries(st.text(max_size=3), JSON), max_size=3)},
    optional={"metadata": st.dictionaries(st.text(max_size=3), JSON)},
)


def notebook():
    """
    Return a notebook as it comes from a page.
    """
    cell = nbformat.v4.new_code_cell("x", id="a", outputs=[])
    made = nbformat.v4.new_notebook(cells=[cell], metadata={})
    return copy.deepcopy(dict(made))


@given(NOTEBOOKS, NOTEBOOKS)
def test_fingerprint(one, other):
    """Equal notebooks have equal fingerprints, and others others."""
    more = {**one, "cells": [*one["cells"], {}]}

    assert fingerprint(one) == fingerprint(copy.deepcopy(one))
    assert fingerprint(one) != fingerprint(more)
    if fingerprint(one) == fingerprint(other):
        assert repr(one["cells"]) == repr(other["cells"])
        assert one == other


def test_size():
    """The size is that of the JSON."""
    made = notebook()
    made["cells"][0]["source"] = "€" * 1000

    assert 3000 < fingerprint(made).size < 3500


@pytest.mark.parametrize("odd", [{"x": object()}, {"x": "\ud800"}, {"cells": 3}])
def test_no_json(odd):
    """What is no JSON, or no notebook, is the same as nothing."""
    assert fingerprint(odd) is None
    assert frame_of(odd) is None


def change(made, *path, to):
    """
    Return *made* with something else at *path*.
    """
    changed = copy.deepcopy(made)
    place = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = to
    return changed


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("cells", 0, "outputs"), [{"output_type": "stream"}]),
        (("cells", 0, "execution_count"), 7),
        (("cells", 0, "metadata", "execution"), {"iopub.status.busy": "now"}),
        (("cells", 0, "metadata", "trusted"), True),
        (("metadata", "widgets"), {"x": 1}),
    ],
)
def test_runs(path, to):
    """What runs change makes another notebook, in the same frame."""
    one, other = notebook(), change(notebook(), *path, to=to)

    assert fingerprint(one) != fingerprint(other)
    assert frame_of(one) == frame_of(other)


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("cells",), []),
        (("cells", 0, "source"), "y"),
        (("cells", 0, "id"), "b"),
        (("cells", 0, "cell_type"), "raw"),
        (("cells", 0, "metadata", "tags"), ["t"]),
        (("metadata", "kernelspec"), {"name": "r"}),
        (("nbformat_minor",), 4),
    ],
)
def test_edits(path, to):
    """What somebody edits makes another frame."""
    assert frame_of(notebook()) != frame_of(change(notebook(), *path, to=to))
