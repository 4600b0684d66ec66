from __future__ import annotations

import pytest

from jupyter_fastpath.core.runs import RunRegistry
from jupyter_fastpath.core.silence import CONFIRMING, Silence
from jupyter_fastpath.core.terms import Terms
from tests.strategies import make, request


IDLE = make("status", {"execution_state": "idle"})
REPLY = make("execute_reply", {"status": "ok"}, channel="shell")


@pytest.fixture
def runs():
    """
    The runs of a kernel: one.
    """
    runs = RunRegistry()
    runs.requested(request("r1"), "alice")
    return runs


@pytest.fixture
def silence(runs):
    """
    The silence of that kernel, which begins at 1.
    """
    silence = Silence(Terms("kernel-id", idle_grace=2.0, reply_grace=10.0), runs)
    silence.broken(1.0)
    return silence


@pytest.mark.promise("A8")
def test_says_nothing(silence):
    """
    Silence says nothing of a run of which no witness has spoken.
    """
    assert silence.get_timer() is None
    assert [] == silence.ended(1000.0)
    assert not silence.is_to_be_asked(1000.0)


@pytest.mark.promise("A8")
@pytest.mark.parametrize(("witness", "grace"), [(REPLY, 2.0), (IDLE, 10.0)])
def test_ended(silence, runs, witness, grace):
    """
    With one witness the run is over when the kernel is found silent twice.
    """
    (run,) = runs.open()
    runs.observed(run, witness)
    until = 1.0 + grace

    assert until == silence.get_timer()
    assert [] == silence.ended(until - 0.1)
    assert [] == silence.ended(until)
    assert until + CONFIRMING == silence.get_timer()
    assert [] == silence.ended(until + 0.1)
    assert [run] == silence.ended(until + CONFIRMING)


@pytest.mark.promise("A8")
def test_broken(silence, runs):
    """
    A kernel that speaks after it was found silent has to be found so again.
    """
    (run,) = runs.open()
    runs.observed(run, REPLY)
    silence.ended(3.0)
    silence.broken(3.1)

    assert 5.1 == silence.get_timer()
    assert [] == silence.ended(3.0 + CONFIRMING)


@pytest.mark.promise("A8")
def test_to_be_asked(silence, runs):
    """
    A kernel that can be asked is so when it was silent long enough after the request.
    """
    (run,) = runs.open()
    silence.probe.is_on = True
    silence.asked(5.0)
    runs.observed(run, IDLE)

    assert 15.0 == silence.get_timer()
    assert [False, True] == [silence.is_to_be_asked(now) for now in (14.9, 15.0)]
    assert [] == silence.ended(1000.0)


def test_nothing_to_ask(silence, runs):
    """
    A kernel that has nothing to run is left in peace.
    """
    silence.probe.is_on = True
    runs.told(runs.get("r1"))

    assert silence.get_timer() is None
