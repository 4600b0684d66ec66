"""
Which rounds there are: scenarios, subjects, and links, in their order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .bed import FASTPATH, FLOOR, FORCED, STOCK, SUBJECTS
from .page.scenarios import PAGE_SCENARIOS
from .scenarios import NEED_FASTPATH, NEED_SERVER, SCENARIOS


if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


__all__ = ["GROUPS", "PAGE_SUBJECTS", "chosen", "schedule"]

# Each stands for all scenarios of the page whose names begin with it.
_PAGE, _SCROLL = GROUPS = "page", "scroll"
PAGE_SUBJECTS = (STOCK, FASTPATH)


def chosen(names: Sequence[str] | None) -> list[str]:
    """Return the scenarios that these names stand for."""
    if not names:
        return list(SCENARIOS)
    found: dict[str, None] = {}
    for name in names:
        group = [each for each in PAGE_SCENARIOS if each.startswith(f"{name}-")]
        found.update(dict.fromkeys(group if name in GROUPS else (name,)))
    return list(found)


def schedule(
    repeat: int, scenarios: Sequence[str], subjects: Sequence[str] | None
) -> Iterator[tuple[str, str]]:
    """Give scenario and subject of each round, subjects next to each other."""
    for number in range(repeat):
        for scenario in scenarios:
            is_page = scenario in PAGE_SCENARIOS
            those = subjects or (PAGE_SUBJECTS if is_page else SUBJECTS)
            # Turned around each time, so that none always follows the same one.
            for subject in those if number % 2 == 0 else those[::-1]:
                if _has(subject, scenario):
                    yield scenario, subject


def _has(subject: str, scenario: str) -> bool:
    """Return whether *subject* has what *scenario* measures."""
    if scenario in NEED_FASTPATH:
        return subject == FASTPATH
    if subject in FORCED:
        return scenario.startswith(f"{_SCROLL}-")
    return subject != FLOOR or scenario not in {*NEED_SERVER, *PAGE_SCENARIOS}
