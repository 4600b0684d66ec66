from __future__ import annotations

import pytest

from jupyter_fastpath.bench.frames import Arrival
from jupyter_fastpath.bench.record import Record


REPLY = Arrival("shell", "execute_reply", "1", "", "", "")
BUSY = Arrival("iopub", "status", "1", "", "", "busy")
IDLE = Arrival("iopub", "status", "1", "", "", "idle")
PRINT = Arrival("iopub", "stream", "1", "stdout", "hello", "")
NOTICE = Arrival("iopub", "stream", "1", "stderr", "IOPub rate exceeded", "")


def record_of(*arrivals):
    """Return a record of *arrivals*, one each second."""
    record = Record("1", sent=0.0)
    for now, arrival in enumerate(arrivals, 1):
        record.received(100, now)
        record.observed(arrival, now)
    return record


@pytest.mark.parametrize("arrivals", [(REPLY, IDLE), (IDLE, REPLY)])
def test_done(arrivals):
    """A run is done when both reply and idle are in, in either order."""
    record = record_of(BUSY, *arrivals)

    assert record.is_done
    assert 3 == record.done


@pytest.mark.parametrize("arrivals", [(REPLY,), (IDLE,), (BUSY, PRINT)])
def test_not_done(arrivals):
    """One of the two is not enough, and the run ends when it was last heard of."""
    record = record_of(*arrivals)

    assert not record.is_done
    assert len(arrivals) == record.done


def test_stages():
    """Each stage has the time of its first message."""
    record = record_of(BUSY, PRINT, PRINT, REPLY, IDLE)

    assert {
        "enqueue": None,
        "busy": 1,
        "first_output": 2,
        "reply": 4,
        "idle": 5,
    } == record.stages
    assert "hellohello" == record.text
    assert (5, 500) == (record.messages, record.size)


def test_notice():
    """What the server says of its limits is not output of the program."""
    record = record_of(NOTICE, PRINT)

    assert 2 == record.first_output
    assert ["IOPub rate exceeded"] == record.stderr
    assert "hello" == record.text


def test_output_after_done():
    """Output that comes too late is counted."""
    assert 1 == record_of(REPLY, IDLE, PRINT).outputs_after_done


def test_given_up():
    """Silence ends a run soon after its reply, and late without one."""
    replied, unanswered = record_of(BUSY, REPLY), record_of(BUSY, PRINT)

    assert not replied.is_given_up(12, quiet=10)
    assert replied.is_given_up(12.1, quiet=10)
    assert not unanswered.is_given_up(60, quiet=10)
    assert unanswered.is_given_up(62.1, quiet=10)
