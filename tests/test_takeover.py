"""
Who serves which kernel, and why.
"""

from __future__ import annotations

import pytest

from jupyter_client.manager import AsyncKernelManager
from jupyter_server.gateway.connections import GatewayWebSocketConnection
from jupyter_server.services.kernels.connection.channels import (
    ZMQChannelsWebsocketConnection,
)
from jupyter_server.services.kernels.kernelmanager import ServerKernelManager

from jupyter_fastpath.connection import FastpathWebsocketConnection
from jupyter_fastpath.takeover import ConnectionFactory, name_of, standing


pytestmark = pytest.mark.promise("Z2")

STOCK = ZMQChannelsWebsocketConnection


class Unknown(STOCK):
    """
    A connection class of somebody else.
    """


class Documents(STOCK):
    """
    Stands for the connection class of jupyter_server_documents.
    """

    __module__ = "jupyter_server_documents.kernels.websocket_connection"


@pytest.mark.parametrize(
    ("present", "enabled", "chosen", "in_force", "reason"),
    [
        (STOCK, True, False, True, "it replaces Jupyter Server's own"),
        (Documents, True, False, True, "it replaces jupyter_server_documents."),
        (STOCK, False, False, False, "FastpathApp.enabled is False"),
        (STOCK, True, True, False, "kernel_websocket_connection_class is configured"),
        (Documents, True, True, False, "is configured: jupyter_server_documents."),
        (Unknown, True, False, False, "an unknown connection class is present"),
        (GatewayWebSocketConnection, True, False, True, "behind a gateway"),
        (GatewayWebSocketConnection, True, True, False, "is configured: jupyter_serv"),
        (lambda **_: None, True, False, False, "<function"),
    ],
)
def test_standing(present, enabled, chosen, in_force, reason):
    """Fastpath takes the place of three classes that it knows, and else says why not."""
    found = standing(present, enabled=enabled, chosen=chosen)

    assert found.in_force is in_force
    assert reason in found.reason


def test_factory_serves():
    """A kernel with ZeroMQ channels on this machine is served by Fastpath."""
    factory = ConnectionFactory(STOCK)
    kernel = ServerKernelManager()

    assert factory.serves(kernel)
    assert factory.choose(kernel) is FastpathWebsocketConnection
    assert factory.reason(kernel) == "its channels are ZeroMQ sockets"


@pytest.mark.parametrize(
    "kernel",
    [AsyncKernelManager(), None],
    ids=["without a loop", "nonsense"],
)
def test_factory_leaves_alone(kernel):
    """Every other kernel is served by whatever would serve it without Fastpath."""
    made = []

    def present(parent, **kwargs):
        made.append((parent, kwargs))
        return "theirs"

    factory = ConnectionFactory(present)

    assert not factory.serves(kernel)
    assert factory(parent=kernel, websocket_handler=1, config=2) == "theirs"
    assert made == [(kernel, {"websocket_handler": 1, "config": 2})]
    assert factory.reason(kernel).startswith("it is reached through a ")


def test_names():
    """Classes are named in full, and whatever else there is as Python shows it."""
    assert name_of(Documents).startswith("jupyter_server_documents.kernels.")
    assert name_of(5) == "5"
    assert "in the place of" in repr(ConnectionFactory(STOCK))
    assert name_of(STOCK) in repr(ConnectionFactory(STOCK))
