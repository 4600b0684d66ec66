"""
Who asked what: by this the kernel's answers find their way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from .message import Message


__all__ = ["Requests"]

# How many are remembered, of those that wait for a reply and of the others. A message
# may refer to a request long after it was answered, as the output of a thread does.
MAX_REMEMBERED = 10_000


class Requests:
    """
    The messages that clients sent to one kernel, as far as they are remembered.
    """

    def __init__(self) -> None:
        self._outstanding: dict[str, str] = {}  # msg_id -> client
        self._answered: dict[str, str] = {}

    def sent(self, message: Message, client: str) -> None:
        """
        Note that *client* sent *message*; the first to use an ID keeps it.
        """
        if self.client_of(message.msg_id) is not None:
            return
        if not message.msg_type.endswith("_request"):
            self._remember(message.msg_id, client)
            return
        self._outstanding[message.msg_id] = client
        if len(self._outstanding) > MAX_REMEMBERED:
            # A kernel need not answer what it does not know.
            oldest = next(iter(self._outstanding))
            self._remember(oldest, self._outstanding.pop(oldest))

    def replied(self, message: Message) -> None:
        """
        Note that the request waits for nothing more, if *message* is its reply.
        """
        if message.msg_type.endswith("_reply") and message.run_id in self._outstanding:
            self._remember(message.run_id, self._outstanding.pop(message.run_id))

    def forget_outstanding(self) -> None:
        """
        Note that no request of so far will be answered any more.
        """
        while self._outstanding:
            self._remember(*self._outstanding.popitem())

    def _remember(self, msg_id: str, client: str) -> None:
        self._answered[msg_id] = client
        if len(self._answered) > MAX_REMEMBERED:
            del self._answered[next(iter(self._answered))]

    def client_of(self, msg_id: str) -> str | None:
        """
        Return the client that sent the message of that ID, if it is remembered.
        """
        return self._outstanding.get(msg_id) or self._answered.get(msg_id)

    @property
    def outstanding(self) -> int:
        """How many requests have no reply yet."""
        return len(self._outstanding)
