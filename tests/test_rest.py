"""
The REST routes: each asks who is there, and what they may.
"""

from __future__ import annotations

import inspect

import pytest

from jupyter_server.auth import Authorizer
from jupyter_server.base.handlers import JupyterHandler
from tornado.httpclient import HTTPClientError

from jupyter_fastpath.downloads import DOWNLOAD_ROUTES
from jupyter_fastpath.handlers import KERNEL_ROUTES
from jupyter_fastpath.rest import RECOVERY_ROUTES, STATUS_ROUTES


pytestmark = pytest.mark.promise("Z3")

NOBODY = "00000000-0000-0000-0000-000000000000"
KERNEL = f"api/fastpath/kernels/{NOBODY}"
ROUTES = [
    "api/fastpath/status",
    f"{KERNEL}/runs",
    f"{KERNEL}/runs/r1/outputs/0",
    f"{KERNEL}/runs/r1/text",
    f"{KERNEL}/runs/r1/rich/0",
    f"{KERNEL}/sessions/s1",
    "api/fastpath/policy",
    "api/fastpath/leftovers?path=a.ipynb",
]


class Nothing(Authorizer):
    """
    Lets nobody near anything.
    """

    def is_authorized(self, handler, user, action, resource):
        """Return whether *user* may."""
        return False


class NoExecution(Authorizer):
    """
    Lets everybody look, and nobody execute.
    """

    def is_authorized(self, handler, user, action, resource):
        """Return whether *user* may."""
        return action != "execute"


@pytest.fixture
def jp_server_config(request):
    """
    Our extension, and the authorizer that a test asks for.
    """
    server = {"jpserver_extensions": {"jupyter_fastpath": True}}
    return {"ServerApp": server | getattr(request, "param", {})}


async def refusal(jp_fetch, route, **options):
    """
    Return the code with which the server refuses to answer.
    """
    path, _, query = route.partition("?")
    params = dict(part.split("=") for part in query.split("&") if part)
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch(path, params=params, **options)
    return caught.value.code


@pytest.mark.parametrize("route", ROUTES)
async def test_authentication(jp_fetch, route):
    """Nobody without a token is told anything."""
    for header in ("", "token wrong"):
        headers = {"Authorization": header}

        assert 403 == await refusal(jp_fetch, route, headers=headers)


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    "jp_server_config", [{"authorizer_class": Nothing}], indirect=True
)
async def test_authorization(jp_fetch, route):
    """Nobody who may not look is told anything."""
    assert 403 == await refusal(jp_fetch, route)


@pytest.mark.parametrize("route", ROUTES[1:6])
@pytest.mark.parametrize(
    "jp_server_config", [{"authorizer_class": NoExecution}], indirect=True
)
async def test_who_may_not_execute(jp_fetch, route):
    """What a kernel's websocket tells is told to nobody who may not open it."""
    assert 403 == await refusal(jp_fetch, route)


@pytest.mark.parametrize("route", ROUTES)
async def test_nothing_can_be_changed(jp_fetch, route):
    """What is known can be asked, and nothing else."""
    for method in ("POST", "PUT", "PATCH"):
        assert 405 == await refusal(jp_fetch, route, method=method, body="{}")


@pytest.mark.parametrize("route", ROUTES[1:6])
async def test_unknown_kernel(jp_fetch, route):
    """A kernel that is not served is not found."""
    assert 404 == await refusal(jp_fetch, route)


def test_every_method_is_guarded():
    """Each method of each handler of ours has the decorators of Jupyter Server, or is stock's."""
    recovery = [*RECOVERY_ROUTES, *DOWNLOAD_ROUTES]
    for _, handler in [*STATUS_ROUTES, *recovery, *KERNEL_ROUTES]:
        assert issubclass(handler, JupyterHandler)
        for verb in ("get", "post", "put", "patch", "delete", "head"):
            method = vars(handler).get(verb)
            if method is not None:
                source = inspect.getsource(method)
                assert "@web.authenticated" in source
                assert "@authorized" in source
