"""
What is measured: each scenario takes a bed and returns its numbers by name.

A name ends in its unit. One that ends in ``_ok`` is a promise, 1 if it was kept
and 0 if it was broken; fastpath has to keep all of them.
"""

from __future__ import annotations

import asyncio

from typing import TYPE_CHECKING

from jupyter_fastpath.core.percentile import percentile

from .errors import BenchError
from .gone import gone
from .saving import save
from .session import session
from .state import state
from .stopped import stopped
from .storms import Numbers, delivery, flushed, lines, prefixed, storm
from .traced import traced
from .viewers import checksum, viewing


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    import psutil

    from .bed import Bed
    from .record import Record
    from .viewers import Seen


__all__ = ["LONG", "NEED_FASTPATH", "NEED_SERVER", "SCENARIOS"]

_MEGABYTE = 1_000_000
_VIEWERS = 10
_PAUSE = 0.1
# Long enough for the first lines of a storm to be on their way.
_BEFORE_STALL = 0.3
_FIRST_OUTPUT = ("first_output_p50_ms", "first_output_p95_ms")
_SLEEPS = 4
_SLEEPER = f"""
for _ in range({_SLEEPS}):
    print(time.perf_counter())
    time.sleep(0.5)
"""


async def evaluate(bed: Bed) -> Numbers:
    """Measure ``2+3``, back to back as in Run All, and clicked one by one."""
    profile = bed.profile
    with bed.meter() as meter:
        records = await _runs(bed, "2+3", profile.evaluations)
    numbers = _stages(durations := _durations(records))
    _keep(bed, "", durations)
    if bed.server is not None:
        cpu_per_run = meter.cpu_seconds / profile.evaluations
        numbers["server_cpu_per_run_ms"] = cpu_per_run * 1000
    clicked = _durations(await _runs(bed, "2+3", profile.spaced_evaluations, _PAUSE))
    _keep(bed, "clicked_", clicked)
    return {**numbers, **prefixed("clicked", _stages(clicked))}


async def burst(bed: Bed) -> Numbers:
    """Measure prints without flush: very many, and few with time between."""
    count = bed.profile.burst_lines
    numbers = await storm(bed, f"for i in range({count}): print(i)", lines(count))
    record = await bed.client.execute(_SLEEPER, bed.profile.storm)
    # On one machine the kernel's clock is ours: perf_counter is system-wide.
    delays = [
        (arrived - float(line)) * 1000
        for arrived, text in record.stdout
        for line in text.split()
    ]
    if delays and bed.shares_clock:
        numbers["sleeper_first_print_to_arrival_ms"] = delays[0]
        numbers["sleeper_print_to_arrival_p50_ms"] = percentile(delays, 50)
    numbers["sleeper_exact_ok"] = float(len(delays) == _SLEEPS and record.is_done)
    return numbers


async def flush(bed: Bed) -> Numbers:
    """Measure many prints, each flushed."""
    count = bed.profile.flush_lines
    return await storm(bed, flushed(count), lines(count))


async def huge(bed: Bed) -> Numbers:
    """Measure single prints of megabytes."""
    numbers: Numbers = {}
    for megabytes in bed.profile.huge_megabytes:
        count = megabytes * _MEGABYTE
        one = await storm(bed, f"print('x' * {count})", "x" * count + "\n")
        numbers.update(prefixed(f"{megabytes}_mb", one))
    return numbers


async def viewers(bed: Bed) -> Numbers:
    """Measure what ten more viewers cost the initiator, and the server."""
    alone, viewed = [await _watched(bed, count) for count in (0, _VIEWERS)]
    numbers = {**prefixed("alone", alone), **prefixed("viewed", viewed)}
    # CPU time is counted in hundredths of a second, so that little may be none; and
    # of a server that is not ours it is not known.
    if before := alone.get("server_cpu_s"):
        relative = (viewed["server_cpu_s"] - before) / _VIEWERS / before
        numbers["server_cpu_per_viewer_over_alone"] = relative
    before, after = (each["short_first_output_p50_ms"] for each in (alone, viewed))
    numbers["first_output_viewed_over_alone"] = after / before
    return numbers


