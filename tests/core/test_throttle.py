from __future__ import annotations

import math

import pytest

from hypothesis import given
from hypothesis import strategies as st

from jupyter_fastpath.core.throttle import GROWTH, Pace, Throttle


def intervals(throttle, count, *, messages=1, size=1):
    """
    Return how long each of *count* sends keeps the throttle shut.
    """
    waits, now = [], 10.0
    for _ in range(count):
        throttle.sent(now, messages, size)
        waits.append(throttle.open_at - now)
        now = throttle.open_at
    return waits


@pytest.mark.promise("B2")
def test_open_at_first():
    """
    A throttle that nothing went through is open.
    """
    assert 0.0 == Throttle(Pace()).open_at


@pytest.mark.promise("F2")
def test_intervals_grow():
    """
    A burst begins with the shortest interval and grows to the longest.
    """
    waits = intervals(Throttle(Pace(0.016, 0.03)), 6)

    assert [0.016, 0.02, 0.025, 0.03, 0.03, 0.03] == pytest.approx(waits)
    assert 1.25 == GROWTH


def test_fixed_interval():
    """
    With the longest interval as short as the shortest the pace is always the same.
    """
    assert [0.02] * 4 == pytest.approx(intervals(Throttle(Pace(0.02, 0.02)), 4))


def test_burst_begins_again():
    """
    A new burst has short intervals, whatever was before.
    """
    throttle = Throttle(Pace(0.01, 0.1))
    intervals(throttle, 20)
    throttle.begin_burst()

    assert [0.01] == pytest.approx(intervals(throttle, 1))


@pytest.mark.promise("F2")
def test_slow_socket():
    """
    A socket that drains slowly is given less often, and more often as it recovers.
    """
    throttle = Throttle(Pace(0.01, 0.02, pressed=1.0))
    throttle.drained(0.025)
    assert [0.025, 0.02, 0.02] == pytest.approx(intervals(throttle, 3))
    throttle.drained(99.0)
    waits = intervals(throttle, 30)

    assert 1.0 == waits[0]
    assert sorted(waits, reverse=True) == waits
    assert 0.02 == pytest.approx(waits[-1])


def test_fast_socket():
    """
    A socket that drains at once changes nothing.
    """
    throttle = Throttle(Pace(0.01, 0.02))
    throttle.drained(0.0)

    assert [0.01] == pytest.approx(intervals(throttle, 1))


@pytest.mark.promise("B3")
@pytest.mark.parametrize(
    ("pace", "seconds"),
    [
        (Pace(messages_per_second=10), 0.5),
        (Pace(bytes_per_second=100), 2.0),
        (Pace(messages_per_second=10, bytes_per_second=100), 2.0),
        (Pace(), 0.015),
    ],
)
def test_limits_hold_back(pace, seconds):
    """
    After five messages of 200 bytes a limit waits until it allows for as many.
    """
    assert [seconds] == pytest.approx(
        intervals(Throttle(pace), 1, messages=5, size=200)
    )


def test_held_until():
    """
    How long the limits alone hold back is told apart from how long the pace does.
    """
    throttle = Throttle(Pace(0.5, 0.5, messages_per_second=10))
    throttle.sent(1.0, 2, 100)
    assert (1.2, 1.5) == pytest.approx((throttle.held_until, throttle.open_at))
    throttle.sent(2.0, 20, 100)

    assert (4.0, 4.0) == pytest.approx((throttle.held_until, throttle.open_at))


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5000)), min_size=1),
    st.floats(1, 1000),
    st.floats(1, 100_000),
)
def test_limits_are_kept(sends, messages_per_second, bytes_per_second):
    """
    Until a throttle opens again, as much time has gone by as all that was sent is worth.
    """
    pace = Pace(0.0, 0.0, math.inf, messages_per_second, bytes_per_second)
    throttle = Throttle(pace)
    for messages, size in sends:
        throttle.sent(throttle.open_at, messages, size)

    margin = 1 + 1e-9
    assert sum(m for m, _ in sends) <= throttle.open_at * messages_per_second * margin
    assert sum(s for _, s in sends) <= throttle.open_at * bytes_per_second * margin
