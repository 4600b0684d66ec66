"""
Typing into one cell while another floods.
"""

from __future__ import annotations

import asyncio
import itertools
import time

from typing import TYPE_CHECKING, Any

from .summary import intervals, longest, summary
from .timeline import followed, keys_told, printed_bytes


if TYPE_CHECKING:
    from jupyter_fastpath.bench.storms import Numbers

    from .bed import PageBed
    from .notebook import Ending, Notebook


__all__ = ["flood", "told", "typed"]

_TYPED, _FLOODING = 0, 1
_PAUSE = 0.1
_KEYS = "abcdefghij"
# What each line ends in.
_END = "x" * 60
_FLOOD = f"""
import json, pathlib, time

# Until somebody is in the other cell.
while not pathlib.Path("go").exists():
    time.sleep(0.01)
pathlib.Path("began").touch()
count, due, log, begin = 0, 0.0, [], time.monotonic()
while (passed := time.monotonic() - begin) < {{seconds}}:
    if passed >= due:
        log.append((time.time(), count))
        due = passed + 0.05
    print(count, "{_END}", flush=True)
    count += 1
pathlib.Path("log").write_text(json.dumps([*log, (time.time(), count)]))
pathlib.Path("printed.part").write_text(f"{{{{count}}}} {{{{time.time()}}}}")
# Assigned, as the cell would show it.
_ = pathlib.Path("printed.part").rename("printed")
"""


async def typed(bed: PageBed) -> Numbers:
    """Measure how soon keys are painted in one cell while the one below floods."""
    sizes = bed.sizes
    async with bed.notebook("# ", flood(sizes.flood_seconds)) as notebook:
        await notebook.run(_FLOODING)
        await notebook.enter(_TYPED)
        await notebook.ask("watch")
        await notebook.ask("follow", _FLOODING, _END)
        await notebook.folder.touch("go")
        await notebook.written("began", sizes.patience)
        keys = await _type(notebook, sizes.flood_seconds)
        printed = await notebook.written("printed", sizes.patience)
        count, ended = printed.split()
        ending = await notebook.ending(_FLOODING, sizes.patience)
        numbers = {
            "printed_lines": float(count),
            "ended_ok": float(ending.is_told),
            "settled_ok": float(ending.is_settled),
            **(_since(float(ended), ending) if notebook.shares_clock else {}),
        }
        try:
            began = await followed(notebook, _size_of)
            found = await _found(notebook, keys, int(count), began)
            # A page that is not through would scroll for minutes, and not to the end.
            is_last = ending.is_settled and await _ends(notebook, int(count))
        except asyncio.TimeoutError:
            # A page that hangs has nothing to tell, and what it lacks is a dash.
            return {**numbers, "answers_ok": 0.0}
        found["last_line_in_view_ok"] = float(is_last)
        return {**numbers, "answers_ok": 1.0, **found}


def flood(seconds: float) -> str:
    """Return code that prints flushed lines for so long, once it is told to."""
    return _FLOOD.format(seconds=seconds)


def told(watched: dict[str, list[float]], keys: str) -> Numbers:
    """Return what a page tells of its frames, its long tasks, and of these keys."""
    return {
        **summary("key_to_paint", watched["keys"]),
        "keys_painted_share": len(watched["keys"]) / len(keys),
        **summary("frame", intervals(watched["frames"])),
        "longest_task_ms": longest(watched["tasks"]),
    }


def _since(ended: float, ending: Ending) -> Numbers:
    if ending.changed is None:
        return {}
    return {"last_change_after_flood_s": max(0.0, ending.changed - ended)}


async def _type(notebook: Notebook, seconds: float) -> str:
    """Press keys at their time, whether the page takes them or not."""
    keys = ""
    begin = time.monotonic()
    for number, key in enumerate(itertools.cycle(_KEYS)):
        due = begin + number * _PAUSE
        if due > begin + seconds:
            break
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        notebook.press(key)
        keys += key
    return keys


def _size_of(count: int) -> int:
    return printed_bytes(count, _END)


async def _found(
    notebook: Notebook, keys: str, count: int, began: float | None
) -> Numbers:
    await notebook.pressed(1.0)
    watched = await notebook.ask("watched")
    keys_told(notebook, watched, began)
    source = await notebook.ask("source", _TYPED)
    lines: dict[str, Any] = await notebook.ask("lines", _FLOODING, _END)
    return {
        **told(watched, keys),
        "typed_ok": float(source == f"# {keys}"),
        "lines_share": lines["count"] / count,
        "lines_ok": float(lines["count"] == count and lines["isOrdered"]),
    }


async def _ends(notebook: Notebook, count: int) -> bool:
    await notebook.ask("scrollToEnd", _FLOODING)
    end = f"{count - 1} {_END}"
    return bool(await notebook.ask("endsInView", _FLOODING, end))
