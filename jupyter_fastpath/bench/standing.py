"""
Whether ours is better than stock or worse, as far as the name of a number tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from statistics import mean, median
from typing import TYPE_CHECKING

from .bed import FASTPATH, STOCK
from .results import OK, SHARE


if TYPE_CHECKING:
    from collections.abc import Sequence

    from .results import Columns


__all__ = ["Standing", "standing"]


class Standing(Enum):
    """
    What ours is, compared with stock.

    It is unequal where it costs more and stock lost output, so that it had less to do.
    """

    BETTER = "better"
    ALIKE = "alike"
    WORSE = "worse"
    UNEQUAL = "unequal"


@dataclass(frozen=True)
class _Kind:
    """
    What is good for numbers of one kind.

    Args:
        sign: 1 if more is better, and -1 if less is.
        margin: Which part of the larger one a difference is at least.
    """

    sign: int
    margin: float = 0.0


# What is measured once on a busy machine differs by that much on its own.
_MORE, _LESS = _Kind(1, margin=0.1), _Kind(-1, margin=0.1)
# Of what is promised or delivered nothing may be missing.
_ALL, _NOTHING = _Kind(1), _Kind(-1)

# How names end, the first that fits. A name that is not here says nothing of which is
# better, and nor does one with None.
_KINDS: dict[str, _Kind | None] = {
    OK: _ALL,
    "link_rtt_ms": None,
    "not_ready_after_s": None,
    "_per_s": None,
    "blank_share": _LESS,
    "cpu_share": _LESS,
    SHARE: _ALL,
    "fps": _MORE,
    **dict.fromkeys(
        (
            *("_ms", "_s", "_mb", "_kb", "bytes", "bytes_per_character", "_px"),
            *("messages", "dropped_frames", "round_trip_p50_frames"),
            *("round_trip_p95_frames", "round_trip_max_frames", "long_tasks"),
            *("nodes_first", "nodes_last"),
        ),
        _LESS,
    ),
    **dict.fromkeys(
        (
            *("after_done", "timeouts", "scripts_lost", "scripts_twice"),
            *("removals", "shrinks", "blinks"),
        ),
        _NOTHING,
    ),
}

# How promises end that all output is there. They begin like all that is of the same
# part of a scenario.
_DELIVERED = ("exact_ok", "lines_ok")


def standing(name: str, columns: Columns) -> Standing | None:
    """Return what ours is compared with stock, or None if that cannot be told."""
    ours, stock = (columns.get(each, {}).get(name) for each in (FASTPATH, STOCK))
    kind = next((kind for end, kind in _KINDS.items() if name.endswith(end)), None)
    if not ours or not stock or kind is None:
        return None
    one, other = (_middle(name, values) for values in (ours, stock))
    difference = one - other
    if abs(difference) <= kind.margin * max(abs(one), abs(other)):
        return Standing.ALIKE
    if difference * kind.sign > 0:
        return Standing.BETTER
    is_unequal = kind is _LESS and _has_lost(name, columns)
    return Standing.UNEQUAL if is_unequal else Standing.WORSE


def _has_lost(name: str, columns: Columns) -> bool:
    """Return whether stock lost output of what a number is of, and ours did not."""
    has_lost = {
        promise.removesuffix(end): min(values) < 1 <= min(columns[FASTPATH][promise])
        for end in _DELIVERED
        for promise, values in columns[STOCK].items()
        if promise.endswith(end) and promise in columns[FASTPATH]
    }
    lost = tuple(beginning for beginning, is_so in has_lost.items() if is_so)
    # A number that is of no part of the scenario is of all parts.
    return name.startswith(lost) or (bool(lost) and len(lost) == len(has_lost))


def _middle(name: str, values: Sequence[float]) -> float:
    """Return the median, or in which part of the rounds a promise was kept."""
    return mean(values) if name.endswith(OK) else median(values)
