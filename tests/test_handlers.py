"""
The routes: each asks who is there, and what they may.
"""

from __future__ import annotations

import inspect

import pytest

from jupyter_server.auth import Authorizer
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
from tornado.httpclient import HTTPClientError

from jupyter_fastpath.handlers import (
    KERNEL_ROUTES,
    ROUTES,
    FastpathWebsocketHandler,
    StatusHandler,
)


pytestmark = pytest.mark.promise("Z3")


class NoKernels(Authorizer):
    """
    Lets nobody near the kernels.
    """

    def is_authorized(self, handler, user, action, resource):
        """Return whether *user* may."""
        return resource != "kernels"


@pytest.fixture
def jp_server_config(request):
    """
    Our extension, and the authorizer that a test asks for.
    """
    server = {"jpserver_extensions": {"jupyter_fastpath": True}}
    return {"ServerApp": server | getattr(request, "param", {})}


async def test_status_needs_authentication(jp_fetch):
    """Nobody without a token is told anything."""
    for header in ("", "token wrong"):
        with pytest.raises(HTTPClientError) as caught:
            await jp_fetch("api/fastpath/status", headers={"Authorization": header})

        assert caught.value.code == 403


@pytest.mark.parametrize(
    "jp_server_config", [{"authorizer_class": NoKernels}], indirect=True
)
async def test_status_needs_authorization(jp_fetch):
    """Nobody who may not read kernels is told anything."""
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch("api/fastpath/status")

    assert caught.value.code == 403


async def test_status_cannot_be_changed(jp_fetch):
    """What is in force can be asked, and nothing else."""
    for method in ("POST", "PUT", "PATCH"):
        with pytest.raises(HTTPClientError) as caught:
            await jp_fetch("api/fastpath/status", method=method, body="{}")

        assert caught.value.code == 405


def test_every_method_is_guarded():
    """Each method of each handler of ours has the decorators of Jupyter Server, or is stock's."""
    for _, handler in [*ROUTES, *KERNEL_ROUTES]:
        assert issubclass(handler, JupyterHandler)
        for verb in ("get", "post", "put", "patch", "delete", "head"):
            method = vars(handler).get(verb)
            if method is not None:
                source = inspect.getsource(method)
                assert "@web.authenticated" in source
                assert "@authorized" in source


def test_websocket_is_that_of_the_server():
    """The checks of a kernel's websocket are Jupyter Server's own, untouched."""
    for name in ("get", "pre_get", "prepare", "check_origin", "select_subprotocol"):
        ours = getattr(FastpathWebsocketHandler, name)

        assert ours is getattr(KernelWebsocketHandler, name)
    assert FastpathWebsocketHandler.auth_resource == "kernels"
    assert StatusHandler.auth_resource == "kernels"
