"""
A network between browser and server that can be cut.
"""

from __future__ import annotations

import contextlib
import socket
import threading

from collections.abc import Iterator
from typing import Final


__all__ = ["Link", "linked"]

HOST: Final = "127.0.0.1"
SIZE: Final = 65536

# What a browser asks for a websocket with.
UPGRADE: Final = b"Upgrade: websocket"


class Link:
    """
    Passes on what comes in at :attr:`port`, both ways, as long as it is told to.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server((HOST, 0))
        self._sockets: list[socket.socket] = []
        self._is_black_hole = False
        self._is_down = False
        self._websockets: set[socket.socket] = set()
        self._swallowed: set[socket.socket] = set()
        self.port: int = self._listener.getsockname()[1]

    def swallow(self) -> None:
        """
        Take all that is sent from now on and pass on nothing, without a word.
        """
        self._is_black_hole = True

    def swallow_websockets(self) -> None:
        """
        The same, but only of the websockets there are now.
        """
        self._swallowed = set(self._websockets)

    def go_down(self) -> None:
        """
        Break all connections, and refuse new ones until :meth:`come_up`.
        """
        self._is_down = True
        self.cut()

    def come_up(self) -> None:
        """
        Pass on again what is connected from now on.
        """
        self._is_down = False

    def cut(self) -> None:
        """
        Break all connections; what is connected from now on is passed on again.
        """
        sockets, self._sockets = self._sockets, []
        for one in sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._is_black_hole = False

    def serve(self) -> None:
        """
        Accept connections until :meth:`close`.
        """
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self._is_down:
                near.close()
                continue
            far = socket.create_connection((HOST, self._target))
            self._sockets.extend((near, far))
            for source, sink in ((near, far), (far, near)):
                start(self._pump, source, sink)

    def close(self) -> None:
        """
        Break all connections, and accept no more.
        """
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(SIZE):
                if UPGRADE in data:
                    self._websockets.update((source, sink))
                if not self._is_black_hole and source not in self._swallowed:
                    sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)


def start(target, *args: object) -> threading.Thread:
    """
    Run *target* beside the test.
    """
    thread = threading.Thread(target=target, args=args, daemon=True)
    thread.start()
    return thread


@contextlib.contextmanager
def linked(target: int) -> Iterator[Link]:
    """
    Give a link to that port of this machine.
    """
    link = Link(target)
    accepting = start(link.serve)
    try:
        yield link
    finally:
        link.close()
        accepting.join()
