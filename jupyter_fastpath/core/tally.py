"""
What is measured of one run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from .message import Message
    from .state_request import Painted


__all__ = ["Tally"]


@dataclass(slots=True)
class Tally:
    """
    When things happened to one run, and how much passed of it.

    Attributes:
        received: When its request came.

        begun: When the kernel took it up, as far as the server saw.

        first_output: When its first output came from the kernel.

        done: When its end was told.

        messages_in: Messages of it that the kernel sent.

        bytes_in: The bytes of those.

        messages_out: Messages of it that clients were sent.

        bytes_out: The bytes of those.

        merged: Messages that went to a client as part of another.

        spilled: Messages of it that were given to the spool.

        lost: Messages of the kernel that never came while it ran.

        peak_memory: The most bytes of memory that the kernel was seen to take.

        painted: When its page has painted what.
    """

    received: float | None = None
    begun: float | None = None
    first_output: float | None = None
    done: float | None = None
    messages_in: int = 0
    bytes_in: int = 0
    messages_out: int = 0
    bytes_out: int = 0
    merged: int = 0
    spilled: int = 0
    lost: int = 0
    peak_memory: int | None = None
    painted: Painted | None = None

    def came(self, message: Message) -> None:
        """
        Count a message that the kernel sent.
        """
        self.messages_in += 1
        self.bytes_in += message.size

    def went(self, message: Message) -> None:
        """
        Count a message that a client was sent, maybe several in one.
        """
        self.messages_out += 1
        self.bytes_out += message.size
        if message.lengths:
            self.merged += len(message.lengths) - 1
