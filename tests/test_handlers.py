"""
The websocket of a kernel: its checks are those of the server.
"""

from __future__ import annotations

import pytest

from jupyter_server.services.kernels.websocket import KernelWebsocketHandler

from jupyter_fastpath.handlers import FastpathWebsocketHandler


pytestmark = pytest.mark.promise("Z3")


def test_websocket_is_that_of_the_server():
    """The checks of a kernel's websocket are Jupyter Server's own, untouched."""
    for name in ("get", "pre_get", "prepare", "check_origin", "select_subprotocol"):
        ours = getattr(FastpathWebsocketHandler, name)

        assert ours is getattr(KernelWebsocketHandler, name)
    assert FastpathWebsocketHandler.auth_resource == "kernels"
