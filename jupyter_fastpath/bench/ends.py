"""
The two ends of a connection through a link.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import sys

from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from .shape import Lane


if TYPE_CHECKING:
    from .shape import Shape, Wire


__all__ = ["Connection", "Watch"]

_HOST = "127.0.0.1"

# Bytes that a socket of a link with a bandwidth takes by itself. Without that there
# would be megabytes in the sockets before anybody who sends is made to wait.
_BUFFER = 1 << 17

# To close with a reset: linger, for no time. Windows has shorter numbers.
_RESET = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)

# What stands for the end of what is sent among the pieces that are underway.
_EOF = b""


class Watch(Protocol):
    """Who is shown what passes between a link and its target in one connection."""

    def sent(self, data: bytes) -> None:
        """See what the target is sent now."""

    def received(self, data: bytes) -> None:
        """See what the target has sent."""


class Connection:
    """
    One connection through a link, with both its ends.

    Args:
        shape: What is done to what passes.

        wires: The two directions of the link.

        number: How many connections the link has had, with this one.

        watch: Who is shown what passes at the far end, if anybody is.
    """

    def __init__(
        self,
        shape: Shape,
        wires: tuple[Wire, Wire],
        number: int,
        watch: Watch | None = None,
    ) -> None:
        # Who connects knows a round trip later that somebody is there.
        opened = asyncio.get_running_loop().time() + shape.rtt
        self.is_black_hole = False
        self.closed = asyncio.Event()
        self.near, self.far = (
            _End(self, shape, Lane(shape, wire, _chances(shape, number, side), opened))
            for side, wire in enumerate(wires)
        )
        self.near.peer, self.far.peer = self.far, self.near
        self.far.watch = watch

    @property
    def opening(self) -> bytes:
        """What the client has sent first."""
        return self.near.first

    async def connect(self, target: int) -> None:
        """Connect the far end with *target*, or break the near one."""
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: self.far, _HOST, target)
        except OSError:
            self.refuse()

    def refuse(self) -> None:
        """Break it, since there is nobody at the far end."""
        self.far.is_gone = True
        self.reset()
        self.note_gone()

    def swallow(self) -> None:
        """Take all that is sent from now on, or is underway, and pass on nothing."""
        self.is_black_hole = True
        for end in (self.near, self.far):
            end.pass_on()

    def reset(self) -> None:
        """Break it, at both ends."""
        for end in (self.near, self.far):
            end.reset()

    def note_gone(self) -> None:
        """Note that an end is gone."""
        if self.near.is_gone and self.far.is_gone:
            self.closed.set()


class _End(asyncio.Protocol):
    """
    One end of a connection: what comes in here goes out at its peer when it is due.

    Args:
        connection: Whose end this is.

        shape: What is done to what passes.

        lane: When what comes in here is due.
    """

    peer: _End
    watch: Watch | None = None

    def __init__(self, connection: Connection, shape: Shape, lane: Lane) -> None:
        self._connection = connection
        self._shape = shape
        self._lane = lane
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._underway: deque[tuple[float, bytes]] = deque()
        self._size = 0
        self._is_full = self._is_reset = False
        self.has_said_all = False
        self.is_gone = False
        self.first = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, with what has waited for this end."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        if self._shape.bandwidth:
            _bound(transport)
        if self._is_reset:
            self.reset()
        self.peer.pass_on()

    def data_received(self, data: bytes) -> None:
        """Send *data* on its way; if too much is underway, take no more for now."""
        self.first = self.first or data
        if self.watch is not None:
            self.watch.received(data)
        self._underway.extend(self._lane.arrivals(data, self._loop.time()))
        self._size += len(data)
        self.pass_on()
        if self._size > self._shape.window and self._transport is not None:
            self._transport.pause_reading()

    def eof_received(self) -> bool:
        """Send on its way that nothing more comes, and keep the way back open."""
        self._underway.append((self._lane.arrival(1, self._loop.time()), _EOF))
        self.pass_on()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget what was to go out here; if this is no goodbye, tell the peer."""
        self.is_gone = True
        self._transport = None
        if exc is not None:
            at = self._lane.arrival(1, self._loop.time())
            self._loop.call_at(at, self._pass_reset)
        self.peer.pass_on()
        self._connection.note_gone()

    def pause_writing(self) -> None:
        """Have the peer wait: whoever is at this end reads too slowly."""
        self._is_full = True

    def resume_writing(self) -> None:
        """Have the peer go on."""
        self._is_full = False
        self.peer.pass_on()

    def pass_on(self) -> None:
        """Put out at the peer what is due, and come back when more is."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        now = self._loop.time()
        while self._underway and not self.peer.holds_back:
            due, piece = self._underway[0]
            if due > now and not self._connection.is_black_hole:
                self._timer = self._loop.call_at(due, self.pass_on)
                break
            self._underway.popleft()
            self._size -= len(piece)
            if not self._connection.is_black_hole:
                self.peer.put_out(piece)
        if self._size <= self._shape.window // 2 and self._transport is not None:
            self._transport.resume_reading()

    @property
    def holds_back(self) -> bool:
        """Whether what goes out here has to wait."""
        if self._connection.is_black_hole or self.is_gone:
            return False
        return self._transport is None or self._is_full

    def put_out(self, piece: bytes) -> None:
        """Send *piece*, or that nothing more comes, to whoever is at this end."""
        if self._transport is None:
            return
        if piece != _EOF:
            if self.watch is not None:
                self.watch.sent(piece)
            self._transport.write(piece)
            return
        self.peer.has_said_all = True
        # Who has said all and is gone since then is noticed by nothing but this.
        with suppress(OSError):
            self._transport.write_eof()
        if self.has_said_all:
            self.close()
            self.peer.close()

    def close(self) -> None:
        """Close this end, once what was put out has been sent."""
        if self._transport is not None:
            self._transport.close()

    def reset(self) -> None:
        """Break this end, now or as soon as it is there."""
        self._is_reset = True
        if self._transport is not None:
            own = self._transport.get_extra_info("socket")
            # macOS refuses it where the other side has been quicker.
            with suppress(OSError):
                own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self._transport.abort()

    def _pass_reset(self) -> None:
        if not self._connection.is_black_hole:
            self.peer.reset()


def _chances(shape: Shape, number: int, side: int) -> random.Random:
    # Chances of their own for each, so that what one does changes nothing for others.
    return random.Random(f"{shape.seed} {number} {side}")  # noqa: S311 - no secret


def _bound(transport: asyncio.Transport) -> None:
    own = transport.get_extra_info("socket")
    for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
        own.setsockopt(socket.SOL_SOCKET, option, _BUFFER)
