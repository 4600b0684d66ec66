"""
What is told of the numbers, in Markdown: medians in tables, losses in sentences.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from .bed import FASTPATH, STOCK
from .budget import budgets
from .page_budget import page_budgets
from .results import OK, SHARE, counted


if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .results import Columns, Results


__all__ = [
    "Row",
    "Table",
    "document",
    "label",
    "load_range",
    "row",
    "short",
    "tables",
    "tabulated",
]

_NONE = "-"


@dataclass(frozen=True)
class Row:
    """What one number is for each subject, and ours as a part of stock's."""

    name: str
    cells: tuple[str, ...]
    ratio: str


@dataclass(frozen=True)
class Table:
    """The medians of a scenario, of at most so many rounds of each subject."""

    scenario: str
    rounds: int
    subjects: tuple[str, ...]
    rows: tuple[Row, ...]


def document(results: Results) -> str:
    """Return all that is told of *results*."""
    return "\n".join(_parts(results)) + "\n"


def tabulated(results: Results) -> Iterator[Table]:
    """Give one table for each scenario."""
    for scenario, columns in results.values.items():
        # The floor has no server, and whoever loses all has no first output.
        fullest_first = sorted(columns.values(), key=len, reverse=True)
        names = dict.fromkeys(name for column in fullest_first for name in column)
        yield Table(
            scenario,
            _rounds(columns),
            tuple(columns),
            tuple(_row(name, columns) for name in names),
        )


def tables(results: Results) -> Iterator[str]:
    """Give one table for each scenario, in Markdown."""
    for table in tabulated(results):
        yield "\n".join(_lines(table))


def row(cells: Sequence[str]) -> str:
    """Return one row of a table."""
    return f"| {' | '.join(cells)} |"


def label(name: str) -> str:
    """Return the name of a number as it is told."""
    return name.removesuffix(OK).replace("_", " ")


def load_range(results: Results) -> str:
    """Return how busy the machine was before the rounds, or nothing without any."""
    loads = [each.load for each in results.rounds]
    return f"{min(loads)} to {max(loads)}" if loads else ""


def short(number: float) -> str:
    """Return a number with the digits that matter."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"  # noqa: PLR2004


def _parts(results: Results) -> Iterator[str]:
    yield f"- date: {results.date}"
    yield f"- profile {results.profile}: {results.sizes}"
    for name, value in results.surroundings.items():
        yield f"- {name}: {value}"
    if loads := load_range(results):
        yield f"- load before each round: {loads}"
    yield ""
    yield from tables(results)
    if budgeted := [f"- {each}" for each in budgets(results)]:
        yield from ("### eval: what each stage adds to the floor", "", *budgeted, "")
    for scenario, lines in page_budgets(results):
        budgeted = [f"- {line}" for line in lines]
        yield from (f"### {scenario}: what each stage may take", "", *budgeted, "")
    for loss in results.losses:
        yield f"LOST by fastpath: {loss}"
    for failure in results.failures:
        yield f"FAILED: {failure}"
    if results.is_interrupted:
        yield "INTERRUPTED: there would have been more."


def _lines(table: Table) -> Iterator[str]:
    yield f"### {table.scenario} (medians, n = {table.rounds})"
    yield ""
    yield row([table.scenario, *table.subjects, f"{FASTPATH} / {STOCK}"])
    yield row(["---", *["---:"] * (len(table.subjects) + 1)])
    for each in table.rows:
        yield row([label(each.name), *each.cells, each.ratio])
    yield ""


def _rounds(columns: Columns) -> int:
    counts = (len(values) for column in columns.values() for values in column.values())
    return max(counts, default=0)


def _row(name: str, columns: Columns) -> Row:
    cells = tuple(_cell(name, column.get(name, [])) for column in columns.values())
    return Row(name, cells, _ratio(name, columns))


def _cell(name: str, values: list[float]) -> str:
    if not values:
        return _NONE
    if name.endswith(OK):
        return counted(values)
    if name.endswith(SHARE):
        return f"{median(values):.1%}"
    return short(median(values))


def _ratio(name: str, columns: Columns) -> str:
    ours = columns.get(FASTPATH, {}).get(name)
    stock = columns.get(STOCK, {}).get(name)
    if not ours or not stock or name.endswith(OK) or not median(stock):
        return _NONE
    return f"{median(ours) / median(stock):.3g}"
