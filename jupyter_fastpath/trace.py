"""
A record of what passed through a hub, for reports of bugs.

One JSON object a line, without any contents: what was of which type, when, how
large, and in which direction. Off unless a file is named; then nothing is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

import msgspec


if TYPE_CHECKING:
    from pathlib import Path

    from .core.message import Message


__all__ = ["FROM_CLIENT", "FROM_KERNEL", "TO_CLIENT", "Trace"]

FROM_KERNEL, FROM_CLIENT, TO_CLIENT = "kernel>", "client>", ">client"


class Trace:
    """
    Writes the trace of all hubs into one file.

    Args:
        path: The file, to which is appended.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO = path.open("a", buffering=1)

    def note(
        self, direction: str, kernel_id: str, now: float, message: Message
    ) -> None:
        """
        Write down that *message* passed.
        """
        line = {
            "now": round(now, 6),
            "direction": direction,
            "kernel_id": kernel_id,
            "channel": message.channel,
            "msg_type": message.msg_type,
            "msg_id": message.msg_id,
            "run_id": message.run_id,
            "event_idx": message.event_idx,
            "events": message.events,
            "size": message.size,
        }
        self._file.write(msgspec.json.encode(line).decode() + "\n")

    def close(self) -> None:
        """
        Close the file.
        """
        self._file.close()

    def __repr__(self) -> str:
        state = "closed" if self._file.closed else "open"
        return f"<Trace to {self._path}, {state}>"
