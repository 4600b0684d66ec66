"""
How floods went in pages: what was printed, painted and received, and keys meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_fastpath.bench.tables import short

from .chart import Axis, Chart, Fact, Form, Group, Panel
from .series import DECADE, latest, lines_of, points_of


if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from jupyter_fastpath.bench.results import Round


__all__ = ["floods"]

_PRINTED, _PAINTED = "printed_mb", "painted_mb"
_RECEIVED, _KEYS = "received_mb", "key_to_paint_ms"
# A little room beyond the last point.
_ROOM = 1.05

_HINT = (
    "All on the same axes. Where both lines of text are far apart, the page is behind"
    " the kernel. A dot is a key, at the time it was pressed; further down is better."
)


def floods(rounds: Sequence[Round]) -> Iterator[Group]:
    """Give one picture a subject, on the same axes, if a flood was followed."""
    subjects = dict.fromkeys(subject for subject, _ in points_of(rounds, _PAINTED))
    panels = _panels(rounds)
    x = Axis("seconds since the flood began", most=_most(panels, 0))
    charts = tuple(_chart(subject, x, panels, rounds) for subject in subjects)
    if charts:
        yield Group("The flood, and keys meanwhile", _HINT, charts)


def _panels(rounds: Sequence[Round]) -> list[Panel]:
    """Return what is drawn of all subjects together."""
    text = (
        *lines_of(rounds, _PRINTED, Form.DASHES, "printed"),
        *lines_of(rounds, _PAINTED, Form.CURVE, "painted"),
    )
    received = lines_of(rounds, _RECEIVED)
    keys = lines_of(rounds, _KEYS, Form.DOTS)
    waits = [wait for line in keys for _, wait in line.points]
    is_log = bool(waits) and 0 < min(waits) * DECADE < max(waits)
    shapes = (
        ("text, MB", text, False),
        ("websocket, MB", received, False),
        ("key to paint, ms", keys, is_log),
    )
    panels = [Panel(Axis(name, is_log), lines) for name, lines, is_log in shapes]
    return [panel for panel in panels if panel.lines]


def _most(panels: Iterable[Panel], part: int) -> float | None:
    """Return where an axis ends so that all points are on it: 0 is x, and 1 is y."""
    lines = (line for panel in panels for line in panel.lines)
    largest = max((point[part] for line in lines for point in line.points), default=0)
    return _ROOM * largest if largest > 0 else None


def _chart(
    subject: str, x: Axis, panels: Sequence[Panel], rounds: Sequence[Round]
) -> Chart:
    own = tuple(
        Panel(
            Axis(panel.y.label, panel.y.is_log, most=_most([panel], 1)),
            tuple(line for line in panel.lines if line.subject == subject),
        )
        for panel in panels
    )
    return Chart(subject, x, own, (Fact(subject, _told(subject, rounds)),))


def _told(subject: str, rounds: Sequence[Round]) -> str:
    told = []
    for name, what in ((_PRINTED, "printed"), (_PAINTED, "painted")):
        series = [points for each, points in points_of(rounds, name) if each == subject]
        if series:
            when, size = latest(series)
            told.append(f"{what} {short(size)} MB after {short(when)} s")
    return ", ".join(told)
