"""
What is measured over links, and over which.
"""

from __future__ import annotations

import argparse
import math

from dataclasses import replace
from typing import TYPE_CHECKING

from .bed import FASTPATH, FLOOR, STOCK
from .errors import BenchError
from .linked import round_trip
from .shape import Shape


if TYPE_CHECKING:
    from collections.abc import Sequence

    from .profiles import Profile
    from .storms import Numbers


__all__ = [
    "BY_DEFAULT",
    "LINKED_SCENARIOS",
    "LINKED_SUBJECTS",
    "add_link_arguments",
    "check_linked",
    "patient",
    "shapes_of",
    "with_link",
]

# Short runs, and prints; and who has a websocket that a link can carry.
BY_DEFAULT = ("eval", "burst", "flush")
LINKED_SCENARIOS = (*BY_DEFAULT, "page-eval", "page-stages")
LINKED_SUBJECTS = (STOCK, FASTPATH)

_WHOLE = 100.0
_UNITS = {"k": 1e3, "M": 1e6, "G": 1e9}

# What of a run is sent there and back.
_ROUND_TRIPS = (
    "first_output_ms",
    "first_output_p50_ms",
    "first_output_p95_ms",
    "idle_p50_ms",
    "key_to_paint_p50_ms",
    "key_to_paint_p95_ms",
    "round_trip_p50_ms",
)
_UNIT = "_ms"
_ECHOES = 9


def add_link_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what links there are to *parser*."""
    group = parser.add_argument_group(
        "links",
        "With any of these all is measured over a link between client and server"
        f" (default: {', '.join(BY_DEFAULT)}; there may also be"
        f" {', '.join(set(LINKED_SCENARIOS) - set(BY_DEFAULT))}).",
    )
    group.add_argument(
        "--rtt",
        type=_many_milliseconds,
        metavar="MS,MS",
        help="round trips in ms, each a link of its own, as in 20,80,150",
    )
    group.add_argument(
        "--jitter",
        type=_milliseconds,
        default=0.0,
        metavar="MS",
        help="by how much a round trip is shorter or longer, at most (default: 0)",
    )
    group.add_argument(
        "--bandwidth",
        type=_bytes,
        default=0.0,
        metavar="BYTES",
        help="bytes per second each way, as in 500k or 10M (default: no limit)",
    )
    group.add_argument(
        "--loss",
        type=_percent,
        default=0.0,
        metavar="PERCENT",
        help="of what is sent, what is lost, and sent again while all behind it waits"
        " (default: 0)",
    )
    group.add_argument(
        "--stall",
        type=_milliseconds,
        default=Shape().stall,
        metavar="MS",
        help="for how long it waits then (default: 200)",
    )


def shapes_of(arguments: argparse.Namespace) -> list[Shape]:
    """Return the links that are asked for, each once."""
    asked = (arguments.rtt, arguments.jitter, arguments.bandwidth, arguments.loss)
    if not any(asked):
        return []
    shapes = [
        Shape(
            rtt=rtt,
            jitter=arguments.jitter,
            bandwidth=arguments.bandwidth,
            loss=arguments.loss,
            stall=arguments.stall,
        )
        for rtt in dict.fromkeys(arguments.rtt or (0.0,))
    ]
    for shape in shapes:
        if shape.jitter > shape.rtt:
            raise BenchError(f"jitter is more than the round trip: {shape}")
    return shapes


def check_linked(scenarios: Sequence[str], subjects: Sequence[str]) -> None:
    """Raise if there is something that is not measured over links."""
    if others := set(scenarios) - set(LINKED_SCENARIOS):
        raise BenchError(f"not measured over links: {', '.join(sorted(others))}")
    if FLOOR in subjects:
        raise BenchError(f"{FLOOR} has no websocket that a link could carry")


def patient(profile: Profile, shape: Shape | None) -> Profile:
    """Return *profile* with as much more patience as the link, if any, needs."""
    if shape is None:
        return profile
    return replace(profile, quiet=profile.quiet + shape.silence)


async def with_link(numbers: Numbers, shape: Shape | None, echo: int | None) -> Numbers:
    """Return *numbers*, if there is a link with its round trip and without it."""
    if shape is None or echo is None:
        return numbers
    measured = await round_trip(echo, _ECHOES)
    return {
        "link_rtt_ms": measured * 1000,
        **numbers,
        **{
            f"{name.removesuffix(_UNIT)}_above_rtt{_UNIT}": number - shape.rtt * 1000
            for name, number in numbers.items()
            if name.endswith(_ROUND_TRIPS)
        },
    }


def _many_milliseconds(text: str) -> tuple[float, ...]:
    return tuple(_milliseconds(each) for each in text.split(","))


def _milliseconds(text: str) -> float:
    return _number(text) / 1000


def _percent(text: str) -> float:
    number = _number(text)
    if number > _WHOLE:
        raise argparse.ArgumentTypeError("at most 100")
    return number / _WHOLE


def _bytes(text: str) -> float:
    unit = _UNITS.get(text[-1:], 1.0)
    return _number(text if unit == 1.0 else text[:-1]) * unit


def _number(text: str) -> float:
    number = float(text)
    if not (math.isfinite(number) and number >= 0):
        raise argparse.ArgumentTypeError("a number, and not below 0")
    return number
