from __future__ import annotations

import json
import math

from datetime import datetime, timezone

import pytest

from jupyter_fastpath.bench.errors import BenchError
from jupyter_fastpath.bench.frames import encode
from jupyter_fastpath.bench.page.stages import (
    STAGES,
    WHOLE,
    Clock,
    Looked,
    Message,
    clock_of,
    durations_of,
    moments_of,
    readings_of,
)
from jupyter_fastpath.bench.tap import Passed


pytestmark = pytest.mark.promise("C1")

# How many seconds the clock of the page is ahead.
AHEAD = 100.0
CLOCK = Clock(AHEAD, 0.0002)
BEGIN = 1_800_000_000.0
# When each stage ended: 1, 2, 4, 8 ... ms.
MOMENTS = [BEGIN + (2**number - 1) / 1000 for number in range(len(STAGES) + 1)]
PRESSED, SENT, ARRIVED, BUSY, DONE, LEFT, GIVEN, INSERTED, PAINTED = MOMENTS

ADDRESS = "/api/kernels/1/channels?session_id=a"
PASSED = [
    Passed("/api/events/subscribe", [BEGIN], [BEGIN]),
    Passed(ADDRESS, [BEGIN], [BEGIN]),
    Passed(ADDRESS, [0.0, ARRIVED], [ARRIVED, DONE, LEFT]),
]


def frame(msg_type, date, parent="", **content):
    """Return a message as it is in a frame."""
    text = datetime.fromtimestamp(date, timezone.utc).isoformat()
    header = {"msg_id": msg_type, "msg_type": msg_type, "date": text}
    parts = header, {"msg_id": parent}, {}, content
    return encode("iopub", [json.dumps(part).encode() for part in parts])


def message(index, at, data, *, is_sent=False, number=1):
    """Return a message as the page has seen it."""
    return Message(ADDRESS, number, index, is_sent, at + AHEAD, data)


def busy(date=BUSY):
    """Return the message by which the kernel says that it is busy with the request."""
    content = {"execution_state": "busy"}
    return message(1, GIVEN, frame("status", date, "execute_request", **content))


def looked(*answers):
    """Return a run to which there were these answers."""
    messages = [
        message(0, SENT, frame("kernel_info_request", SENT), is_sent=True),
        message(1, SENT, frame("execute_request", SENT), is_sent=True),
        # That of an earlier run, and those that another page is given.
        message(0, GIVEN, frame("execute_result", BEGIN, "earlier")),
        message(0, GIVEN, frame("execute_result", 0.0, "execute_request"), number=0),
        *answers,
    ]
    return Looked(PRESSED + AHEAD, INSERTED + AHEAD, PAINTED + AHEAD, messages)


RESULT = message(2, GIVEN, frame("execute_result", DONE, "execute_request"))


def test_moments():
    """What page, border and kernel have seen is brought together on one clock."""
    found = moments_of(looked(busy(), RESULT), PASSED, CLOCK)

    assert pytest.approx(MOMENTS, abs=2e-6) == found


def test_durations():
    """Each stage begins where the one before ends, so that together they are the whole."""
    durations = durations_of([MOMENTS, [each * 2 for each in MOMENTS]])

    assert {WHOLE, *STAGES} == durations.keys()
    assert [pytest.approx(2.0**number, abs=1e-3) for number in range(8)] == [
        durations[stage][0] for stage in STAGES
    ]
    for run in range(2):
        total = sum(durations[stage][run] for stage in STAGES)
        assert pytest.approx(durations[WHOLE][run], abs=1e-6) == total


@pytest.mark.parametrize(
    ("answers", "missing"),
    [((RESULT,), "busy"), ((busy(),), "execute_result")],
)
def test_missing(answers, missing):
    """A run that the page was not told all of is not measured."""
    with pytest.raises(BenchError, match=missing):
        moments_of(looked(*answers), PASSED, CLOCK)


def test_without_request():
    """A run that the page did not ask for is not measured."""
    with pytest.raises(BenchError, match="request"):
        moments_of(Looked(0.0, 0.0, 0.0, [RESULT]), PASSED, CLOCK)


@pytest.mark.parametrize("passed", [PASSED[:2], [*PASSED[:2], Passed(ADDRESS, [], [])]])
def test_not_passed(passed):
    """A message that is not known at the border of the network is not made up."""
    with pytest.raises(BenchError, match=r"message 1 of /api/kernels/1.* did not pass"):
        moments_of(looked(busy(), RESULT), passed, CLOCK)


def test_negative():
    """A stage that ends before it begins is an error, unless clocks may be as wrong."""
    early = moments_of(looked(busy(ARRIVED - 0.0002), RESULT), PASSED, CLOCK)

    assert early[3] < early[2]
    with pytest.raises(BenchError, match=r"server_in took -0\.40 ms"):
        moments_of(looked(busy(ARRIVED - 0.0004), RESULT), PASSED, CLOCK)


def test_clock():
    """A clock is as far ahead as all readings allow, and no more wrong than they say."""
    clock = clock_of([(0.0, 5.001, 0.004), (1.0, 6.002, 1.004), (2.0, 6.999, 2.001)])

    assert pytest.approx(4.9985) == clock.ahead
    assert pytest.approx(0.0005) == clock.error


def test_clock_resolution():
    """No clock is known better than the browser tells the time."""
    assert Clock(5.0, 1e-4) == clock_of([(0.0, 5.0, 0.0)])
    assert 1e-4 == clock_of([(0.0, 5.0, 0.0), (1.0, 6.0001, 1.0)]).error


def test_clock_set():
    """A clock that was set meanwhile is of no use."""
    with pytest.raises(BenchError, match=r"by 4\.0 ms"):
        clock_of([(0.0, 5.0, 0.001), (1.0, 6.005, 1.001)])


def test_readings():
    """A message tells of the clock: it came after it was sent."""
    seen = Looked(0.0, 0.0, 0.0, [looked().messages[1], RESULT])
    clock = clock_of(list(readings_of(seen, PASSED)))

    assert [
        (-math.inf, SENT + AHEAD, ARRIVED),
        (LEFT, GIVEN + AHEAD, math.inf),
    ] == list(readings_of(seen, PASSED))
    assert abs(clock.ahead - AHEAD) <= clock.error
