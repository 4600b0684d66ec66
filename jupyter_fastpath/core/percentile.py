"""
Of many durations, how long most of them were.
"""

from __future__ import annotations

from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from collections.abc import Sequence


__all__ = ["percentile"]


def percentile(values: Sequence[float], percent: int) -> float:
    """
    Return the smallest of *values* that *percent* of them do not exceed.
    """
    ranked = sorted(values)
    return ranked[max(0, -(-len(ranked) * percent // 100) - 1)]
