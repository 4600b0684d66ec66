"""
What a client may not have got although its socket took it.

A socket that takes a message only promises to try: what a connection has in its
buffers when it breaks is gone. A reply or an end that is lost so would leave a cell
at ``[*]`` for ever. So these are kept until the client has answered a ping that was
sent after them, and are sent again if it comes back. Then they may arrive twice,
which harms nobody: a run ends once, and the last status is the true one.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from .message import Message


__all__ = ["MAX_KEPT", "Unconfirmed"]

# How many messages are kept at most, and how many bytes of them, the latest: clients
# are pinged each few seconds, and replies are small.
MAX_KEPT = 1000
MAX_BYTES = 1024 * 1024

# The states that harm nobody twice: a page that hears of a restart connects anew.
STATES = frozenset({"busy", "idle"})


class Unconfirmed:
    """
    The messages that have left for one client and may be sent to it twice.

    Attributes:
        count: How many messages have left, of any type.
    """

    def __init__(self) -> None:
        self._kept: deque[tuple[int, Message]] = deque()
        self._size = 0
        self.count = 0

    def left(self, message: Message) -> None:
        """
        Note that *message* has left.
        """
        self.count += 1
        if not _is_harmless_twice(message):
            return
        self._kept.append((self.count, message))
        self._size += message.size
        while len(self._kept) > MAX_KEPT or self._size > MAX_BYTES:
            self._forget()

    def confirmed(self, count: int) -> None:
        """
        Note that the client has got the first *count* of all messages.
        """
        while self._kept and self._kept[0][0] <= count:
            self._forget()

    def take_back(self) -> list[Message]:
        """
        Return what is to be sent again, and forget it: it will have to leave again.
        """
        kept = [message for _, message in self._kept]
        self._kept.clear()
        self._size = 0
        return kept

    def _forget(self) -> None:
        _, message = self._kept.popleft()
        self._size -= message.size


def _is_harmless_twice(message: Message) -> bool:
    if message.msg_type == "status":
        return message.content.get("execution_state") in STATES
    return message.channel in {"shell", "control"} or message.msg_type == "cell_done"
