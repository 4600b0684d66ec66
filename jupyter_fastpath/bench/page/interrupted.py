"""
A page that is refreshed, or cut off from its server, while a cell runs.
"""

from __future__ import annotations

import asyncio
import dataclasses
import time

from typing import TYPE_CHECKING, Any

import msgspec

from jupyter_fastpath.bench.links import Link

from .opening import Opening
from .summary import summary


if TYPE_CHECKING:
    from jupyter_fastpath.bench.storms import Numbers

    from .bed import PageBed
    from .notebook import Notebook


__all__ = ["cut", "refreshed"]

_END = "x" * 60
# How long a cell has run before anything happens to its page.
_BEFORE = 1.0
# Fifty lines a second, as a cell that works prints.
_SOURCE = f"""
import pathlib, time

count = 0
while not pathlib.Path("stop").exists():
    print(count, "{_END}", flush=True)
    count += 1
    time.sleep(0.02)
pathlib.Path("printed.part").write_text(str(count))
# Assigned, as the cell would show it.
_ = pathlib.Path("printed.part").rename("printed")
"""


async def refreshed(bed: PageBed) -> Numbers:
    """Measure how soon a refreshed page shows what a running cell has put out."""
    sizes = bed.sizes
    async with bed.notebook(_SOURCE) as notebook:
        await _begin(notebook, sizes.patience)
        found = [
            await _refresh(notebook, sizes.return_patience)
            for _ in range(sizes.refreshes)
        ]
        numbers = await _end(notebook, sizes.patience)
    times = [each for each in found if each is not None]
    since_cells = [text - cells for cells, text in times]
    bed.raw.sampled("cells_to_text_ms", since_cells)
    return {
        "refreshes": float(sizes.refreshes),
        "shown_share": len(times) / sizes.refreshes,
        **summary("cells_to_text", since_cells),
        **summary("navigation_to_text", [text for _, text in times]),
        **numbers,
    }


async def cut(bed: PageBed) -> Numbers:
    """Measure what a page has of a cell that ran on while the network was gone."""
    sizes = bed.sizes
    link = Link(bed.lab.port)
    await link.open()
    try:
        through = dataclasses.replace(bed, lab=bed.lab.through(link.port))
        async with through.notebook(_SOURCE) as notebook:
            await _begin(notebook, sizes.patience)
            link.swallow()
            await asyncio.sleep(sizes.cut_seconds)
            before = await notebook.ask("lines", 0, _END)
            link.cut()
            back = await _more(notebook, before["count"], sizes.return_patience)
            numbers = await _end(notebook, sizes.patience)
    finally:
        await link.close()
    if back is not None:
        numbers["back_to_more_s"] = back
    return {"cut_s": sizes.cut_seconds, **numbers}


async def _begin(notebook: Notebook, patience: float) -> None:
    """Run the cell, and return when it has run and shown something for a while."""
    await notebook.expect("first", "shown", 0, "0 ")
    await notebook.run(0)
    await notebook.expected("first", patience)
    await asyncio.sleep(_BEFORE)


async def _refresh(notebook: Notebook, patience: float) -> tuple[float, float] | None:
    """Return when the cells and when the text was painted, in ms, if both were."""
    await notebook.page.reload(wait_until="commit")
    await notebook.expect("text", "shown", 0, "0 ")
    text = await notebook.expected("text", patience)
    opening = msgspec.convert(await notebook.ask("opening"), Opening)
    if text is None or opening.cell is None:
        return None
    return opening.cell, text


async def _more(notebook: Notebook, count: int, patience: float) -> float | None:
    """Return after how many seconds there are more lines than *count*, if ever."""
    began = time.monotonic()
    while (passed := time.monotonic() - began) < patience:
        lines = await notebook.ask("lines", 0, _END)
        if lines["count"] > count:
            return passed
        await asyncio.sleep(0.05)
    return None


async def _end(notebook: Notebook, patience: float) -> Numbers:
    """Let the cell come to its end, and return what the page has of it then."""
    await notebook.folder.touch("stop")
    count = int(await notebook.written("printed", patience))
    ending = await notebook.ending(0, patience)
    lines: dict[str, Any] = await notebook.ask("lines", 0, _END)
    return {
        "printed_lines": float(count),
        "ended_ok": float(ending.is_told),
        "lines_share": lines["count"] / count,
        "lines_ok": float(lines["count"] == count and lines["isOrdered"]),
    }
