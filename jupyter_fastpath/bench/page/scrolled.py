"""
Large notebooks: opened, scrolled through, gone about in, and typed into.
"""

from __future__ import annotations

import asyncio

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from jupyter_fastpath.bench.bed import OURS_SUBJECTS
from jupyter_fastpath.bench.storms import prefixed
from jupyter_fastpath.core.percentile import percentile

from .kept import kept, marked, met
from .lab import notebook_with
from .large import MIXED, TEXT, large
from .opening import usable
from .phases import Phases
from .places import glide, go_into, legs, shown
from .summary import intervals, summary
from .told import told


if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from jupyter_fastpath.bench.storms import Numbers

    from .bed import PageBed
    from .large import Cell
    from .notebook import Notebook
    from .sizes import ScrollSizes


__all__ = ["mixed", "text", "typing"]

_KEYS = "abcdefghij"
_PAUSE = 0.1
# A key that is not painted by then is lost to who types.
_LATE_MS = 1000.0


async def text(bed: PageBed) -> Numbers:
    """Measure a notebook of text: markdown, and code that has printed."""
    cells = large(TEXT, bed.sizes.scroll.text_cells)
    async with _opened(bed, cells) as (notebook, phases):
        await _all_over(notebook, cells, bed.sizes.scroll, phases)
    return phases.numbers


async def mixed(bed: PageBed) -> Numbers:
    """Measure a notebook that has everything, and whether that keeps its state."""
    sizes = bed.sizes.scroll
    cells = large(MIXED, sizes.mixed_cells)
    async with _opened(bed, cells) as (notebook, phases):
        await phases.run("mark", marked(notebook, cells, sizes))
        await _all_over(notebook, cells, sizes, phases)
        await phases.run("keep", kept(notebook, cells, sizes))
        await phases.run("meet", met(notebook, cells))
    return phases.numbers


def typing(painted: Sequence[float], count: int) -> Numbers:
    """Return how soon *count* keys were painted, of which these were at all."""
    if not painted:
        return {"key_timeouts": float(count)}
    in_time = sum(each <= _LATE_MS for each in painted)
    return {
        **summary("key_to_paint", painted),
        "key_to_paint_p99_ms": percentile(painted, 99),
        "key_timeouts": float(count - in_time),
    }


@asynccontextmanager
async def _opened(
    bed: PageBed, cells: Sequence[Cell]
) -> AsyncIterator[tuple[Notebook, Phases]]:
    """Give the notebook when one can type into it, and what was measured until then."""
    sizes = bed.sizes.scroll
    phases = Phases(sizes.patience, {"cells": float(len(cells))})
    content = notebook_with([cell.content for cell in cells])
    async with bed.opening(content) as notebook:
        opening = Phases(sizes.patience + sizes.ready_patience, phases.numbers)
        await opening.run("open", usable(notebook, sizes))
        await bed.check(notebook)
        yield notebook, phases
        if bed.lab.subject in OURS_SUBJECTS:
            await phases.run("told", told(notebook))


async def _all_over(
    notebook: Notebook, cells: Sequence[Cell], sizes: ScrollSizes, phases: Phases
) -> None:
    samples = sizes.samples
    await phases.run("type_top", _typed(notebook, cells, "top", sizes))
    await phases.run("go_before", shown(notebook, cells, samples, "before"))
    await phases.run("scroll", _scrolled(notebook, sizes))
    await phases.run("blank", _blank(notebook, sizes))
    await phases.run("go_after", shown(notebook, cells, samples, "after"))
    await phases.run("type_middle", _typed(notebook, cells, "middle", sizes))


async def _typed(
    notebook: Notebook, cells: Sequence[Cell], place: str, sizes: ScrollSizes
) -> Numbers:
    start = 0 if place == "top" else len(cells) // 2
    index = next(i for i in range(start, len(cells)) if cells[i].is_code)
    await go_into(notebook, cells, index)
    before = await notebook.ask("source", index)
    await notebook.ask("watch")
    keys = [_KEYS[i % len(_KEYS)] for i in range(sizes.keys)]
    for key in keys:
        notebook.press(key)
        await asyncio.sleep(_PAUSE)
    await notebook.pressed(_LATE_MS / 1000)
    watched = await notebook.ask("watched")
    after = await notebook.ask("source", index)
    numbers = typing(watched["keys"], len(keys))
    notebook.raw.sampled(f"{place}_key_to_paint_ms", watched["keys"])
    numbers["typed_ok"] = float(after == before + "".join(keys))
    return prefixed(place, numbers)


async def _scrolled(notebook: Notebook, sizes: ScrollSizes) -> Numbers:
    """Scroll to the end and back, and count what is in the DOM on the way."""
    await notebook.ask("jumpToTop")
    numbers = await _counted(notebook, "top")
    before = await notebook.metrics()
    times = []
    stops = (0.5, "middle"), (1.0, "bottom"), (0.5, "back"), (0.0, "after")
    for share, name in stops:
        times.append(await glide(notebook, share, sizes.frames, sizes.leg))
        numbers.update(await _counted(notebook, name))
    after = await notebook.metrics()
    busy = (after["TaskDuration"] - before["TaskDuration"]) * 1000
    for leg in times:
        notebook.raw.sampled("scroll_frame_ms", intervals(leg))
    numbers["scroll_busy_per_frame_ms"] = busy / sum(map(len, times))
    return {**legs(times), **numbers}


async def _blank(notebook: Notebook, sizes: ScrollSizes) -> Numbers:
    """Scroll to the end and back once more, and look for where nothing is shown."""
    found = [
        await notebook.ask("blanks", share, sizes.frames, sizes.leg * 1000)
        for share in (1.0, 0.0)
    ]
    blank, places = (sum(each[part] for each in found) for part in ("blank", "all"))
    return {"scroll_blank_share": blank / places}


async def _counted(notebook: Notebook, place: str) -> Numbers:
    counts: Numbers = await notebook.ask("counts")
    return prefixed(f"dom_{place}", counts)
