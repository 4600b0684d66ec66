"""
The REST routes: what they answer to who asks for what is not there.
"""

from __future__ import annotations

import pytest

from tornado.httpclient import HTTPClientError


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


@pytest.fixture
def jp_server_config():
    """
    Our extension.
    """
    return {"ServerApp": {"jpserver_extensions": {"jupyter_fastpath": True}}}


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
async def test_nothing_can_be_changed(jp_fetch, route):
    """What is known can be asked, and nothing else."""
    for method in ("POST", "PUT", "PATCH"):
        assert 405 == await refusal(jp_fetch, route, method=method, body="{}")


@pytest.mark.parametrize("route", ROUTES[1:6])
async def test_unknown_kernel(jp_fetch, route):
    """A kernel that is not served is not found."""
    assert 404 == await refusal(jp_fetch, route)
