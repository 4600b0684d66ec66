"""
A large notebook that is saved, and somebody else who asks the server meanwhile.
"""

from __future__ import annotations

import asyncio
import http.client
import time

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from .errors import BenchError


if TYPE_CHECKING:
    from .bed import Bed
    from .server import Server
    from .storms import Numbers


__all__ = ["Asked", "body_of", "save"]

_PATH = "/api/contents/large.ipynb"
_HASH = f"{_PATH}?content=0&hash=1"
_LINE = "epoch {:>9} loss 0.123456 accuracy 0.987654 learning rate 0.0001\n"
_CELL_BYTES = 16_000
_MEGABYTE = 1_000_000
_SAVES = 2

# Seconds between two questions.
_PACE = 0.005

# Seconds that the slowest save may take.
_PATIENCE = 300.0


@dataclass
class Asked:
    """
    What somebody sees who may ask the server at any time, and is answered.

    All moments count that lie ``_PACE`` apart, those too at which no question could be
    asked because the one before had no answer yet.
    """

    begun: float
    waits: list[float] = field(default_factory=list)

    def answered(self, asked: float, now: float) -> None:
        """Count the moments until *asked*, all of which had to wait until *now*."""
        while (moment := self.begun + len(self.waits) * _PACE) <= asked:
            self.waits.append(now - moment)


async def save(bed: Bed) -> Numbers:
    """Measure how long a large notebook takes to save, and others wait meanwhile."""
    assert bed.server is not None
    server, megabytes = bed.server, bed.profile.save_megabytes
    await asyncio.to_thread(_put, server, body_of(megabytes, 0))
    durations, waits = [], []
    for number in [*range(1, _SAVES + 1), _SAVES]:
        body = body_of(megabytes, number)
        saving = asyncio.create_task(asyncio.to_thread(_save, server, body))
        asked = await _ask_until(server, saving)
        durations.append(await saving)
        waits.append(asked.waits)
    # The last changed nothing.
    return {"size_mb": len(body) / _MEGABYTE} | numbers_of(durations, waits)


def numbers_of(durations: list[float], waits: list[list[float]]) -> Numbers:
    """Return what is told of saves, of which the last changed nothing."""
    changing = sorted(wait for those in waits[:-1] for wait in those)
    return {
        "save_s": sum(durations[:-1]) / len(durations[:-1]),
        "longest_wait_ms": changing[-1] * 1000,
        "wait_p95_ms": changing[len(changing) * 95 // 100] * 1000,
        "unchanged_save_s": durations[-1],
        "unchanged_longest_wait_ms": max(waits[-1]) * 1000,
    }


def body_of(megabytes: int, number: int) -> bytes:
    """Return what a page sends to save so large a notebook, each time another."""
    per_cell = _CELL_BYTES // len(_LINE.format(0))
    cells = [
        _cell(i, range(i * per_cell, (i + 1) * per_cell))
        for i in range(megabytes * _MEGABYTE // (per_cell * len(_LINE.format(0))))
    ]
    cells[0]["source"] = f"run({number})"
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    model = {"type": "notebook", "format": "json", "content": content}
    return msgspec.json.encode(model)


def _cell(index: int, steps: range) -> dict[str, object]:
    text = "".join(_LINE.format(step) for step in steps)
    return {
        "cell_type": "code",
        "id": f"cell-{index}",
        "source": f"run({index})",
        "metadata": {"trusted": True},
        "execution_count": index,
        "outputs": [{"output_type": "stream", "name": "stdout", "text": text}],
    }


def _save(server: Server, body: bytes) -> float:
    """Save like JupyterLab, which looks before and after; return the duration."""
    began = time.perf_counter()
    _request(server, "GET", _HASH)
    _put(server, body)
    _request(server, "GET", _HASH)
    return time.perf_counter() - began


def _put(server: Server, body: bytes) -> None:
    _request(server, "PUT", _PATH, body)


def _request(server: Server, method: str, path: str, body: bytes | None = None) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=_PATIENCE)
    try:
        connection.request(method, path, body, _headers(server))
        answer = connection.getresponse()
        text = answer.read()
    finally:
        connection.close()
    if answer.status not in {200, 201}:
        raise BenchError(f"{method} {path}: {answer.status} {text[:200]!r}")


def _headers(server: Server) -> dict[str, str]:
    return {"Authorization": f"token {server.token}"}


async def _ask_until(server: Server, saving: asyncio.Task[float]) -> Asked:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        asked = Asked(time.perf_counter())
        while not saving.done():
            before = time.perf_counter()
            await _ask(server, reader, writer)
            now = time.perf_counter()
            asked.answered(before, now)
            await asyncio.sleep(max(0.0, before + _PACE - now))
        return asked
    finally:
        writer.close()
        await writer.wait_closed()


async def _ask(
    server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    lines = ["GET /api/status HTTP/1.1", f"Host: 127.0.0.1:{server.port}"]
    lines += [f"{name}: {value}" for name, value in _headers(server).items()]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise BenchError(f"the server answered {head[:100]!r}")
    _, _, rest = head.lower().partition(b"content-length:")
    await reader.readexactly(int(rest.split(None, 1)[0]))
