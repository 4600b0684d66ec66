"""
How soon a large notebook can be read, and typed into, and is through.
"""

from __future__ import annotations

import asyncio
import time

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import msgspec

from .lab import notebook_with
from .phases import Phases
from .summary import longest


if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from jupyter_fastpath.bench.storms import Numbers

    from .bed import PageBed
    from .large import Cell
    from .notebook import Notebook
    from .sizes import ScrollSizes


__all__ = ["Opening", "Task", "opening_numbers", "settled", "usable"]

_KEY = "q"
_LOOK = 0.05
# The page is through when it has been quiet for so long.
_QUIET = 2.0


class Task(msgspec.Struct, rename="camel"):
    """A long task of the main thread, in ms from the navigation."""

    start_time: float
    duration: float


class Opening(msgspec.Struct):
    """When each was reached, in ms from the navigation, and the long tasks so far."""

    asked: float | None
    cell: float | None
    key: float | None
    tasks: list[Task]


@asynccontextmanager
async def settled(
    bed: PageBed, cells: Sequence[Cell]
) -> AsyncIterator[tuple[Notebook, Phases]]:
    """Give a large notebook whose page is through, or had its time, and no numbers."""
    sizes = bed.sizes.scroll
    content = notebook_with([cell.content for cell in cells])
    async with bed.opening(content) as notebook:
        await notebook.ready()
        await bed.check(notebook)
        await _through(notebook, sizes.ready_patience)
        yield notebook, Phases(sizes.patience, {"cells": float(len(cells))})


async def usable(notebook: Notebook, sizes: ScrollSizes) -> Numbers:
    """Type as soon as there is an editor, and wait until the page is through."""
    began = time.monotonic()
    before = await notebook.metrics()
    await _type(notebook, began + sizes.patience)
    left = began + sizes.ready_patience - time.monotonic()
    ready = await _through(notebook, left)
    after = await notebook.metrics()
    # The first seconds are measured whole, even if it is through before.
    await asyncio.sleep(began + sizes.first_seconds - time.monotonic())
    opening = msgspec.convert(await notebook.ask("opening"), Opening)
    return {
        **opening_numbers(opening, ready, sizes.first_seconds),
        "open_busy_s": after["TaskDuration"] - before["TaskDuration"],
        "ready_ok": float(ready is not None),
        **({} if ready else {"not_ready_after_s": sizes.ready_patience}),
    }


def opening_numbers(
    opening: Opening, ready: float | None, first_seconds: float
) -> Numbers:
    """Return how long each took from when the notebook was asked for, and the tasks."""
    numbers: Numbers = {}
    if opening.asked is not None:
        numbers["navigation_to_open_s"] = opening.asked / 1000
        moments = {
            "first_cell": opening.cell,
            "first_key": opening.key,
            "ready": ready,
        }
        for name, moment in moments.items():
            if moment is not None:
                numbers[f"open_to_{name}_s"] = (moment - opening.asked) / 1000
    return {**numbers, **_first(opening.tasks, first_seconds)}


def _first(tasks: Sequence[Task], seconds: float) -> Numbers:
    durations = [task.duration for task in tasks if task.start_time < seconds * 1000]
    return {
        "first_long_tasks": float(len(durations)),
        "first_long_tasks_sum_ms": sum(durations),
        "first_longest_task_ms": longest(durations),
    }


async def _through(notebook: Notebook, patience: float) -> float | None:
    """Return when the page was through, in ms from the navigation, or None."""
    await notebook.expect("through", "through", _QUIET * 1000)
    return await notebook.expected("through", patience)


async def _type(notebook: Notebook, end: float) -> None:
    """Click into the first editor and press a key until one is painted."""
    while time.monotonic() < end:
        place = await notebook.ask("firstEditor")
        if place is not None:
            await notebook.page.mouse.click(place["x"], place["y"])
            await notebook.page.keyboard.press(_KEY)
        opening = msgspec.convert(await notebook.ask("opening"), Opening)
        if opening.key is not None:
            return
        await asyncio.sleep(_LOOK)
