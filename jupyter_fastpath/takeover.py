"""
Who serves which kernel, and why.

Fastpath replaces the two connection classes of Jupyter Server, that for kernels of its
own and that for those behind a gateway, and the one of jupyter_server_documents that
replaces the first in the same way. Whatever else somebody has put there, stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jupyter_client.ioloop.manager import (
    AsyncIOLoopKernelManager,
    IOLoopKernelManager,
)
from jupyter_server.gateway.connections import GatewayWebSocketConnection
from jupyter_server.gateway.managers import GatewayKernelManager
from jupyter_server.services.kernels.connection.channels import (
    ZMQChannelsWebsocketConnection,
)

from .connection import FastpathGatewayConnection, FastpathWebsocketConnection


if TYPE_CHECKING:
    from collections.abc import Callable


__all__ = ["ConnectionFactory", "Standing", "standing"]

SETTING = "kernel_websocket_connection_class"
REPLACEABLE_PACKAGE = "jupyter_server_documents"
REPLACED: dict[object, str] = {
    ZMQChannelsWebsocketConnection: "it replaces Jupyter Server's own connection class",
    GatewayWebSocketConnection: "it replaces Jupyter Server's connection class for"
    " kernels behind a gateway",
}


@dataclass(frozen=True)
class Standing:
    """
    Whether Fastpath is in force.

    Attributes:
        in_force: Whether it is.

        reason: Why, in a sentence for the administrator.
    """

    in_force: bool
    reason: str


def standing(present: object, *, enabled: bool, chosen: bool) -> Standing:
    """
    Return whether Fastpath takes the place of the connection class *present*.

    Args:
        present: What the server would use without us.

        enabled: Whether Fastpath is switched on.

        chosen: Whether the user has configured a connection class.
    """
    if not enabled:
        return Standing(False, "FastpathApp.enabled is False")
    if chosen:
        return Standing(False, f"ServerApp.{SETTING} is configured: {name_of(present)}")
    if present in REPLACED:
        return Standing(True, REPLACED[present])
    if _package(present) == REPLACEABLE_PACKAGE:
        return Standing(True, f"it replaces {name_of(present)}")
    return Standing(
        False, f"an unknown connection class is present: {name_of(present)}"
    )


def name_of(cls: object) -> str:
    """
    Return the full name of a class, or of whatever is in its place.
    """
    if isinstance(cls, type):
        return f"{cls.__module__}.{cls.__qualname__}"
    return repr(cls)


def _package(cls: object) -> str:
    return cls.__module__.partition(".")[0] if isinstance(cls, type) else ""


class ConnectionFactory:
    """
    Makes the connection for a kernel, in the place of a connection class.

    Args:
        present: The class for the kernels that Fastpath does not serve.
    """

    def __init__(self, present: Callable[..., Any]) -> None:
        self._present = present

    def __call__(self, *, parent: Any, **kwargs: Any) -> Any:
        """
        Return a connection for the kernel manager *parent*.
        """
        return self.choose(parent)(parent=parent, **kwargs)

    def choose(self, kernel: object) -> Callable[..., Any]:
        """
        Return the class that serves *kernel*.
        """
        if not self.serves(kernel):
            return self._present
        if isinstance(kernel, GatewayKernelManager):
            return FastpathGatewayConnection
        return FastpathWebsocketConnection

    def reason(self, kernel: object) -> str:
        """
        Return why that class serves *kernel*.
        """
        if isinstance(kernel, GatewayKernelManager):
            return "its channels are a websocket of a gateway"
        if self.serves(kernel):
            return "its channels are ZeroMQ sockets"
        return f"it is reached through a {name_of(type(kernel))}"

    def serves(self, kernel: object) -> bool:
        """
        Return whether *kernel* has channels that a hub can hold.
        """
        # Those behind a gateway are of the first class, too.
        return isinstance(kernel, AsyncIOLoopKernelManager | IOLoopKernelManager)

    def __repr__(self) -> str:
        return f"<ConnectionFactory in the place of {name_of(self._present)}>"
