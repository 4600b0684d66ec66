"""
The stages of a short run, from the key to the painted result, and how long each took.

What the page, the border of the network and the kernel have seen is brought together
here: the first two count the messages of a websocket, the last dates them.
"""

from __future__ import annotations

import itertools
import math

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from jupyter_fastpath.bench import frames
from jupyter_fastpath.bench.errors import BenchError


if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jupyter_fastpath.bench.tap import Passed


__all__ = [
    "STAGES",
    "WHOLE",
    "Clock",
    "Looked",
    "Message",
    "clock_of",
    "durations_of",
    "moments_of",
    "readings_of",
]

# Our time before, the time of another clock, and our time after.
Reading = tuple[float, float, float]

# Each begins where the one before ends.
STAGES = (
    "enqueue",
    "request",
    "server_in",
    "kernel",
    "server_out",
    "response",
    "page",
    "paint",
)
WHOLE = "key_to_paint"

# To how many seconds a browser tells the time.
_RESOLUTION = 1e-4


class Message(msgspec.Struct, rename="camel"):
    """
    A message of a websocket, as the page has seen it.

    Args:
        address: What the websocket was opened for: path and query.
        number: How many of this address there had been before it.
        index: How many messages had passed in it before, in the same direction.
        is_sent: Whether the page has sent it.
        at: When it was sent, or given to the page.
        data: The whole of it.
    """

    address: str
    number: int
    index: int
    is_sent: bool
    at: float
    data: bytes


class Looked(msgspec.Struct):
    """One run as the page has seen it, on its clock, which is in seconds."""

    pressed: float
    inserted: float
    painted: float
    messages: list[Message]


@dataclass(frozen=True)
class Clock:
    """By how many seconds a clock is ahead of ours, and how wrong that may be."""

    ahead: float
    error: float


def clock_of(readings: Sequence[Reading]) -> Clock:
    """Return what is known of a clock by *readings* of it."""
    least = max(read - after for _, read, after in readings)
    most = min(read - before for before, read, _ in readings)
    if least - most > 2 * _RESOLUTION:
        raise BenchError(f"a clock was set, by {(least - most) * 1000:.1f} ms")
    return Clock((least + most) / 2, max((most - least) / 2, _RESOLUTION))


def readings_of(looked: Looked, passed: Sequence[Passed]) -> Iterator[Reading]:
    """Give what messages tell of the page's clock: none comes before it is sent."""
    for message in looked.messages:
        at = _passed_at(message, passed)
        if message.is_sent:
            yield -math.inf, message.at, at
        else:
            yield at, message.at, math.inf


def moments_of(looked: Looked, passed: Sequence[Passed], clock: Clock) -> list[float]:
    """Return when each stage of a run ended on our clock, and first when it began."""
    request, parts = _request_in(looked)
    msg_id, _ = frames.stamp(parts[0])
    answers = {
        name: (message, date)
        for name, message, date in _answers_in(looked, request, msg_id)
    }
    if missing := {"busy", "execute_result"} - answers.keys():
        raise BenchError(f"of a run did not come to the page: {sorted(missing)}")
    _, busy = answers["busy"]
    result, done = answers["execute_result"]
    moments = [
        looked.pressed - clock.ahead,
        request.at - clock.ahead,
        _passed_at(request, passed),
        busy,
        done,
        _passed_at(result, passed),
        result.at - clock.ahead,
        looked.inserted - clock.ahead,
        looked.painted - clock.ahead,
    ]
    _check(moments, clock.error + _RESOLUTION)
    return moments


def durations_of(runs: Sequence[Sequence[float]]) -> dict[str, list[float]]:
    """Return how many ms each stage of each run took, and each run from end to end."""
    durations: dict[str, list[float]] = {WHOLE: []}
    for moments in runs:
        durations[WHOLE].append((moments[-1] - moments[0]) * 1000)
        for stage, duration in _named(moments).items():
            durations.setdefault(stage, []).append(duration * 1000)
    return durations


def _request_in(looked: Looked) -> tuple[Message, list[bytes]]:
    for message in looked.messages:
        if message.is_sent:
            channel, parts = frames.decode(message.data)
            if frames.read(channel, parts).msg_type == "execute_request":
                return message, parts
    raise BenchError("the page has not sent a request")


def _answers_in(
    looked: Looked, request: Message, msg_id: str
) -> Iterator[tuple[str, Message, float]]:
    """Give each answer to a request: what it is, the message, and its date."""
    for message in looked.messages:
        if message.is_sent or _socket_of(message) != _socket_of(request):
            continue
        channel, parts = frames.decode(message.data)
        arrival = frames.read(channel, parts)
        if arrival.parent_id == msg_id:
            _, date = frames.stamp(parts[0])
            yield arrival.execution_state or arrival.msg_type, message, date


def _socket_of(message: Message) -> tuple[str, int]:
    return message.address, message.number


def _passed_at(message: Message, passed: Sequence[Passed]) -> float:
    """Return when the border of the network was passed by a message of the page."""
    those = [each for each in passed if each.address == message.address]
    try:
        websocket = those[message.number]
        times = websocket.sent if message.is_sent else websocket.received
        return times[message.index]
    except IndexError as error:
        raise BenchError(
            f"message {message.index} of {message.address} did not pass"
        ) from error


def _named(moments: Sequence[float]) -> Mapping[str, float]:
    steps = (after - before for before, after in itertools.pairwise(moments))
    return dict(zip(STAGES, steps, strict=True))


def _check(moments: Sequence[float], error: float) -> None:
    """Raise if a stage ended before it began, by more than clocks may be wrong."""
    for stage, duration in _named(moments).items():
        if duration < -error:
            raise BenchError(f"{stage} took {duration * 1000:.2f} ms")
