"""
What waits to be sent to one client.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from .coalescer import coalesce
from .unconfirmed import Unconfirmed


if TYPE_CHECKING:
    from .message import Message
    from .throttle import Throttle


__all__ = ["Outbox"]

# How many bytes may be on their way to a client. More would sit in the memory of
# the server as copies, where nothing can be merged with it any longer.
MAX_IN_FLIGHT = 1024 * 1024

# From how many waiting messages on they are merged in place: a small message
# takes ten times the memory of its text.
MANY = 1024


class Outbox:
    """
    The messages one client has not been sent yet, in one queue.

    Nothing is ever lost or reordered here: throttles only decide when
    messages leave, and the coalescer only how many frames they leave in.

    Attributes:
        size: The bytes of all that waits.
    """

    def __init__(self) -> None:
        self._waiting: list[Message] = []
        self._before_cut: list[Message] = []
        self._many = MANY
        self.size = 0
        self._due_at: float | None = None
        self._pacing: set[Throttle] = set()
        self._on_their_way: deque[Message] = deque()
        self._in_flight = 0  # the bytes of those
        self._unconfirmed = Unconfirmed()
        self._pressed_at: float | None = None

    def put(self, message: Message, due_at: float, throttle: Throttle | None) -> None:
        """
        Queue *message*, to leave at *due_at* with all before it.

        It counts for *throttle*, if there is one.
        """
        self._waiting.append(message)
        self.size += message.size
        if self._due_at is None or due_at < self._due_at:
            self._due_at = due_at
        if throttle is not None:
            self._pacing.add(throttle)
        if len(self._waiting) >= self._many:
            self._keep(coalesce(self._waiting))
            self._many = max(MANY, 2 * len(self._waiting))

    def hurry(self, now: float) -> None:
        """
        Let what waits leave at *now*.
        """
        if self._due_at is not None:
            self._due_at = now

    def take(self, now: float, most: int | None = None) -> list[Message]:
        """
        Return what is to be sent at *now*, and count it as on its way.

        Args:
            now: The time.

            most: How many messages to return at most; what is more stays due.
        """
        timer_at = self.get_timer()
        if timer_at is None or now < timer_at:
            return []
        messages = coalesce(self._cut_off())
        if most is not None and len(messages) > most:
            self._keep([*messages[most:], *self._waiting])
            messages = messages[:most]
        texts = [message.size for message in messages if message.stream is not None]
        for throttle in self._pacing:
            throttle.sent(now, len(texts), sum(texts))
        self._on_their_way.extend(messages)
        self._in_flight += sum(message.size for message in messages)
        if self._in_flight >= MAX_IN_FLIGHT:
            self._pressed_at = now
        self._rest(now)
        return messages

    def _keep(self, messages: list[Message]) -> None:
        self._waiting = messages
        self.size = sum(message.size for message in [*self._before_cut, *messages])

    def _cut_off(self) -> list[Message]:
        """Remove as many of the oldest messages as may be on their way."""
        waiting = self._waiting
        size, count = self._in_flight, 0
        while count < len(waiting) and size < MAX_IN_FLIGHT:
            size += waiting[count].size
            count += 1
        self._keep(waiting[count:])
        return waiting[:count]

    def _rest(self, now: float) -> None:
        if self._waiting:
            self._due_at = max((t.held_until for t in self._pacing), default=now)
        else:
            self._due_at = None
            self._pacing.clear()
            self._many = MANY

    def drained(self, now: float) -> float:
        """
        Note that the oldest message on its way has left.

        Returns:
            For how many seconds this had held back what waits, if it did.
        """
        message = self._on_their_way.popleft()
        self._in_flight -= message.size
        self._unconfirmed.left(message)
        if self._pressed_at is None or self._in_flight >= MAX_IN_FLIGHT:
            return 0.0
        seconds, self._pressed_at = now - self._pressed_at, None
        return seconds

    def cut(self) -> None:
        """
        Remember where, in what waits, the first message was not kept.
        """
        if not self._before_cut:
            self._before_cut, self._waiting = self._waiting, []

    def take_back(self, now: float, marker: Message | None = None) -> int:
        """
        Note that the socket is gone; what had not left it is to be sent again, and
        the replies and ends that had, unless they are confirmed.

        Args:
            now: The time.

            marker: What takes the place of the messages that were not kept.

        Returns:
            How many messages are sent again.
        """
        again = [*self._unconfirmed.take_back(), *self._on_their_way]
        kept, self._before_cut = self._before_cut, []
        told = [] if marker is None else [marker]
        self._keep([*again, *kept, *told, *self._waiting])
        self._on_their_way.clear()
        self._in_flight = 0
        self._pressed_at = None
        if self._waiting:
            self._due_at = now
        return len(again)

    @property
    def taken(self) -> int:
        """How many messages were put into the socket so far, or into one before it."""
        return self._unconfirmed.count + len(self._on_their_way)

    def confirmed(self, count: int) -> None:
        """
        Note that the client has got the first *count* of the messages :attr:`taken`.
        """
        self._unconfirmed.confirmed(count)

    @property
    def is_pressed(self) -> bool:
        """Whether as much is on its way as may be."""
        return self._pressed_at is not None

    def get_timer(self) -> float | None:
        """
        Return when :meth:`take` should be called next, if at all.
        """
        return None if self.is_pressed else self._due_at
