"""
What is told of many durations.
"""

from __future__ import annotations

import itertools

from typing import TYPE_CHECKING

from jupyter_fastpath.core.percentile import percentile


if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_fastpath.bench.storms import Numbers


__all__ = ["dropped", "frames_per_second", "intervals", "longest", "summary"]

_FRAME = 1000 / 60


def summary(name: str, values: Sequence[float], *, unit: str = "ms") -> Numbers:
    """Return the median, the 95th percentile and the most of *values*, if any."""
    if not values:
        return {}
    return {
        f"{name}_p50_{unit}": percentile(values, 50),
        f"{name}_p95_{unit}": percentile(values, 95),
        f"{name}_max_{unit}": max(values),
    }


def intervals(moments: Sequence[float]) -> list[float]:
    """Return how long it is from each of *moments* to the next."""
    return [after - before for before, after in itertools.pairwise(moments)]


def longest(values: Sequence[float]) -> float:
    """Return the most of *values*, and 0 if there are none."""
    return max(values, default=0.0)


def frames_per_second(moments: Sequence[float]) -> float:
    """Return how many frames a second had, of which these are the *moments* in ms."""
    return (len(moments) - 1) / (moments[-1] - moments[0]) * 1000


def dropped(frames: Sequence[float]) -> int:
    """Return how many more frames there had been at 60 a second, each in its time."""
    return sum(max(0, round(each / _FRAME) - 1) for each in frames)
