"""
A long session: what the server's memory grows by, of runs that all end.
"""

from __future__ import annotations

import time

from statistics import median
from typing import TYPE_CHECKING

from .errors import BenchError


if TYPE_CHECKING:
    from .bed import Bed
    from .raw import Point
    from .storms import Numbers


__all__ = ["growth", "session"]

_MEGABYTE = 1e6
_THOUSAND = 1000
# What somebody does in a notebook, again and again.
_CODES = (
    "2+3",
    "for i in range(100): print(i, flush=True)",
    "print('x' * 20_000)",
    "from IPython.display import HTML, display; display(HTML('<b>x</b>' * 200))",
    "1/0",
)
_PARTS = 5


async def session(bed: Bed) -> Numbers:
    """Measure the memory of the server after each of very many short runs."""
    assert bed.server is not None
    process, profile = bed.server.process, bed.profile
    began = time.perf_counter()
    points: list[Point] = []
    for number in range(profile.session_runs):
        code = _CODES[number % len(_CODES)]
        record = await bed.client.execute(code, profile.brief)
        if not record.is_done:
            raise BenchError(f"run {number} of a session did not end")
        memory = process.memory_info().rss / _MEGABYTE
        points.append((time.perf_counter() - began, memory))
    bed.raw.went("server_mb", points)
    memory_by_run = [memory for _, memory in points]
    return {
        "runs": float(profile.session_runs),
        "wall_s": points[-1][0],
        **growth("server", memory_by_run),
    }


def growth(name: str, values: list[float]) -> Numbers:
    """
    Return what *values*, one for each run and in megabytes, begin and end with.

    What is grown in the last of five parts of the session, per thousand runs, tells
    whether it would go on: what is kept for good fills up before.
    """
    size = max(1, len(values) // _PARTS)
    first, before, last = (
        median(part)
        for part in (values[:size], values[-2 * size : -size], values[-size:])
    )
    return {
        f"{name}_first_mb": first,
        f"{name}_last_mb": last,
        f"{name}_still_growing_mb_per_1000": (last - before) / size * _THOUSAND,
    }
