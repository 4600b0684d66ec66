"""
The page: all that came of a benchmark, in one file.
"""

from __future__ import annotations

import base64

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_fastpath.bench.bed import FASTPATH, STOCK
from jupyter_fastpath.bench.budget import budgets
from jupyter_fastpath.bench.errors import require_module
from jupyter_fastpath.bench.page_budget import page_budgets
from jupyter_fastpath.bench.standing import Standing
from jupyter_fastpath.bench.tables import label, load_range
from jupyter_fastpath.bench.verdicts import CHECKS, TARGETS, judged

from .drawing import drawn
from .over_links import above_round_trips
from .sections import sections
from .stage_bars import stages_svg
from .style import PALETTES, Scheme, inks


if TYPE_CHECKING:
    from jupyter_fastpath.bench.results import Results

    from .chart import Chart


__all__ = ["MODULE", "as_html", "require_drawing"]

MODULE = "matplotlib"

_HERE = Path(__file__).parent
_TEMPLATE = "page.html"
# The rounds themselves leave a load of about one for each processor.
_BUSY = 2.0


def require_drawing() -> None:
    """Raise with what to install if nothing can be drawn."""
    require_module(MODULE, "pictures are drawn")


def as_html(results: Results) -> str:
    """
    Return *results* as HTML that needs nothing else.

    Raises:
        BenchError: What draws is not installed.
    """
    require_drawing()
    # Asked for when it is needed: no other part of the package has it.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    # What a file of results says is text here, whatever it is.
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "label": label,
        "picture": _picture,
        "stages": partial(_stages, results),
    }
    parts = list(sections(results))
    return environment.get_template(_TEMPLATE).render(
        results=results,
        load=load_range(results),
        is_busy=_is_busy(results),
        sections=parts,
        is_compared=any(any(part.standings) for part in parts),
        over_links=list(above_round_trips(results)),
        targets=list(judged(results, TARGETS)),
        checks=list(judged(results, CHECKS)),
        budgets={"eval": list(budgets(results)), **dict(page_budgets(results))},
        inks=inks(dict.fromkeys(each.subject for each in results.rounds)),
        palettes={scheme.value: palette for scheme, palette in PALETTES.items()},
        standings=list(Standing),
        ours=FASTPATH,
        stock=STOCK,
    )


def _is_busy(results: Results) -> bool:
    """Return whether others must have been at work on the machine meanwhile."""
    cpus = results.surroundings.get("cpus", "")
    load = max((each.load for each in results.rounds), default=0.0)
    return cpus.isdecimal() and load > _BUSY * float(cpus)


def _picture(chart: Chart, scheme: str) -> str:
    return _address(drawn(chart, Scheme(scheme)))


def _stages(results: Results, scenario: str) -> str:
    return _address(stages_svg(results, scenario))


def _address(svg: bytes) -> str:
    """Return the address of a picture that has the picture in it."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"
