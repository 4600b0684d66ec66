"""
What the processes of one kernel use together: processor time, memory, threads.

A process is known by its ID and when it started, since IDs are used again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from collections.abc import Sequence


__all__ = ["Peaks", "Reading", "TreeUsage", "Usage", "is_steady"]

# By how much a steady kernel may differ from sample to sample: percent of a core, and
# the part of its memory.
STEADY_CPU = 5.0
STEADY_MEMORY = 0.01


@dataclass(frozen=True)
class Reading:
    """
    What one process has used.

    Attributes:
        pid: The process.

        started_at: When it was started.

        cpu: Seconds that it has computed.

        ended_cpu: Seconds that those of its children have computed that have ended.

        rss: Its resident memory in bytes.

        threads: How many it has.

        pss: Its share of the memory in bytes, what it has in common with others divided
            among them; None if that was not read, or may not be.
    """

    pid: int
    started_at: float
    cpu: float
    ended_cpu: float
    rss: int
    threads: int
    pss: int | None = None


@dataclass(frozen=True)
class Usage:
    """
    What all processes of a kernel use.

    Attributes:
        cpu_percent: Of one core, since the last sample.

        rss: The sum of their resident memory in bytes, which has more than once what
            they have in common.

        pss: Their share of the memory in bytes, if that is known.

        threads: How many they have.

        children: How many there are beside the kernel's own.
    """

    cpu_percent: float
    rss: int
    pss: int | None
    threads: int
    children: int


class TreeUsage:
    """
    Makes the usage of one kernel out of what was read of its processes.
    """

    def __init__(self) -> None:
        self._at = 0.0
        self._before: dict[tuple[int, float], Reading] = {}
        self._pss: int | None = None
        self._pss_rss = 0  # as it was when the other was read

    def take(
        self, readings: Sequence[Reading], at: float, *, is_full: bool
    ) -> Usage | None:
        """
        Return the usage as it was *at* that time; None for the first time, when it is
        not known yet what has been computed since when.

        Args:
            readings: Of the kernel's own process and its descendants.

            at: When they were read.

            is_full: Whether their share of the memory was read, too.
        """
        present = {(one.pid, one.started_at): one for one in readings}
        rss = sum(one.rss for one in readings)
        if is_full:
            self._pss, self._pss_rss = _sum_pss(readings), rss
        elif abs(rss - self._pss_rss) > STEADY_MEMORY * self._pss_rss:
            # It is another one by now.
            self._pss = None
        usage = None
        if self._before and at > self._at:
            usage = Usage(
                100 * _computed(self._before, present) / (at - self._at),
                rss,
                self._pss,
                sum(one.threads for one in readings),
                len(readings) - 1,
            )
        self._at, self._before = at, present
        return usage


def _sum_pss(readings: Sequence[Reading]) -> int | None:
    total = 0
    for one in readings:
        if one.pss is None:
            return None
        total += one.pss
    return total


def _computed(
    before: dict[tuple[int, float], Reading], after: dict[tuple[int, float], Reading]
) -> float:
    """Return the seconds that were computed meanwhile, by ended processes as well."""
    own = ended = 0.0
    for key, now in after.items():
        then = before.get(key)
        own += now.cpu - (0.0 if then is None else then.cpu)
        ended += now.ended_cpu - (0.0 if then is None else then.ended_cpu)
    # Who waits for a child gets all it has computed: what was counted then is no news.
    gone = sum(
        one.cpu + one.ended_cpu for key, one in before.items() if key not in after
    )
    return own + max(0.0, ended - gone)


def is_steady(before: Usage | None, after: Usage) -> bool:
    """
    Return whether a kernel does nothing and has not changed from *before* to *after*.
    """
    return (
        before is not None
        and after.cpu_percent < STEADY_CPU
        and abs(after.rss - before.rss) <= STEADY_MEMORY * before.rss
        and (after.threads, after.children) == (before.threads, before.children)
    )


class Peaks:
    """
    The most memory that a kernel had in each of its open runs.
    """

    def __init__(self) -> None:
        self._of_run: dict[str, int | None] = {}

    def began(self, run_id: str) -> None:
        """
        Note that a run has begun.
        """
        self._of_run[run_id] = None

    def seen(self, rss: int) -> None:
        """
        Note how much memory the kernel has.
        """
        for run_id, most in self._of_run.items():
            self._of_run[run_id] = rss if most is None else max(most, rss)

    def ended(self, run_id: str) -> int | None:
        """
        Return the most that was seen while a run was open, and forget the run.
        """
        return self._of_run.pop(run_id, None)

    @property
    def has_runs(self) -> bool:
        """Whether a run is open."""
        return bool(self._of_run)
