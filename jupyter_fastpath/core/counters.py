"""
What is counted, to be shown to the administrator.
"""

from __future__ import annotations

from dataclasses import dataclass


__all__ = ["Counters"]


@dataclass
class Counters:
    """
    What one relay has seen and done.

    Attributes:
        from_clients: Messages that clients sent.

        from_kernel: Messages that the kernel sent.

        to_clients: Messages that clients were sent.

        bytes_to_clients: The bytes of those.

        merged: Messages that went to a client as part of another.

        stale: Messages of replaced runs, which went to nobody.

        unclaimed: Replies whose client had left for good.

        refused: Messages of a type that clients may not send.

        lost: Messages that never came from the kernel, though it sent them.

        cut: Messages that were kept no longer when a client was to be sent them.

        deferred: How often a client's socket was so full that it had to wait.

        resent: Messages sent again after a connection broke.

        spilled: Messages given to the spool, neighbouring text merged.
    """

    from_clients: int = 0
    from_kernel: int = 0
    to_clients: int = 0
    bytes_to_clients: int = 0
    merged: int = 0
    stale: int = 0
    unclaimed: int = 0
    refused: int = 0
    lost: int = 0
    cut: int = 0
    deferred: int = 0
    resent: int = 0
    spilled: int = 0
