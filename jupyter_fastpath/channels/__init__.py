"""
Where a kernel's messages come from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol


if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_fastpath.core.message import Channel, Message


__all__ = ["Channels"]


class Channels(Protocol):
    """
    The four channels of one kernel, however it is reached.

    What arrives is handed on in batches, in the order of each channel.

    Attributes:
        garbled: What is called with the channel on which something came that is no
            message.

        is_pressed: What is asked whether more than can be kept would come.
    """

    garbled: Callable[[Channel], None]
    is_pressed: Callable[[], bool]

    @property
    def session_id(self) -> str:
        """The session of the server's own requests."""

    def follow(self, restarting: Callable[[], None], died: Callable[[], None]) -> None:
        """
        Call *restarting* when the kernel has died and is about to be started again,
        *died* when it will not be.
        """

    def unfollow(self) -> None:
        """
        Call them no more.
        """

    def open(self) -> None:
        """
        Begin to connect to the kernel, which may have been started anew.
        """

    def close(self) -> None:
        """
        Close all channels; what was not sent yet is dropped.
        """

    def watched(self, *, is_watched: bool) -> None:
        """
        Note whether anybody waits for what the kernel says: a client, or a run.
        """

    def are_connected(self) -> bool:
        """
        Return whether the kernel can be sent to, and can send, on all channels.
        """

    def request(self, channel: Channel, msg_type: str, content: dict[str, Any]) -> None:
        """
        Send a request of the server's own.
        """

    def send(self, message: Message) -> None:
        """
        Send *message* to the kernel, or keep it until that can be done.
        """

    async def sent(self, channel: Channel) -> None:
        """
        Wait until everything for *channel* is on its way.
        """

    def bound(self, count: int) -> None:
        """
        Take no more than *count* published messages that nobody has received yet, as
        far as that can be set.
        """

    def rest(self, seconds: float) -> None:
        """
        Let what the kernel publishes wait for some *seconds*.
        """

    def drain_all(self) -> None:
        """
        Receive all that has arrived, whatever the pressure: nothing more will come.
        """

    def drain(self) -> bool:
        """
        Receive what has arrived, up to a bound, and as far as there is no pressure.

        Returns:
            Whether nothing more waits.
        """
