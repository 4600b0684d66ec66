from __future__ import annotations

import pytest

from hypothesis import given
from hypothesis import strategies as st

from jupyter_fastpath.core.errors import MalformedFrame
from jupyter_fastpath.core.pages import Counted
from jupyter_fastpath.core.state_request import (
    MAX_LENGTH,
    MAX_PATTERNS,
    Painted,
    StateRequest,
    decode,
)


pytestmark = pytest.mark.promise("K1", "Z4")


def test_all():
    """A frame asks for any of what can be asked for."""
    frame = (
        '{"subscribe": ["a", "b"], "unsubscribe": ["c"],'
        ' "painted": {"kernel_id": "k", "run_id": "r", "first_output": 0.5},'
        ' "counted": {"path": "a.ipynb", "counts": null}}'
    )

    assert decode(frame, 0) == StateRequest(
        ["a", "b"], ["c"], Painted("k", "r", 0.5), Counted("a.ipynb", None)
    )
    assert decode("{}", 0) == StateRequest()


@pytest.mark.parametrize("frame", ["", "3", "[]", "null", b"\xff", "{'a': 1}"])
def test_no_object(frame):
    """What is no JSON object is of no protocol."""
    with pytest.raises(MalformedFrame, match="JSON"):
        decode(frame, 0)


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        ('{"subscribe": 3}', "subscribe"),
        ('{"subscribe": [3]}', r"subscribe\[0\]"),
        ('{"subscribed": []}', "subscribed"),
        ('{"painted": {"kernel_id": "k"}}', "run_id"),
        ('{"counted": {"path": "a"}}', "counts"),
        ('{"counted": {"path": "a", "counts": {"cells": 1}}}', "rows"),
        ('{"subscribe": ["a*****"]}', "stars"),
        ('{"subscribe": ["%s"]}' % ("x" * (MAX_LENGTH + 1)), "xxx"),
    ],
)
def test_cannot_be(frame, words):
    """What cannot be is named."""
    with pytest.raises(ValueError, match=words):
        decode(frame, 0)


def test_too_many():
    """Nobody watches more than so many patterns."""
    decode('{"subscribe": ["a"]}', MAX_PATTERNS - 1)
    with pytest.raises(ValueError, match=str(MAX_PATTERNS)):
        decode('{"subscribe": ["a"]}', MAX_PATTERNS)


@given(st.binary() | st.text())
def test_garbage(frame):
    """No frame does any harm."""
    try:
        decode(frame, 0)
    except (MalformedFrame, ValueError):
        pass
