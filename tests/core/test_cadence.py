from __future__ import annotations

import math

import pytest

from hypothesis import given
from hypothesis import strategies as st

from jupyter_fastpath.core.cadence import Cadence, Tempo


pytestmark = pytest.mark.promise("D1")

TEMPO = Tempo(5.0, 3.0, 60.0, 600.0, 0.1, 1.0)


@pytest.fixture
def cadence():
    """
    The cadence of a notebook that was never saved.
    """
    return Cadence(TEMPO)


def save(cadence, size=0, seconds=0.0):
    """
    Have it saved when it is due, and return when that was.
    """
    now = cadence.get_timer()
    cadence.save_began()
    cadence.saved(size, seconds, now + seconds)
    return now


def test_nothing_to_save(cadence):
    """What has not changed is not saved."""
    cadence.run_began()
    assert cadence.get_timer() is None


def test_later_each_time(cadence):
    """While cells run, each save is later than the last, up to a longest pause."""
    now, moments = 0.0, []
    for _ in range(5):
        cadence.changed(now)
        now = save(cadence)
        moments.append(now)

    assert moments == [5.0, 20.0, 65.0, 125.0, 185.0]


def test_again(cadence):
    """When something runs after nothing did, it is saved soon again."""
    for _ in range(3):
        cadence.changed(0.0)
        save(cadence)
    cadence.run_began()
    cadence.changed(100.0)

    assert cadence.get_timer() == 105.0


def test_end(cadence):
    """When all is done it is saved at once, however much was written just before."""
    cadence.changed(0.0)
    save(cadence, size=10**9, seconds=10.0)
    cadence.changed(16.0)
    cadence.ended(17.0)

    assert cadence.get_timer() == 17.0


def test_end_is_not_later(cadence):
    """What is due before it may end is not put off."""
    cadence.changed(0.0)
    cadence.ended(7.0)

    assert cadence.get_timer() == 5.0


def test_only_at_the_end():
    """With an infinite pause nothing is saved before the end."""
    cadence = Cadence(Tempo(first=math.inf))
    cadence.changed(0.0)
    assert cadence.get_timer() is None
    cadence.ended(1.0)

    assert cadence.get_timer() == 1.0


@pytest.mark.parametrize(
    ("size", "seconds", "pause"), [(0, 3.0, 30.0), (400, 0.0, 40.0), (400, 6.0, 60.0)]
)
def test_rest(cadence, size, seconds, pause):
    """What was written much, or slowly, is not written again soon."""
    cadence.changed(0.0)
    now = save(cadence, size, seconds) + seconds
    cadence.changed(now)

    assert cadence.get_timer() == now + pause


def test_failure(cadence):
    """A save that failed is tried again, after twice as long each time, also when all is done."""
    cadence.ended(0.0)
    pauses = []
    for _ in range(9):
        now = cadence.get_timer()
        cadence.save_began()
        cadence.failed(now)
        cadence.ended(now)
        cadence.changed(now)
        pauses.append(cadence.get_timer() - now)
    save(cadence)
    cadence.ended(now)

    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0]
    assert cadence.get_timer() == now


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=30))
def test_bytes_per_minute(grows):
    """In the long run no more is written than is configured, but for the last save."""
    cadence = Cadence(TEMPO)
    now = written = size = last = 0
    for grown in grows:
        size += grown
        cadence.changed(now)
        now = save(cadence, size)
        written, last = written + size, size

    assert written - last <= now / 60 * TEMPO.bytes_per_minute + 1e-6


def test_flood():
    """In a minute of flooding a tenth is written of what saves each two seconds write, the last one included."""
    cadence = Cadence(Tempo())
    rate, now, ours = 1_000_000, 0.0, 0
    while True:
        cadence.changed(now)
        if cadence.get_timer() > 60:
            break
        now = save(cadence, int(rate * cadence.get_timer()))
        ours += int(rate * now)
    stock = sum(rate * second for second in range(2, 61, 2))

    assert ours + rate * 60 <= stock / 10
