"""
Draws charts, as SVG.
"""

from __future__ import annotations

import io
import re

from typing import TYPE_CHECKING, Any, Literal

from .chart import Form
from .style import PALETTES, inks


if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from .chart import Axis, Chart, Panel
    from .style import Palette, Scheme


__all__ = ["METADATA", "drawn", "ticked"]

# In inches, of which each is 96 pixels of a page.
_WIDTH, _FIRST, _OTHERS = 3.8, 2.0, 1.05
_LEFT, _RIGHT, _BOTTOM, _TOP = 0.58, 0.1, 0.4, 0.08
_LABEL = 0.42
_PARTS = (0.0, 0.25, 0.5, 0.75, 1.0)
# From what on a tick has a prefix, and of which size: 5000, but 10k.
_PREFIXES = ((1e9, 1e9, "G"), (1e6, 1e6, "M"), (1e4, 1e3, "k"))
# A little room around the points.
_ROOM = 1.05
_STEPS = (1, 2, 2.5, 5, 10)
# Values that span more have a tick for each power of ten only.
_WIDE = 1e3
# Where lines of several rounds or subjects meet, all of them are seen.
_ALPHA = 0.9
# Which is first there decides how wide text is; a page takes the first it has.
_FONTS = [
    *("Helvetica Neue", "Helvetica", "Arial", "Liberation Sans", "DejaVu Sans"),
    "sans-serif",
]

_FORMS: dict[Form, dict[str, Any]] = {
    Form.CURVE: {},
    Form.STEPS: {"drawstyle": "steps-post"},
    Form.DASHES: {"linestyle": (0, (3, 2)), "linewidth": 1.1},
    Form.DOTS: {"linestyle": "none", "marker": "o", "markersize": 2.4},
    Form.MARKS: {"marker": "o", "markersize": 4.5},
}
# Where lines go, and what of that is less than a hundredth of a pixel.
_PATH = re.compile(rb' d="[^"]*"')
_FINER = re.compile(rb"(\.\d\d)\d+")
# Nothing of when and by what it was drawn, so that the same is always the same.
METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))


def drawn(chart: Chart, scheme: Scheme) -> bytes:
    """Return a picture of *chart*, as SVG."""
    # Asked for when it is needed: no other part of the package has it.
    from matplotlib import style

    # Whatever somebody has configured for pictures of their own.
    with style.context(["default", _settings(PALETTES[scheme])]):
        figure, rows = _divided(len(chart.panels))
        for axes, panel in zip(rows, chart.panels, strict=True):
            _draw(axes, panel, scheme)
        _arrange(rows[-1], "x", chart.x)
        file = io.BytesIO()
        figure.savefig(file, format="svg", metadata=METADATA)
    return _PATH.sub(_rounded, file.getvalue())


def _rounded(path: re.Match[bytes]) -> bytes:
    return _FINER.sub(rb"\1", path[0])


def _divided(count: int) -> tuple[Figure, list[Axes]]:
    """Return a picture with so many panels, the topmost first."""
    from matplotlib.figure import Figure

    heights = [_FIRST, *[_OTHERS] * (count - 1)]
    height = sum(heights)
    figure = Figure((_WIDTH, height))
    # The same everywhere, so that pictures beside each other are level.
    figure.subplots_adjust(
        left=_LEFT / _WIDTH,
        right=1 - _RIGHT / _WIDTH,
        bottom=_BOTTOM / height,
        top=1 - _TOP / height,
    )
    rows = figure.subplots(count, squeeze=False, sharex=True, height_ratios=heights)
    width = _WIDTH - _LEFT - _RIGHT
    for axes in rows[:, 0]:
        axes.yaxis.set_label_coords(-_LABEL / width, 0.5)
    return figure, list(rows[:, 0])


def ticked(value: float) -> str:
    """Return what is written at a tick."""
    for least, size, prefix in _PREFIXES:
        if abs(value) >= least:
            return f"{value / size:g}{prefix}"
    return f"{value:g}"


def _settings(palette: Palette) -> dict[Any, Any]:
    return {
        "svg.fonttype": "none",
        "svg.hashsalt": "report",
        "font.size": 7.5,
        "font.sans-serif": _FONTS,
        "path.simplify_threshold": 0.5,
        "text.color": palette.text,
        "text.parse_math": False,
        "axes.edgecolor": palette.faint,
        "axes.facecolor": "none",
        "axes.grid": True,
        "axes.labelcolor": palette.text,
        "axes.linewidth": 0.8,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "figure.facecolor": "none",
        "grid.color": palette.faint,
        "grid.linewidth": 0.6,
        "legend.fontsize": 7.0,
        "legend.frameon": False,
        "lines.solid_capstyle": "round",
        "xtick.color": palette.faint,
        "xtick.labelcolor": palette.text,
        "ytick.color": palette.faint,
        "ytick.labelcolor": palette.text,
    }


def _draw(axes: Axes, panel: Panel, scheme: Scheme) -> None:
    """Draw a panel, but for what all panels share."""
    found = inks(line.subject for line in panel.lines)
    for line in panel.lines:
        ink = found[line.subject]
        look = {"linewidth": ink.width, "alpha": _ALPHA, **_FORMS[line.form]}
        axes.plot(*zip(*line.points, strict=True), color=ink.on(scheme), **look)
    if panel.bound is not None:
        bound = PALETTES[scheme].bound
        axes.axhline(panel.bound, color=bound, linestyle=":", linewidth=1.2)
    _name_lines(axes, panel)
    axes.set_axisbelow(True)
    _arrange(axes, "y", panel.y)


def _name_lines(axes: Axes, panel: Panel) -> None:
    """Tell what lines are, where a subject has several."""
    named = dict(zip((line.label for line in panel.lines), axes.lines, strict=False))
    named.pop("", None)
    if named:
        axes.legend(list(named.values()), list(named), loc="lower right")


def _arrange(axes: Axes, name: Literal["x", "y"], axis: Axis) -> None:
    """Arrange an axis as it is to be."""
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

    one = axes.xaxis if name == "x" else axes.yaxis
    shown = *one.get_data_interval(), axis.least, axis.most
    least, most = (
        end(each for each in shown if each is not None) for end in (min, max)
    )
    wanted: dict[str, Any] = {"label": axis.label}
    if axis.is_share:
        wanted |= {"ticks": _PARTS, "lim": (0, 1.02)}
    elif axis.is_log:
        wanted |= {"scale": "log", "lim": (least / _ROOM, most * _ROOM)}
    else:
        wanted |= {"lim": (min(0.0, least), most * _ROOM if most > 0 else None)}
    axes.set(**{f"{name}{what}": value for what, value in wanted.items()})
    if axis.is_log:
        is_wide = most > _WIDE * least
        one.set_major_locator(LogLocator(subs=(1.0,) if is_wide else (1.0, 2.0, 5.0)))
        one.set_minor_formatter(NullFormatter())
    elif not axis.is_share:
        one.set_major_locator(MaxNLocator(5, steps=_STEPS))
    tick = _percent if axis.is_share else ticked
    one.set_major_formatter(FuncFormatter(lambda value, _: tick(value)))


def _percent(value: float) -> str:
    return f"{value:.0%}"
