"""
Whether what is in view stays while cells above it come, go and move.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_fastpath.bench.storms import prefixed

from .large import MIXED, kept_id, large
from .opening import settled
from .places import go_to


if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jupyter_fastpath.bench.storms import Numbers

    from .bed import PageBed
    from .large import Cell
    from .notebook import Notebook


__all__ = ["edited", "stayed"]

# More is seen as a jump.
_PIXELS = 2.0
_COUNT = 5
# Near what is in view, and far from it.
_NEAR = 8
_FAR = 2
# What is done above the cell at an index, in this order.
_EDITS: dict[str, Callable[[int], tuple[str, int, int]]] = {
    "insert_near": lambda index: ("insert", index - _NEAR, _COUNT),
    "delete_near": lambda index: ("remove", index - _NEAR, _COUNT),
    "insert_far": lambda _: ("insert", _FAR, _COUNT),
    "move_far": lambda _: ("move", _FAR, _FAR + _COUNT),
    "delete_far": lambda _: ("remove", _FAR, _COUNT),
}


async def edited(bed: PageBed) -> Numbers:
    """Measure edits of the notebook that has everything, scrolled to its middle."""
    cells = large(MIXED, bed.sizes.scroll.mixed_cells)
    frames = [i for i, cell in enumerate(cells) if cell.kept == "iframe"]
    index = frames[len(frames) // 2]
    async with settled(bed, cells) as (notebook, phases):
        await phases.run("edit", _edits(notebook, cells, index))
        await phases.run("move", _moves(notebook, cells, index))
    return phases.numbers


def stayed(held: dict[str, float]) -> Numbers:
    """Return how far what was in view is from where it was, and was at the worst."""
    return {
        "shift_px": held["shift"],
        "worst_px": held["worst"],
        "stays_ok": float(held["shift"] <= _PIXELS),
    }


async def _edits(notebook: Notebook, cells: Sequence[Cell], index: int) -> Numbers:
    numbers: Numbers = {}
    await go_to(notebook, index, cells[index].markers)
    for name, edit in _EDITS.items():
        await notebook.ask("hold")
        await notebook.ask(*edit(index))
        numbers.update(prefixed(name, stayed(await notebook.ask("held"))))
    return numbers


async def _moves(notebook: Notebook, cells: Sequence[Cell], index: int) -> Numbers:
    """Move a frame by one cell, as somebody does, and far, as a collaborator does."""
    # As many were deleted above as had been inserted.
    markers, name = cells[index].markers, kept_id(index)
    await go_to(notebook, index, markers)
    await notebook.ask("mark", "iframe", name)
    await notebook.ask("command", index, "notebook:move-cell-up")
    await go_to(notebook, index - 1, markers)
    is_kept = await notebook.ask("isKept", "iframe", name)
    await notebook.ask("mark", "iframe", name)
    await notebook.ask("move", index - 1, _FAR)
    await go_to(notebook, _FAR, markers)
    is_kept_far = await notebook.ask("isKept", "iframe", name)
    return {
        "moved_by_one_kept_ok": float(is_kept),
        "moved_far_kept_ok": float(is_kept_far),
    }
