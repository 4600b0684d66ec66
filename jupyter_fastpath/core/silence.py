"""
What the silence of a kernel says about its runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .probe import Probe


if TYPE_CHECKING:
    from .run import Run
    from .runs import RunRegistry
    from .terms import Terms


__all__ = ["Silence"]

# How long the kernel must be found silent a second time. After a stall of the
# server its timers fire before its sockets have caught up.
CONFIRMING = 0.25


class Silence:
    """
    Says which runs are over because the kernel has said nothing for so long, and when
    it should be asked.

    Args:
        terms: How long is long.

        runs: The runs of the kernel.

    Attributes:
        probe: The questions that the kernel is asked.
    """

    def __init__(self, terms: Terms, runs: RunRegistry) -> None:
        self._terms = terms
        self._runs = runs
        self.probe = Probe(terms.reply_grace)
        self._heard_at = 0.0
        self._asked_at = 0.0
        self._confirm_at: float | None = None

    def broken(self, now: float) -> None:
        """
        Note that the kernel has said something.
        """
        self._heard_at, self._confirm_at = now, None

    def asked(self, now: float) -> None:
        """
        Note that the kernel was asked for a run.
        """
        self._asked_at = now

    def ended(self, now: float) -> list[Run]:
        """
        Return the runs that are over, as *now* one witness and the silence say.
        """
        silence_at = self._get_silence_timer()
        if silence_at is None or now < silence_at:
            return []
        if self._confirm_at is None:
            self._confirm_at = now + CONFIRMING
            return []
        self._confirm_at = None
        believed = self._believed()
        ended = [run for run in believed if now >= self._heard_at + self._grace(run)]
        self.probe.settle(run.run_id for run in ended)
        return ended

    def _grace(self, run: Run) -> float:
        terms = self._terms
        return terms.idle_grace if run.has_reply else terms.reply_grace

    def _believed(self) -> list[Run]:
        """Return the runs that are over, as one witness says, if all stays silent."""
        return [run for run in self._runs.halfway() if self._is_believed(run)]

    def _is_believed(self, run: Run) -> bool:
        probe = self.probe
        return run.has_reply or not probe.is_on or probe.has_half_passed(run.run_id)

    def is_to_be_asked(self, now: float) -> bool:
        """
        Return whether it is time to have the kernel tell what it has passed over.
        """
        probe_at = self._get_probe_timer()
        return probe_at is not None and now >= probe_at

    def _get_probe_timer(self) -> float | None:
        if not self._runs.has_open:
            return None
        return self.probe.get_timer(max(self._heard_at, self._asked_at))

    def _get_silence_timer(self) -> float | None:
        runs = self._believed()
        if not runs:
            return None
        if self._confirm_at is not None:
            return self._confirm_at
        return self._heard_at + min(map(self._grace, runs))

    def get_timer(self) -> float | None:
        """
        Return when it will have been silent for long enough, if ever.
        """
        timers = (self._get_silence_timer(), self._get_probe_timer())
        return min((at for at in timers if at is not None), default=None)
