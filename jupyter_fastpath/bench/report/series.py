"""
What was when, of all rounds, as it is drawn.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from .chart import Fact, Form, Line, is_drawn


if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jupyter_fastpath.bench.raw import Point
    from jupyter_fastpath.bench.results import Round


__all__ = ["facts_of", "latest", "lines_of", "names_of", "points_of", "spans_decades"]

_DECADE = 10.0


def names_of(rounds: Sequence[Round]) -> list[str]:
    """Return the names of all series, each once."""
    return list(dict.fromkeys(name for each in rounds for name in each.raw.series))


def points_of(
    rounds: Sequence[Round], name: str
) -> list[tuple[str, tuple[Point, ...]]]:
    """Return subject and points of each series of that name that can be drawn."""
    found = [(each.subject, tuple(each.raw.series.get(name, ()))) for each in rounds]
    return [
        (subject, points)
        for subject, points in found
        if points and is_drawn(value for point in points for value in point)
    ]


def lines_of(
    rounds: Sequence[Round], name: str, form: Form = Form.CURVE, label: str = ""
) -> tuple[Line, ...]:
    """Return a line for each series of that name."""
    return tuple(
        Line(subject, points, form, label)
        for subject, points in points_of(rounds, name)
    )


def facts_of(
    rounds: Sequence[Round], name: str, told: Callable[[list[Sequence[Point]]], str]
) -> tuple[Fact, ...]:
    """Return what is told of all series of that name, by subject."""
    found: dict[str, list[Sequence[Point]]] = {}
    for subject, points in points_of(rounds, name):
        found.setdefault(subject, []).append(points)
    return tuple(Fact(subject, told(each)) for subject, each in found.items())


def latest(series: Sequence[Sequence[Point]]) -> Point:
    """Return when what everything came to was there, and what that is."""
    ends = [
        next(point for point in points if point[1] == points[-1][1])
        for points in series
    ]
    return median(when for when, _ in ends), median(value for _, value in ends)


def spans_decades(values: Sequence[float]) -> bool:
    """Return whether it is by powers of ten that these are told apart best."""
    return bool(values) and 0 < min(values) * _DECADE < max(values)
