"""
What a network does to what is sent through it: when each piece arrives.

Nothing here sends anything or reads a clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec


if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random


__all__ = ["PLAIN", "Lane", "Shape", "Wire"]

# What fits into one packet of Ethernet, TCP's headers off: what is lost at once.
_SEGMENT = 1460

# A piece occupies the wire for no longer, so that the pieces of two connections take
# turns, and the last byte of a piece is hardly later than its first.
_SLICE = 0.002

# Bytes on their way at most. What a wire without a limit carries in 75 ms is more than
# a server makes; a slow one holds what it carries in a fifth of a second, and a little.
_WINDOW = 1 << 22
_LITTLE = 1 << 16
_HELD = 0.2

# Bytes of text that a server sends in one message, rather more than less.
_MESSAGE = 1 << 20


class Shape(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    How a link differs from a cable to the next room; durations are in seconds.

    Args:
        rtt: The round trip, half of it each way.

        jitter: By how much a round trip is shorter or longer, at most.

        bandwidth: Bytes per second each way, of all connections; 0 is without limit.

        loss: The part of all segments that is lost. TCP sends it again, and all that
            is behind it waits.

        stall: For how long.

        seed: Links of one seed have the same chances.
    """

    rtt: float = 0.0
    jitter: float = 0.0
    bandwidth: float = 0.0
    loss: float = 0.0
    stall: float = 0.2
    seed: int = 0

    def __str__(self) -> str:
        """Name the link: its round trip, and what else is the matter with it."""
        parts = [f"{self.rtt * 1000:g} ms"]
        if self.jitter:
            parts.append(f"jitter {self.jitter * 1000:g} ms")
        if self.bandwidth:
            parts.append(f"{self.bandwidth / 1e6:g} MB/s")
        if self.loss:
            parts.append(f"loss {self.loss * 100:g} % for {self.stall * 1000:g} ms")
        return ", ".join(parts)

    @property
    def window(self) -> int:
        """How many bytes may be on their way, in one connection and direction."""
        if not self.bandwidth:
            return _WINDOW
        return _LITTLE + int(self.bandwidth * (self.rtt + _HELD))

    @property
    def silence(self) -> float:
        """For how long nothing may come though a message has been sent."""
        needed = _MESSAGE / self.bandwidth if self.bandwidth else 0.0
        return self.rtt + self.jitter + needed + (self.stall if self.loss else 0.0)


PLAIN = Shape()


class Wire:
    """
    One direction of a link, whose bandwidth all connections share.

    Args:
        shape: What is the matter with the link.
    """

    def __init__(self, shape: Shape) -> None:
        self._bandwidth = shape.bandwidth
        self._free = 0.0

    def sent(self, size: int, now: float) -> float:
        """Return when *size* bytes that wait since *now* are on the wire."""
        if not self._bandwidth:
            return now
        self._free = max(self._free, now) + size / self._bandwidth
        return self._free

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """Give *data* in what is put on the wire at once."""
        size = len(data)
        if self._bandwidth:
            size = max(_SEGMENT, int(self._bandwidth * _SLICE))
        for start in range(0, len(data), max(size, 1)):
            yield data[start : start + size]


class Lane:
    """
    One direction of one connection, in which nothing overtakes.

    Args:
        shape: What is the matter with the link.

        wire: What it shares with other connections.

        chances: What jitter and loss are drawn from.

        opened: When the first is sent, at the earliest.
    """

    def __init__(
        self, shape: Shape, wire: Wire, chances: Random, opened: float
    ) -> None:
        self._shape = shape
        self._wire = wire
        self._chances = chances
        self._opened = opened
        self._latest = 0.0

    def arrivals(self, data: bytes, now: float) -> Iterator[tuple[float, bytes]]:
        """Give the pieces of *data*, which is sent now, and when each arrives."""
        for piece in self._wire.pieces(data):
            yield self.arrival(len(piece), now), piece

    def arrival(self, size: int, now: float) -> float:
        """Return when *size* bytes arrive that are sent now."""
        shape = self._shape
        # A connection that is not there yet holds up no other.
        sent = max(self._wire.sent(size, now), self._opened)
        underway = (shape.rtt + shape.jitter * self._chances.uniform(-1.0, 1.0)) / 2
        if self._is_lost(size):
            underway += shape.stall
        self._latest = max(self._latest, sent + underway)
        return self._latest

    def _is_lost(self, size: int) -> bool:
        if not self._shape.loss:
            return False
        segments = -(-size // _SEGMENT)
        return self._chances.random() >= (1.0 - self._shape.loss) ** segments
