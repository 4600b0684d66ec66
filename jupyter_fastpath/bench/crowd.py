"""
Pages of other kernels, each of which has one that prints all the time, in a process of
their own.
"""

from __future__ import annotations

import asyncio
import uuid

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import msgspec

from . import frames
from .aside import Aside, answer, aside, order
from .client import attach


if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence


__all__ = ["Crowd", "crowding"]

# Seconds until a kernel that was just started has printed something.
_PATIENCE = 50.0


class _Order(msgspec.Struct):
    urls: list[str]
    token: str
    code: str


class Crowd(Aside):
    """Pages whose kernels print."""

    async def received(self) -> list[int]:
        """Return how many frames each has got so far."""
        return msgspec.json.decode(await self.ask(), type=list[int])


class _Page:
    """One page, and how many frames it has got."""

    def __init__(self) -> None:
        self.count = 0
        self.begun = asyncio.Event()
        self._msg_id = str(uuid.uuid4())

    async def run(self, url: str, token: str, code: str) -> None:
        """Run *code* in the kernel that is at *url*; return when it prints."""
        connection = await attach(url, token, self._received)
        parts = frames.execute_request(code, self._msg_id, str(uuid.uuid4()))
        connection.write_message(frames.encode("shell", parts), binary=True)
        await asyncio.wait_for(self.begun.wait(), _PATIENCE)

    def _received(self, frame: str | bytes | None) -> None:
        self.count += 1
        if isinstance(frame, bytes) and not self.begun.is_set():
            arrival = frames.read(*frames.decode(frame))
            if (arrival.parent_id, arrival.stream) == (self._msg_id, "stdout"):
                self.begun.set()


@asynccontextmanager
async def crowding(urls: Sequence[str], token: str, code: str) -> AsyncIterator[Crowd]:
    """Give pages of which each runs *code* at one of *urls*, gone with the block."""
    first = _Order(list(urls), token, code)
    async with aside(__name__, first, Crowd) as crowd:
        yield crowd


async def _serve() -> None:
    first = msgspec.json.decode(await order(), type=_Order)
    pages = [_Page() for _ in first.urls]
    await asyncio.gather(
        *(
            page.run(url, first.token, first.code)
            for page, url in zip(pages, first.urls, strict=True)
        )
    )
    answer([])
    while await order():
        answer([page.count for page in pages])


if __name__ == "__main__":
    asyncio.run(_serve())
