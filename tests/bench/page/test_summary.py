from __future__ import annotations

from jupyter_fastpath.bench.page.summary import (
    dropped,
    frames_per_second,
    intervals,
    longest,
    summary,
)


def test_summary():
    """Of many durations the median, the 95th percentile and the most are told."""
    assert {"key_p50_ms": 10, "key_p95_ms": 19, "key_max_ms": 20} == summary(
        "key", list(range(1, 21))
    )


def test_summary_of_nothing():
    """Nothing is made up for what did not happen."""
    assert {} == summary("key", [])
    assert 0 == longest([])


def test_frames():
    """Frames are told by the time between them."""
    moments = [100.0, 110.0, 140.0]

    assert [10.0, 30.0] == intervals(moments)
    assert 50.0 == frames_per_second(moments)


def test_dropped():
    """A frame that took as long as three is two too few."""
    assert 2 == dropped([5.0, 16.6, 17.4, 50.0])
