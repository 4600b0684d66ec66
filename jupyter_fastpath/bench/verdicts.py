"""
What is to be reached, and what must never be: both by numbers, each told with its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .bed import FASTPATH, STOCK
from .results import OK, parted
from .tables import label, row, short


if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .results import Results


__all__ = ["CHECKS", "TARGETS", "Limit", "Verdict", "judged", "kept_in", "table"]

_ALL = "all promises"


@dataclass(frozen=True)
class Limit:
    """
    How much a number may be at most, or has to be at least.

    Args:
        scenario: In which scenario.
        number: Which one.
        most: What it may be at most.
        least: What it has to be at least.
        over_stock: Whether that is said of the ratio of ours to stock's.
        over_link: Whether it is said of what was measured over links.
    """

    scenario: str
    number: str
    most: float | None = None
    least: float | None = None
    over_stock: bool = False
    over_link: bool = False

    def is_kept(self, value: float) -> bool:
        """Return whether *value* is within the limit."""
        return (self.most is None or value <= self.most) and (
            self.least is None or value >= self.least
        )

    def __str__(self) -> str:
        """What is asked for."""
        bound = f"≤ {self.most:g}" if self.most is not None else f"≥ {self.least:g}"
        return f"{bound} of stock's" if self.over_stock else bound


@dataclass(frozen=True)
class Verdict:
    """What a number is, what was asked for, and whether it is that."""

    scenario: str
    number: str
    value: str
    asked: str
    is_kept: bool


# The targets of the mission, in milliseconds, frames and shares. A number over a link
# is without the round trip of the link.
TARGETS = (
    Limit("page-eval", "key_to_paint_p50_ms", most=120),
    Limit("page-eval", "key_to_paint_p95_ms", most=250),
    Limit("page-eval", "key_to_paint_p50_above_rtt_ms", most=120, over_link=True),
    Limit("page-eval", "key_to_paint_p50_above_rtt_ms", most=30, over_link=True),
    Limit("page-stages", "key_to_paint_p50_ms", most=120),
    Limit("page-stages", "key_to_paint_p95_ms", most=250),
    Limit("eval", "first_output_p50_above_rtt_ms", most=30, over_link=True),
    Limit("page-typing", "key_to_paint_p95_ms", most=50),
    Limit("scroll-text", "open_to_ready_s", most=0.5, over_stock=True),
    Limit("scroll-text", "open_to_first_key_s", most=0.7, over_stock=True),
    Limit("scroll-text", "first_long_tasks_sum_ms", most=0.2, over_stock=True),
    Limit("scroll-text", "scroll_fps", least=50),
    Limit("scroll-text", "scroll_frame_p95_ms", most=25),
    Limit("scroll-text", "top_key_to_paint_p95_ms", most=33),
    Limit("scroll-text", "middle_key_to_paint_p95_ms", most=33),
)

# What is stable between machines, and between a quiet and a busy one: counts, and
# ratios that are far from what they may be.
CHECKS = (
    Limit("eval", "idle_p50_ms", most=0.8, over_stock=True),
    Limit("eval", "clicked_first_output_p50_ms", most=2.0, over_stock=True),
    Limit("flush", "messages", most=0.3, over_stock=True),
    Limit("flush", "server_cpu_s", most=0.8, over_stock=True),
    Limit("page-eval", "key_to_paint_p50_ms", most=1.5, over_stock=True),
    Limit("page-typing", "key_to_paint_p50_ms", most=0.5, over_stock=True),
    *(
        Limit("page-calm", f"{cell}_{what}", most=0)
        for cell in ("loop", "bar", "text", "image")
        for what in ("removals", "shrinks", "blinks")
    ),
)


def judged(results: Results, limits: Sequence[Limit]) -> Iterator[Verdict]:
    """Give a verdict on each of *limits* of which there is a number."""
    for limit in limits:
        for scenario in results.values:
            if _is_of(limit, scenario):
                yield from _judged(results, limit, scenario)


def kept_in(results: Results) -> Iterator[Verdict]:
    """Give a verdict for each scenario: whether ours kept all promises in it."""
    for scenario, columns in results.values.items():
        promises = {
            name: min(values)
            for name, values in columns.get(FASTPATH, {}).items()
            if name.endswith(OK)
        }
        if promises:
            kept = sum(value == 1 for value in promises.values())
            yield Verdict(
                scenario,
                _ALL,
                f"{kept} kept",
                f"{len(promises)}",
                is_kept=kept == len(promises),
            )


def table(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Give the rows of a table of *verdicts*."""
    yield row(["scenario", "number", "is", "asked for", ""])
    yield row(["---", "---", "---:", "---:", "---"])
    for each in verdicts:
        verdict = "met" if each.is_kept else "**not met**"
        yield row([each.scenario, each.number, each.value, each.asked, verdict])


def _is_of(limit: Limit, scenario: str) -> bool:
    name, link = parted(scenario)
    return name == limit.scenario and bool(link) == limit.over_link


def _judged(results: Results, limit: Limit, scenario: str) -> Iterator[Verdict]:
    ours = results.median(scenario, FASTPATH, limit.number)
    value = ours
    if limit.over_stock and ours is not None:
        stock = results.median(scenario, STOCK, limit.number)
        value = ours / stock if stock else None
    if value is not None:
        yield Verdict(
            scenario,
            label(limit.number),
            short(value),
            str(limit),
            limit.is_kept(value),
        )
