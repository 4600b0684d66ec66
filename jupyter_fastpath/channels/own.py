"""
What the server itself asks of a kernel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_fastpath.core.message import Message


if TYPE_CHECKING:
    from jupyter_client.session import Session

    from jupyter_fastpath.core.message import Channel


__all__ = ["own_request"]


def own_request(
    session: Session, channel: Channel, msg_type: str, content: dict[str, Any]
) -> Message:
    """
    Return a request of *session*, which is the server's own.
    """
    message = session.msg(msg_type, content)
    names = ("header", "parent_header", "metadata", "content")
    return Message(channel, [session.pack(message[name]) for name in names])
