from __future__ import annotations

import msgspec
import pytest

from hypothesis import given
from hypothesis import strategies as st

from jupyter_fastpath.core.pages import (
    MAX_COUNT,
    MAX_NOTEBOOKS,
    MAX_PATH,
    Counted,
    PageCounts,
    Pages,
    PageTotals,
    topic_of,
)


pytestmark = pytest.mark.promise("N5")

COUNTS = {
    "cells": 200,
    "rows": 12,
    "nodes": 900,
    "stateful": 3,
    "parked": 1,
    "scroll_frames": 0,
    "long_frames": 0,
    "errors": 0,
}


def counted(path="a.ipynb", *, again=False, **counts):
    """Return what a page reports of a notebook."""
    return Counted(path, PageCounts(**{**COUNTS, **counts}), again)


def test_totals():
    """What is there is summed up over all notebooks of all pages."""
    pages = Pages()
    pages.counted("p", counted("a.ipynb"))
    pages.counted("p", counted("b.ipynb", nodes=100, parked=0))
    pages.counted("q", counted("a.ipynb", stateful=0, parked=0))

    assert PageTotals(notebooks=3, nodes=1900, stateful=6, parked=1) == pages.totals()


def test_growing():
    """What has happened is counted once, and not forgotten with its page."""
    pages = Pages()
    pages.counted("p", counted(errors=1))
    pages.counted("p", counted(errors=3, scroll_frames=60))
    pages.counted("q", counted(errors=1, long_frames=2))

    assert ["a.ipynb"] == pages.left("p")
    totals = pages.totals()
    assert (4, 60, 2) == (totals.errors, totals.scroll_frames, totals.long_frames)
    assert 1 == totals.notebooks


def test_closed():
    """A notebook that is closed is there no more, and counts from nothing if it is opened."""
    pages = Pages()
    pages.counted("p", counted(errors=1))
    pages.counted("p", Counted("a.ipynb", None))
    pages.counted("p", Counted("never.ipynb", None))
    assert 0 == pages.totals().notebooks
    pages.counted("p", counted(errors=2))

    assert 3 == pages.totals().errors
    assert ["a.ipynb"] == pages.left("p")


def test_again():
    """What a page had counted before it was connected is not counted twice."""
    pages = Pages()
    pages.counted("p", counted(errors=5))
    pages.left("p")
    pages.counted("q", counted(errors=5, again=True))
    pages.counted("q", counted(errors=6))

    assert 6 == pages.totals().errors


def test_less():
    """Nothing that has happened is taken back."""
    pages = Pages()
    pages.counted("p", counted(errors=5))
    pages.counted("p", counted(errors=1))

    assert 5 == pages.totals().errors


def test_too_many():
    """A page tells of so many notebooks at most, and of those goes on to tell."""
    pages = Pages()
    for index in range(MAX_NOTEBOOKS):
        pages.counted("p", counted(str(index)))
    pages.counted("p", counted("0", errors=1))
    with pytest.raises(ValueError, match=str(MAX_NOTEBOOKS)):
        pages.counted("p", counted("one more"))

    assert MAX_NOTEBOOKS == pages.totals().notebooks == len(pages.left("p"))


def test_left():
    """A page that has told of nothing leaves nothing."""
    assert [] == Pages().left("p")


def test_topic():
    """A notebook in a page has a topic of its own, which ends with its path."""
    assert "pages/p/a b/ü.ipynb" == topic_of("p", "a b/ü.ipynb")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"cells": -1}, r"cells"),
        ({"errors": MAX_COUNT + 1}, "errors"),
        ({"nodes": "many"}, "nodes"),
        ({"rows": True}, "rows"),
        ({"fps": 1e9}, "fps"),
        ({"first_cell": -0.1}, "first_cell"),
        ({"speed": 1}, "speed"),
    ],
)
def test_bad_counts(changes, words):
    """What cannot be counted is refused, and named."""
    report = {"path": "a.ipynb", "counts": {**COUNTS, **changes}}
    with pytest.raises(msgspec.ValidationError, match=words):
        msgspec.convert(report, Counted)


@pytest.mark.parametrize("path", ["", "x" * (MAX_PATH + 1), None])
def test_bad_path(path):
    """A notebook has a path, which is not too long."""
    with pytest.raises(msgspec.ValidationError, match="path"):
        msgspec.convert({"path": path, "counts": COUNTS}, Counted)


REPORTS = st.tuples(
    st.sampled_from("pq"), st.sampled_from("ab"), st.integers(0, 9), st.booleans()
)


@given(st.lists(REPORTS | st.sampled_from("pq")))
def test_never_down(reports):
    """Whatever pages tell, and when they leave: what has happened never gets less."""
    pages = Pages()
    for report in reports:
        before = pages.totals().errors
        if isinstance(report, str):
            pages.left(report)
        else:
            page_id, path, errors, again = report
            pages.counted(page_id, counted(path, errors=errors, again=again))

        assert before <= pages.totals().errors
