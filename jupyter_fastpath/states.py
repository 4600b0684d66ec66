"""
The state board of this server: what is going on, for whoever watches, stored nowhere.

A broker lets several servers share it: each tells the others what it has published
itself, and what is watched at it.
"""

from __future__ import annotations

import asyncio
import time
import uuid

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from .core.board import Board
from .core.counters import WatcherCounts
from .core.glob import matches


if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable


__all__ = ["STATES", "Broker", "States"]

# Where the web application keeps the states.
STATES = "fastpath_states"

# The part of the event loop's time that it may take to tell all watchers: a run that
# waits for its output has to wait for that, too. Where hundreds watch everything, each
# is told less often.
MOST = 0.05

# The topic by which servers tell each other what is watched at them.
PATTERNS = "servers/patterns"


class Broker(Protocol):
    """Brings what a server has published to the others, and theirs to it."""

    async def open(self, changed: Callable[[str, str, object], None]) -> None:
        """
        Begin to share, and call *changed* with the ID of a server, a topic and a value
        for all that others have published and publish, with None for what is gone.
        """

    def publish(self, topic: str, value: object) -> None:
        """Let the others know, as soon as that can be; only the newest if it cannot."""

    async def close(self) -> None:
        """Withdraw what this server has published, and share no more."""


@dataclass(frozen=True)
class Watcher:
    """Who watches, by what it is to be called."""

    wake: Callable[[], None]
    ended: Callable[[], None]


