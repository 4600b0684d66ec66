from __future__ import annotations

import json

import pytest

from jupyter_fastpath.bench.saving import Asked, body_of, numbers_of


def test_body():
    """A notebook has the size that is asked for, and is another one each time."""
    first, second = body_of(2, 1), body_of(2, 2)
    content = json.loads(first)["content"]

    assert 2_000_000 == pytest.approx(len(first), rel=0.05)
    assert first != second
    assert 16_000 == pytest.approx(
        len(content["cells"][0]["outputs"][0]["text"]), rel=0.01
    )


def test_waits():
    """Who waits long counts for every moment at which they could not ask."""
    asked = Asked(begun=10.0)
    asked.answered(10.0, 10.002)
    asked.answered(10.005, 10.025)
    asked.answered(10.025, 10.026)

    assert [2, 20, 16, 11, 6, 1] == [round(wait * 1000) for wait in asked.waits]


def test_numbers():
    """The last save changed nothing, and is told of by itself."""
    numbers = numbers_of([1.0, 3.0, 0.5], [[0.1] * 19, [0.4], [0.2]])

    assert 2.0 == numbers["save_s"]
    assert 400 == numbers["longest_wait_ms"]
    assert 400 == numbers["wait_p95_ms"]
    assert 0.5 == numbers["unchanged_save_s"]
    assert 200 == numbers["unchanged_longest_wait_ms"]
