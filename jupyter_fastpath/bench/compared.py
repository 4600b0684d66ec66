"""
What has changed between two results.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .bed import FASTPATH, STOCK
from .results import OK
from .tables import label, row, short


if TYPE_CHECKING:
    from collections.abc import Iterator

    from .results import Results


__all__ = ["compared"]

_NONE = "-"
_ALIKE = ("processor", "cpus", "memory", "platform", "python")


def compared(old: Results, new: Results) -> Iterator[str]:
    """
    Give tables of what was measured in both: ours, before and now.

    What stock did meanwhile tells how much of a change is the machine's.
    """
    yield f"### Compared with {old.date or 'before'}"
    yield ""
    yield from _differences(old, new)
    for scenario, columns in new.values.items():
        names = [
            name
            for name in columns.get(FASTPATH, {})
            if old.median(scenario, FASTPATH, name) is not None
        ]
        if names:
            header = [scenario, "before", "now", "now / before", "the same of stock"]
            yield row(header)
            yield row(["---", *["---:"] * (len(header) - 1)])
            for name in names:
                yield _row(old, new, scenario, name)
            yield ""


def _differences(old: Results, new: Results) -> Iterator[str]:
    """Give a line for all that differs and may be why numbers do."""
    for name in sorted(old.surroundings.keys() | new.surroundings.keys()):
        before, now = (each.surroundings.get(name, _NONE) for each in (old, new))
        if before != now:
            what = "ANOTHER MACHINE" if name in _ALIKE else "changed"
            yield f"- {what}: {name} {before} -> {now}"
    if old.profile != new.profile:
        yield f"- ANOTHER PROFILE: {old.profile} -> {new.profile}"
    yield ""


def _row(old: Results, new: Results, scenario: str, name: str) -> str:
    before, now = (each.median(scenario, FASTPATH, name) for each in (old, new))
    assert before is not None
    assert now is not None
    stock = [each.median(scenario, STOCK, name) for each in (old, new)]
    ratios = [_NONE, _NONE]
    if not name.endswith(OK):
        ratios = [_ratio(before, now), _ratio(*stock)]
    return row([label(name), short(before), short(now), *ratios])


def _ratio(before: float | None, now: float | None) -> str:
    if not before or now is None:
        return _NONE
    return f"{now / before:.3g}"
