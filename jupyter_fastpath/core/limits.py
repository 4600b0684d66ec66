"""
How many of what clients can make at will there may be at once.
"""

from __future__ import annotations

from dataclasses import dataclass


__all__ = ["Limits"]


@dataclass(frozen=True)
class Limits:
    """
    What one kernel is not to have more of.

    Attributes:
        clients: Clients, those that are away and may return among them.

        runs: Runs that are queued or running.
    """

    clients: int = 1000
    runs: int = 10_000
