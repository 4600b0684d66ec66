"""
A picture of the stages of a short run in the page, stock's above ours.

It is drawn in colours that can be read on light and on dark.
"""

from __future__ import annotations

import io
import itertools

from typing import TYPE_CHECKING

from jupyter_fastpath.bench.bed import FASTPATH, STOCK
from jupyter_fastpath.bench.page.stages import STAGES
from jupyter_fastpath.bench.page_budget import STAGED
from jupyter_fastpath.bench.tables import label

from .drawing import METADATA


if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from jupyter_fastpath.bench.results import Results


__all__ = ["draw_stages", "stages_figure", "stages_svg"]

_COLOURS = (
    "#8fb8de",
    "#f0c27b",
    "#9fd3a8",
    "#e59a94",
    "#9fd3a8",
    "#f0c27b",
    "#8fb8de",
    "#c3a6dc",
)
_ON_COLOUR, _INK = "#1a1a1a", "#808080"
_HEIGHT = 0.5
# The part of the longest bar in which a value has room, and how far above the bar it
# stands if it has none: each higher than its neighbour.
_ROOM = 0.035
_LOW, _STEP = 0.07, 0.1


def stages_figure(results: Results, scenario: str = STAGED) -> Figure:
    """Return a picture of the medians of the stages in *results*."""
    # Asked for when it is needed: no other part of the package has it.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3), layout="constrained")
    figure.patch.set_alpha(0.0)
    draw_stages(results, figure.subplots(), scenario)
    return figure


def stages_svg(results: Results, scenario: str = STAGED) -> bytes:
    """Return that picture as SVG."""
    from matplotlib import style

    file = io.BytesIO()
    # Whatever somebody has configured for pictures of their own.
    with style.context(["default", {"svg.hashsalt": "stages"}]):
        stages_figure(results, scenario).savefig(file, format="svg", metadata=METADATA)
    return file.getvalue()


def draw_stages(results: Results, axes: Axes, scenario: str = STAGED) -> None:
    """Draw a bar for stock and one for ours, of those that are in *results*."""
    bars = {
        subject: medians
        for subject in (FASTPATH, STOCK)
        if (medians := _medians(results, scenario, subject))
    }
    if not bars:
        return
    longest = max(sum(medians) for medians in bars.values())
    for place, medians in enumerate(bars.values()):
        _draw(axes, place, medians, longest)
    axes.set_yticks(range(len(bars)), list(bars))
    axes.set_xlim(0, longest * 1.1)
    axes.set_xlabel("ms from the key, medians")
    _tint(axes)


def _medians(results: Results, scenario: str, subject: str) -> list[float]:
    found = [results.median(scenario, subject, f"{stage}_p50_ms") for stage in STAGES]
    return [each for each in found if each is not None]


def _draw(axes: Axes, place: int, medians: list[float], longest: float) -> None:
    starts = [0.0, *itertools.accumulate(medians)]
    above = 0.0
    for index, (stage, value) in enumerate(zip(STAGES, medians, strict=True)):
        axes.barh(
            place,
            value,
            left=starts[index],
            height=_HEIGHT,
            color=_COLOURS[index],
            edgecolor=_ON_COLOUR,
            linewidth=0.5,
            # The first bar of a stage names it.
            label=f"_{stage}" if place else label(stage),
        )
        middle = starts[index] + value / 2
        is_in = value > longest * _ROOM
        above = 0.0 if is_in else above + (_STEP if above else _HEIGHT / 2 + _LOW)
        axes.text(
            middle,
            place + above,
            f"{value:.1f}",
            color=_ON_COLOUR if is_in else _INK,
            ha="center",
            va="center",
            fontsize="small" if is_in else "x-small",
        )
    axes.text(
        starts[-1], place, f" {starts[-1]:.0f}", color=_INK, va="center", weight="bold"
    )


def _tint(axes: Axes) -> None:
    """Name the stages, and have all that is beside the bars readable on any ground."""
    axes.patch.set_alpha(0.0)
    axes.tick_params(colors=_INK)
    axes.xaxis.label.set_color(_INK)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.legend(
        ncols=len(STAGES),
        loc="lower center",
        bbox_to_anchor=(0.5, 1.0),
        labelcolor=_INK,
        frameon=False,
        fontsize="x-small",
        columnspacing=0.9,
        handlelength=1.0,
    )
