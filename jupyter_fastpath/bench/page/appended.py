"""
What it costs the page to append a little where much is shown.
"""

from __future__ import annotations

import asyncio

from typing import TYPE_CHECKING

from jupyter_fastpath.bench.errors import BenchError
from jupyter_fastpath.bench.storms import prefixed
from jupyter_fastpath.core.percentile import percentile


if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_fastpath.bench.storms import Numbers

    from .bed import PageBed
    from .notebook import Notebook


__all__ = ["KINDS", "appended", "costs", "source_of"]

# Each gives 100 bytes for a number, which stands at their end but for colours and the
# newline.
KINDS = {
    "lines": "f'{i:>99}\\n'",
    "one_line": "f'{i:>99} '.replace('  ', 'x ')",
    "ansi": "f'\\x1b[3{i % 8}m{i:>90}\\x1b[0m\\n'",
    "links": "f'https://example.org/{i % 10}/ ' + f'{i:>76}\\n'",
}
_SIZE = 100
# What the browser tells of its main thread, in seconds, by name.
Reading = dict[str, float]

_APPEND = """
import pathlib, time

def piece(i):
    return {piece}

first = {shown} // {size}
print("".join(map(piece, range(first))), end="", flush=True)
for i in range(first, first + {count}):
    # Told one by one, so that the work for each can be seen.
    while not pathlib.Path(f"append-{{i - first}}").exists():
        time.sleep(0.002)
    print(piece(i), end="", flush=True)
"""
# Whatever the page has put off for later has its time until then.
_AFTER = 0.15
_PATIENCE = 60.0
# How often nothing is appended, to know what the page does anyway.
_IDLE = 10

# As the browser names what its main thread has done, in seconds.
_DURATIONS = {
    "TaskDuration": "busy",
    "ScriptDuration": "script",
    "LayoutDuration": "layout",
    "RecalcStyleDuration": "style",
}


async def appended(bed: PageBed) -> Numbers:
    """Measure the work of the main thread for each piece that is appended."""
    sizes = bed.sizes
    numbers: Numbers = {}
    for kind in sizes.kinds:
        source = source_of(kind, sizes.shown_bytes, sizes.appends)
        async with bed.notebook(source) as notebook:
            numbers.update(prefixed(kind, await _kind(bed, notebook)))
    return numbers


def source_of(kind: str, shown: int, count: int) -> str:
    """Return code that prints so many bytes at once, and then so many pieces."""
    return _APPEND.format(piece=KINDS[kind], shown=shown, size=_SIZE, count=count)


def costs(readings: Sequence[tuple[Reading, Reading]]) -> Numbers:
    """Return mean and p95, in ms, of what was done between the two of each pair."""
    numbers: Numbers = {}
    for metric, name in _DURATIONS.items():
        each = [(after[metric] - before[metric]) * 1000 for before, after in readings]
        numbers[f"{name}_mean_ms"] = sum(each) / len(each)
        numbers[f"{name}_p95_ms"] = percentile(each, 95)
    return numbers


async def _kind(bed: PageBed, notebook: Notebook) -> Numbers:
    count, first = bed.sizes.appends, bed.sizes.shown_bytes // _SIZE
    await notebook.run(0)
    await notebook.shows(0, first * _SIZE, _PATIENCE)
    idle = [await _reading(notebook) for _ in range(_IDLE)]
    work = [await _reading(notebook, number) for number in range(count)]
    ending = await notebook.ending(0, bed.sizes.patience)
    text = await notebook.ask("saved", 0)
    await notebook.ask("scrollToEnd", 0)
    is_in_view = await notebook.ask("endsInView", 0, str(first + count - 1))
    return {
        **costs(work),
        "idle_busy_mean_ms": costs(idle)["busy_mean_ms"],
        "ended_ok": float(ending.is_told),
        "text_ok": float(len(text) == (first + count) * _SIZE),
        "end_in_view_ok": float(is_in_view),
    }


async def _reading(
    notebook: Notebook, number: int | None = None
) -> tuple[Reading, Reading]:
    """Return what was done before and after a piece, or none, came into view."""
    await notebook.ask("scrollToEnd", 0)
    before = await notebook.metrics()
    if number is not None:
        await notebook.expect("piece", "passed", '"stream"')
        await notebook.folder.touch(f"append-{number}")
        if await notebook.expected("piece", _PATIENCE) is None:
            raise BenchError(f"piece {number} did not arrive")
    await notebook.ask("painted")
    await asyncio.sleep(_AFTER)
    return before, await notebook.metrics()
