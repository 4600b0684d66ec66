"""
What left for one client and may not have arrived.

A socket that takes a message only promises to try: what a connection has in its
buffers when it breaks is gone. A client that counts what it gets says where to go on.
Of any other it is known only what it got before it answered a ping, and what had not
left the server. What lies between may have arrived or not. It is not sent again, for
output must not come twice, but what would leave a cell at ``[*]`` if it were lost is,
because it harms nobody twice: a run ends once, and the last status is the true one.

What was published can be read again from its position on. Only what went to this
client alone is kept here.
"""

from __future__ import annotations

import itertools

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple


if TYPE_CHECKING:
    from .message import Message


__all__ = ["Sent"]

# How many messages are remembered at most, and how many bytes of them: clients are
# pinged each few seconds, and replies are small.
MAX_REMEMBERED = 100_000
MAX_BYTES = 8 * 1024 * 1024

# The states that harm nobody twice: a page that hears of a restart connects anew.
STATES = frozenset({"busy", "idle"})


class _Entry(NamedTuple):
    """One message: the position after it or after the one before, and it if kept."""

    position: int
    message: Message | None

    @property
    def size(self) -> int:
        """How many bytes of it are kept."""
        return 0 if self.message is None else self.message.size


class Sent:
    """
    The messages that left for one client, the latest that are not confirmed.

    Args:
        position: The position from which on the client is sent what is published.

        count: How many messages it has got before.

    Attributes:
        count: How many messages have left so far, over all connections.

        position: The position of what was published after the last that is confirmed.
    """

    def __init__(self, position: int, count: int = 0) -> None:
        self._entries: deque[_Entry] = deque()
        self._size = 0
        self._on_their_way: deque[int] = deque()  # sizes of those in the socket
        self.in_flight = 0
        self.position = position
        self.count = count

    def left(self, message: Message, position: int) -> None:
        """
        Note that *message* was put into the socket, and what comes after it.
        """
        self.count += 1
        self._on_their_way.append(message.size)
        self.in_flight += message.size
        is_kept = message.position is None or _is_harmless_twice(message)
        entry = _Entry(position, message if is_kept else None)
        self._entries.append(entry)
        self._size += entry.size
        while len(self._entries) > MAX_REMEMBERED or self._size > MAX_BYTES:
            self._forget()

    def drained(self) -> None:
        """
        Note that the oldest message in the socket has left it.
        """
        self.in_flight -= self._on_their_way.popleft()

    def confirmed(self, count: int) -> None:
        """
        Note that the client has got the first *count* of all messages.
        """
        while self._entries and self._first < count:
            self._forget()

    @property
    def _first(self) -> int:
        """How many messages are not remembered any more."""
        return self.count - len(self._entries)

    @property
    def unconfirmed(self) -> int:
        """How many messages are remembered, since they may not have arrived."""
        return len(self._entries)

    def _forget(self) -> None:
        entry = self._entries.popleft()
        self.position = entry.position
        self._size -= entry.size

    def is_known(self, cursor: int) -> bool:
        """
        Return whether it is known what a client misses that has got *cursor* messages.
        """
        return self._first <= cursor <= self.count

    def believe(self, cursor: int | None) -> list[Message]:
        """
        Take what has left the socket for arrived, as nothing better is known.

        Args:
            cursor: How many messages the client says it has got, if it says so.

        Returns:
            What is to be sent again of those all the same.
        """
        arrived = max(0, len(self._entries) - len(self._on_their_way))
        entries = list(itertools.islice(self._entries, arrived))
        self.confirmed(self._first + arrived)
        if cursor is not None:
            self.count = cursor + len(self._entries)
        kept = [entry.message for entry in entries if entry.message is not None]
        return [
            replace(message, position=None)
            for message in kept
            if _is_harmless_twice(message)
        ]

    def take_back(self) -> list[tuple[int, Message]]:
        """
        Forget all that is not confirmed: it will have to leave again.

        Returns:
            The messages that went to this client alone, each with the position of
            what comes after it.
        """
        kept = [
            (entry.position, entry.message)
            for entry in self._entries
            if entry.message is not None and entry.message.position is None
        ]
        self.count = self._first
        self._entries.clear()
        self._on_their_way.clear()
        self._size = self.in_flight = 0
        return kept


def _is_harmless_twice(message: Message) -> bool:
    if message.msg_type == "status":
        return message.state in STATES
    return message.channel in {"shell", "control"} or message.msg_type == "cell_done"
