"""
Notice what was lost between kernel and server.

ZeroMQ drops in silence what a publisher cannot queue. ipykernel numbers all its
messages: ``msg_id`` ends in ``_<pid>_<counter>``, one counter for all channels.
So what is missing can be counted, if what other clients of the kernel were
answered is allowed for. The count errs on the side of saying nothing.

Only iopub says how far the kernel is: a reply on another channel may overtake
much that was published before it and is still on its way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from .message import Message


__all__ = ["Numbering"]

# More digits than a counter can ever have: a hostile kernel, no number.
MAX_DIGITS = 18

# How many messages may be ahead of iopub: a hostile kernel publishes nothing.
MAX_AHEAD = 1000


class Numbering:
    """
    The numbers that one kernel process has given to its messages.
    """

    def __init__(self) -> None:
        self._origin = ""
        self._floor = 0
        self._highest = 0
        self._seen = 0
        self._foreign = 0
        self._ahead: list[int] = []

    def observed(self, message: Message) -> None:
        """
        Count *message*, if the kernel numbers its messages.
        """
        origin, _, number = message.msg_id.rpartition("_")
        if not number.isdecimal() or len(number) > MAX_DIGITS or "_" not in origin:
            return
        # A forked child counts for itself; only the first origin is followed.
        if self._origin not in {"", origin}:
            return
        if not self._origin:
            self._origin, self._floor, self._highest = origin, int(number), int(number)
        if message.channel == "iopub":
            self._reached(int(number))
        self._count(int(number))
        if len(self._ahead) > MAX_AHEAD:
            self.catch_up()

    def _reached(self, number: int) -> None:
        self._highest = max(self._highest, number)
        ahead, self._ahead = self._ahead, []
        for other in ahead:
            self._count(other)

    def _count(self, number: int) -> None:
        if number > self._highest:
            self._ahead.append(number)
        elif number >= self._floor:
            self._seen += 1

    def catch_up(self) -> None:
        """
        Take it that iopub is as far as the other channels are: nothing comes there.
        """
        self._reached(max(self._ahead, default=self._highest))

    def answered_elsewhere(self, request_type: str) -> None:
        """
        Note that the kernel answered a request that is none of ours.

        One number is the reply. A foreign execution may have asked its client
        for input as well, so nothing can be said until the next :meth:`settle`.
        """
        if request_type == "execute_request":
            self.settle()
        else:
            self._foreign += 1

    def missing(self, outstanding: int) -> int:
        """
        Return how many messages are missing for certain.

        Args:
            outstanding: The number of our requests that have no reply yet.
        """
        if not self._origin:
            return 0
        expected = self._highest - self._floor + 1
        return max(0, expected - self._seen - self._foreign - outstanding)

    def settle(self) -> None:
        """
        Begin to count anew after the highest number so far.

        What still comes with a lower number is let pass uncounted.
        """
        self._floor = self._highest + 1
        self._seen = 0
        self._foreign = 0
