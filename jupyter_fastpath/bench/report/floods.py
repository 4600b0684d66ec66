"""
How floods went in pages: what was printed, painted and received, and keys meanwhile.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from jupyter_fastpath.bench.tables import short

from .chart import Axis, Chart, Fact, Form, Group, Panel
from .series import latest, lines_of, points_of, spans_decades


if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jupyter_fastpath.bench.results import Round

    from .chart import Line


__all__ = ["floods"]

_PRINTED, _PAINTED = "printed_mb", "painted_mb"
_RECEIVED, _KEYS = "received_mb", "key_to_paint_ms"
_SECONDS = Axis("seconds since the flood began")
# The parts of a point.
_X, _Y = 0, 1

_HINT = (
    "All on the same axes. Where both lines of text are far apart, the page is behind"
    " the kernel. A dot is a key, at the time it was pressed; further down is better."
)


def floods(rounds: Sequence[Round]) -> Iterator[Group]:
    """Give one picture a subject, on the same axes, if a flood was followed."""
    subjects = dict.fromkeys(subject for subject, _ in points_of(rounds, _PAINTED))
    if not subjects:
        return
    panels = _panels(rounds)
    lines = [line for panel in panels for line in panel.lines]
    x = _level(_SECONDS, lines, _X)
    charts = tuple(
        Chart(
            subject,
            x,
            tuple(_only(subject, panel) for panel in panels),
            (Fact(subject, _told(subject, rounds)),),
        )
        for subject in subjects
    )
    yield Group("The flood, and keys meanwhile", _HINT, charts)


def _panels(rounds: Sequence[Round]) -> list[Panel]:
    """Return what is drawn of all subjects together, on axes that all of it is on."""
    text = (
        *lines_of(rounds, _PRINTED, Form.DASHES, "printed"),
        *lines_of(rounds, _PAINTED, Form.CURVE, "painted"),
    )
    received, keys = lines_of(rounds, _RECEIVED), lines_of(rounds, _KEYS, Form.DOTS)
    is_log = spans_decades([wait for line in keys for _, wait in line.points])
    shapes = (
        (Axis("text, MB"), text),
        (Axis("websocket, MB"), received),
        (Axis("key to paint, ms", is_log=is_log), keys),
    )
    return [Panel(_level(axis, lines, _Y), lines) for axis, lines in shapes if lines]


def _level(axis: Axis, lines: Sequence[Line], part: int) -> Axis:
    """Return *axis*, which has that part of points, with all of them on it."""
    values = [point[part] for line in lines for point in line.points]
    return replace(axis, least=min(values), most=max(values))


def _only(subject: str, panel: Panel) -> Panel:
    return replace(
        panel, lines=tuple(line for line in panel.lines if line.subject == subject)
    )


def _told(subject: str, rounds: Sequence[Round]) -> str:
    told = []
    for name, what in ((_PRINTED, "printed"), (_PAINTED, "painted")):
        series = [points for each, points in points_of(rounds, name) if each == subject]
        if series:
            when, size = latest(series)
            told.append(f"{what} {short(size)} MB after {short(when)} s")
    return ", ".join(told)
