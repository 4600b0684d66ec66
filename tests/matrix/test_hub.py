"""
Two users of a JupyterHub: each has a server, and no way into the other's.
"""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from tornado.httpclient import HTTPClientError

from tests.houses.visit import Visit
from tests.integration.elsewhere import connect

from .environment import installed
from .houses import HUB
from .hub import hub
from .results import keep


pytestmark = [
    pytest.mark.browser,
    pytest.mark.promise("Z3"),
    pytest.mark.timeout(1500),
]

ROUTES = ("/api/kernels", "/api/fastpath/status", "/api/fastpath/policy?path=a.ipynb")


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """
    A hub in an environment of its own.
    """
    home = tmp_path_factory.mktemp("hub")
    with installed(HUB, home / "venv") as environment, hub(environment, home) as found:
        keep(HUB, environment.versions(*HUB.packages), "**fails**")
        yield found
        keep(HUB, environment.versions(*HUB.packages), "all works")


def log_in(page, hub, user):
    """
    Log in as a person does, and return when the hub lets in.
    """
    page.goto(f"{hub.address.url}hub/login")
    page.get_by_label("Username").fill(user)
    page.get_by_label("Password").fill(hub.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/user/**")


def test_page(running, page):
    """A page with the hub's cookie runs, floods, is refreshed and saves."""
    lab = running.server_of("alice")
    log_in(page, running, "alice")
    # Without the token, which no page has.
    Visit(page, dataclasses.replace(lab, token="")).spend()


def test_stranger(running, page):
    """Neither a token nor a cookie of another user opens anything of ours."""
    alice, bob = running.server_of("alice"), running.server_of("bob")
    intruder = dataclasses.replace(alice, token=bob.token)
    log_in(page, running, "bob")

    assert [] == [path for path in ROUTES if alice.get(path) is None]
    assert [None] * len(ROUTES) == [intruder.get(path) for path in ROUTES]
    assert [] == bob.get("/api/kernels")
    for path in ROUTES:
        answer = page.request.get(alice.address.url.rstrip("/") + path)

        assert 403 == answer.status, path


def test_token(running):
    """A token opens the websocket of an own kernel, and of nobody else's."""
    alice, bob = running.server_of("alice"), running.server_of("bob")
    kernel = alice.ask("POST", "/api/kernels", {"name": "python3"})

    async def flood():
        client = await connect(alice, kernel["id"])
        run = await client.run("for i in range(5_000): print(i, flush=True)")
        await client.close()
        return run.text

    assert "".join(f"{i}\n" for i in range(5_000)) == asyncio.run(flood())
    with pytest.raises(HTTPClientError, match="403"):
        asyncio.run(connect(dataclasses.replace(alice, token=bob.token), kernel["id"]))
