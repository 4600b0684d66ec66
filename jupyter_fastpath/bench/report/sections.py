"""
What the report has of each scenario.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jupyter_fastpath.bench.bed import STOCK
from jupyter_fastpath.bench.page_budget import STAGED
from jupyter_fastpath.bench.results import OK, parted
from jupyter_fastpath.bench.standing import Standing, standing
from jupyter_fastpath.bench.tables import label, tabulated
from jupyter_fastpath.bench.verdicts import kept_in

from .courses import arrivals, memory
from .distributions import distributions
from .floods import floods


if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_fastpath.bench.results import Columns, Results
    from jupyter_fastpath.bench.tables import Table
    from jupyter_fastpath.bench.verdicts import Verdict

    from .chart import Group


__all__ = ["Section", "sections"]


@dataclass(frozen=True)
class Section:
    """
    All of one scenario.

    Args:
        table: Its numbers.
        groups: Its pictures.
        standings: What ours is compared with stock, for each row of the table.
        promises: What became of ours, if there are any.
        broken: The promises that stock did not keep.
    """

    table: Table
    groups: tuple[Group, ...]
    standings: tuple[Standing | None, ...]
    promises: Verdict | None
    broken: tuple[str, ...]

    @property
    def counts(self) -> Counter[Standing | None]:
        """How many numbers are better, alike and worse; promises are not counted."""
        return Counter(
            standing
            for row, standing in zip(self.table.rows, self.standings, strict=True)
            if not row.name.endswith(OK)
        )

    @property
    def is_staged(self) -> bool:
        """Whether it is told how long each stage of a run took."""
        return parted(self.table.scenario)[0] == STAGED

    @property
    def worse(self) -> list[str]:
        """What is worse than stock."""
        return [
            label(row.name)
            for row, standing in zip(self.table.rows, self.standings, strict=True)
            if standing is Standing.WORSE
        ]


def sections(results: Results) -> Iterator[Section]:
    """Give what there is of each scenario, in the order in which they were measured."""
    promises = {verdict.scenario: verdict for verdict in kept_in(results)}
    values = results.values
    for table in tabulated(results):
        rounds = [each for each in results.rounds if each.scenario == table.scenario]
        columns = values[table.scenario]
        yield Section(
            table,
            (
                *distributions(table.scenario, rounds),
                *floods(rounds),
                *arrivals(rounds),
                *memory(rounds),
            ),
            tuple(standing(row.name, columns) for row in table.rows),
            promises.get(table.scenario),
            _broken(columns),
        )


def _broken(columns: Columns) -> tuple[str, ...]:
    return tuple(
        label(name)
        for name, values in columns.get(STOCK, {}).items()
        if name.endswith(OK) and min(values) < 1
    )
