"""
Other pages that look at the same kernel, in a process of their own.

They read all they are sent, and must not disturb the client that measures. Each
line on standard input is an order, each line on standard output its answer, and
the end of the input is the end of the process.
"""

from __future__ import annotations

import asyncio
import sys
import zlib

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import msgspec
import psutil

from . import frames
from .client import attach
from .errors import BenchError


if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tornado.websocket import WebSocketClientConnection


__all__ = ["Seen", "Viewers", "checksum", "viewing"]

# A viewer that has heard nothing for so long has been sent everything: servers
# may send to viewers later than to the initiator, but not by so much.
_QUIET = 1.0
_READY_TIMEOUT = 60.0


class _Order(msgspec.Struct):
    url: str
    token: str
    count: int


class Seen(msgspec.Struct):
    """What one viewer was sent since it was last asked."""

    messages: int = 0
    size: int = 0
    characters: int = 0
    checksum: int = 0

    def received(self, frame: str | bytes | None) -> None:
        """Count *frame*."""
        if not isinstance(frame, bytes):
            return
        self.messages += 1
        self.size += len(frame)
        arrival = frames.read(*frames.decode(frame))
        if arrival.stream == "stdout":
            self.characters += len(arrival.text)
            self.checksum = checksum(arrival.text, self.checksum)

    def forget(self) -> None:
        """Begin anew."""
        self.messages = self.size = self.characters = self.checksum = 0


def checksum(text: str, before: int = 0) -> int:
    """Return what tells *text*, after a text with checksum *before*, from others."""
    return zlib.crc32(text.encode(), before)


class Viewers:
    """
    Viewers that are attached.

    Args:
        process: The process they are in.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def seen(self) -> list[Seen]:
        """Return what each was sent since last asked, once nothing more comes."""
        return msgspec.json.decode(await self.ask(b""), type=list[Seen])

    def suspend(self) -> None:
        """Have them read nothing more."""
        psutil.Process(self._process.pid).suspend()

    def resume(self) -> None:
        """Have them read on."""
        psutil.Process(self._process.pid).resume()

    async def ask(self, order: bytes) -> bytes:
        """Return the answer to *order*."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(order + b"\n")
        await self._process.stdin.drain()
        answer = await asyncio.wait_for(self._process.stdout.readline(), _READY_TIMEOUT)
        if not answer:
            raise BenchError("the viewers have ended")
        return answer


@asynccontextmanager
async def viewing(url: str, token: str, count: int) -> AsyncIterator[Viewers]:
    """Give *count* viewers of the kernel websocket at *url*, gone with the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        __name__,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        viewers = Viewers(process)
        await viewers.ask(msgspec.json.encode(_Order(url, token, count)))
        await viewers.seen()
        yield viewers
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _serve() -> None:
    order = msgspec.json.decode(await _line(), type=_Order)
    all_seen = [Seen() for _ in range(order.count)]
    connections: list[WebSocketClientConnection] = [
        await attach(order.url, order.token, seen.received) for seen in all_seen
    ]
    _answer([])
    while await _line():
        await _quiet(all_seen)
        _answer(all_seen)
        for seen in all_seen:
            seen.forget()
    for connection in connections:
        connection.close()


async def _quiet(all_seen: list[Seen]) -> None:
    before, messages = -1, 0
    while messages != before:
        before = messages
        await asyncio.sleep(_QUIET)
        messages = sum(seen.messages for seen in all_seen)


async def _line() -> str:
    return await asyncio.to_thread(sys.stdin.readline)


def _answer(answer: list[Seen]) -> None:
    print(msgspec.json.encode(answer).decode(), flush=True)


if __name__ == "__main__":
    asyncio.run(_serve())
