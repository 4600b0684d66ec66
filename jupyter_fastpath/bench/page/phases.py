"""
What is measured in a page one after the other, whatever becomes of each.
"""

from __future__ import annotations

import asyncio

from dataclasses import dataclass, field
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from collections.abc import Coroutine

    from jupyter_fastpath.bench.storms import Numbers


__all__ = ["Phases"]


@dataclass
class Phases:
    """
    The numbers of all phases.

    Args:
        patience: How long each may take, in seconds.
    """

    patience: float
    numbers: Numbers = field(default_factory=dict)

    async def run(self, name: str, phase: Coroutine[object, object, Numbers]) -> None:
        """Take the numbers of a phase, or give it up; what it lacks is a dash."""
        try:
            self.numbers.update(await asyncio.wait_for(phase, self.patience))
        except asyncio.TimeoutError:
            self.numbers[f"{name}_in_time_ok"] = 0.0
        else:
            self.numbers[f"{name}_in_time_ok"] = 1.0
