"""
One print of many megabytes, and scrolling through what it shows.
"""

from __future__ import annotations

import asyncio

from typing import TYPE_CHECKING

from .summary import frames_per_second, intervals, longest, summary


if TYPE_CHECKING:
    from jupyter_fastpath.bench.storms import Numbers

    from .bed import PageBed
    from .notebook import Notebook


__all__ = ["line", "print_of", "printed"]

_LINE = 60
# So much of the text is looked for, which is surely in one text node.
_BEGINNING = 5
_MEGABYTE = 1_000_000


async def printed(bed: PageBed) -> Numbers:
    """Measure how soon a huge output is shown, and how it scrolls."""
    sizes = bed.sizes
    count = sizes.print_megabytes * _MEGABYTE // _LINE
    async with bed.notebook(print_of(count)) as notebook:
        await notebook.enter(0)
        await notebook.ask("watch")
        await notebook.expect("first", "shown", 0, line(0)[:_BEGINNING])
        await notebook.run(0)
        sent = float(await notebook.written("printed", sizes.patience))
        ending = await notebook.ending(0, sizes.patience)
        numbers = {
            "ended_ok": float(ending.is_told),
            "settled_ok": float(ending.is_settled),
        }
        try:
            found = await _found(notebook, count, sent)
            if found["lines_share"]:
                found.update(await _scrolled(notebook, count, sizes.scroll_steps))
        except asyncio.TimeoutError:
            return {**numbers, "answers_ok": 0.0}
        return {**numbers, "answers_ok": 1.0, **found}


def line(number: int) -> str:
    """Return a line of the print, without its newline."""
    return f"{number} ".ljust(_LINE - 1, "x")


def print_of(count: int) -> str:
    """Return code that prints so many lines at once, and writes when it did."""
    return (
        "import pathlib, time\n"
        f"lines = (f'{{i}} '.ljust({_LINE - 1}, 'x') for i in range({count}))\n"
        "text = '\\n'.join(lines)\n"
        "pathlib.Path('printed.part').write_text(str(time.time()))\n"
        "pathlib.Path('printed.part').rename('printed')\n"
        "print(text)"
    )


async def _found(notebook: Notebook, count: int, sent: float) -> Numbers:
    watched = await notebook.ask("watched")
    lines = await notebook.ask("lines", 0, "x")
    numbers = {
        "longest_task_ms": longest(watched["tasks"]),
        "lines_share": lines["count"] / count,
        "lines_ok": float(lines["count"] == count and lines["isOrdered"]),
    }
    painted = await notebook.expected("first", 1.0)
    if painted is not None and notebook.shares_clock:
        numbers["print_to_first_paint_s"] = await notebook.ask("epoch", painted) - sent
    return numbers


async def _scrolled(notebook: Notebook, count: int, steps: int) -> Numbers:
    moments = await notebook.ask("scroll", 0, steps, patience=120.0)
    is_last = await notebook.ask("endsInView", 0, line(count - 1))
    return {
        "scroll_fps": frames_per_second(moments),
        **summary("scroll_frame", intervals(moments)),
        "last_line_in_view_ok": float(is_last),
    }
