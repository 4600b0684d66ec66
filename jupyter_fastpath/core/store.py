"""
What one kernel has published, in order, so that it can be sent again.

Every message has a position. The latest are in memory, up to a bound; all of them
go to the spool, soon after they came. A message leaves memory only when the spool
has it, so somebody has each of them until the spool drops the oldest. When the kernel
has been silent for a while all have left it.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from .coalescer import coalesce, since
from .instructions import Spill
from .withheld import merged


if TYPE_CHECKING:
    from .message import Message
    from .withheld import Withheld


__all__ = ["Store"]

# Seconds for which messages gather before they go to the spool: what a server that
# is killed may lose of what it had not sent yet.
SPILL_INTERVAL = 0.1

# The bytes at which they go at once, and from which on no more should come in.
MANY_BYTES = 2 * 1024 * 1024
TOO_MANY_BYTES = 4 * MANY_BYTES

# Seconds of silence after which memory is given back: who comes then reads the spool.
REST = 60.0

# From how many messages on they are merged: a small one takes ten times the memory
# of its text.
MANY = 512


class Store:
    """
    The messages that one kernel has published.

    Args:
        memory_bytes: How much is kept in memory of what the spool has.

    Attributes:
        end: The position of the next message.
    """

    def __init__(self, memory_bytes: int) -> None:
        self._memory_bytes = memory_bytes
        self._messages: list[Message] = []  # merged
        self._recent: list[Message] = []  # not merged yet
        self._withheld: list[Withheld] = []
        self._size = 0
        self._era = 0
        self._spilled = 0  # the position up to which the spool was given all
        self._unspilled_size = 0
        self._saved = 0  # the position up to which the spool has all
        self._in_spool: list[tuple[int, int]] = []  # ends and sizes on their way there
        self._spill_at: float | None = None
        self._put_at = 0.0
        self._rest_at: float | None = None
        self.end = 0

    def put(self, message: Message, now: float) -> Message:
        """
        Keep *message*, and return it with its position.
        """
        placed = message.placed(self.end, self._era)
        self.end += placed.events
        self._recent.append(placed)
        self._count(placed.size, now)
        if len(self._recent) >= MANY:
            self._pack()
        return placed

    def withhold(self, withheld: Withheld, now: float) -> None:
        """
        Keep something that is for the spool only.
        """
        self._withheld.append(withheld)
        self._count(len(withheld.data), now)
        if len(self._withheld) >= MANY:
            self._withheld = merged(self._withheld)

    def _count(self, size: int, now: float) -> None:
        """Count *size* bytes that the spool does not have."""
        self._unspilled_size += size
        self._put_at, self._rest_at = now, None
        if self._spill_at is None:
            self._spill_at = now + SPILL_INTERVAL
        if self._unspilled_size >= MANY_BYTES:
            self._spill_at = now

    def seal(self) -> None:
        """
        Have nothing of so far be merged with what comes.
        """
        self._era += 1

    def hurry(self, now: float) -> None:
        """
        Have the spool be given at *now* what it does not have.
        """
        if self._spill_at is not None:
            self._spill_at = now

    def _pack(self) -> None:
        merged = coalesce(self._recent)
        self._messages += merged
        self._size += sum(message.size for message in merged)
        self._recent = []

    # ---- the spool

    def get_timer(self) -> float | None:
        """
        Return when :meth:`take` should be called next, if at all.
        """
        timers = (self._spill_at, self._rest_at)
        return min((at for at in timers if at is not None), default=None)

    def take(self, now: float) -> Spill | None:
        """
        Return what the spool is to be given at *now*, if anything.
        """
        if self._rest_at is not None and now >= self._rest_at:
            self._rest_at = None
            self._evict(0)
        if self._spill_at is None or now < self._spill_at:
            return None
        self._pack()
        messages = self._messages[self._index(self._spilled) :]
        size = sum(message.size for message in messages)
        size += sum(len(withheld.data) for withheld in self._withheld)
        self._in_spool.append((self.end, size))
        self._spilled, self._spill_at, self._unspilled_size = self.end, None, 0
        withheld, self._withheld = merged(self._withheld), []
        return Spill(messages, withheld)

    def saved(self, *, is_certain: bool = True) -> None:
        """
        Note that the spool has what it was given first of what it did not have.

        Args:
            is_certain: Whether it can be read again; if not, what memory has of it
                stays there as long as there is room.
        """
        begin = self._saved
        self._saved, _ = self._in_spool.pop(0)
        for index in range(self._index(begin), self._index(self._saved)):
            self._messages[index] = self._messages[index].undecoded()
        if self._size > self._memory_bytes:
            self._evict(self._memory_bytes // 2)
        self._rest_at = self._put_at + REST if is_certain else None

    def _evict(self, size: int) -> None:
        """Leave *size* bytes in memory, and what the spool does not have."""
        count = 0
        for message in self._messages:
            if self._size <= size or _end(message) > self._saved:
                break
            self._size -= message.size
            count += 1
        del self._messages[:count]

    @property
    def is_pressed(self) -> bool:
        """Whether so much waits for the spool that the kernel should wait, too."""
        waiting = sum(size for _, size in self._in_spool)
        return self._unspilled_size + waiting >= TOO_MANY_BYTES

    # ---- reading

    @property
    def start(self) -> int:
        """The position of the oldest message in memory."""
        oldest = self._messages or self._recent
        if not oldest:
            return self.end
        assert oldest[0].position is not None
        return oldest[0].position

    def read(self, position: int, size: int) -> list[Message] | None:
        """
        Return messages from *position* on, of *size* bytes or a little more.

        Returns:
            None if memory has the message at *position* no longer.
        """
        if position < self.start:
            return None
        self._pack()
        found: list[Message] = []
        for message in self._messages[self._index(position) :]:
            if size <= 0:
                break
            found.append(message)
            size -= message.size
        return [since(found[0], position), *found[1:]] if found else []

    def _index(self, position: int) -> int:
        """Return the index of the message at *position*, or of the first after it."""
        index = bisect_right(self._messages, position, key=_start) - 1
        if index >= 0 and _end(self._messages[index]) > position:
            return index
        return index + 1


def _start(message: Message) -> int:
    assert message.position is not None
    return message.position


def _end(message: Message) -> int:
    return _start(message) + message.events
