"""
A long session in a page: what its memory grows by, of a cell that is run many times.
"""

from __future__ import annotations

import time

from typing import TYPE_CHECKING

from jupyter_fastpath.bench.errors import BenchError
from jupyter_fastpath.bench.session import growth


if TYPE_CHECKING:
    from jupyter_fastpath.bench.raw import Point
    from jupyter_fastpath.bench.storms import Numbers

    from .bed import PageBed
    from .notebook import Notebook


__all__ = ["lived"]

_MEGABYTE = 1e6
_PATIENCE = 60.0
_SOURCE = """
from IPython.display import HTML, display
try:
    number += 1
except NameError:
    number = 1
for i in range(200): print(number, i, "x" * 60)
display(HTML("<b>x</b>" * 200))
print("run", number, "is over")
"""


async def lived(bed: PageBed) -> Numbers:
    """Measure what a page holds after each of many runs of one cell."""
    began = time.perf_counter()
    points: list[Point] = []
    nodes: list[Point] = []
    async with bed.notebook(_SOURCE) as notebook:
        for number in range(1, bed.sizes.session_runs + 1):
            await _run(notebook, number)
            metrics = await _held(notebook)
            now = time.perf_counter() - began
            points.append((now, metrics["JSHeapUsedSize"] / _MEGABYTE))
            nodes.append((now, metrics["Nodes"]))
    bed.raw.went("heap_mb", points)
    bed.raw.went("nodes", nodes)
    return {
        "runs": float(len(points)),
        "wall_s": points[-1][0],
        **growth("heap", [size for _, size in points]),
        "nodes_first": nodes[0][1],
        "nodes_last": nodes[-1][1],
    }


async def _run(notebook: Notebook, number: int) -> None:
    await notebook.expect("over", "passed", f"run {number} is over")
    await notebook.run(0)
    if await notebook.expected("over", _PATIENCE) is None:
        raise BenchError(f"run {number} of a session did not end")
    await notebook.ask("painted")


async def _held(notebook: Notebook) -> dict[str, float]:
    """Return what the page holds once all is gone that nobody needs any more."""
    assert notebook.cdp is not None
    await notebook.cdp.send("HeapProfiler.collectGarbage")
    return await notebook.metrics()
