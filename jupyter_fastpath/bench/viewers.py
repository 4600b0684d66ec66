"""
Other pages that look at the same kernel, in a process of their own.

They read all they are sent.
"""

from __future__ import annotations

import asyncio
import zlib

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import msgspec

from . import frames
from .aside import Aside, answer, aside, order
from .client import attach


if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tornado.websocket import WebSocketClientConnection


__all__ = ["Seen", "Viewers", "checksum", "viewing"]

# A viewer that has heard nothing for so long has been sent everything: servers
# may send to viewers later than to the initiator, but not by so much.
_QUIET = 1.0


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


class Viewers(Aside):
    """Viewers that are attached."""

    async def seen(self) -> list[Seen]:
        """Return what each was sent since last asked, once nothing more comes."""
        return msgspec.json.decode(await self.ask(), type=list[Seen])


@asynccontextmanager
async def viewing(url: str, token: str, count: int) -> AsyncIterator[Viewers]:
    """Give *count* viewers of the kernel websocket at *url*, gone with the block."""
    async with aside(__name__, _Order(url, token, count), Viewers) as viewers:
        await viewers.seen()
        yield viewers


async def _serve() -> None:
    first = msgspec.json.decode(await order(), type=_Order)
    all_seen = [Seen() for _ in range(first.count)]
    connections: list[WebSocketClientConnection] = [
        await attach(first.url, first.token, seen.received) for seen in all_seen
    ]
    answer([])
    while await order():
        await _quiet(all_seen)
        answer(all_seen)
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


if __name__ == "__main__":
    asyncio.run(_serve())
