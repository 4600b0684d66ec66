"""
What the administrator lets pass between clients and kernels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .message import CONTENT, pack


if TYPE_CHECKING:
    from .message import Message


__all__ = ["Rules"]


@dataclass(frozen=True)
class Rules:
    """
    What may pass.

    Attributes:
        allowed_types: The types of message that clients may send; all if empty.

        traceback_replacement: What is shown instead of a traceback; None if
            tracebacks are shown.
    """

    allowed_types: frozenset[str] = frozenset()
    traceback_replacement: str | None = None

    def allow(self, message: Message) -> bool:
        """
        Return whether a client may send *message*.
        """
        return not self.allowed_types or message.msg_type in self.allowed_types

    def redacted(self, message: Message) -> Message:
        """
        Return *message* without what clients must not see.
        """
        if self.traceback_replacement is None:
            return message
        if message.msg_type not in {"error", "execute_reply"}:
            return message
        if "traceback" not in message.content:
            return message
        told = {
            "ename": "ExecutionError",
            "evalue": "Execution error",
            "traceback": [self.traceback_replacement],
        }
        return message.with_part(CONTENT, pack(message.content | told))
