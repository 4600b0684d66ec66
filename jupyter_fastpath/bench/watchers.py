"""
Clients of the state websocket that watch all kernels, in a process of their own.
"""

from __future__ import annotations

import asyncio
import operator
import time

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from .aside import Aside, answer, aside, order
from .errors import BenchError


if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tornado.websocket import WebSocketClientConnection


__all__ = ["PATTERN", "Told", "Watchers", "watching"]

PATTERN = "kernels/**"

# As many at a time as a server has in its backlog.
_AT_ONCE = 20

_WATCH, _REST = {"subscribe": [PATTERN]}, {"unsubscribe": [PATTERN]}

# Seconds within which all have been told something, and between two looks.
_PATIENCE, _LOOK = 60.0, 0.25


class _Order(msgspec.Struct):
    url: str
    token: str
    count: int


class Told(msgspec.Struct):
    """What one client was told so far, and with which code it was closed, if it was."""

    frames: int = 0
    size: int = 0
    code: int | None = None


class Watchers(Aside):
    """Clients that watch."""

    async def watch(self) -> None:
        """Have all watch, and return when each was told something."""
        before = [one.frames for one in await self.told()]
        await self.ask(_WATCH)
        end = time.perf_counter() + _PATIENCE
        while any(map(operator.eq, before, [one.frames for one in await self.told()])):
            if time.perf_counter() > end:
                raise BenchError(f"not all were told anything within {_PATIENCE} s")
            await asyncio.sleep(_LOOK)

    async def rest(self) -> None:
        """Have none watch."""
        await self.ask(_REST)

    async def told(self) -> list[Told]:
        """Return what each was told so far."""
        return msgspec.json.decode(await self.ask(), type=list[Told])


@dataclass
class _Watcher:
    """One client."""

    told: Told
    connection: WebSocketClientConnection | None = None

    async def begin(self, url: str, token: str) -> None:
        """Connect, and watch."""
        headers = {"Authorization": f"token {token}"}
        self.connection = await websocket_connect(
            HTTPRequest(url, headers=headers), on_message_callback=self._received
        )
        await self.request(_WATCH)

    async def request(self, what: object) -> None:
        """Ask for it."""
        assert self.connection is not None
        await self.connection.write_message(msgspec.json.encode(what).decode())

    def _received(self, frame: str | bytes | None) -> None:
        # What it says is not read: that would cost more than what is measured.
        if frame is None:
            assert self.connection is not None
            self.told.code = self.connection.close_code or 0
        else:
            self.told.frames += 1
            self.told.size += len(frame)


@asynccontextmanager
async def watching(url: str, token: str, count: int) -> AsyncIterator[Watchers]:
    """Give *count* clients of the state websocket at *url*, gone with the block."""
    async with aside(__name__, _Order(url, token, count), Watchers) as watchers:
        yield watchers


async def _serve() -> None:
    first = msgspec.json.decode(await order(), type=_Order)
    watchers = [_Watcher(Told()) for _ in range(first.count)]
    for start in range(0, first.count, _AT_ONCE):
        some = watchers[start : start + _AT_ONCE]
        await asyncio.gather(*(one.begin(first.url, first.token) for one in some))
    answer([])
    while line := await order():
        if request := msgspec.json.decode(line):
            await asyncio.gather(*(watcher.request(request) for watcher in watchers))
        answer([one.told for one in watchers])


if __name__ == "__main__":
    asyncio.run(_serve())
