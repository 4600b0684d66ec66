from __future__ import annotations

from itertools import pairwise

import pytest

from hypothesis import given
from hypothesis import strategies as st

from jupyter_fastpath.core.sampling import Sampling, Schedule


pytestmark = pytest.mark.promise("K1")

# With these, what has cost 1 is rested from for 100.
SAMPLING = Sampling(shortest=1.0, longest=5.0, share=0.02)


@pytest.fixture
def schedule():
    """
    The schedule of a server with one kernel that is measured.
    """
    made = Schedule(SAMPLING)
    made.begin("a", 0.0)
    return made


def measure(schedule, *, is_steady=False, cost=0.0, full_cost=0.0):
    """
    Measure when something is due, and return when that was, and what.
    """
    now = schedule.get_timer()
    due = schedule.due(now)
    for kernel_id, is_full in due.items():
        schedule.sampled(kernel_id, now, is_full=is_full, is_steady=is_steady)
    schedule.spent(cost, full_cost if any(due.values()) else 0.0, now)
    return now, due


def test_nothing():
    """Where no kernel is measured, there is nothing to do, ever."""
    schedule = Schedule(SAMPLING)
    schedule.hasten("a", 1.0)
    schedule.sampled("a", 1.0, is_full=False, is_steady=False)

    assert schedule.get_timer() is None
    assert "a" not in schedule


def test_begin(schedule):
    """A kernel is measured at once, and in full."""
    assert "a" in schedule
    assert (0.0, {"a": True}) == measure(schedule)


def test_stop(schedule):
    """A kernel that is measured no more is not measured any more."""
    schedule.stop("a")
    schedule.stop("a")

    assert schedule.get_timer() is None


def test_changing(schedule):
    """A kernel that changes is measured at the shortest interval."""
    moments = [measure(schedule)[0] for _ in range(4)]

    assert moments == [0.0, 1.0, 2.0, 3.0]


def test_steady(schedule):
    """A kernel that stays as it is, is measured less and less often, to a limit."""
    moments = [measure(schedule, is_steady=True)[0] for _ in range(7)]
    pauses = [b - a for a, b in pairwise(moments)]

    assert pauses == [1.5, 2.25, 3.375, 5.0, 5.0, 5.0]


def test_hasten(schedule):
    """When something begins, a steady kernel is measured soon, and often again."""
    for _ in range(5):
        last, _ = measure(schedule, is_steady=True)
    schedule.hasten("a", last + 1.0)
    soon, _ = measure(schedule)

    assert soon == last + 1.2
    assert measure(schedule)[0] == soon + 1.0


def test_hasten_again(schedule):
    """However often something begins, that does not put off the sample."""
    measure(schedule)
    for tenth in range(1, 5):
        schedule.hasten("a", tenth / 10)

    assert schedule.get_timer() == pytest.approx(0.3)


def test_full(schedule):
    """What is dear is measured at the longest interval."""
    fulls = [measure(schedule)[1]["a"] for _ in range(11)]

    assert fulls == [True, *[False] * 4, True, *[False] * 4, True]


def test_together(schedule):
    """Kernels that are due at about the same time are measured together."""
    schedule.begin("b", 0.05)
    schedule.begin("c", 0.3)
    _, due = measure(schedule)

    assert due.keys() == {"a", "b"}


def test_cost(schedule):
    """What measuring has cost is rested from."""
    moments = [measure(schedule, cost=0.03)[0] for _ in range(3)]

    assert moments == [0.0, 3.0, 6.0]


def test_cost_of_all(schedule):
    """It is rested from for all kernels: one that is new does not have it sooner."""
    measure(schedule, cost=0.03)
    schedule.begin("b", 1.0)

    assert schedule.get_timer() == 3.0


def test_full_cost(schedule):
    """What is very dear is measured seldom, and what is not, all the same."""
    measured = [measure(schedule, full_cost=0.1) for _ in range(12)]

    assert [now for now, _ in measured] == [float(now) for now in range(12)]
    assert [now for now, due in measured if due["a"]] == [0.0, 10.0]


@given(
    costs=st.lists(st.tuples(st.floats(0, 0.1), st.floats(0, 1)), max_size=20),
    count=st.integers(1, 5),
)
def test_share(costs, count):
    """When something is measured, what was measured before took no more than its share."""
    schedule = Schedule(SAMPLING)
    for number in range(count):
        schedule.begin(str(number), 0.0)
    spent = full_spent = 0.0
    for cost, full_cost in costs:
        now, due = measure(schedule, cost=cost, full_cost=full_cost)
        assert spent <= SAMPLING.share / 2 * now + 1e-6
        spent += cost
        if any(due.values()):
            assert full_spent <= SAMPLING.share / 2 * now + 1e-6
            full_spent += full_cost
