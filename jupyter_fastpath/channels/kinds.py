"""
By which channels a kernel is reached.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_server.gateway.managers import GatewayKernelManager

from .gateway import GatewayChannels
from .zmq import ZmqChannels


if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_fastpath.core.message import Message

    from . import Channels


__all__ = ["channels_of"]


def channels_of(kernel: Any, receive: Callable[[list[Message]], None]) -> Channels:
    """
    Return the channels of *kernel*, a kernel manager, not open yet.
    """
    if isinstance(kernel, GatewayKernelManager):
        return GatewayChannels(kernel, receive)
    return ZmqChannels(kernel, receive)