async def stall(bed: Bed) -> Numbers:
    """Measure a storm during which the server stands still for some seconds."""
    assert bed.server is not None
    profile = bed.profile
    freezing = asyncio.create_task(_freeze(bed.server.process, profile.stall_duration))
    try:
        return await storm(
            bed, flushed(profile.stall_lines), lines(profile.stall_lines)
        )
    finally:
        freezing.cancel()
        await asyncio.wait([freezing])


SCENARIOS: dict[str, Callable[[Bed], Awaitable[Numbers]]] = {
    "eval": evaluate,
    "burst": burst,
    "flush": flush,
    "huge": huge,
    "viewers": viewers,
    "stall": stall,
    "stopped": stopped,
    "save": save,
    "gone": gone,
    "state": state,
    "trace": traced,
    "session": session,
}
NEED_SERVER = frozenset({"viewers", "stall", "stopped", "save", "gone", "session"})
# What takes so long that only stock and ours are measured.
LONG = frozenset({"session"})
# What nobody else has.
NEED_FASTPATH = frozenset({"state", "trace"})


async def _runs(bed: Bed, code: str, count: int, pause: float = 0.0) -> list[Record]:
    records = []
    for _ in range(count):
        record = await bed.client.execute(code, bed.profile.brief)
        if not record.is_done or record.first_output is None:
            raise BenchError(f"{code!r} did not end with an output and idle")
        records.append(record)
        if pause:
            await asyncio.sleep(pause)
    return records


def _durations(records: Sequence[Record]) -> dict[str, list[float]]:
    """Return how long it took to each stage, in ms, of all runs."""
    durations: dict[str, list[float]] = {}
    for record in records:
        for stage, moment in record.stages.items():
            if moment is not None:
                duration = (moment - record.sent) * 1000
                durations.setdefault(stage, []).append(duration)
    return durations


def _keep(bed: Bed, prefix: str, durations: dict[str, list[float]]) -> None:
    for stage, values in durations.items():
        bed.raw.sampled(f"{prefix}{stage}_ms", values)


def _stages(durations: dict[str, list[float]]) -> Numbers:
    return {
        f"{stage}_p{percent}_ms": percentile(values, percent)
        for stage, values in durations.items()
        for percent in (50, 95)
    }


async def _watched(bed: Bed, viewer_count: int) -> Numbers:
    """Measure short runs and a storm while *viewer_count* viewers read along."""
    profile = bed.profile
    expected = lines(profile.viewer_lines)
    async with viewing(bed.url, bed.token, viewer_count) as audience:
        runs = await _runs(bed, "print(1)", profile.viewer_runs)
        short = _stages(_durations(runs))
        await audience.seen()
        with bed.meter() as meter:
            code = flushed(profile.viewer_lines)
            record = await bed.client.execute(code, profile.storm)
            # What viewers get late costs the server, too.
            seen = await audience.seen()
    return {
        **prefixed("short", {name: short[name] for name in _FIRST_OUTPUT}),
        **delivery(record, expected),
        **_seen_of(expected, seen),
        **meter.numbers,
    }


def _seen_of(expected: str, seen: Sequence[Seen]) -> Numbers:
    if not seen:
        return {}
    wanted = checksum(expected)
    return {
        "viewer_delivered_share": min(one.characters for one in seen) / len(expected),
        "viewer_exact_ok": float(all(one.checksum == wanted for one in seen)),
        "viewer_messages": sum(one.messages for one in seen) / len(seen),
    }


async def _freeze(process: psutil.Process, duration: float) -> None:
    await asyncio.sleep(_BEFORE_STALL)
    process.suspend()
    try:
        await asyncio.sleep(duration)
    finally:
        process.resume()
