"""
``2+3`` by Shift+Enter, stage by stage: the page, the network, the server, the kernel.
"""

from __future__ import annotations

import time

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from jupyter_fastpath.bench.errors import BenchError
from jupyter_fastpath.bench.tapped import tapped

from .evaluated import cells, one_by_one
from .stages import Looked, clock_of, durations_of, moments_of, readings_of
from .summary import summary


if TYPE_CHECKING:
    from jupyter_fastpath.bench.storms import Numbers

    from .bed import PageBed
    from .notebook import Notebook
    from .stages import Reading


__all__ = ["staged"]

_PATIENCE = 20.0
# How often the clock of the page is read, before the runs and again after them.
_READINGS = 40


async def staged(bed: PageBed) -> Numbers:
    """Measure evaluations one by one, and how long each stage of them takes."""
    count = bed.sizes.evaluations
    async with tapped(bed.lab.port, bed.lab.shape) as tap:
        through = replace(bed, lab=bed.lab.through(await tap.port()))
        async with through.notebook(*cells(count)) as notebook:
            readings = await _readings(notebook)
            runs = await one_by_one(notebook, count, _evaluate)
            readings += await _readings(notebook)
        passed = await tap.passed()
    for run in runs:
        readings += readings_of(run, passed)
    clock = clock_of(readings)
    durations = durations_of([moments_of(run, passed, clock) for run in runs])
    numbers = {"clock_error_ms": clock.error * 1000}
    for stage, values in durations.items():
        bed.raw.sampled(f"{stage}_ms", values)
        numbers.update(summary(stage, values))
    return numbers


async def _readings(notebook: Notebook) -> list[Reading]:
    """Return readings of the clock of the page, each between two of ours."""
    return [await _reading(notebook) for _ in range(_READINGS)]


async def _reading(notebook: Notebook) -> Reading:
    before = time.time()
    read: float = await notebook.ask("now")
    return before, read, time.time()


async def _evaluate(notebook: Notebook, index: int) -> Looked:
    await notebook.expect("painted", "stage", index, "5")
    await notebook.page.keyboard.press("Shift+Enter")
    if await notebook.expected("painted", _PATIENCE) is None:
        raise BenchError(f"evaluation {index} was not painted")
    return msgspec.convert(await notebook.ask("staged"), Looked)
