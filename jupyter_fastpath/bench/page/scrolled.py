"""
Large notebooks: opened, scrolled through, gone about in, and typed into.
"""

from __future__ import annotations

import asyncio

from typing import TYPE_CHECKING

from jupyter_fastpath.bench.errors import BenchError
from jupyter_fastpath.bench.storms import prefixed
from jupyter_fastpath.core.percentile import percentile

from .lab import notebook_with
from .large import MIXED, TEXT, large
from .opening import usable
from .phases import Phases
from .summary import dropped, intervals, summary


if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_fastpath.bench.storms import Numbers

    from .bed import PageBed
    from .large import Cell
    from .notebook import Notebook
    from .sizes import ScrollSizes


__all__ = ["legs", "mixed", "sample", "text", "typing"]

_KEYS = "abcdefghij"
_PAUSE = 0.1
# A key that is not painted by then is lost to who types.
_LATE_MS = 1000.0


async def text(bed: PageBed) -> Numbers:
    """Measure a notebook of text: markdown, and code that has printed."""
    return await _measured(bed, large(TEXT, bed.sizes.scroll.text_cells))


async def mixed(bed: PageBed) -> Numbers:
    """Measure a notebook that has everything, scripts and frames too."""
    return await _measured(bed, large(MIXED, bed.sizes.scroll.mixed_cells))


def sample(count: int, most: int) -> list[int]:
    """Return at most so many of the numbers below *count*, in leaps both ways."""
    chosen = [i * count // most for i in range(most)] if most < count else range(count)
    half = len(chosen) // 2
    ends = [each for pair in zip(chosen, chosen[half:], strict=False) for each in pair]
    return list(dict.fromkeys([*ends, *chosen]))


def legs(times: Sequence[Sequence[float]]) -> Numbers:
    """Return what is told of the frames of a scroll, of which these are the legs."""
    frames = [each for leg in times for each in intervals(leg)]
    return {
        "scroll_fps": 1000 * len(frames) / sum(frames),
        **summary("scroll_frame", frames),
        "scroll_dropped_frames": float(dropped(frames)),
    }


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


async def _measured(bed: PageBed, cells: Sequence[Cell]) -> Numbers:
    sizes = bed.sizes.scroll
    phases = Phases(sizes.patience)
    phases.numbers["cells"] = float(len(cells))
    content = notebook_with([cell.content for cell in cells])
    async with bed.opening(content) as notebook:
        opening = Phases(sizes.patience + sizes.ready_patience, phases.numbers)
        await opening.run("open", usable(notebook, sizes))
        await bed.check(notebook)
        await phases.run("type_top", _typed(notebook, cells, "top", sizes))
        await phases.run("markers_before", _shown(notebook, cells, "before", sizes))
        await phases.run("scroll", _scrolled(notebook, sizes))
        await phases.run("markers_after", _shown(notebook, cells, "after", sizes))
        await phases.run("type_middle", _typed(notebook, cells, "middle", sizes))
    return phases.numbers


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
    numbers["typed_ok"] = float(after == before + "".join(keys))
    return prefixed(place, numbers)


async def go_into(notebook: Notebook, cells: Sequence[Cell], index: int) -> None:
    """Go to a cell and put the cursor at the end of its text."""
    await notebook.ask("goTo", index, cells[index].markers)
    place = await notebook.ask("editorAt", index)
    if place is None:
        raise BenchError(f"cell {index} has no editor in view")
    await notebook.page.mouse.click(place["x"], place["y"])
    await notebook.page.keyboard.press("Control+End")


async def _shown(
    notebook: Notebook, cells: Sequence[Cell], when: str, sizes: ScrollSizes
) -> Numbers:
    """Go to cells all over the notebook, and count those that are shown."""
    chosen = sample(len(cells), sizes.samples)
    shown = [await notebook.ask("goTo", i, cells[i].markers) for i in chosen]
    return {
        f"shown_{when}_share": sum(shown) / len(shown),
        f"shown_{when}_ok": float(all(shown)),
    }


async def _scrolled(notebook: Notebook, sizes: ScrollSizes) -> Numbers:
    """Scroll to the end and back, and count what is in the DOM on the way."""
    await notebook.ask("jumpToTop")
    numbers = await _counted(notebook, "top")
    times = []
    stops = (0.5, "middle"), (1.0, "bottom"), (0.5, "back"), (0.0, "after")
    for share, name in stops:
        asking = notebook.ask("glide", share, sizes.frames, patience=sizes.patience)
        times.append(await asking)
        numbers.update(await _counted(notebook, name))
    return {**legs(times), **numbers}


async def _counted(notebook: Notebook, place: str) -> Numbers:
    counts: Numbers = await notebook.ask("counts")
    return prefixed(f"dom_{place}", counts)
