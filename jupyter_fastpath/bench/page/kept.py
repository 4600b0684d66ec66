"""
Whether outputs keep their state while a notebook is scrolled through, again and again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .large import KEPT, kept_id
from .places import glide, go_to, sample


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jupyter_fastpath.bench.storms import Numbers

    from .large import Cell
    from .notebook import Notebook
    from .sizes import ScrollSizes


__all__ = ["chosen", "kept", "marked", "met", "ran_once"]

# It is fast, as when somebody drags the scrollbar.
_FRAMES, _AT_MOST = 60, 2.0


def chosen(cells: Sequence[Cell], most: int) -> list[int]:
    """Return at most so many of the cells whose state is looked at, of each kind."""
    found = []
    for kind in KEPT:
        those = [i for i, cell in enumerate(cells) if cell.kept == kind]
        found += [those[number] for number in sample(len(those), most)]
    return sorted(found)


def ran_once(runs: Mapping[str, float], wanted: Sequence[str]) -> Numbers:
    """Return whether all scripts that were *wanted* ran, and none ran twice."""
    lost = [each for each in wanted if not runs.get(each)]
    twice = [each for each, count in runs.items() if count > 1]
    return {
        "scripts_lost": float(len(lost)),
        "scripts_twice": float(len(twice)),
        "scripts_once_ok": float(not lost and not twice),
    }


async def marked(
    notebook: Notebook, cells: Sequence[Cell], sizes: ScrollSizes
) -> Numbers:
    """Do something with outputs that have a state, so that it can be seen."""
    there = []
    for index in chosen(cells, sizes.kept):
        await go_to(notebook, index, cells[index].markers)
        there.append(await notebook.ask("mark", cells[index].kept, kept_id(index)))
    return {"with_state": float(len(there)), "with_state_ok": float(all(there))}


async def kept(
    notebook: Notebook, cells: Sequence[Cell], sizes: ScrollSizes
) -> Numbers:
    """Scroll up and down, and look whether those outputs are as they were."""
    for _ in range(sizes.cycles):
        for share in (1.0, 0.0):
            await glide(notebook, share, _FRAMES, _AT_MOST)
    those = chosen(cells, sizes.kept)
    states: dict[str, list[bool]] = {kind: [] for kind in KEPT}
    for index in those:
        kind = cells[index].kept
        assert kind is not None
        await go_to(notebook, index, cells[index].markers)
        states[kind].append(await notebook.ask("isKept", kind, kept_id(index)))
    scripts = [kept_id(i) for i in those if cells[i].kept in {"script", "canvas"}]
    return {
        **{
            f"{kind}_kept_share": sum(each) / len(each) for kind, each in states.items()
        },
        "kept_ok": float(all(map(all, states.values()))),
        **ran_once(await notebook.ask("runs"), scripts),
    }


async def met(notebook: Notebook, cells: Sequence[Cell]) -> Numbers:
    """Have the last script find the first one's output, which is far away."""
    scripts = [i for i, cell in enumerate(cells) if cell.kept == "script"]
    first, last = scripts[0], scripts[-1]
    for index in (first, last):
        await go_to(notebook, index, cells[index].markers)
    has_met = await notebook.ask("meet", kept_id(last), kept_id(first))
    await go_to(notebook, first, cells[first].markers)
    is_there = await notebook.ask("hasMet", kept_id(last), kept_id(first))
    return {"cross_cell_ok": float(has_met and is_there)}
