"""
When each message of a websocket passes, told from outside by the lengths of its frames.

Nothing is decoded but the heads of frames, which compression leaves as they are.
"""

from __future__ import annotations

import time

import msgspec


__all__ = ["Frames", "Passed", "Tap"]

_END_OF_HEAD = b"\r\n\r\n"
_UPGRADE = b"upgrade: websocket"
_SWITCHED = b"http/1.1 101 "

# A frame begins with two bytes: whether it is the last of its message and what it is;
# whether a mask follows, and its length, or how many bytes tell that.
_IS_LAST, _IS_CONTROL = 0x80, 0x08
_IS_MASKED, _LENGTH = 0x80, 0x7F
_START, _MASK = 2, 4
_LONGER = {126: 2, 127: 8}


class Passed(msgspec.Struct):
    """
    When the messages of one websocket had passed, as Unix time, by their order.

    Args:
        address: What its client has asked for: path and query.
        sent: When those to the server had.
        received: When those from the server had.
    """

    address: str
    sent: list[float]
    received: list[float]


class Frames:
    """The frames of one direction of a websocket, in whatever pieces they come."""

    def __init__(self) -> None:
        self._head = b""
        self._left = 0

    def ended(self, data: bytes) -> int:
        """Return how many messages for a page end in *data*, which is next."""
        count = 0
        while data:
            data = self._rest(data)
            if self._is_ended:
                count += self._is_message
                self._head = b""
        return count

    def _rest(self, data: bytes) -> bytes:
        """Take what is next of one frame, and return what is behind it."""
        if self._head_left:
            taken = self._head_left
            self._head += data[:taken]
            if not self._head_left:
                self._left = self._length
        else:
            taken = min(self._left, len(data))
            self._left -= taken
        return data[taken:]

    @property
    def _head_left(self) -> int:
        """How many bytes of the head are missing, as far as can be told by now."""
        size = _START
        if len(self._head) >= _START:
            size += self._length_size + _MASK * bool(self._head[1] & _IS_MASKED)
        return size - len(self._head)

    @property
    def _length_size(self) -> int:
        return _LONGER.get(self._head[1] & _LENGTH, 0)

    @property
    def _length(self) -> int:
        if size := self._length_size:
            return int.from_bytes(self._head[_START : _START + size], "big")
        return self._head[1] & _LENGTH

    @property
    def _is_ended(self) -> bool:
        return not self._head_left and not self._left

    @property
    def _is_message(self) -> bool:
        # Pings and pongs come between the frames of a message, and no page sees them.
        return bool(self._head[0] & _IS_LAST) and not self._head[0] & _IS_CONTROL


class _Direction:
    """One direction of a connection: the head of HTTP, and maybe frames behind it."""

    def __init__(self, sign: bytes) -> None:
        self._sign = sign
        self._frames: Frames | None = None
        self._is_begun = False
        self.head = b""
        self.times: list[float] = []

    @property
    def is_websocket(self) -> bool:
        """Whether there are frames behind the head."""
        return self._frames is not None

    def passed(self, data: bytes) -> None:
        """Note when messages end in *data*, which is next."""
        if not self._is_begun:
            data = self._begun(data)
        if self._frames is not None:
            self.times.extend([time.time()] * self._frames.ended(data))

    def _begun(self, data: bytes) -> bytes:
        """Take what is next of the head, and return what is behind it."""
        self.head, end, rest = (self.head + data).partition(_END_OF_HEAD)
        self._is_begun = bool(end)
        if end and self._sign in self.head.lower():
            self._frames = Frames()
        return rest


class Tap:
    """
    What passes in one connection, of which the messages are timed if its first request
    is for a websocket.
    """

    def __init__(self) -> None:
        self._sent, self._received = _Direction(_UPGRADE), _Direction(_SWITCHED)

    def sent(self, data: bytes) -> None:
        """Take what the server is sent now."""
        self._sent.passed(data)

    def received(self, data: bytes) -> None:
        """Take what the server sends now."""
        self._received.passed(data)

    @property
    def passed(self) -> Passed | None:
        """What has passed until now, if it is a websocket."""
        if not (self._sent.is_websocket and self._received.is_websocket):
            return None
        _, address, _ = self._sent.head.decode("latin-1").split(" ", 2)
        return Passed(address, self._sent.times, self._received.times)
