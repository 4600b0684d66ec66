"""
Which rounds there are: scenarios, subjects, and links, in their order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .bed import FASTPATH, FLOOR, FORCED, STOCK, USUAL_SUBJECTS
from .page.scenarios import PAGE_SCENARIOS
from .scenarios import LONG, NEED_FASTPATH, NEED_SERVER, SCENARIOS


if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


__all__ = ["BRIEFLY", "BRIEF_SUBJECTS", "GROUPS", "PAGE_SUBJECTS", "chosen", "schedule"]

# Each stands for all scenarios whose names begin with it, or for all there are.
_PAGE, _SCROLL, _ALL = GROUPS = "page", "scroll", "all"
PAGE_SUBJECTS = (STOCK, FASTPATH)

# What shows in three minutes what there is to show.
BRIEFLY = ("eval", "flush", "huge", "page-eval", "page-typing", "page-calm")
BRIEF_SUBJECTS = (FLOOR, *PAGE_SUBJECTS)


def chosen(names: Sequence[str] | None, *, is_brief: bool = False) -> list[str]:
    """
    Return the scenarios that these names stand for.

    Args:
        names: None stands for all, or for a few.
        is_brief: Whether it does for a few.
    """
    found: dict[str, None] = {}
    for name in names or (BRIEFLY if is_brief else (_ALL,)):
        found.update(dict.fromkeys(_named(name)))
    return list(found)


def _named(name: str) -> Iterable[str]:
    if name == _ALL:
        return (*SCENARIOS, *PAGE_SCENARIOS)
    if name in GROUPS:
        return [each for each in PAGE_SCENARIOS if each.startswith(f"{name}-")]
    return (name,)


def schedule(
    repeat: int, scenarios: Sequence[str], subjects: Sequence[str] | None
) -> Iterator[tuple[str, str]]:
    """Give scenario and subject of each round, subjects next to each other."""
    for number in range(repeat):
        for scenario in scenarios:
            is_page = scenario in PAGE_SCENARIOS
            those = subjects or (PAGE_SUBJECTS if is_page else USUAL_SUBJECTS)
            # Turned around each time, so that none always follows the same one.
            for subject in those if number % 2 == 0 else those[::-1]:
                if _has(subject, scenario):
                    yield scenario, subject


def _has(subject: str, scenario: str) -> bool:
    """Return whether *subject* has what *scenario* measures."""
    if scenario in NEED_FASTPATH:
        return subject == FASTPATH
    if scenario in LONG:
        return subject in PAGE_SUBJECTS
    if subject in FORCED:
        return scenario.startswith(f"{_SCROLL}-")
    return subject != FLOOR or scenario not in {*NEED_SERVER, *PAGE_SCENARIOS}
