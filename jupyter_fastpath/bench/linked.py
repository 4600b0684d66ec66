"""
A link of the benchmark, in a process of its own.

A thread would share the interpreter with the client that measures, and each would make
the other wait.
"""

from __future__ import annotations

import asyncio
import time

from contextlib import asynccontextmanager
from statistics import median
from typing import TYPE_CHECKING

import msgspec

from .aside import Aside, answer, aside, order
from .links import Link, new_loop
from .shape import Shape  # noqa: TC001 - msgspec reads it


if TYPE_CHECKING:
    from collections.abc import AsyncIterator


__all__ = ["Linked", "Ports", "linked", "reached", "round_trip"]

_HOST = "127.0.0.1"
_ECHO = b"x" * 64


class _Order(msgspec.Struct):
    target: int
    shape: Shape


class Ports(msgspec.Struct):
    """Where a link begins, and where one like it to an echo does, if there is one."""

    link: int
    echo: int | None = None


class Linked(Aside):
    """A link in a process of its own."""

    async def ports(self) -> Ports:
        """Return where it begins, and where one like it to an echo does."""
        return msgspec.json.decode(await self.ask(), type=Ports)


@asynccontextmanager
async def linked(target: int, shape: Shape) -> AsyncIterator[Ports]:
    """Give a link to port *target*, and one like it to an echo, in another process."""
    async with aside(__name__, _Order(target, shape), Linked) as link:
        yield await link.ports()


@asynccontextmanager
async def reached(target: int, shape: Shape | None) -> AsyncIterator[Ports]:
    """Give a link to port *target*, or if no shape is given the port itself."""
    if shape is None:
        yield Ports(target)
        return
    async with linked(target, shape) as ports:
        yield ports


async def round_trip(port: int, count: int) -> float:
    """Return the median of *count* round trips to an echo at *port*, in seconds."""
    reader, writer = await asyncio.open_connection(_HOST, port)
    durations = []
    try:
        # The first one has the time in it that connecting takes.
        for _ in range(count + 1):
            began = time.perf_counter()
            writer.write(_ECHO)
            await reader.readexactly(len(_ECHO))
            durations.append(time.perf_counter() - began)
    finally:
        writer.close()
        await writer.wait_closed()
    return median(durations[1:])


class _Echo(asyncio.Protocol):
    """Answers with what it is sent."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Send *data* back."""
        self._transport.write(data)


async def _serve() -> None:
    first = msgspec.json.decode(await order(), type=_Order)
    loop = asyncio.get_running_loop()
    echo = await loop.create_server(_Echo, _HOST, 0)
    to_echo = echo.sockets[0].getsockname()[1]
    links = [Link(target, first.shape) for target in (first.target, to_echo)]
    for link in links:
        await link.open()
    answer("")
    while await order():
        answer(Ports(*(link.port for link in links)))
    for link in links:
        await link.close()
    echo.close()


if __name__ == "__main__":
    new_loop().run_until_complete(_serve())
