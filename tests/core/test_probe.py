from __future__ import annotations

import pytest

from jupyter_fastpath.core.probe import CONTENT, Probe
from tests.strategies import make


pytestmark = pytest.mark.promise("A8")


@pytest.fixture
def probe():
    """
    What asks a kernel that executes in order after ten seconds.
    """
    probe = Probe(10.0)
    probe.is_on = True
    return probe


def answers(run_id):
    """
    Return what a kernel says to a request of the server's own, on two sockets.
    """
    idle = make("status", {"execution_state": "idle"}, run_id=run_id)
    return make("execute_reply", run_id=run_id, channel="shell"), idle


def test_other_kernels():
    """
    A kernel that is not known to execute in order is never asked.
    """
    assert Probe(10.0).get_timer(5.0) is None


def test_patience(probe):
    """
    The longer a kernel has owed an answer, the longer it is left in peace.
    """
    assert 15.0 == probe.get_timer(5.0)
    probe.sent("p1", ["r1"], 15.0)
    assert 55.0 == probe.get_timer(5.0)
    assert 60.0 == probe.get_timer(20.0)
    probe.sent("p2", ["r1"], 60.0)

    assert 220.0 == probe.get_timer(20.0)
    assert 2 == probe.outstanding


@pytest.mark.parametrize("order", [1, -1], ids=["reply first", "idle first"])
def test_answered(probe, order):
    """
    Runs are over when reply and idle to a later request have both come, not before.
    """
    probe.sent("p1", ["r1", "r2"], 15.0)
    first, second = answers("p1")[::order]
    assert [] == probe.observed(
        make("status", {"execution_state": "busy"}, run_id="p1")
    )
    assert [] == probe.observed(first)
    assert ["r1", "r2"] == probe.observed(second)

    assert [] == probe.observed(second)
    assert 0 == probe.outstanding
    assert 25.0 == probe.get_timer(5.0)


def test_half_an_answer(probe):
    """
    If half of an answer is lost the next request takes its place.
    """
    probe.sent("p1", ["r1"], 15.0)
    probe.observed(answers("p1")[0])
    assert 0 == probe.outstanding
    assert 55.0 == probe.get_timer(5.0)
    probe.sent("p2", ["r1", "r2"], 55.0)
    probe.observed(answers("p2")[0])

    assert ["r1", "r2"] == probe.observed(answers("p2")[1])
    assert 65.0 == probe.get_timer(5.0)


def test_first_of_two(probe):
    """
    The answer to an older request says nothing of the runs that came after it.
    """
    probe.sent("p1", ["r1"], 15.0)
    probe.sent("p2", ["r1", "r2"], 55.0)
    probe.observed(answers("p1")[0])

    assert ["r1"] == probe.observed(answers("p1")[1])
    assert 1 == probe.outstanding


def test_other_answers(probe):
    """
    What answers none of these requests says nothing.
    """
    probe.sent("p1", ["r1"], 15.0)

    assert [] == [*probe.observed(answers("p0")[0]), *probe.observed(answers("p0")[1])]
    assert 1 == probe.outstanding


def test_stop(probe):
    """
    A kernel that is gone owes no answer, and what takes its place is not asked yet.
    """
    probe.sent("p1", ["r1"], 15.0)
    probe.stop()

    assert [] == [*probe.observed(answers("p1")[0]), *probe.observed(answers("p1")[1])]
    assert 0 == probe.outstanding
    assert probe.get_timer(5.0) is None


def test_leaves_no_trace():
    """
    What is executed is nothing at all, in silence.
    """
    assert ("", True, False) == tuple(
        CONTENT[key] for key in ("code", "silent", "store_history")
    )
