"""
When a notebook is saved while its cells run.

Seldom while they do: each time later than the last, and the later, the more was
written and the longer that took. At once when the last of them is done.
"""

from __future__ import annotations

import math

from dataclasses import dataclass


__all__ = ["Cadence", "Tempo"]


@dataclass(frozen=True)
class Tempo:
    """
    How often a notebook is saved while its cells run.

    Attributes:
        first: Seconds from the first output to the first save; infinite if nothing is
            saved before all is done.

        growth: By how much more time passes until the next, and the next.

        longest: The seconds between two saves that this may come to.

        bytes_per_minute: How much is written, in the long run.

        share: The part of all time for which saves may last, in the long run.

        retry: Seconds until a save that failed is tried again; each time twice as many.
    """

    first: float = 5.0
    growth: float = 3.0
    longest: float = 60.0
    bytes_per_minute: float = 15e6
    share: float = 0.1
    retry: float = 1.0


class Cadence:
    """
    When one notebook is to be saved.

    Args:
        tempo: How often.
    """

    def __init__(self, tempo: Tempo) -> None:
        self._tempo = tempo
        self._interval = tempo.first
        self._due_at: float | None = None
        self._rest_until = -math.inf
        self._failures = 0
        self._retry_at = -math.inf

    def run_began(self) -> None:
        """
        Note that something runs after nothing did.
        """
        self._interval = self._tempo.first

    def changed(self, now: float) -> None:
        """
        Note that there is something that is not saved, and more may follow.
        """
        if self._due_at is None:
            due_at = max(now + self._interval, self._rest_until)
            self._due_at = max(due_at, self._retry_at)

    def ended(self, at: float) -> None:
        """
        Note that nothing more will follow, so that all can be saved *at* that time.
        """
        due_at = at if self._due_at is None else min(self._due_at, at)
        self._due_at = max(due_at, self._retry_at)

    def save_began(self) -> None:
        """
        Note that it is being saved.
        """
        self._due_at = None
        self._interval = min(self._interval * self._tempo.growth, self._tempo.longest)

    def saved(self, size: int, seconds: float, now: float) -> None:
        """
        Note that it was saved: so many bytes, in so many *seconds*.
        """
        self._failures, self._retry_at = 0, -math.inf
        rest = max(
            seconds / self._tempo.share, size * 60 / self._tempo.bytes_per_minute
        )
        self._rest_until = now + rest

    def failed(self, now: float) -> None:
        """
        Note that it could not be saved: it is tried again, after longer each time.
        """
        pause = self._tempo.retry * 2**self._failures
        self._failures += 1
        self._due_at = self._retry_at = now + min(pause, self._tempo.longest)

    def get_timer(self) -> float | None:
        """
        Return when it is to be saved, if at all.
        """
        return self._due_at if self._due_at != math.inf else None
