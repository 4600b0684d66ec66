"""
How values went over time: what had arrived, and memory.
"""

from __future__ import annotations

from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from jupyter_fastpath.bench.tables import label, short

from .chart import Axis, Chart, Group, Panel
from .series import facts_of, latest, lines_of, names_of


if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jupyter_fastpath.bench.raw import Point
    from jupyter_fastpath.bench.results import Round


__all__ = ["arrivals", "memory"]

_CHARACTERS = "received_characters"
_UNIT = "_mb"
# Sizes too, but of text: see floods.
_TEXT = ("printed_mb", "painted_mb", "received_mb")
_NODES = "nodes"

_SECONDS = Axis("seconds")
_ARRIVALS_HINT = "How much the client had when. What ends lower has lost some."
_MEMORY_HINT = "How much was in use when; lower and flatter is better."


def arrivals(rounds: Sequence[Round]) -> Iterator[Group]:
    """Give what had arrived at the client when, if that was followed."""
    if lines := lines_of(rounds, _CHARACTERS):
        panel = Panel(Axis("characters"), lines)
        facts = facts_of(rounds, _CHARACTERS, _arrived)
        chart = Chart("text at the client", _SECONDS, (panel,), facts)
        yield Group("What arrived", _ARRIVALS_HINT, (chart,))


def memory(rounds: Sequence[Round]) -> Iterator[Group]:
    """Give how memory and the nodes of pages went, if that was followed."""
    units = {name: unit for name in names_of(rounds) if (unit := _unit(name))}
    charts = [
        Chart(
            label(name.removesuffix(_UNIT)),
            _SECONDS,
            (Panel(Axis(unit), lines),),
            facts_of(rounds, name, partial(_used, unit)),
        )
        for name, unit in units.items()
        if (lines := lines_of(rounds, name))
    ]
    if charts:
        yield Group("Memory", _MEMORY_HINT, tuple(charts))


def _unit(name: str) -> str:
    """Return in what a series is told, or nothing if it is of something else."""
    if name == _NODES:
        return _NODES
    return "MB" if name.endswith(_UNIT) and name not in _TEXT else ""


def _arrived(series: Sequence[Sequence[Point]]) -> str:
    when, count = latest(series)
    return f"{short(count)} after {short(when)} s"


def _used(unit: str, series: Sequence[Sequence[Point]]) -> str:
    peak = median(max(value for _, value in points) for points in series)
    last = median(points[-1][1] for points in series)
    return f"at most {short(peak)} {unit}, at the end {short(last)}"
