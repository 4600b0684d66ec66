"""
What is counted, to be shown to the administrator.
"""

from __future__ import annotations

from dataclasses import dataclass, fields


__all__ = ["Counters", "WatcherCounts"]


@dataclass
class Counters:
    """
    What one relay has seen and done.

    Attributes:
        from_clients: Messages that clients sent.

        to_kernel: Messages that the kernel was sent.

        from_kernel: Messages that the kernel sent.

        to_clients: Messages that clients were sent.

        bytes_to_clients: The bytes of those.

        merged: Messages that went to a client as part of another.

        stale: Messages of replaced runs, which went to nobody.

        unclaimed: Replies whose client had left for good.

        refused: Messages of a type that clients may not send.

        malformed: Frames that were not of the wire protocol, for which a connection was
            closed.

        turned_away: Clients that were not let in, since there were too many.

        over_limit: Runs that were not begun, since too many waited.

        garbled: What the kernel sent that is no message, and went to nobody.

        lost: Messages that never came from the kernel, though it sent them.

        cut: Messages that were kept no longer when a client was to be sent them.

        deferred: How often a client's socket was so full that it had to wait.

        resent: Messages sent again after a connection broke.

        resumed: How often a client that came back was taken up where it had left.

        gaps: How often one that came was told that it cannot be known what it misses.

        spilled: Messages given to the spool, neighbouring text merged.
    """

    from_clients: int = 0
    to_kernel: int = 0
    from_kernel: int = 0
    to_clients: int = 0
    bytes_to_clients: int = 0
    merged: int = 0
    stale: int = 0
    unclaimed: int = 0
    refused: int = 0
    malformed: int = 0
    turned_away: int = 0
    over_limit: int = 0
    garbled: int = 0
    lost: int = 0
    cut: int = 0
    deferred: int = 0
    resent: int = 0
    resumed: int = 0
    gaps: int = 0
    spilled: int = 0

    def add(self, other: Counters) -> None:
        """
        Count all that *other* has counted, too.
        """
        for field in fields(self):
            count = getattr(self, field.name) + getattr(other, field.name)
            setattr(self, field.name, count)


@dataclass
class WatcherCounts:
    """
    What became of those who watched, or wanted to.

    Attributes:
        dropped: How many were dropped, since they took nothing.

        malformed: How many were closed, since they sent what is no request.

        turned_away: How many were not let in, since there were too many.
    """

    dropped: int = 0
    malformed: int = 0
    turned_away: int = 0