class States:
    """
    What is going on, by topic, as ``docs/protocol.md`` has it.

    To be used on the event loop.

    Args:
        broker: What brings it to other servers, and theirs here, if anything.

        most: How many may watch at once.

    Attributes:
        counts: What became of those who watched.
    """

    def __init__(self, broker: Broker | None = None, most: int = 5000) -> None:
        self._board = Board()
        self._broker = broker
        self._watchers: dict[str, Watcher] = {}
        self._on_watch: dict[Callable[[str], None], None] = {}
        self._sources: dict[str, str] = {}  # topic -> the other server that has it
        self._watched_elsewhere: dict[str, list[str]] = {}  # by server
        self._timer: asyncio.TimerHandle | None = None
        self._most = most
        self.counts = WatcherCounts()
        self._turn = asyncio.Lock()

    async def open(self) -> None:
        """
        Begin to share with other servers, if there is a broker.
        """
        if self._broker is not None:
            await self._broker.open(self._changed_elsewhere)

    async def close(self) -> None:
        """
        Let all who watch know that it is over, and withdraw what was published.
        """
        if self._timer is not None:
            self._timer.cancel()
        for watcher in list(self._watchers.values()):
            watcher.ended()
        if self._broker is not None:
            await self._broker.close()

    # ---- what is published

    def publish(self, topic: str, value: object, lifetime: float | None = None) -> None:
        """
        Let *topic* have *value*.

        Args:
            topic: Its name.

            value: Of JSON; None if it is gone.

            lifetime: The seconds after which it is gone; None if it stays.
        """
        self._sources.pop(topic, None)
        if self._broker is not None and self._board.get(topic) != value:
            self._broker.publish(topic, value)
        self._put(topic, value, lifetime)

    def _put(self, topic: str, value: object, lifetime: float | None = None) -> None:
        now = asyncio.get_running_loop().time()
        for watcher_id in self._board.publish(topic, value, now, lifetime):
            self._watchers[watcher_id].wake()
        if lifetime is not None:
            self._arm()

    def _arm(self) -> None:
        timer_at = self._board.get_timer()
        if timer_at is None:
            return
        if self._timer is not None:
            if self._timer.when() <= timer_at:
                return
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_at(timer_at, self._end)

    def _end(self) -> None:
        self._timer = None
        for topic in self._board.ended(asyncio.get_running_loop().time()):
            self.publish(topic, None)
        self._arm()

    def _changed_elsewhere(self, server_id: str, topic: str, value: object) -> None:
        """Take what another server has published."""
        if topic == PATTERNS:
            self._watch_elsewhere(server_id, value)
        elif value is not None:
            self._sources[topic] = server_id
            self._put(topic, value)
        elif self._sources.get(topic) == server_id:
            del self._sources[topic]
            self._put(topic, None)

    # ---- who watches

    @property
    def is_full(self) -> bool:
        """Whether nobody more may watch."""
        return len(self._watchers) >= self._most

    def subscribe(
        self, wake: Callable[[], None], ended: Callable[[], None] = lambda: None
    ) -> str:
        """
        Return the ID of a new watcher, which watches nothing yet.

        Args:
            wake: Called when there is something to take and was nothing before.

            ended: Called when the server stops.
        """
        watcher_id = uuid.uuid4().hex
        self._watchers[watcher_id] = Watcher(wake, ended)
        return watcher_id

    def watch(self, watcher_id: str, pattern: str) -> None:
        """
        Have a watcher told of the topics that *pattern* matches, first what they are.
        """
        is_new = pattern not in self._board.watched()
        if self._board.watch(watcher_id, pattern):
            self._watchers[watcher_id].wake()
        if is_new:
            self._tell_watched(pattern)
            self._tell_others()

    def unwatch(self, watcher_id: str, pattern: str) -> None:
        """
        Tell a watcher no more of what only *pattern* matches.
        """
        self._board.unwatch(watcher_id, pattern)
        self._tell_others()

    def patterns(self, watcher_id: str) -> list[str]:
        """
        Return what a watcher watches.
        """
        return self._board.patterns(watcher_id)

    def news(self, watcher_id: str, most: int | None = None) -> list[str]:
        """
        Return of which topics a watcher is to be told, those first that changed first,
        at *most* so many.
        """
        return self._board.news(watcher_id, most)

    def take(
        self, watcher_id: str, topics: Iterable[str] | None = None
    ) -> dict[str, object]:
        """
        Return what a watcher is to be told of *topics*, or of all: the newest values,
        with None for what is gone.
        """
        return self._board.take(watcher_id, topics)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """
        Wait until it is the caller's turn to tell a watcher something, in a block that
        does not wait: the event loop has more urgent things to do.
        """
        async with self._turn:
            began = time.thread_time()
            yield
            spent = time.thread_time() - began
            await asyncio.sleep(spent * (1 / MOST - 1))

    def unsubscribe(self, watcher_id: str) -> None:
        """
        Forget a watcher.
        """
        self._board.leave(watcher_id)
        del self._watchers[watcher_id]
        self._tell_others()

    def on_watch(self, callback: Callable[[str], None]) -> None:
        """
        Call *callback* with each pattern that begins to be watched, here or elsewhere.
        """
        self._on_watch[callback] = None

    def off_watch(self, callback: Callable[[str], None]) -> None:
        """
        Call *callback* no more.
        """
        self._on_watch.pop(callback, None)

    def is_watched(self, topic: str) -> bool:
        """
        Return whether somebody watches *topic*, here or at another server.
        """
        return self._board.is_watched(topic) or any(
            matches(pattern, topic)
            for patterns in self._watched_elsewhere.values()
            for pattern in patterns
        )

    def _tell_watched(self, pattern: str) -> None:
        for callback in list(self._on_watch):
            callback(pattern)

    def _tell_others(self) -> None:
        if self._broker is not None:
            self._broker.publish(PATTERNS, self._board.watched() or None)

    def _watch_elsewhere(self, server_id: str, patterns: object) -> None:
        before = self._watched_elsewhere.pop(server_id, [])
        if isinstance(patterns, list):
            patterns = [pattern for pattern in patterns if isinstance(pattern, str)]
            self._watched_elsewhere[server_id] = patterns
            for pattern in patterns:
                if pattern not in before:
                    self._tell_watched(pattern)

    def __len__(self) -> int:
        return len(self._board)
