"""
What is measured in a page one after the other, whatever becomes of each.
"""

from __future__ import annotations

import asyncio
import sys
import time

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jupyter_fastpath.bench.errors import BenchError


if TYPE_CHECKING:
    from collections.abc import Coroutine

    from jupyter_fastpath.bench.storms import Numbers


__all__ = ["Phases"]


@dataclass
class Phases:
    """
    The numbers of all phases, and how long they took in all.

    Args:
        patience: How long each may take, in seconds.
    """

    patience: float
    numbers: Numbers = field(default_factory=dict)

    async def run(self, name: str, phase: Coroutine[object, object, Numbers]) -> None:
        """Take the numbers of a phase, or give it up and say so; they are dashes."""
        self.numbers[f"{name}_done_ok"] = 0.0
        began = time.monotonic()
        try:
            self.numbers.update(await asyncio.wait_for(phase, self.patience))
            self.numbers[f"{name}_done_ok"] = 1.0
        except asyncio.TimeoutError:
            print(f"{name}: not done in {self.patience:.0f} s", file=sys.stderr)
        except BenchError as error:
            print(f"{name}: {error}", file=sys.stderr)
        duration = self.numbers.get("duration_s", 0.0)
        self.numbers["duration_s"] = duration + time.monotonic() - began
