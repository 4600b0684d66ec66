"""
A network between browser and server that can be cut.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading

from collections.abc import Callable, Coroutine, Iterator
from typing import Any, Final

from jupyter_fastpath.bench.links import Link, new_loop
from jupyter_fastpath.bench.shape import PLAIN, Shape


__all__ = ["Network", "linked"]

# What a browser asks for a websocket with.
UPGRADE: Final = b"Upgrade: websocket"


class Network:
    """
    A link that is turned in a thread, since a test waits for its page.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, link: Link) -> None:
        self._loop = loop
        self._link = link
        self.port: int = link.port

    def swallow(self) -> None:
        """
        Take all that is sent from now on and pass on nothing, without a word.
        """
        self._have(self._link.swallow)

    def swallow_websockets(self) -> None:
        """
        The same, but only of the websockets there are now.
        """
        self._have(self._swallow_websockets)

    def go_down(self) -> None:
        """
        Break all connections, and refuse new ones until :meth:`come_up`.
        """
        self._have(self._link.go_down)

    def come_up(self) -> None:
        """
        Pass on again what is connected from now on.
        """
        self._have(self._link.come_up)

    def cut(self) -> None:
        """
        Break all connections; what is connected from now on is passed on again.
        """
        self._have(self._link.cut)

    def _swallow_websockets(self) -> None:
        for connection in self._link.connections:
            if UPGRADE in connection.opening:
                connection.swallow()

    def _have(self, act: Callable[[], None]) -> None:
        async def acting() -> None:
            act()

        awaited(self._loop, acting())


def awaited(loop: asyncio.AbstractEventLoop, what: Coroutine[Any, Any, None]) -> None:
    """
    Return when *what* is done, in the thread of *loop*.
    """
    asyncio.run_coroutine_threadsafe(what, loop).result()


@contextlib.contextmanager
def linked(target: int, shape: Shape = PLAIN) -> Iterator[Network]:
    """
    Give a link to that port of this machine.
    """
    loop, link = new_loop(), Link(target, shape)
    turning = threading.Thread(target=loop.run_forever)
    turning.start()
    try:
        awaited(loop, link.open())
        try:
            yield Network(loop, link)
        finally:
            awaited(loop, link.close())
    finally:
        loop.call_soon_threadsafe(loop.stop)
        turning.join()
        loop.close()
