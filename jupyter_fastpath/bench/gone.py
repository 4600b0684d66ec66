"""
A page that runs a cell and is closed: what of the output gets into the file, and when.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from . import frames
from .client import attach


if TYPE_CHECKING:
    from pathlib import Path

    from .bed import Bed
    from .server import Server
    from .storms import Numbers


__all__ = ["Writes", "gone"]

_NAME = "gone.ipynb"
_CELL = "cell"
_LOOK = 0.02
# Nanoseconds in which changes of a file are those of one write.
_ONE_WRITE = 1_000_000_000
# How often the file would be saved to which ours is compared.
_OFTEN = 2.0
# A server that has not written the end of the output so long after it never will.
_PATIENCE = 15.0
# Some hundred lines a second: what is measured is saving, not the kernel's processor.
_FLOOD = """
import time
count, end = 0, time.monotonic() + {seconds}
while time.monotonic() < end:
    print(count, "x" * 60, flush=True)
    count += 1
    time.sleep(0.0005)
open({report!r}, "w").write(f"{{count}} {{time.time()}}")
"""


@dataclass
class Writes:
    """
    How a file was written.

    Attributes:
        sizes: How large it was after each write.
    """

    sizes: list[int] = field(default_factory=list)
    _stamp: int = 0

    def look(self, stamp: int, size: int) -> None:
        """Note the *size* of a file that was changed last at *stamp*, in ns."""
        if self._stamp == 0:
            self._stamp = stamp
        elif stamp != self._stamp:
            is_going_on = stamp - self._stamp < _ONE_WRITE and bool(self.sizes)
            self.sizes[len(self.sizes) - is_going_on :] = [size]
            self._stamp = stamp

    def numbers(self, seconds: float) -> Numbers:
        """Return how much that was, beside a save each two seconds as it grows."""
        numbers: Numbers = {"writes": float(len(self.sizes))}
        if self.sizes:
            count = max(1, int(seconds / _OFTEN))
            often = sum(self.sizes[-1] * (i + 1) / count for i in range(count))
            numbers["written_mb"] = sum(self.sizes) / 1e6
            numbers["written_over_each_2_s"] = sum(self.sizes) / often
        return numbers


async def gone(bed: Bed) -> Numbers:
    """Measure a flood of text whose page is closed as soon as it has begun."""
    assert bed.server is not None
    seconds, home = bed.profile.gone_seconds, bed.server.home
    file, report = home / _NAME, home / "report"
    file.write_bytes(_notebook())
    url = await _start(bed.server)
    await _run(
        url, bed.server.token, _FLOOD.format(seconds=seconds, report=str(report))
    )
    writes = Writes()
    printed = await _watch(file, report, writes, seconds + _PATIENCE)
    numbers = writes.numbers(seconds)
    if printed is None:
        return numbers | {"printed_ok": 0.0}
    count, ended = printed
    lines = _text(file).splitlines()
    kept = sum(line.startswith(f"{i} ") for i, line in enumerate(lines))
    numbers |= {"printed_ok": 1.0, "in_the_file_share": kept / count}
    if kept == count:
        numbers["end_to_file_s"] = max(0.0, file.stat().st_mtime - ended)
    return numbers


def _notebook() -> bytes:
    cell: dict[str, Any] = {"cell_type": "code", "id": _CELL, "source": "flood()"}
    cells = [cell | {"metadata": {}, "outputs": [], "execution_count": None}]
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return msgspec.json.encode(content)


async def _start(server: Server) -> str:
    """Start a session as JupyterLab does, and return the url of its websocket."""
    asked = {"path": _NAME, "name": _NAME, "type": "notebook"}
    body = asked | {"kernel": {"name": "python3"}}
    session = msgspec.json.decode(await server.fetch("POST", "/api/sessions", body))
    kernel_id = session["kernel"]["id"]
    return f"ws://127.0.0.1:{server.port}/api/kernels/{kernel_id}/channels"


async def _run(url: str, token: str, code: str) -> None:
    """Have a page run *code*, and close it when the kernel has begun."""
    msg_id = str(uuid.uuid4())
    begun = asyncio.Event()

    def received(frame: str | bytes | None) -> None:
        if isinstance(frame, bytes):
            arrival = frames.read(*frames.decode(frame))
            if (arrival.parent_id, arrival.stream) == (msg_id, "stdout"):
                begun.set()

    connection = await attach(url, token, received)
    parts = frames.execute_request(code, msg_id, str(uuid.uuid4()), _CELL)
    connection.write_message(frames.encode("shell", parts), binary=True)
    await asyncio.wait_for(begun.wait(), _PATIENCE)
    connection.close(1001)


async def _watch(
    file: Path, report: Path, writes: Writes, patience: float
) -> tuple[int, float] | None:
    """Follow the file until all is in it; return how many lines there are, and when."""
    printed = None
    end = time.monotonic() + patience
    while time.monotonic() < end:
        _look(file, writes)
        printed = printed or _read(report)
        if printed is not None and f"\n{printed[0] - 1} " in _text(file):
            break
        await asyncio.sleep(_LOOK)
    return printed


def _look(file: Path, writes: Writes) -> None:
    stat = file.stat()
    writes.look(stat.st_mtime_ns, stat.st_size)


def _read(report: Path) -> tuple[int, float] | None:
    """Return how many lines were printed, and until when; None if more are."""
    with contextlib.suppress(OSError, ValueError):
        count, ended = report.read_text().split()
        return int(count), float(ended)
    return None


def _text(file: Path) -> str:
    """Return the text in the file, none while that is being written."""
    try:
        notebook: Any = msgspec.json.decode(file.read_bytes())
    except msgspec.DecodeError:
        return ""
    (cell,) = notebook["cells"]
    return "".join("".join(output.get("text", "")) for output in cell["outputs"])
