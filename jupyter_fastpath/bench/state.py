"""
Many who watch the state of many kernels, all of which print: what that costs who runs a
cell.
"""

from __future__ import annotations

import asyncio
import time

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

import msgspec

from jupyter_fastpath.core.percentile import percentile

from .crowd import crowding
from .errors import BenchError
from .stalled import stalling
from .watchers import PATTERN, watching


if TYPE_CHECKING:
    from collections.abc import Sequence

    from .bed import Bed
    from .crowd import Crowd
    from .server import Server
    from .stalled import Stalled
    from .storms import Numbers
    from .watchers import Told, Watchers


__all__ = ["all_told", "compare", "state"]

_PATH = "/api/fastpath/state"
_DROPPED = "fastpath_dropped_subscribers_total"
_TRY_AGAIN_LATER = 1013
_PAUSE = 0.1
_LOOK = 0.25

# Kernels that are started at a time.
_AT_ONCE = 4
_READY = frozenset({"idle", "busy"})
_START_TIMEOUT = 60.0

# A run that prints for as long as the kernel lives, so many lines a second.
_FLOOD = """
import time
while True:
    print(time.time(), "x" * 60, flush=True)
    time.sleep({pause})
"""

# What the server may grow by while all watch.
_MOST_GROWN_MB = 96.0


async def state(bed: Bed) -> Numbers:
    """Measure short runs, in turn with and without many who watch; have one stall."""
    assert bed.server is not None
    profile, server = bed.profile, bed.server
    code = _FLOOD.format(pause=1.0 / profile.state_lines)
    urls = await _start(server, profile.state_kernels)
    async with crowding(urls, server.token, code) as crowd:
        url = f"ws://127.0.0.1:{server.port}{_PATH}"
        async with watching(url, server.token, profile.state_watchers) as watchers:
            numbers = await _rounds(bed, crowd, watchers)
            if profile.state_patience:
                numbers |= await _stall(bed, watchers)
    return numbers


async def _start(server: Server, count: int) -> list[str]:
    """Start so many kernels, and return the urls of their websockets."""
    urls: list[str] = []
    while len(urls) < count:
        some = range(min(_AT_ONCE, count - len(urls)))
        urls += await asyncio.gather(*(server.start_kernel() for _ in some))
        await _ready(server)
    return urls


async def _ready(server: Server) -> None:
    """Return once no kernel is still starting."""
    end = time.perf_counter() + _START_TIMEOUT
    while time.perf_counter() < end:
        kernels = msgspec.json.decode(await server.fetch("GET", "/api/kernels"))
        if all(kernel["execution_state"] in _READY for kernel in kernels):
            return
        await asyncio.sleep(_LOOK)
    raise BenchError(f"not all kernels were ready within {_START_TIMEOUT} s")


async def _runs(bed: Bed) -> list[float]:
    """Return how many milliseconds the first output of each of some short runs took."""
    waits = []
    for _ in range(bed.profile.state_runs):
        record = await bed.client.execute("2+3", bed.profile.brief)
        if record.first_output is None:
            raise BenchError("a short run did not end with an output")
        waits.append((record.first_output - record.sent) * 1000)
        await asyncio.sleep(_PAUSE)
    return waits


async def _rounds(bed: Bed, crowd: Crowd, watchers: Watchers) -> Numbers:
    """Measure what is told, and what that costs, in turn without and with them."""
    alone: list[list[float]] = []
    spells: list[_Spell] = []
    for number in range(bed.profile.state_rounds):
        # What drifts does so for both.
        for is_watched in (True, False) if number % 2 else (False, True):
            if is_watched:
                spells.append(await _watched(bed, crowd, watchers))
            else:
                await watchers.rest()
                alone.append(await _runs(bed))
    # Those who see another stall are to be told meanwhile.
    await watchers.watch()
    waits = [spell.waits for spell in spells]
    return compare(alone, waits) | _sum_up(spells, bed.profile.state_watchers)


@dataclass(frozen=True)
class _Spell:
    """Some short runs while all watch, and what was told and spent meanwhile."""

    waits: list[float]
    duration: float
    cpu_seconds: float
    grown_mb: float
    frames: int
    size: int
    page_frames: int
    all_told: float


