"""
Where the text of one run is cut: its beginning passes, and its end when it is over.
"""

from __future__ import annotations

import math

from typing import TYPE_CHECKING

from .text import Tail, TextMeter, byte_size, fitting


if TYPE_CHECKING:
    from .policy import Policy


__all__ = ["TextCut"]


class TextCut:
    """
    How much of the text of one run has passed, and how much was withheld.

    Args:
        policy: The limits.

    Attributes:
        is_cut: Whether something was withheld, and so all that comes is.

        is_pending: Whether something was withheld since its end was taken.
    """

    def __init__(self, policy: Policy) -> None:
        self._most_bytes = _or_inf(policy.live_bytes)
        self._most_lines = _or_inf(policy.live_lines)
        self._tail = Tail(policy.tail_bytes)
        self._meter = TextMeter()
        self._passed = self._passed_lines = 0
        self._written = self._lines = 0
        self._kept = 0
        self._ended = self._ended_lines = 0
        self.is_cut = False
        self.is_pending = False

    def begin(self) -> None:
        """
        Note that the text that comes next is another output.
        """
        self._meter.begin()

    def cut(self) -> None:
        """
        Have nothing pass from now on.
        """
        self.is_cut = True

    def pass_on(self, text: str) -> str:
        """
        Return the beginning of *text* that may pass; the rest is to be withheld.
        """
        passed = text if self._fits(text) else self._fitting(text)
        self._meter.add(passed)
        self._passed += byte_size(passed)
        self._passed_lines += passed.count("\n")
        self._written, self._lines = self._passed, self._passed_lines
        self.is_cut = len(passed) < len(text)
        return passed

    def _fits(self, text: str) -> bool:
        meter = self._meter
        if meter.lines + text.count("\n") > self._most_lines:
            return False
        if meter.size + byte_size(text) <= self._most_bytes:
            return True
        return meter.size_with(text) <= self._most_bytes

    def _fitting(self, text: str) -> str:
        meter = self._meter
        left = max(0, self._most_bytes - meter.size)
        head = fitting(text, left, max(0, self._most_lines - meter.lines))
        # A line that would fit alone is not cut in two.
        is_whole = "\n" in head or not meter.size or not meter.is_at_line_start
        return head if is_whole else ""

    def withhold(self, name: str, text: str, *, is_kept: bool) -> None:
        """
        Note that *text*, written to the stream *name*, does not pass.
        """
        size = byte_size(text)
        self._written += size
        self._lines += text.count("\n")
        self._kept += size if is_kept else 0
        self._tail.add(name, text)
        self.is_pending = True

    @property
    def is_beyond_tail(self) -> bool:
        """Whether more was withheld than its end will have."""
        return not self._tail.is_all

    def take_end(self) -> list[tuple[str, str]]:
        """
        Return the end of what was withheld, which is to be shown: names and texts.
        """
        self.is_pending = False
        end = self._tail.take()
        self._ended += sum(byte_size(text) for _, text in end)
        self._ended_lines += sum(text.count("\n") for _, text in end)
        return end

    def told(self) -> dict[str, int]:
        """
        Return the numbers of the marker.
        """
        return {
            "head_bytes": self._passed,
            "tail_bytes": self._ended,
            "total_bytes": self._written,
            "head_lines": self._passed_lines,
            "tail_lines": self._ended_lines,
            "total_lines": self._lines,
            "kept_bytes": self._passed + self._kept if self._kept else 0,
        }


def _or_inf(limit: int | None) -> float:
    return math.inf if limit is None else limit
