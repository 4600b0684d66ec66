"""
Everybody who is sent what one kernel says, and how soon.

Who started a run is served first and at once: only text is paced, and the first
text of a run is not. Everybody else gets everything too, in coarser batches.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .outbox import Outbox
from .runs import OUTPUT_TYPES
from .throttle import Pace, Throttle


if TYPE_CHECKING:
    from collections.abc import Iterator

    from .message import Message


__all__ = ["Clients", "Paces"]

# How many messages are sent in one turn to those who did not start the latest run.
# Each costs some 50 microseconds, for which the initiator's next message has to wait.
MOST_IN_TURN = 32


@dataclass(frozen=True)
class Paces:
    """
    How often clients are sent to.

    Attributes:
        initiator: The pace of text for who started the run.

        collaborator: The pace of everything for everybody else.

        away_bytes: How much is kept for a client that is away.
    """

    initiator: Pace = field(default_factory=Pace)
    collaborator: Pace = field(default_factory=lambda: Pace(0.05, 0.1))
    away_bytes: int = 64 * 1024 * 1024


class _Client:
    """One client: its outbox, and how fast that may be emptied."""

    def __init__(self, paces: Paces) -> None:
        self.outbox = Outbox()
        self.urgent = Throttle(paces.initiator)
        self.relaxed = Throttle(paces.collaborator)
        self.away_until: float | None = None
        self.cut_messages = 0
        self.cut_bytes = 0


class Clients:
    """
    The clients of one kernel, each with its outbox.

    Args:
        paces: How often they are sent to.

    Attributes:
        deferred: How often a client's socket was so full that it had to wait.
    """

    def __init__(self, paces: Paces) -> None:
        self._paces = paces
        self._clients: dict[str, _Client] = {}
        self.deferred = 0

    def attach(self, client_id: str, now: float, marker: Message | None = None) -> int:
        """
        Add a client, or take it up again where it left.

        Args:
            client_id: The client.

            now: The time.

            marker: What it is sent in the place of what was not kept for it.

        Returns:
            How many messages are sent again.
        """
        client = self._clients.setdefault(client_id, _Client(self._paces))
        client.away_until, client.cut_messages, client.cut_bytes = None, 0, 0
        return client.outbox.take_back(now, marker)

    def get_cut(self, client_id: str) -> tuple[int, int]:
        """
        Return how many messages, of how many bytes, were not kept for a client.
        """
        client = self._clients.get(client_id)
        return (client.cut_messages, client.cut_bytes) if client else (0, 0)

    def detach(self, client_id: str, away_until: float | None) -> None:
        """
        Let a client go, or keep what it is to be sent until *away_until*.
        """
        if away_until is None:
            del self._clients[client_id]
        else:
            self._clients[client_id].away_until = away_until

    def expire(self, now: float) -> None:
        """
        Let go of those that have been away for too long.
        """
        for client_id, client in list(self._clients.items()):
            if client.away_until is not None and now >= client.away_until:
                del self._clients[client_id]

    def put_urgent(self, client_id: str, message: Message, now: float) -> None:
        """
        Queue *message* for who waits for it, to leave now or at the pace of text.
        """
        client = self._clients[client_id]
        if self._is_cut(client, message):
            return
        if message.msg_type == "stream":
            client.outbox.put(message, client.urgent.open_at, client.urgent)
        else:
            client.outbox.put(message, now, None)

    def put_first(self, client_id: str, message: Message, now: float) -> None:
        """
        Queue the first output of a run for who started it: it leaves now.
        """
        client = self._clients[client_id]
        client.urgent.begin_burst()
        if not self._is_cut(client, message):
            client.outbox.put(message, now, client.urgent)

    def put_relaxed(self, message: Message, now: float, besides: str | None) -> None:
        """
        Queue *message* for all but the client *besides*, in coarser batches.
        """
        for client_id, client in self._clients.items():
            if client_id != besides and not self._is_cut(client, message):
                soon = now + self._paces.initiator.shortest
                due_at = max(soon, client.relaxed.open_at)
                client.outbox.put(message, due_at, client.relaxed)

    def hurry(self, now: float) -> None:
        """
        Let everything that waits leave at *now*.
        """
        for client in self._clients.values():
            client.outbox.hurry(now)

    def _is_cut(self, client: _Client, message: Message) -> bool:
        if client.away_until is None or message.msg_type not in OUTPUT_TYPES:
            return False
        if client.outbox.size < self._paces.away_bytes:
            return False
        client.outbox.cut()
        client.cut_messages += 1
        client.cut_bytes += message.size
        return True

    def take(self, now: float, first: str | None) -> Iterator[tuple[str, Message]]:
        """
        Yield what is to be sent at *now*, to whom; the client *first* first.

        The others are served a few messages at a time; what is left stays due.
        """
        left = MOST_IN_TURN
        for client_id in sorted(self._clients, key=lambda other: other != first):
            client = self._clients[client_id]
            if client.away_until is not None or not left:
                continue
            messages = client.outbox.take(now, None if client_id == first else left)
            self.deferred += bool(messages) and client.outbox.is_pressed
            for message in messages:
                yield client_id, message
            left -= 0 if client_id == first else len(messages)

    def drained(self, client_id: str, now: float) -> bool:
        """
        Note that the oldest message on its way to a client has left.

        Returns:
            Whether this lets something go that had to wait.
        """
        client = self._clients[client_id]
        was_pressed = client.outbox.is_pressed
        seconds = client.outbox.drained(now)
        client.urgent.drained(seconds)
        client.relaxed.drained(seconds)
        return was_pressed and not client.outbox.is_pressed

    def taken(self, client_id: str) -> int:
        """
        Return how many messages a client was sent so far.
        """
        return self._clients[client_id].outbox.taken

    def confirmed(self, client_id: str, count: int) -> None:
        """
        Note that a client has got the first *count* of the messages it was sent.
        """
        self._clients[client_id].outbox.confirmed(count)

    def get_timer(self) -> float | None:
        """
        Return when something is to be sent or forgotten, if at all.
        """
        timers = [
            client.outbox.get_timer()
            if client.away_until is None
            else client.away_until
            for client in self._clients.values()
        ]
        return min((at for at in timers if at is not None), default=None)

    def __contains__(self, client_id: object) -> bool:
        return client_id in self._clients

    def __len__(self) -> int:
        return sum(client.away_until is None for client in self._clients.values())
