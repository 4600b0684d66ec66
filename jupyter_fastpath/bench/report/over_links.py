"""
What is left of a number without the round trip, by how long that is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_fastpath.bench.results import over_link
from jupyter_fastpath.bench.tables import label, short
from jupyter_fastpath.bench.verdicts import TARGETS

from .chart import Axis, Chart, Fact, Form, Group, Line, Panel, is_drawn


if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_fastpath.bench.raw import Point
    from jupyter_fastpath.bench.results import Results


__all__ = ["above_round_trips"]

_NUMBERS = (
    ("page-eval", "key_to_paint_p50_above_rtt_ms"),
    ("eval", "clicked_first_output_p50_above_rtt_ms"),
    ("eval", "first_output_p50_above_rtt_ms"),
)
_HINT = (
    "What was added to the round trip of the link, by how long that is. A level line"
    " means that nothing waits for the link twice; lower is better. Dotted is the"
    " target."
)
# Of a single link there is nothing to compare.
_LEAST_LINKS = 2


def above_round_trips(results: Results) -> Iterator[Group]:
    """Give what was above the round trip, if it was measured over several links."""
    charts = [
        chart for each in _NUMBERS if (chart := _chart(results, *each)) is not None
    ]
    if charts:
        yield Group("Above the round trip", _HINT, tuple(charts))


def _chart(results: Results, scenario: str, name: str) -> Chart | None:
    found = _points(results, scenario, name)
    if max(map(len, found.values()), default=0) < _LEAST_LINKS:
        return None
    lines = tuple(Line(each, tuple(found[each]), Form.MARKS) for each in found)
    return Chart(
        f"{scenario}: {label(name.removesuffix('_above_rtt_ms'))}",
        Axis("round trip, ms"),
        (Panel(Axis("ms above it"), lines, _target(scenario, name)),),
        tuple(Fact(each, _told(points)) for each, points in found.items()),
    )


def _points(results: Results, scenario: str, name: str) -> dict[str, list[Point]]:
    """Return round trip and number, by subject, of all links, the shortest first."""
    found: dict[str, list[Point]] = {}
    for link, what in results.links.items():
        linked = over_link(scenario, link)
        for subject in results.values.get(linked, {}):
            above = results.median(linked, subject, name)
            match what, above:
                case {"rtt": int() | float() as rtt}, float() if is_drawn((rtt, above)):
                    found.setdefault(subject, []).append((rtt * 1000, above))
    return {subject: sorted(points) for subject, points in found.items()}


def _target(scenario: str, name: str) -> float | None:
    bounds = [
        limit.most
        for limit in TARGETS
        if (limit.scenario, limit.number) == (scenario, name)
    ]
    return min((bound for bound in bounds if bound is not None), default=None)


def _told(points: list[Point]) -> str:
    return ", ".join(f"{short(above)} ms over {short(rtt)}" for rtt, above in points)
