"""
How long each of many took: for any duration, the part that took no longer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_fastpath.bench.results import parted
from jupyter_fastpath.bench.tables import label, short
from jupyter_fastpath.core.percentile import percentile

from .chart import Axis, Chart, Fact, Form, Group, Line, Panel, is_drawn
from .series import spans_decades


if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jupyter_fastpath.bench.raw import Point
    from jupyter_fastpath.bench.results import Round


__all__ = ["distributions", "pooled"]

_UNIT = "_ms"

# What is looked at first. Of others the name decides nothing.
_FIRST = (
    "key_to_paint_ms",
    "clicked_first_output_ms",
    "first_output_ms",
    "clicked_idle_ms",
    "idle_ms",
    "top_key_to_paint_ms",
    "middle_key_to_paint_ms",
    "scroll_frame_ms",
    "round_trip_ms",
    "page_ms",
)
# What says no more than its neighbours, or nothing: the tables have it.
_OMITTED = frozenset(
    f"{prefix}{stage}_ms"
    for prefix in ("", "clicked_")
    for stage in ("enqueue", "busy", "reply")
) | {"key_to_request_ms"}
# A link is added to everything alike, so that one of them is enough.
_OVER_LINKS = ("key_to_paint_ms", "clicked_first_output_ms")

# Points of a curve that can be told apart.
_MOST_POINTS = 200

_HINT = (
    "For each duration, the part of all values that were no longer; further to the left"
    " is better."
)


def distributions(scenario: str, rounds: Sequence[Round]) -> Iterator[Group]:
    """Give the durations of a scenario that are worth a look, if there are any."""
    names = dict.fromkeys(name for each in rounds for name in each.raw.samples)
    wanted = _wanted(scenario, list(names))
    charts = [_chart(name, found) for name in wanted if (found := pooled(rounds, name))]
    if charts:
        yield Group("How long it took", _HINT, tuple(charts))


def pooled(rounds: Sequence[Round], name: str) -> dict[str, list[float]]:
    """Return the samples of that name of all rounds, in order, by subject."""
    found: dict[str, list[float]] = {}
    for each in rounds:
        found.setdefault(each.subject, []).extend(each.raw.samples.get(name, ()))
    return {
        subject: sorted(values)
        for subject, values in found.items()
        if values and is_drawn(values)
    }


def _wanted(scenario: str, names: Sequence[str]) -> list[str]:
    """Return those of *names* that are drawn, in their order."""
    _, link = parted(scenario)
    if link:
        return [name for name in _OVER_LINKS if name in names]
    durations = [name for name in names if name.endswith(_UNIT)]
    others = [name for name in durations if name not in {*_FIRST, *_OMITTED}]
    return [*(name for name in _FIRST if name in durations), *others]


def _chart(name: str, found: dict[str, list[float]]) -> Chart:
    ends = [end for values in found.values() for end in (values[0], values[-1])]
    lines = (Line(each, _steps(found[each]), Form.STEPS) for each in found)
    return Chart(
        label(name.removesuffix(_UNIT)),
        Axis("ms", is_log=spans_decades(ends)),
        (Panel(Axis("share", is_share=True), tuple(lines)),),
        tuple(Fact(subject, _told(values)) for subject, values in found.items()),
    )


def _steps(values: Sequence[float]) -> tuple[Point, ...]:
    """Return after which value which part of all is in."""
    last = len(values) - 1
    count = min(len(values), _MOST_POINTS)
    indices = [round(i * last / max(1, count - 1)) for i in range(count)]
    return (
        (values[0], 0.0),
        *((values[i], (i + 1) / len(values)) for i in indices),
    )


def _told(values: Sequence[float]) -> str:
    p50, p95 = (short(percentile(values, percent)) for percent in (50, 95))
    return f"p50 {p50}, p95 {p95} ms (n = {len(values)})"
