"""
What is known of a run while its output is watched.
"""

from __future__ import annotations

import math

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .text_cut import TextCut


if TYPE_CHECKING:
    from .policy import Policy
    from .run import Run


__all__ = ["Shown", "Watch", "or_inf"]


def or_inf(limit: int | None) -> float:
    """
    Return *limit* as a number that can be compared with.
    """
    return math.inf if limit is None else limit


@dataclass
class Shown:
    """
    What one run has put out since it was last cleared.

    Attributes:
        start: The position from which on it is.

        text: What of its text passes.

        count: How many outputs there are.

        stream: The name of the last output, if that is text.

        left_out: How many there would be more.

        kept: How many of those are kept.

        index: The first of them, among all of the run that were withheld.

        ended: How many of them the last marker of the end has told of.

        markers: The IDs of the markers that are shown, by their kind.
    """

    start: int
    text: TextCut
    count: int = 0
    stream: str | None = None
    left_out: int = 0
    kept: int = 0
    index: int = 0
    ended: int = 0
    markers: dict[str, str] = field(default_factory=dict)


class Watch:
    """
    One run, its limits, and what it has put out.

    Args:
        run: The run.

        policy: What of its output passes.

        start: The position of what it publishes first.

    Attributes:
        shown: What it has put out since it was last cleared.

        clears_next: Whether its next output clears the others.

        is_over: Whether it is over, though a thread of it may go on.

        due_at: When its markers are to be brought up to date.

        withheld: How many outputs that are no text were withheld.

        spilled: How many bytes of all that was have gone to the spool.

        is_full: Whether no more may.
    """

    def __init__(self, run: Run, policy: Policy, start: int) -> None:
        self.run = run
        self.policy = policy
        self.clear(start)
        self.is_over = False
        self.due_at: float | None = None
        self.withheld = 0
        self.spilled = 0
        self.is_full = policy.above == "cut"

    def clear(self, start: int) -> None:
        """
        Note that nothing is shown any more, and what comes is from *start* on.
        """
        self.shown = Shown(start, TextCut(self.policy))
        self.clears_next = False

    def begin_output(self, stream: str | None) -> bool:
        """
        Note that an output begins, or goes on; return whether it may.

        Args:
            stream: The stream that it is of; None if it is no text.
        """
        shown = self.shown
        if stream is not None and stream == shown.stream:
            return True
        shown.stream = stream
        shown.text.begin()
        if shown.count >= or_inf(self.policy.outputs):
            return False
        shown.count += 1
        return True

    def spill(self, size: int) -> bool:
        """
        Note that *size* bytes were withheld; return whether they may be kept.
        """
        self.spilled += size
        # After what does not fit nothing is kept: there are no gaps.
        self.is_full |= self.spilled > or_inf(self.policy.backfill_bytes)
        self.run.is_cut |= not self.is_full
        return not self.is_full
