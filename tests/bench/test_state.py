from __future__ import annotations

import pytest

from jupyter_fastpath.bench.state import all_told, compare
from jupyter_fastpath.bench.watchers import Told


BEFORE = [Told(3, 30), Told(4, 40)]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ([Told(4, 40), Told(5, 50)], 1.0),
        ([Told(4, 40), Told(4, 40)], 0.0),
        ([Told(4, 40), Told(5, 50, code=1013)], 0.0),
    ],
)
def test_all_told(after, expected):
    """All are told if each has got something, and none was closed."""
    assert expected == all_told(BEFORE, after)


def test_compare():
    """The median of all rounds counts, and each is compared with the one beside it."""
    fast, slow = [1.0] * 19 + [4.0], [2.0] * 18 + [8.0, 8.0]
    numbers = compare([fast, fast, slow], [slow, slow, slow])

    assert (1.0, 2.0, 2.0) == tuple(
        numbers[name]
        for name in (
            "alone_first_output_p50_ms",
            "watched_first_output_p50_ms",
            "first_output_p50_watched_over_alone",
        )
    )
    assert 8.0 == numbers["first_output_p95_watched_over_alone"]
