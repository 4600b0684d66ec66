"""
The markers in the output of runs: each is shown once, and then brought up to date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .marker import outputs_marker, rich_marker, text_marker
from .message import CONTENT, pack


if TYPE_CHECKING:
    from .authored import Author
    from .message import Message
    from .watch import Watch


__all__ = ["Marking"]


class Marking:
    """
    Writes the markers of one kernel's runs.

    Args:
        author: Who writes in the name of the kernel.
    """

    def __init__(self, author: Author) -> None:
        self._author = author

    def text(self, watch: Watch, now: float, *, is_done: bool = False) -> Message:
        """
        Return what tells of the text that was cut, as it stands.
        """
        told = self._place(watch, is_done=is_done) | watch.shown.text.told()
        return self._marker(watch, "text", text_marker(told), now)

    def outputs(self, watch: Watch, now: float, *, is_done: bool = False) -> Message:
        """
        Return what tells of the outputs that were left out, as it stands.
        """
        shown = watch.shown
        told = self._place(watch, is_done=is_done) | {
            "index": shown.index,
            "shown": shown.count,
            "total": shown.count + shown.left_out,
            "kept": shown.kept,
        }
        return self._marker(watch, "outputs", outputs_marker(told), now)

    def replaced(
        self, watch: Watch, message: Message, *, index: int, is_kept: bool
    ) -> Message:
        """
        Return *message* with a marker in the place of what it shows.

        Args:
            watch: The run.

            message: An output that is too large.

            index: Its number among what was withheld of the run.

            is_kept: Whether it can be had back.
        """
        content, size = message.content, len(message.parts[CONTENT])
        data = content.get("data")
        told = self._place(watch, is_done=True) | {
            "index": index,
            "mime_types": sorted(data) if isinstance(data, dict) else [],
            "total_bytes": size,
            "kept_bytes": size if is_kept else 0,
        }
        changed = content | {"data": rich_marker(told), "metadata": {}}
        return message.with_part(CONTENT, pack(changed))

    def _place(self, watch: Watch, *, is_done: bool) -> dict[str, Any]:
        return {
            "kernel_id": self._author.kernel_id,
            "run_id": watch.run.run_id,
            "start": watch.shown.start,
            "is_done": is_done,
        }

    def _marker(
        self, watch: Watch, kind: str, data: dict[str, Any], now: float
    ) -> Message:
        """Return what shows a marker, or brings it up to date."""
        markers = watch.shown.markers
        msg_type = "update_display_data" if kind in markers else "display_data"
        new_id = f"fastpath_{kind}_{watch.run.run_id}_{watch.shown.start}"
        transient = {"display_id": markers.setdefault(kind, new_id)}
        content = {"data": data, "metadata": {}, "transient": transient}
        return self._author.write(msg_type, content, now, watch.run)
