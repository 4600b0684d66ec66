"""
How notebooks are written.
"""

from __future__ import annotations

from dataclasses import dataclass


__all__ = ["WritingRules"]


@dataclass(frozen=True)
class WritingRules:
    """
    What the administrator has set.

    Attributes:
        skip_unchanged: Whether what is there already is not written again.

        off_loop: Whether large notebooks are decoded and written in threads.
    """

    skip_unchanged: bool = True
    off_loop: bool = True
