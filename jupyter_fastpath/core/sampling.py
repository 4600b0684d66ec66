"""
When the usage of each kernel is to be measured.

Often while it changes, seldom while it does not, and never for more than a share of all
time, however many kernels there are: what measuring has cost is rested from.
"""

from __future__ import annotations

import math

from dataclasses import dataclass


__all__ = ["Sampling", "Schedule"]

# Seconds from the begin of a run to the sample that shows it.
SOON = 0.2

# Seconds by which a sample may be too early, to be taken together with others: to find
# the processes of all kernels costs hardly more than to find those of one.
JOIN = 0.1

# By how much more time passes until the next sample of a kernel that is steady.
GROWTH = 1.5


@dataclass(frozen=True)
class Sampling:
    """
    How often is measured.

    Attributes:
        shortest: Seconds between two samples of a kernel that changes.

        longest: The seconds between two samples that this comes to if it does not.

        share: The part of the time of one core that measuring may take.
    """

    shortest: float = 1.0
    longest: float = 5.0
    share: float = 0.02


@dataclass
class _Rhythm:
    """When one kernel is measured: at all, and in full."""

    due_at: float
    interval: float
    full_at: float = -math.inf


class Schedule:
    """
    When which kernels are to be measured, and which of them in full.

    Args:
        sampling: How often.
    """

    def __init__(self, sampling: Sampling) -> None:
        self._sampling = sampling
        self._rhythms: dict[str, _Rhythm] = {}
        self._rest_until = self._full_rest_until = -math.inf

    def begin(self, kernel_id: str, now: float) -> None:
        """
        Have a kernel measured from now on.
        """
        self._rhythms[kernel_id] = _Rhythm(now, self._sampling.shortest)

    def stop(self, kernel_id: str) -> None:
        """
        Have a kernel measured no more.
        """
        self._rhythms.pop(kernel_id, None)

    def hasten(self, kernel_id: str, now: float) -> None:
        """
        Have a kernel measured soon, and often, if it is measured: something begins.
        """
        rhythm = self._rhythms.get(kernel_id)
        if rhythm is not None:
            rhythm.interval = self._sampling.shortest
            rhythm.due_at = min(rhythm.due_at, now + SOON)

    def __contains__(self, kernel_id: str) -> bool:
        return kernel_id in self._rhythms

    def get_timer(self) -> float | None:
        """
        Return when something is to be measured, if at all.
        """
        if not self._rhythms:
            return None
        first = min(rhythm.due_at for rhythm in self._rhythms.values())
        return max(first, self._rest_until)

    def due(self, now: float) -> dict[str, bool]:
        """
        Return the kernels that are to be measured at *now*, each with whether in full.
        """
        may_be_full = now >= self._full_rest_until
        return {
            kernel_id: may_be_full and now >= rhythm.full_at
            for kernel_id, rhythm in self._rhythms.items()
            if rhythm.due_at <= now + JOIN
        }

    def sampled(
        self, kernel_id: str, now: float, *, is_full: bool, is_steady: bool
    ) -> None:
        """
        Note that a kernel was measured.

        Args:
            kernel_id: The kernel; it may be measured no more.

            now: When.

            is_full: Whether it was in full.

            is_steady: Whether nothing has changed, so that the next can be later.
        """
        rhythm = self._rhythms.get(kernel_id)
        if rhythm is None:
            return
        shortest, longest = self._sampling.shortest, self._sampling.longest
        later = min(rhythm.interval * GROWTH, longest)
        rhythm.interval = later if is_steady else shortest
        rhythm.due_at = now + rhythm.interval
        if is_full:
            rhythm.full_at = now + longest

    def spent(self, seconds: float, full_seconds: float, now: float) -> None:
        """
        Note what measuring has cost: so many *seconds*, and so many in addition for
        what was in full. Each may take half of the share.
        """
        half = self._sampling.share / 2
        self._rest_until = now + seconds / half
        if full_seconds:
            self._full_rest_until = now + full_seconds / half
