"""
What it costs the server to write down each run, and to tell those who listen.
"""

from __future__ import annotations

import asyncio
import time

from contextlib import asynccontextmanager
from statistics import median
from typing import TYPE_CHECKING

from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from .bed import FASTPATH, bed
from .errors import BenchError
from .storms import flushed
from .watchers import watching


if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from .bed import Bed
    from .storms import Numbers


__all__ = ["compare", "traced"]

_RUNS = "runs.jsonl"
_ON = (f"--TraceConfig.runs={_RUNS}", "--TraceConfig.log=True")
_STATE, _EVENTS = "/api/fastpath/state", "/api/events/subscribe"
_LOOK = 0.1
_UNITS = {"message_us": 1e6, "run_ms": 1e3}


async def traced(off: Bed) -> Numbers:
    """Measure floods and short runs, in turn with all of it off and on."""
    costs: dict[str, list[dict[str, float]]] = {"off": [], "on": []}
    async with _listened(off) as on:
        beds = [("off", off), ("on", on)]
        for _ in range(off.profile.traced_rounds):
            for name, one in beds:
                costs[name].append(await _cost(one))
            beds.reverse()
        is_written = await _is_written(on)
    return {**compare(costs["off"], costs["on"]), "written_ok": float(is_written)}


@asynccontextmanager
async def _listened(off: Bed) -> AsyncIterator[Bed]:
    """Give a bed on which everything is written, and told to who listens."""
    assert off.server is not None
    python = off.server.python
    async with bed(FASTPATH, off.profile, *_ON, python=python) as on:
        assert on.server is not None
        at, token = f"ws://127.0.0.1:{on.server.port}", on.server.token
        headers = {"Authorization": f"token {token}"}
        events = await websocket_connect(
            HTTPRequest(at + _EVENTS, headers=headers),
            on_message_callback=lambda _: None,
        )
        try:
            async with watching(at + _STATE, token, 1):
                yield on
        finally:
            events.close()


async def _cost(one: Bed) -> dict[str, float]:
    """Return the server's seconds of CPU for a message of a flood and a short run."""
    profile = one.profile
    with one.meter() as flood:
        record = await one.client.execute(flushed(profile.traced_lines), profile.storm)
    if not record.is_done:
        raise BenchError("a flood did not end")
    with one.meter() as short:
        for _ in range(profile.evaluations):
            await one.client.execute("2+3", profile.brief)
    return {
        "message_us": flood.cpu_seconds / profile.traced_lines,
        "run_ms": short.cpu_seconds / profile.evaluations,
    }


def compare(
    off: Sequence[Mapping[str, float]], on: Sequence[Mapping[str, float]]
) -> Numbers:
    """
    Return what a message and a run cost with all of it off and on, and the ratio: the
    median of those of all rounds, for what is done one after the other is done on the
    same machine.
    """
    numbers: Numbers = {}
    for name, unit in _UNITS.items():
        pairs = [(a[name], b[name]) for a, b in zip(off, on, strict=True)]
        numbers[f"off_cpu_per_{name}"] = median(a for a, _ in pairs) * unit
        numbers[f"on_cpu_per_{name}"] = median(b for _, b in pairs) * unit
        # CPU time is counted in hundredths of a second, so that little may be none.
        if ratios := [b / a for a, b in pairs if a]:
            what, _, _ = name.partition("_")
            numbers[f"cpu_per_{what}_on_over_off"] = median(ratios)
    return numbers


async def _is_written(on: Bed) -> bool:
    """Return whether each run that was measured gets into the trace."""
    assert on.server is not None
    profile, trace = on.profile, on.server.home / _RUNS
    count = profile.traced_rounds * (profile.evaluations + 1)
    end = time.perf_counter() + profile.quiet
    while len(trace.read_bytes().splitlines()) < count:
        if time.perf_counter() > end:
            return False
        await asyncio.sleep(_LOOK)
    return True
