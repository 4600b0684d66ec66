"""
What waits to be sent to one client.

As long as the client keeps up, the messages themselves wait here. If it does not, or
is away, only its place in what the kernel has published is kept, and it reads on from
there when it can: it has fallen behind. What is for this client alone is always kept.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from .coalescer import coalesce
from .sent import Sent


if TYPE_CHECKING:
    from collections.abc import Iterable

    from .message import Message
    from .throttle import Throttle


__all__ = ["Outbox"]

# How many bytes may be on their way to a client. More would sit in the memory of
# the server as copies, where nothing can be merged with it any longer.
MAX_IN_FLIGHT = 1024 * 1024

# How many bytes may wait. A client that has more to get reads them from the store.
MAX_WAITING = 2 * 1024 * 1024

# From how many waiting messages on they are merged in place: a small message
# takes ten times the memory of its text.
MANY = 1024


class Outbox:
    """
    The messages one client has not been sent yet, in one queue.

    Nothing is ever lost or reordered here: throttles only decide when
    messages leave, and the coalescer only how many frames they leave in.

    Args:
        position: From which on the client is sent what the kernel publishes.

        count: How many messages it has got before.

    Attributes:
        size: The bytes of all that waits.

        sent: What left and may not have arrived.
    """

    def __init__(self, position: int = 0, count: int = 0) -> None:
        self._waiting: list[Message] = []
        self._many = MANY
        self.size = 0
        self._due_at: float | None = None
        self._pacing: set[Throttle] = set()
        self.sent = Sent(position, count)
        self._pressed_at: float | None = None
        self._next = position  # of what is to be taken
        self._end = position  # of all that was put
        self._behind_at: int | None = None  # where to read on
        self._is_reading = False
        self._alone: deque[tuple[int, Message]] = deque()  # and what is before it

    def put(self, message: Message, due_at: float, throttle: Throttle | None) -> None:
        """
        Queue *message*, to leave at *due_at* with all before it.

        It counts for *throttle*, if there is one.
        """
        if self._due_at is None or due_at < self._due_at:
            self._due_at = due_at
        if throttle is not None:
            self._pacing.add(throttle)
        if message.end is not None:
            self._end = message.end
        if self._behind_at is None:
            self._wait(message)
        elif message.position is None:
            self._alone.append((self._end, message))

    def put_next(self, message: Message, now: float) -> None:
        """
        Queue *message*, for this client alone: it leaves *now*, before all that waits.
        """
        self.fall_behind()
        self._alone.appendleft((self._next, message))
        self._due_at = now

    def _wait(self, message: Message) -> None:
        self._waiting.append(message)
        self.size += message.size
        if self.size > MAX_WAITING:
            self.fall_behind()
        elif len(self._waiting) >= self._many:
            self._keep(coalesce(self._waiting))
            self._many = max(MANY, 2 * len(self._waiting))

    def hurry(self, now: float) -> None:
        """
        Let what waits leave at *now*.
        """
        if self._due_at is not None:
            self._due_at = now

    # ---- behind

    def fall_behind(self) -> None:
        """
        Keep no longer what can be read again.
        """
        if self._waiting:
            self._alone.extendleft(reversed(_alone(self._waiting, self._next)))
            self._keep([])
        self._behind_at = self._next

    def wants(self, now: float) -> int | None:
        """
        Return from which position on messages should be read for this client now.
        """
        if self._behind_at is None or self._is_reading or self._waiting:
            return None
        timer_at = self.get_timer()
        return self._behind_at if timer_at is not None and now >= timer_at else None

    def reading(self) -> None:
        """
        Note that what it wants is being read.
        """
        self._is_reading = True

    def fetched(self, position: int, messages: Iterable[Message], end: int) -> None:
        """
        Take the *messages* from *position* to *end*, if they are wanted still.
        """
        if self._behind_at != position:
            return
        self._is_reading = False
        waiting = self._take_alone(position)
        for message in messages:
            assert message.position is not None
            waiting += [*self._take_alone(message.position), message]
        self._behind_at = end
        waiting += self._take_alone(end)
        if end >= self._end:
            self._behind_at = None
        self._keep([*self._waiting, *waiting])
        if self._is_empty:
            self._rest()

    def _take_alone(self, position: int) -> list[Message]:
        taken: list[Message] = []
        while self._alone and self._alone[0][0] <= position:
            taken.append(self._alone.popleft()[1])
        return taken

    # ---- taking

    def take(self, now: float, most: int | None = None) -> list[Message]:
        """
        Return what is to be sent at *now*, and count it as on its way.

        Args:
            now: The time.

            most: How many messages to return at most; what is more stays due.
        """
        timer_at = self.get_timer()
        if timer_at is None or now < timer_at or not self._waiting:
            return []
        messages = coalesce(self._cut_off())
        if most is not None and len(messages) > most:
            self._keep([*messages[most:], *self._waiting])
            messages = messages[:most]
        texts = [message.size for message in messages if message.msg_type == "stream"]
        for throttle in self._pacing:
            throttle.sent(now, len(texts), sum(texts))
        for message in messages:
            self._next = message.end or self._next
            self.sent.left(message, self._next)
        if self.sent.in_flight >= MAX_IN_FLIGHT:
            self._pressed_at = now
        if self._is_empty:
            self._rest()
        else:
            self._due_at = max((t.held_until for t in self._pacing), default=now)
        return messages

    def _keep(self, messages: list[Message]) -> None:
        self._waiting = messages
        self.size = sum(message.size for message in messages)

    def _cut_off(self) -> list[Message]:
        """Remove as many of the oldest messages as may be on their way."""
        waiting = self._waiting
        size, count = self.sent.in_flight, 0
        while count < len(waiting) and size < MAX_IN_FLIGHT:
            size += waiting[count].size
            count += 1
        self._keep(waiting[count:])
        return waiting[:count]

    @property
    def _is_empty(self) -> bool:
        return not self._waiting and self._behind_at is None

    def _rest(self) -> None:
        self._due_at = None
        self._pacing.clear()
        self._many = MANY

    def drained(self, now: float) -> float:
        """
        Note that the oldest message on its way has left.

        Returns:
            For how many seconds this had held back what waits, if it did.
        """
        self.sent.drained()
        if self._pressed_at is None or self.sent.in_flight >= MAX_IN_FLIGHT:
            return 0.0
        seconds, self._pressed_at = now - self._pressed_at, None
        return seconds

    # ---- coming back

    def take_back(self, now: float, cursor: int | None = None) -> int:
        """
        Note that the socket is gone; what the client has not got is to be sent again.

        Args:
            now: The time.

            cursor: How many messages the client has got, if it says so.

        Returns:
            How many messages are sent again.
        """
        again: list[Message] = []
        if cursor is not None and self.sent.is_known(cursor):
            self.sent.confirmed(cursor)
        else:
            again = self.sent.believe(cursor)
        count = self.sent.unconfirmed + len(again)
        alone = self.sent.take_back()
        self.fall_behind()
        self._next = self._behind_at = self.sent.position
        self._alone.extendleft(reversed(alone))
        self._alone.extendleft((self._next, message) for message in reversed(again))
        self._is_reading, self._pressed_at = False, None
        self._due_at = now
        return count

    @property
    def reached(self) -> int:
        """The position after all that was put into the socket."""
        return self._next

    @property
    def is_pressed(self) -> bool:
        """Whether as much is on its way as may be."""
        return self._pressed_at is not None

    def get_timer(self) -> float | None:
        """
        Return when :meth:`take` should be called next, if at all.
        """
        if self.is_pressed or (self._is_reading and not self._waiting):
            return None
        return self._due_at


def _alone(messages: list[Message], position: int) -> list[tuple[int, Message]]:
    """Return those that were not published, each with the position of what follows."""
    alone: list[tuple[int, Message]] = []
    for message in messages:
        if message.position is None:
            alone.append((position, message))
        position = message.end or position
    return alone
