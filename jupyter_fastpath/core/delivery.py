"""
How what one kernel says gets to its clients: by way of the store to all of them, or
to one alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .clients import Clients
from .instructions import Fetch, Instruction, ToClient
from .store import Store


if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .counters import Counters
    from .message import Message
    from .records import Records
    from .terms import Terms


__all__ = ["Delivery"]

# The bytes that a client which has fallen behind is given at a time.
MANY_BYTES = 1024 * 1024


class Delivery:
    """
    The store of one kernel, and the clients that are sent what is in it.

    Args:
        terms: What the administrator dictates.

        counters: Where to count.

        records: Where to count it for each run.

    Attributes:
        clients: Who is sent what; note there what has become of it.

        store: What was published.
    """

    def __init__(self, terms: Terms, counters: Counters, records: Records) -> None:
        self.clients = Clients(terms.paces)
        self.store = Store(terms.memory_bytes)
        self._counters = counters
        self._records = records
        self._latest: str | None = None  # who is served first

    def attach(self, client_id: str, now: float, cursor: int | None) -> bool:
        """
        Add a client, or take it up again; return whether it is known what it misses.
        """
        return self.clients.attach(client_id, self.store.end, now, cursor)

    def publish(
        self, message: Message, now: float, initiator: str | None, *, is_first: bool
    ) -> None:
        """
        Send *message* to all; to the *initiator* of its run, if there is one, sooner.

        Args:
            message: A message on ``iopub``.

            now: The time.

            initiator: Who waits for it.

            is_first: Whether it is the first output of its run.
        """
        self._latest = initiator or self._latest
        placed = self.store.put(message, now)
        if initiator in self.clients:
            assert initiator is not None
            put = self.clients.put_first if is_first else self.clients.put_urgent
            put(initiator, placed, now)
        self.clients.put_relaxed(placed, now, besides=initiator)

    def tell(self, client_id: str | None, message: Message, now: float) -> None:
        """
        Send *message* to one client alone, if that is there or may come back.
        """
        if client_id in self.clients:
            assert client_id is not None
            self._latest = client_id
            # A client that reads from the store gets it at its place, between messages.
            self.store.seal()
            self.clients.put_urgent(client_id, message, now)
        else:
            self._counters.unclaimed += 1

    def start_of(self, messages: list[Message]) -> int:
        """
        Return where *messages* begin that the spool has, or else what memory has.
        """
        if not messages:
            return self.store.start
        assert messages[0].position is not None
        return messages[0].position

    def fetched(
        self,
        client_id: str,
        position: int,
        messages: list[Message],
        markers: Iterable[Message] = (),
    ) -> None:
        """
        Give a client what was published from *position* on, the *markers* first.
        """
        end = messages[-1].end if messages else max(position, self.store.start)
        assert end is not None
        if client_id in self.clients:
            told = [*markers, *messages]
            self.clients.fetched(client_id, position, told, end)

    def instructions(self, now: float) -> Iterator[Instruction]:
        """
        Yield what is to be done at *now*, the latest initiator first.
        """
        for client_id, position in self.clients.behind(now):
            messages = self.store.read(position, MANY_BYTES)
            if messages is None:
                self.clients.reading(client_id)
                yield Fetch(client_id, position, MANY_BYTES)
            else:
                self.fetched(client_id, position, messages)
        for client_id, message in self.clients.take(now, self._latest):
            self._counters.to_clients += 1
            self._counters.merged += max(0, len(message.lengths) - 1)
            self._counters.bytes_to_clients += message.size
            self._records.sent(message)
            yield ToClient(client_id, message.stamped)
        self._counters.deferred = self.clients.deferred
        self._counters.resent = self.clients.resent
        if spill := self.store.take(now):
            self._counters.spilled += len(spill.messages)
            self._records.spilled(spill.messages)
            yield spill

    def get_timer(self) -> float | None:
        """
        Return when :meth:`instructions` should be called next, if at all.
        """
        timers = (self.clients.get_timer(), self.store.get_timer())
        return min((at for at in timers if at is not None), default=None)
