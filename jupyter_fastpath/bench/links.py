"""
Links between clients and a server that delay, hold back and break what passes.

They are made of TCP connections of this machine, and need no rights. What a link does
to what passes is its shape.
"""

from __future__ import annotations

import asyncio
import selectors

from typing import TYPE_CHECKING

from .ends import Connection
from .shape import PLAIN, Shape, Wire


if TYPE_CHECKING:
    from collections.abc import Callable

    from .ends import Watch


__all__ = ["Link", "new_loop"]

_HOST = "127.0.0.1"


class Link:
    """
    Passes on what comes in at :attr:`port`, both ways.

    Args:
        target: The port of this machine that it leads to.

        shape: What is done to what passes.

        watch: Returns who is shown what passes in a new connection.
    """

    def __init__(
        self,
        target: int,
        shape: Shape = PLAIN,
        watch: Callable[[], Watch | None] = lambda: None,
    ) -> None:
        self._target = target
        self._shape = shape
        self._watch = watch
        self._wires = (Wire(shape), Wire(shape))
        self._count = 0
        self._is_down = self._is_black_hole = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.connections: set[Connection] = set()
        self.port = 0

    async def open(self) -> None:
        """Accept connections until :meth:`close`."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._accepted, _HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Break all connections, and accept no more."""
        assert self._server is not None
        self._server.close()
        self.cut()
        await asyncio.gather(*self._tasks)

    def swallow(self) -> None:
        """Take all that is sent from now on and pass on nothing, without a word."""
        self._is_black_hole = True
        for connection in self.connections:
            connection.swallow()

    def cut(self) -> None:
        """Reset all connections; those from now on pass everything on again."""
        self._is_black_hole = False
        for connection in self.connections:
            connection.reset()

    def go_down(self) -> None:
        """Reset all connections, and new ones too until :meth:`come_up`."""
        self._is_down = True
        self.cut()

    def come_up(self) -> None:
        """Pass on again what is connected from now on."""
        self._is_down = False

    def _accepted(self) -> asyncio.Protocol:
        """Return who takes what comes in by a new connection."""
        self._count += 1
        connection = Connection(self._shape, self._wires, self._count, self._watch())
        if self._is_black_hole:
            connection.swallow()
        self.connections.add(connection)
        task = asyncio.create_task(self._pass(connection))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return connection.near

    async def _pass(self, connection: Connection) -> None:
        if self._is_down:
            connection.refuse()
        else:
            await connection.connect(self._target)
        await connection.closed.wait()
        self.connections.discard(connection)


def new_loop() -> asyncio.AbstractEventLoop:
    """Return a loop whose timers are right to a fraction of a millisecond."""
    # What asyncio takes on Linux by itself rounds up to whole milliseconds.
    return asyncio.SelectorEventLoop(selectors.SelectSelector())
