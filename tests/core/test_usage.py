from __future__ import annotations

import pytest

from hypothesis import given
from hypothesis import strategies as st

from jupyter_fastpath.core.usage import Peaks, Reading, TreeUsage, Usage, is_steady


pytestmark = pytest.mark.promise("K1")


def reading(pid=1, *, cpu=0.0, ended_cpu=0.0, rss=100, pss=None, started_at=0.0):
    """
    A process with two threads.
    """
    return Reading(pid, started_at, cpu, ended_cpu, rss, 2, pss)


def used(*samples, is_full=False):
    """
    Return the usage by the last of these samples, which are a second apart.
    """
    tree = TreeUsage()
    usage = None
    for at, readings in enumerate(samples):
        usage = tree.take(readings, float(at), is_full=is_full)
    return usage


def test_sums():
    """Memory and threads are those of all processes; the kernel's own is no child."""
    both = [reading(1, rss=100), reading(2, rss=20)]

    assert used(both, both) == Usage(0.0, 120, None, 4, 1)


def test_first():
    """From one sample it is not known how much is computed."""
    assert used([reading(cpu=50.0)]) is None


def test_no_time():
    """Nor from two at the same time."""
    tree = TreeUsage()
    for _ in range(2):
        usage = tree.take([reading()], 5.0, is_full=False)

    assert usage is None


def test_cpu():
    """What is computed between two samples is told in percent of a core."""
    tree = TreeUsage()
    tree.take([reading(1, cpu=5.0), reading(2, cpu=1.0)], 10.0, is_full=False)
    usage = tree.take([reading(1, cpu=6.0), reading(2, cpu=3.0)], 12.0, is_full=False)

    assert usage.cpu_percent == 150.0


def test_new_child():
    """All that a new child has computed was computed meanwhile."""
    before, after = [reading(1)], [reading(1), reading(2, cpu=0.5)]

    assert used(before, after).cpu_percent == 50.0


def test_child_between():
    """A child that nobody has seen counts when it has ended, by its parent."""
    assert used([reading()], [reading(ended_cpu=0.25)]).cpu_percent == 25.0


def test_ended_child():
    """What a child had computed before is not counted again when it has ended."""
    before = [reading(1), reading(2, cpu=40.0)]
    after = [reading(1, ended_cpu=40.5)]

    assert used(before, after).cpu_percent == 50.0


def test_lost_child():
    """A child that nobody has waited for takes nothing away from what others compute."""
    before = [reading(1), reading(2, cpu=40.0)]
    after = [reading(1, cpu=0.5)]

    assert used(before, after).cpu_percent == 50.0


def test_same_id():
    """A process that has got the ID of another is another."""
    before = [reading(1), reading(2, cpu=40.0, started_at=1.0)]
    after = [reading(1), reading(2, cpu=0.1, started_at=2.0)]

    assert used(before, after).cpu_percent == pytest.approx(10.0)


def test_shares():
    """The shares of memory are summed up, if those of all are known."""
    known, unknown = [reading(1, pss=60), reading(2, pss=30)], [reading(1, pss=60)]

    assert used(known, known, is_full=True).pss == 90
    assert used(known, [*unknown, reading(2)], is_full=True).pss is None


def test_shares_between():
    """Between two looks the share is as it was, or not known once memory has changed."""
    tree = TreeUsage()
    tree.take([reading(rss=100, pss=60)], 0.0, is_full=True)

    assert tree.take([reading(rss=100)], 1.0, is_full=False).pss == 60
    assert tree.take([reading(rss=102)], 2.0, is_full=False).pss is None
    assert tree.take([reading(rss=100)], 3.0, is_full=False).pss is None
    assert tree.take([reading(rss=102, pss=61)], 4.0, is_full=True).pss == 61


@given(st.lists(st.dictionaries(st.integers(1, 5), st.floats(0, 1), min_size=1)))
def test_never_negative(steps):
    """Whoever comes and goes, nobody computes less than nothing."""
    tree = TreeUsage()
    clocks: dict[int, float] = {}
    for at, step in enumerate(steps):
        clocks = {pid: clocks.get(pid, 0.0) + more for pid, more in step.items()}
        readings = [reading(pid, cpu=cpu) for pid, cpu in clocks.items()]
        usage = tree.take(readings, float(at), is_full=False)

        assert usage is None or usage.cpu_percent >= 0.0


QUIET = Usage(0.5, 1000, None, 10, 1)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, QUIET, False),
        (QUIET, QUIET, True),
        (QUIET, Usage(4.0, 1005, None, 10, 1), True),
        (QUIET, Usage(60.0, 1000, None, 10, 1), False),
        (QUIET, Usage(0.5, 1100, None, 10, 1), False),
        (QUIET, Usage(0.5, 900, None, 10, 1), False),
        (QUIET, Usage(0.5, 1000, None, 11, 1), False),
        (QUIET, Usage(0.5, 1000, None, 10, 0), False),
    ],
)
def test_steady(before, after, expected):
    """A kernel is steady that does nothing and stays as it is."""
    assert is_steady(before, after) is expected


@pytest.mark.promise("K3")
def test_peaks():
    """A run's peak is the most that was seen while it was open."""
    peaks = Peaks()
    peaks.seen(900)
    peaks.began("a")
    peaks.seen(100)
    peaks.began("b")
    peaks.seen(300)
    peaks.seen(200)

    assert peaks.has_runs
    assert [300, 300] == [peaks.ended("a"), peaks.ended("b")]
    assert not peaks.has_runs


@pytest.mark.promise("K3")
def test_no_peak():
    """The peak of a run during which nothing was measured is not known."""
    peaks = Peaks()
    peaks.began("a")

    assert peaks.ended("a") is None
    assert peaks.ended("never began") is None