async def _watched(bed: Bed, crowd: Crowd, watchers: Watchers) -> _Spell:
    before, received = await watchers.told(), sum(await crowd.received())
    with bed.meter() as meter:
        began = time.perf_counter()
        await watchers.watch()
        waits = await _runs(bed)
        duration = time.perf_counter() - began
    after = await watchers.told()
    return _Spell(
        waits,
        duration,
        meter.cpu_seconds,
        meter.numbers["server_grown_mb"],
        sum(one.frames for one in after) - sum(one.frames for one in before),
        sum(one.size for one in after) - sum(one.size for one in before),
        sum(await crowd.received()) - received,
        all_told(before, after),
    )


def _sum_up(spells: Sequence[_Spell], count: int) -> Numbers:
    duration = sum(spell.duration for spell in spells)
    grown = max(spell.grown_mb for spell in spells)
    return {
        "server_cpu_share": sum(spell.cpu_seconds for spell in spells) / duration,
        "server_grown_mb": grown,
        "grown_little_ok": float(grown <= _MOST_GROWN_MB),
        "page_frames_per_s": sum(spell.page_frames for spell in spells) / duration,
        "watcher_frames_per_s": sum(s.frames for s in spells) / duration / count,
        "watcher_kb_per_s": sum(s.size for s in spells) / duration / count / 1000,
        "watchers_told_ok": min(spell.all_told for spell in spells),
    }


async def _stall(bed: Bed, watchers: Watchers) -> Numbers:
    """Have one more stall until it is dropped; return what became of all."""
    assert bed.server is not None
    server = bed.server
    before = await watchers.told()
    async with stalling(server.port, _PATH, server.token) as stalled:
        began = time.perf_counter()
        with bed.meter() as meter:
            await _until_dropped(server, stalled, bed.profile.state_patience)
        duration = time.perf_counter() - began
        code = await asyncio.wait_for(stalled.close_code(), bed.profile.quiet)
    after = await watchers.told()
    return {
        "stalled_dropped_ok": float(code == _TRY_AGAIN_LATER),
        "stalled_for_s": duration,
        "stalled_grown_mb": meter.numbers["server_grown_mb"],
        "others_told_ok": all_told(before, after),
    }


async def _until_dropped(server: Server, stalled: Stalled, patience: float) -> None:
    before = await _dropped(server)
    end = time.perf_counter() + patience
    while await _dropped(server) == before:
        if time.perf_counter() > end:
            raise BenchError(f"who takes nothing was not dropped in {patience} s")
        # So that all is told again, and the sockets are full soon.
        await stalled.ask({"unsubscribe": [PATTERN]})
        await stalled.ask({"subscribe": [PATTERN]})
        await asyncio.sleep(_LOOK)


async def _dropped(server: Server) -> float:
    """Return how many clients the server has dropped, as its metrics tell."""
    for line in (await server.fetch("GET", "/metrics")).decode().splitlines():
        name, _, number = line.partition(" ")
        if name == _DROPPED:
            return float(number)
    raise BenchError("the server does not tell how many clients it has dropped")


def all_told(before: Sequence[Told], after: Sequence[Told]) -> float:
    """Return 1 if all were told something since *before*, and none was closed."""
    pairs = zip(before, after, strict=True)
    return float(
        all(new.frames > old.frames and new.code is None for old, new in pairs)
    )


def compare(
    alone: Sequence[Sequence[float]], watched: Sequence[Sequence[float]]
) -> Numbers:
    """
    Return what short runs took alone and watched, and the ratio: the median of those
    of all rounds, for what is done one after the other is done on the same machine.
    """
    numbers: Numbers = {}
    for percent in (50, 95):
        pairs = [
            (percentile(one, percent), percentile(other, percent))
            for one, other in zip(alone, watched, strict=True)
        ]
        numbers[f"alone_first_output_p{percent}_ms"] = median(a for a, _ in pairs)
        numbers[f"watched_first_output_p{percent}_ms"] = median(b for _, b in pairs)
        ratio = median(b / a for a, b in pairs)
        numbers[f"first_output_p{percent}_watched_over_alone"] = ratio
    return numbers
