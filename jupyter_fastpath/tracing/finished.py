"""
Which of the runs that a server tells of are done, each once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any


if TYPE_CHECKING:
    from collections.abc import Mapping


__all__ = ["FinishedRuns"]

Record = dict[str, Any]


class FinishedRuns:
    """
    Runs that are done.

    Args:
        patience: The seconds for which a run that is done waits for its page to tell
            when it has painted the end.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._waiting: dict[str, tuple[float, Record]] = {}
        self._told: set[str] = set()

    def take(self, topics: Mapping[str, Any], now: float) -> None:
        """
        Note what the *topics* of runs have become.
        """
        for topic, record in topics.items():
            if record is None:
                self._told.discard(topic)
            elif record["state"] == "done" and topic not in self._told:
                until, _ = self._waiting.get(topic, (now + self._patience, record))
                is_painted = (record["painted"] or {}).get("done") is not None
                self._waiting[topic] = (now if is_painted else until, record)

    def due(self, now: float) -> list[Record]:
        """
        Return the runs of which nothing more is waited for.
        """
        topics = [topic for topic, (at, _) in self._waiting.items() if at <= now]
        self._told.update(topics)
        return [self._waiting.pop(topic)[1] for topic in topics]

    def get_timer(self) -> float | None:
        """
        Return when :meth:`due` should be called next, if at all.
        """
        return min((until for until, _ in self._waiting.values()), default=None)
