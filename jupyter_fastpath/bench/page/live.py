"""
Whether what is in view stays while a cell far above it prints.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_fastpath.bench.storms import prefixed

from .edited import stayed
from .large import TEXT, code, large
from .opening import settled
from .places import go_into, go_to, legs


if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_fastpath.bench.storms import Numbers

    from .bed import PageBed
    from .large import Cell
    from .notebook import Notebook
    from .sizes import ScrollSizes


__all__ = ["live", "printing"]

# What each line ends in.
_END = "x" * 60
_PRINTING = f"""
import pathlib, time

# Until somebody looks elsewhere.
while not pathlib.Path("go").exists():
    time.sleep(0.01)
pathlib.Path("go").unlink()
for i in range({{lines}}):
    print(i, "{_END}", flush=True)
    time.sleep({{pause}})
pathlib.Path("printed").touch()
"""
# So that it prints on and on while one scrolls: 50 lines a second, as a training
# loop may.
_PAUSE = 0.02
# As a wheel that is turned evenly.
_STEP = 20


async def live(bed: PageBed) -> Numbers:
    """Measure a notebook of text in whose first half a cell prints, at its middle."""
    sizes = bed.sizes.scroll
    cells = large(TEXT, sizes.text_cells)
    index = len(cells) // 4
    cells[index] = code(index, printing(sizes.live_lines, _PAUSE))
    async with settled(bed, cells) as (notebook, phases):
        await phases.run("rest", _at_rest(notebook, cells, index, sizes))
        await phases.run("glide", _gliding(notebook, cells, index, sizes))
    return phases.numbers


def printing(lines: int, pause: float) -> str:
    """Return code that prints so many flushed lines, once it is told to."""
    return _PRINTING.format(lines=lines, pause=pause)


async def _at_rest(
    notebook: Notebook, cells: Sequence[Cell], index: int, sizes: ScrollSizes
) -> Numbers:
    await _look_elsewhere(notebook, cells, index)
    await notebook.ask("hold")
    await notebook.folder.touch("go")
    await notebook.written("printed", sizes.patience)
    held = await notebook.ask("held")
    lines = await notebook.ask("lines", index, _END)
    return {
        **prefixed("at_rest", stayed(held)),
        "lines_ok": float(lines["count"] == sizes.live_lines),
    }


async def _gliding(
    notebook: Notebook, cells: Sequence[Cell], index: int, sizes: ScrollSizes
) -> Numbers:
    await notebook.folder.remove("printed")
    await _look_elsewhere(notebook, cells, index)
    await notebook.folder.touch("go")
    times = []
    worst = 0.0
    for step in (_STEP, -_STEP):
        drift = await notebook.ask("drift", sizes.frames, step)
        times.append(drift["times"])
        worst = max(worst, drift["worst"])
    await notebook.written("printed", sizes.patience)
    return {**legs(times), "scroll_jump_px": worst}


async def _look_elsewhere(
    notebook: Notebook, cells: Sequence[Cell], index: int
) -> None:
    """Run the cell that prints, and go to the middle."""
    await go_into(notebook, cells, index)
    await notebook.page.keyboard.press("Control+Enter")
    middle = len(cells) // 2
    await go_to(notebook, middle, cells[middle].markers)
