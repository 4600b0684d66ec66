"""
What is told of the numbers, in Markdown: medians in tables, losses in sentences.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from .bed import FASTPATH, STOCK
from .budget import budgets
from .page_budget import page_budgets
from .results import OK, SHARE, counted


if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .results import Results


__all__ = ["document", "label", "row", "short", "tables"]

_NONE = "-"


def document(results: Results) -> str:
    """Return all that is told of *results*."""
    return "\n".join(_parts(results)) + "\n"


def tables(results: Results) -> Iterator[str]:
    """Give one table for each scenario."""
    for scenario, columns in results.values.items():
        yield "\n".join(_table(scenario, columns))


def row(cells: Sequence[str]) -> str:
    """Return one row of a table."""
    return f"| {' | '.join(cells)} |"


def label(name: str) -> str:
    """Return the name of a number as it is told."""
    return name.removesuffix(OK).replace("_", " ")


def short(number: float) -> str:
    """Return a number with the digits that matter."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"  # noqa: PLR2004


def _parts(results: Results) -> Iterator[str]:
    yield f"- date: {results.date}"
    yield f"- profile {results.profile}: {results.sizes}"
    for name, value in results.surroundings.items():
        yield f"- {name}: {value}"
    loads = [each.load for each in results.rounds]
    if loads:
        yield f"- load before each round: {min(loads)} to {max(loads)}"
    yield ""
    yield from tables(results)
    if lines := list(budgets(results)):
        yield from ("### eval: what each stage adds to the floor", "", *lines, "")
    for scenario, lines in page_budgets(results):
        budgeted = [f"- {line}" for line in lines]
        yield from (f"### {scenario}: what each stage may take", "", *budgeted, "")
    for loss in results.losses:
        yield f"LOST by fastpath: {loss}"
    for failure in results.failures:
        yield f"FAILED: {failure}"
    if results.is_interrupted:
        yield "INTERRUPTED: there would have been more."


def _table(scenario: str, columns: dict[str, dict[str, list[float]]]) -> Iterator[str]:
    subjects = list(columns)
    yield f"### {scenario} (medians, n = {_rounds(columns)})"
    yield ""
    yield row([scenario, *subjects, f"{FASTPATH} / {STOCK}"])
    yield row(["---", *["---:"] * (len(subjects) + 1)])
    # The floor has no server, and whoever loses all has no first output.
    fullest_first = sorted(columns.values(), key=len, reverse=True)
    for name in dict.fromkeys(name for column in fullest_first for name in column):
        cells = [_cell(name, columns[subject].get(name, [])) for subject in subjects]
        yield row([label(name), *cells, _ratio(name, columns)])
    yield ""


def _rounds(columns: dict[str, dict[str, list[float]]]) -> int:
    return max(len(values) for column in columns.values() for values in column.values())


def _cell(name: str, values: list[float]) -> str:
    if not values:
        return _NONE
    if name.endswith(OK):
        return counted(values)
    if name.endswith(SHARE):
        return f"{median(values):.1%}"
    return short(median(values))


def _ratio(name: str, columns: dict[str, dict[str, list[float]]]) -> str:
    ours = columns.get(FASTPATH, {}).get(name)
    stock = columns.get(STOCK, {}).get(name)
    if not ours or not stock or name.endswith(OK) or not median(stock):
        return _NONE
    return f"{median(ours) / median(stock):.3g}"
