"""
The places in a large notebook: gone to, and passed by.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_fastpath.bench.errors import BenchError

from .summary import dropped, intervals, summary


if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_fastpath.bench.storms import Numbers

    from .large import Cell
    from .notebook import Notebook


__all__ = ["glide", "go_into", "go_to", "legs", "sample", "shown"]

# JupyterLab does not always come to where it is sent the first time.
_ATTEMPTS = 5


def sample(count: int, most: int) -> list[int]:
    """Return at most so many of the numbers below *count*, in leaps both ways."""
    few = [i * count // most for i in range(most)] if most < count else range(count)
    half = len(few) // 2
    leaps = [each for pair in zip(few, few[half:], strict=False) for each in pair]
    return list(dict.fromkeys([*leaps, *few]))


def legs(times: Sequence[Sequence[float]]) -> Numbers:
    """Return what is told of the frames of a scroll, of which these are the legs."""
    frames = [each for leg in times for each in intervals(leg)]
    return {
        "scroll_frames": float(len(frames)),
        "scroll_fps": 1000 * len(frames) / sum(frames),
        **summary("scroll_frame", frames),
        "scroll_dropped_frames": float(dropped(frames)),
    }


async def glide(
    notebook: Notebook, share: float, frames: int, seconds: float
) -> list[float]:
    """Scroll to a part of the whole, and return the times of the frames, in ms."""
    times: list[float] = await notebook.ask("glide", share, frames, seconds * 1000)
    return times


async def go_to(notebook: Notebook, index: int, markers: Sequence[str]) -> None:
    """Go to a cell until it is shown, as somebody does who missed it."""
    for _ in range(_ATTEMPTS):
        if await notebook.ask("goTo", index, markers):
            return
    raise BenchError(f"one does not come to cell {index}")


async def go_into(notebook: Notebook, cells: Sequence[Cell], index: int) -> None:
    """Go to a cell and put the cursor at the end of its text."""
    await go_to(notebook, index, cells[index].markers)
    place = await notebook.ask("editorAt", index)
    if place is None:
        raise BenchError(f"cell {index} has no editor in view")
    await notebook.page.mouse.click(place["x"], place["y"])
    await notebook.page.keyboard.press("Control+End")


async def shown(
    notebook: Notebook, cells: Sequence[Cell], samples: int, when: str
) -> Numbers:
    """Go to cells all over the notebook, and count those that are shown."""
    are_shown = [
        await notebook.ask("goTo", index, cells[index].markers)
        for index in sample(len(cells), samples)
    ]
    return {
        f"shown_{when}_share": sum(are_shown) / len(are_shown),
        f"shown_{when}_ok": float(all(are_shown)),
    }
