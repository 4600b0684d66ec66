"""
Telling those who watch takes little of the event loop's time.
"""

from __future__ import annotations

import asyncio
import time

import pytest

from jupyter_fastpath.states import MOST, States


pytestmark = pytest.mark.promise("K1")

# Seconds of the processor that it takes to tell one of those who watch.
COST = 0.01


async def tell(states: States) -> float:
    """
    Spend what it costs to tell somebody; return when that began.
    """
    async with states.turn():
        began = time.thread_time()
        began_at = time.monotonic()
        while time.thread_time() - began < COST:
            pass
    return began_at


async def test_turn():
    """Who is told next waits until what the last has cost is little of all time."""
    states = States()

    begins = await asyncio.gather(*(tell(states) for _ in range(3)))

    first, second, third = sorted(begins)
    assert min(second - first, third - second) >= COST / MOST


async def test_gone():
    """Who is gone while it waits for its turn leaves it to the others."""
    states = States()
    waiting = [asyncio.create_task(tell(states)) for _ in range(3)]
    await asyncio.sleep(0)

    waiting[0].cancel()
    waiting[1].cancel()

    assert await asyncio.wait_for(waiting[2], 10)
