"""
The last value of each topic, and who is to be told of which. Nothing is stored.

Whoever watches is told the newest values only, so that what waits for one who is slow
is never more than a name for each topic.
"""

from __future__ import annotations

import heapq

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .glob import matches


if TYPE_CHECKING:
    from collections.abc import Iterable


__all__ = ["Board"]


@dataclass
class _Watcher:
    """Who watches, and what has changed since it took the last."""

    patterns: set[str] = field(default_factory=set)
    changed: dict[str, None] = field(default_factory=dict)  # in this order


class Board:
    """
    The last values of topics, for those who watch patterns of them.
    """

    def __init__(self) -> None:
        self._values: dict[str, object] = {}
        self._ends: dict[str, float] = {}
        self._ending: list[tuple[float, str]] = []  # a heap, with what is outdated
        self._watchers: dict[str, _Watcher] = {}
        self._by_pattern: defaultdict[str, set[str]] = defaultdict(set)
        self._patterns_of: dict[str, list[str]] = {}  # of the topics that have a value

    # ---- values

    def publish(
        self, topic: str, value: object, now: float, lifetime: float | None = None
    ) -> list[str]:
        """
        Let *topic* have *value*, and return who is to be told that had nothing to be.

        Args:
            topic: Its name.

            value: Of JSON; None if there is none any longer.

            now: The time.

            lifetime: The seconds after which there is none; None if it stays.
        """
        if lifetime is None or value is None:
            self._ends.pop(topic, None)
        else:
            self._ends[topic] = now + lifetime
            heapq.heappush(self._ending, (now + lifetime, topic))
        if self._values.get(topic) == value:
            return []
        woken = self._change(topic)
        if value is None:
            self._values.pop(topic)
            self._patterns_of.pop(topic)
        else:
            self._values[topic] = value
        return woken

    def _change(self, topic: str) -> list[str]:
        """Let all who watch *topic* know; return who had nothing to be told."""
        if topic not in self._patterns_of:
            self._patterns_of[topic] = self._matching(topic)
        woken = []
        for pattern in self._patterns_of[topic]:
            for watcher_id in self._by_pattern[pattern]:
                changed = self._watchers[watcher_id].changed
                if not changed:
                    woken.append(watcher_id)
                changed[topic] = None
        return woken

    def _matching(self, topic: str) -> list[str]:
        return [pattern for pattern in self._by_pattern if matches(pattern, topic)]

    def get(self, topic: str) -> object:
        """
        Return the value of *topic*; None if it has none.
        """
        return self._values.get(topic)

    def ended(self, now: float) -> list[str]:
        """
        Return the topics whose time is over, to be published as gone.
        """
        topics = []
        while self._ending and self._ending[0][0] <= now:
            end, topic = heapq.heappop(self._ending)
            if self._ends.get(topic) == end:
                topics.append(topic)
        return topics

    def get_timer(self) -> float | None:
        """
        Return when :meth:`ended` should be called next, if at all.
        """
        return self._ending[0][0] if self._ending else None

    # ---- who watches

    def watch(self, watcher_id: str, pattern: str) -> bool:
        """
        Have *watcher_id* told of the topics that *pattern* matches, beginning with what
        is there; return whether it has something to be told.
        """
        watcher = self._watchers.setdefault(watcher_id, _Watcher())
        if pattern in watcher.patterns:
            return bool(watcher.changed)
        watcher.patterns.add(pattern)
        is_new = pattern not in self._by_pattern
        self._by_pattern[pattern].add(watcher_id)
        for topic, patterns in self._patterns_of.items():
            is_match = matches(pattern, topic) if is_new else pattern in patterns
            if is_match:
                watcher.changed[topic] = None
            if is_match and is_new:
                patterns.append(pattern)
        return bool(watcher.changed)

    def unwatch(self, watcher_id: str, pattern: str) -> None:
        """
        Tell *watcher_id* no more of what only *pattern* matches.
        """
        watcher = self._watchers.get(watcher_id)
        if watcher is None or pattern not in watcher.patterns:
            return
        watcher.patterns.remove(pattern)
        self._by_pattern[pattern].remove(watcher_id)
        if not self._by_pattern[pattern]:
            del self._by_pattern[pattern]
            for patterns in self._patterns_of.values():
                if pattern in patterns:
                    patterns.remove(pattern)
        for topic in list(watcher.changed):
            if not any(matches(kept, topic) for kept in watcher.patterns):
                del watcher.changed[topic]

    def leave(self, watcher_id: str) -> None:
        """
        Forget who watched.
        """
        for pattern in self.patterns(watcher_id):
            self.unwatch(watcher_id, pattern)
        self._watchers.pop(watcher_id, None)

    def news(self, watcher_id: str, most: int | None = None) -> list[str]:
        """
        Return of which topics *watcher_id* is to be told: at *most* so many, if that is
        given, those that changed first.
        """
        return list(self._watchers[watcher_id].changed)[:most]

    def take(
        self, watcher_id: str, topics: Iterable[str] | None = None
    ) -> dict[str, object]:
        """
        Return what *watcher_id* is to be told of *topics*, or of all, with None for
        what is gone, and count it as told.
        """
        changed = self._watchers[watcher_id].changed
        wanted = (
            list(changed) if topics is None else [t for t in topics if t in changed]
        )
        taken = {topic: self._values.get(topic) for topic in wanted}
        for topic in taken:
            del changed[topic]
        return taken

    def patterns(self, watcher_id: str) -> list[str]:
        """
        Return what *watcher_id* watches.
        """
        watcher = self._watchers.get(watcher_id)
        return [] if watcher is None else sorted(watcher.patterns)

    def watched(self) -> list[str]:
        """
        Return all patterns that somebody watches.
        """
        return list(self._by_pattern)

    def is_watched(self, topic: str) -> bool:
        """
        Return whether somebody is told of *topic*, whether it has a value or not.
        """
        patterns = self._patterns_of.get(topic)
        return bool(self._matching(topic) if patterns is None else patterns)

    def __len__(self) -> int:
        return len(self._values)
