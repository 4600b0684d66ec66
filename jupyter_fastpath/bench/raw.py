"""
What a scenario leaves beside its numbers: what they were made from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec


if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


__all__ = ["Point", "Raw"]

Point = tuple[float, float]

# Points of a series that can be told apart in a picture.
_MOST_POINTS = 600
_DIGITS = 4


class Raw(msgspec.Struct):
    """
    The single values that numbers of a round are made from.

    Args:
        samples: Values that have no order, by name, which ends in their unit.
        series: What a value was when: seconds since the round's clock began, and the
            value, by name, which ends in its unit. Of very many points some are left
            out, never the last one.
    """

    samples: dict[str, list[float]] = msgspec.field(default_factory=dict)
    series: dict[str, list[Point]] = msgspec.field(default_factory=dict)

    def sampled(self, name: str, values: Iterable[float]) -> None:
        """Keep *values* under a name."""
        rounded = [round(value, _DIGITS) for value in values]
        self.samples.setdefault(name, []).extend(rounded)

    def went(self, name: str, points: Sequence[Point]) -> None:
        """Keep how a value went, in place of what is there under this name."""
        step = max(1, -(-len(points) // _MOST_POINTS))
        # From the end on, which is what everything came to.
        kept = points[::-1][::step][::-1]
        self.series[name] = [
            (round(when, _DIGITS), round(value, _DIGITS)) for when, value in kept
        ]
