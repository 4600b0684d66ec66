"""
``2+3`` by Shift+Enter, from the key to the painted result.
"""

from __future__ import annotations

import asyncio

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from jupyter_fastpath.bench.errors import BenchError

from .summary import summary


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from jupyter_fastpath.bench.storms import Numbers

    from .bed import PageBed
    from .notebook import Notebook


__all__ = [
    "Evaluation",
    "cells",
    "durations_of",
    "evaluated",
    "one_by_one",
    "stages",
]

_WARM_UP = 3
_PAUSE = 0.3
_PATIENCE = 20.0
_FRAME = 1000 / 60

EvaluationT = TypeVar("EvaluationT")


@dataclass(frozen=True)
class Evaluation:
    """When each stage of one run was reached, in ms on the clock of the page."""

    pressed: float
    sent: float
    received: float
    painted: float


async def evaluated(bed: PageBed) -> Numbers:
    """Measure evaluations one by one, each in a cell of its own."""
    count = bed.sizes.evaluations
    async with bed.notebook(*cells(count)) as notebook:
        evaluations = await one_by_one(notebook, count, _evaluate)
    durations = durations_of(evaluations)
    for name, values in durations.items():
        bed.raw.sampled(f"{name}_ms", values)
    return stages(durations)


def cells(count: int) -> list[str]:
    """Return the cells of a notebook in which *count* are counted."""
    return ["2+3"] * (_WARM_UP + count)


async def one_by_one(
    notebook: Notebook,
    count: int,
    evaluate: Callable[[Notebook, int], Awaitable[EvaluationT]],
) -> list[EvaluationT]:
    """Return what each evaluation gave but the first ones, which are not counted."""
    await notebook.enter(0)
    evaluations = []
    for index in range(_WARM_UP + count):
        evaluations.append(await evaluate(notebook, index))
        await asyncio.sleep(_PAUSE)
    return evaluations[_WARM_UP:]


def durations_of(evaluations: Sequence[Evaluation]) -> dict[str, list[float]]:
    """Return how long each took, the way to the kernel and back, and the page."""
    whole = [each.painted - each.pressed for each in evaluations]
    trips = [each.received - each.sent for each in evaluations]
    return {
        "key_to_paint": whole,
        "key_to_request": [each.sent - each.pressed for each in evaluations],
        "round_trip": trips,
        "page": [each - trip for each, trip in zip(whole, trips, strict=True)],
    }


def stages(durations: dict[str, list[float]]) -> Numbers:
    """Return what is told of the durations of all evaluations."""
    numbers: Numbers = {}
    for name, values in durations.items():
        numbers.update(summary(name, values))
    frames = [each / _FRAME for each in durations["page"]]
    return {**numbers, **summary("above_round_trip", frames, unit="frames")}


async def _evaluate(notebook: Notebook, index: int) -> Evaluation:
    await notebook.expect("sent", "passed", '"execute_request"')
    await notebook.expect("received", "passed", '"execute_result"')
    await notebook.expect("painted", "shown", index, "5")
    await notebook.page.keyboard.press("Shift+Enter")
    moments = {
        key: await notebook.expected(key, _PATIENCE)
        for key in ("painted", "sent", "received")
    }
    pressed = await notebook.page.evaluate("() => window.bench.pressed")
    return Evaluation(pressed=pressed, **_all(moments, index))


def _all(moments: dict[str, float | None], index: int) -> dict[str, float]:
    there = {key: moment for key, moment in moments.items() if moment is not None}
    if len(there) < len(moments):
        raise BenchError(f"of evaluation {index} came only {sorted(there)}")
    return there
