"""
A link to a server that notes when messages of websockets pass in front of the server,
in a process of its own.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import msgspec

from .aside import Aside, answer, aside, order
from .links import Link, new_loop
from .shape import PLAIN, Shape
from .tap import Passed, Tap


if TYPE_CHECKING:
    from collections.abc import AsyncIterator


__all__ = ["Tapped", "tapped"]

_PORT, _PASSED = "port", "passed"


class _Order(msgspec.Struct):
    target: int
    shape: Shape


class Tapped(Aside):
    """A link that is listened to, in a process of its own."""

    async def port(self) -> int:
        """Return where it begins."""
        return msgspec.json.decode(await self.ask(_PORT), type=int)

    async def passed(self) -> list[Passed]:
        """Return what has passed in each websocket, in the order in which they came."""
        return msgspec.json.decode(await self.ask(_PASSED), type=list[Passed])


@asynccontextmanager
async def tapped(target: int, shape: Shape | None) -> AsyncIterator[Tapped]:
    """Give a link to port *target* that is listened to; what it does is the shape."""
    async with aside(__name__, _Order(target, shape or PLAIN), Tapped) as link:
        yield link


async def _serve() -> None:
    first = msgspec.json.decode(await order(), type=_Order)
    taps: list[Tap] = []

    def watch() -> Tap:
        taps.append(Tap())
        return taps[-1]

    link = Link(first.target, first.shape, watch)
    await link.open()
    answer("")
    while asked := await order():
        if msgspec.json.decode(asked) == _PORT:
            answer(link.port)
        else:
            answer([tap.passed for tap in taps if tap.passed])
    await link.close()


if __name__ == "__main__":
    new_loop().run_until_complete(_serve())
