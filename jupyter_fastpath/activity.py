"""
What Jupyter Server wants to know of every kernel: is it busy, and since when not.

Jupyter Server has a subscription of its own for this, on which every message is
verified and parsed once more. The hub sees them all anyway.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any


if TYPE_CHECKING:
    from collections.abc import Iterable

    from .core.message import Message


__all__ = ["ActivityWatcher"]

# How many characters the state of a kernel may have: a hostile kernel says megabytes,
# and everybody who asks for the kernels would get them.
MAX_STATE = 64


class ActivityWatcher:
    """
    Keeps ``execution_state`` and ``last_activity`` of one kernel as stock does.

    Args:
        multi_kernel_manager: Whose culler reads them.

        kernel: The kernel manager that has them.

        own_session: The session of the hub's own requests, which are no activity.
    """

    def __init__(
        self, multi_kernel_manager: Any, kernel: Any, own_session: str
    ) -> None:
        self._multi_kernel_manager = multi_kernel_manager
        self._kernel = kernel
        self._own_session = own_session

    def begin(self) -> None:
        """
        Note that the kernel has just been started.
        """
        self._kernel.reason = ""
        # One that says nothing of its start would be as busy as the one before it.
        self._kernel.execution_state = "starting"
        self._kernel.last_activity = _now()

    def observed(self, messages: Iterable[Message]) -> None:
        """
        Follow what the kernel has published.
        """
        is_active = False
        for message in messages:
            if message.channel == "iopub":
                is_active |= self._observed(message)
        if is_active:
            now = _now()
            self._kernel.last_activity = now
            self._multi_kernel_manager.last_kernel_activity = now

    def _observed(self, message: Message) -> bool:
        """Take the state from a status; return whether *message* is activity."""
        tracks = self._multi_kernel_manager.track_message_type
        is_own = message.parent.session == self._own_session
        is_tracked = not is_own and tracks(message.parent.msg_type)
        is_active = (
            tracks(message.msg_type)
            or is_tracked
            or (self._kernel.execution_state == "busy" and not is_own)
        )
        if message.msg_type == "status":
            self._take_state(message, is_tracked=is_tracked)
        return is_active and not is_own

    def _take_state(self, message: Message, *, is_tracked: bool) -> None:
        state = message.state
        if state is None or len(state) > MAX_STATE:
            return
        if is_tracked:
            self._kernel.execution_state = state
        elif self._kernel.execution_state == "starting" and state != "starting":
            # Only a tracked request makes a kernel busy.
            self._kernel.execution_state = "idle"


def _now() -> datetime:
    return datetime.now(timezone.utc)
