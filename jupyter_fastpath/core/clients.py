"""
Everybody who is sent what one kernel says, and how soon.

Who started a run is served first and at once: only text is paced, and the first
text of a run is not. Everybody else gets everything too, in coarser batches.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .outbox import Outbox
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
    """

    initiator: Pace = field(default_factory=Pace)
    collaborator: Pace = field(default_factory=lambda: Pace(0.05, 0.1))


class _Client:
    """One client: its outbox, and how fast that may be emptied."""

    def __init__(self, paces: Paces, outbox: Outbox, *, takes_up: bool) -> None:
        self.outbox = outbox
        self.urgent = Throttle(paces.initiator)
        self.relaxed = Throttle(paces.collaborator)
        self.away_until: float | None = None
        self.takes_up = takes_up


class Clients:
    """
    The clients of one kernel, each with its outbox.

    Args:
        paces: How often they are sent to.

    Attributes:
        deferred: How often a client's socket was so full that it had to wait.

        resent: How many messages were sent again after a connection broke.
    """

    def __init__(self, paces: Paces) -> None:
        self._configured = self._paces = paces
        self._clients: dict[str, _Client] = {}
        self.deferred = 0
        self.resent = 0

    def attach(
        self, client_id: str, position: int, now: float, cursor: int | None = None
    ) -> bool:
        """
        Add a client, or take it up again where it left.

        Args:
            client_id: The client.

            position: From which on it is sent what is published, if it is new.

            now: The time.

            cursor: How many messages it has got before, if it counts them.

        Returns:
            Whether it is known what it misses.
        """
        client = self._clients.get(client_id)
        if client is None:
            outbox = Outbox(position, cursor or 0)
            takes_up = cursor is not None
            client = _Client(self._paces, outbox, takes_up=takes_up)
            self._clients[client_id] = client
            return not cursor
        client.away_until = None
        is_known = cursor is None or client.outbox.sent.is_known(cursor)
        self.resent += client.outbox.take_back(now, cursor)
        return is_known

    def use(self, initiator: float | None, collaborator: float | None) -> None:
        """
        Send with so many seconds in between from now on; None for what is configured.
        """
        configured = self._configured
        paces = Paces(
            configured.initiator.at(initiator), configured.collaborator.at(collaborator)
        )
        if paces == self._paces:
            return
        self._paces = paces
        for client in self._clients.values():
            client.urgent.use(paces.initiator)
            client.relaxed.use(paces.collaborator)

    def detach(self, client_id: str, away_until: float | None) -> None:
        """
        Let a client go, or keep its place until *away_until*.
        """
        if away_until is None:
            del self._clients[client_id]
        else:
            self._clients[client_id].away_until = away_until
            self._clients[client_id].outbox.fall_behind()

    def is_away(self, client_id: str) -> bool:
        """
        Return whether the connection of a client is broken, though it may return.
        """
        return self._clients[client_id].away_until is not None

    def ids(self) -> list[str]:
        """
        Return the clients that are here or may come back.
        """
        return list(self._clients)

    @property
    def heir(self) -> str | None:
        """The first of those that take up runs that they have not started."""
        heirs = (id_ for id_, client in self._clients.items() if client.takes_up)
        return next(heirs, None)

    @property
    def longest_away(self) -> str | None:
        """Who is away and may return, and has been so for longest."""
        away = {
            id_: client.away_until
            for id_, client in self._clients.items()
            if client.away_until is not None
        }
        return min(away, key=away.__getitem__, default=None)

    def expires(self, now: float) -> bool:
        """
        Return whether one of them has been away for too long.
        """
        until = (client.away_until for client in self._clients.values())
        return any(at is not None and now >= at for at in until)

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
        if message.msg_type == "stream":
            client.outbox.put(message, client.urgent.open_at, client.urgent)
        else:
            client.outbox.put(message, now, None)

    def put_next(self, client_id: str, message: Message, now: float) -> None:
        """
        Queue *message* for one client, to leave *now* and before all that it missed.
        """
        self._clients[client_id].outbox.put_next(message, now)

    def put_first(self, client_id: str, message: Message, now: float) -> None:
        """
        Queue the first output of a run for who started it: it leaves now.
        """
        client = self._clients[client_id]
        client.urgent.begin_burst()
        client.outbox.put(message, now, client.urgent)

    def put_relaxed(self, message: Message, now: float, besides: str | None) -> None:
        """
        Queue *message* for all but the client *besides*, in coarser batches.
        """
        paces = self._paces
        soon = now + min(paces.initiator.shortest, paces.collaborator.shortest)
        for client_id, client in self._clients.items():
            if client_id != besides:
                due_at = max(soon, client.relaxed.open_at)
                client.outbox.put(message, due_at, client.relaxed)

    def hurry(self, now: float) -> None:
        """
        Let everything that waits leave at *now*.
        """
        for client in self._clients.values():
            client.outbox.hurry(now)

    def behind(self, now: float) -> list[tuple[str, int]]:
        """
        Return who is to be given what was published before, and from where on.
        """
        wanted = [
            (client_id, client.outbox.wants(now))
            for client_id, client in self._clients.items()
            if client.away_until is None
        ]
        return [(id_, position) for id_, position in wanted if position is not None]

    def reading(self, client_id: str) -> None:
        """
        Note that what a client wants is being read.
        """
        self._clients[client_id].outbox.reading()

    def fetched(
        self, client_id: str, position: int, messages: list[Message], end: int
    ) -> None:
        """
        Give a client the *messages* from *position* to *end*, if it wants them still.
        """
        self._clients[client_id].outbox.fetched(position, messages, end)

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
        return self._clients[client_id].outbox.sent.count

    def get_floor(self, client_id: str) -> int:
        """
        Return the position before which a client has confirmed everything.
        """
        return self._clients[client_id].outbox.sent.position

    def has_taken(self, client_id: str, position: int) -> bool:
        """
        Return whether a client that is here was sent all before *position*.
        """
        client = self._clients[client_id]
        return client.away_until is None and client.outbox.reached >= position

    def confirmed(self, client_id: str, count: int) -> None:
        """
        Note that a client has got the first *count* of the messages it was sent.
        """
        self._clients[client_id].outbox.sent.confirmed(count)

    @property
    def floor(self) -> int | None:
        """The position from which on some client may want what was published."""
        floors = (client.outbox.sent.position for client in self._clients.values())
        return min(floors, default=None)

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
