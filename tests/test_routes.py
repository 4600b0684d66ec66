"""
Each route of ours asks who is there, where they come from, and what they may.
"""

from __future__ import annotations

import pytest

from jupyter_server.auth import Authorizer
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from .routes import routes_of


pytestmark = pytest.mark.promise("Z3")

ELSEWHERE = "https://elsewhere.example"
# Whoever is known may open it, and is told of what the authorizer lets them read.
STATE = "/api/fastpath/state"
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}


class Nothing(Authorizer):
    """
    Lets nobody near anything.
    """

    def is_authorized(self, handler, user, action, resource):
        """Return whether *user* may."""
        return False


class OnlyReading(Authorizer):
    """
    Lets everybody look at everything, and change nothing.
    """

    def is_authorized(self, handler, user, action, resource):
        """Return whether *user* may."""
        return action == "read"


@pytest.fixture
def jp_server_config(request):
    """
    Our extension, and the authorizer that a test asks for.
    """
    server = {"jpserver_extensions": {"jupyter_fastpath": True}}
    return {"ServerApp": server | getattr(request, "param", {})}


@pytest.fixture
def routes(jp_serverapp):
    """
    All methods of all routes of ours.
    """
    return list(routes_of(jp_serverapp))


@pytest.fixture
def knock(jp_serverapp, http_server_client, http_server_port):
    """
    Ask by a route, and return the code of the answer.
    """

    async def asking(route, **headers):
        at = f"{route.path}?path=a&since=b"
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        if route.is_websocket:
            port = http_server_port[-1]
            return await _opened(f"ws://127.0.0.1:{port}{at}", names)
        body = None if route.method in {"GET", "HEAD", "DELETE"} else "{}"
        answer = await http_server_client.fetch(
            at,
            method=route.method,
            headers=names,
            body=body,
            follow_redirects=False,
            raise_error=False,
        )
        return answer.code

    return asking


@pytest.fixture
def cookie(jp_serverapp, http_server_client, jp_base_url, jp_asyncio_loop):
    """
    The cookies of a browser that has logged in.
    """
    token = jp_serverapp.identity_provider.token
    answer = jp_asyncio_loop.run_until_complete(
        http_server_client.fetch(
            f"{jp_base_url}login?token={token}",
            raise_error=False,
            follow_redirects=False,
        )
    )
    return "; ".join(
        each.partition(";")[0] for each in answer.headers.get_list("Set-Cookie")
    )


async def _opened(url, headers):
    """
    Return 101 if a websocket opens, and else with what it is refused.
    """
    try:
        connection = await websocket_connect(HTTPRequest(url, headers=headers))
    except HTTPClientError as error:
        return error.code
    connection.close()
    return 101


async def all_of(routes, knock, **headers):
    """
    Return the code of the answer by each route.
    """
    return {
        f"{route.method} {route.path}": await knock(route, **headers)
        for route in routes
    }


def refused(answers):
    """
    Return what each answer is expected to be: that it is refused.
    """
    return dict.fromkeys(answers, 403)


def test_walk(routes):
    """The walk finds what there is, of each kind."""
    handlers = {(route.method, route.handler.__name__) for route in routes}

    assert {
        ("GET", "StatusHandler"),
        ("GET", "RunsHandler"),
        ("PUT", "SessionPolicyHandler"),
        ("PUT", "NotebookHandler"),
        ("DELETE", "NotebookHandler"),
    } <= handlers
    assert {"FastpathWebsocketHandler", "StateWebsocket"} == {
        route.handler.__name__ for route in routes if route.is_websocket
    }


@pytest.mark.parametrize("header", ["", "token wrong"])
async def test_unauthenticated(routes, knock, header):
    """Nobody without a token is told anything, by any method of any route."""
    answers = await all_of(routes, knock, Authorization=header)

    assert refused(answers) == answers


@pytest.mark.parametrize(
    "jp_server_config", [{"allow_unauthenticated_access": False}], indirect=True
)
async def test_guarded(routes, knock, jp_auth_header):
    """Where the server wants a guard at each route, it finds one at each of ours."""
    strangers = await all_of(routes, knock)
    known = await all_of(routes, knock, **jp_auth_header)

    assert strangers
    assert refused(strangers) == strangers
    assert 403 not in known.values()


@pytest.mark.parametrize(
    "jp_server_config", [{"authorizer_class": Nothing}], indirect=True
)
async def test_unauthorized(routes, knock, jp_auth_header):
    """Nobody who may nothing is told anything, or changes anything."""
    guarded = [route for route in routes if not route.path.endswith(STATE)]
    answers = await all_of(guarded, knock, **jp_auth_header)

    assert refused(answers) == answers


@pytest.mark.parametrize(
    "jp_server_config", [{"authorizer_class": OnlyReading}], indirect=True
)
async def test_only_reading(routes, knock, jp_auth_header):
    """Who may only read neither executes, nor answers, nor changes a policy or a file."""
    active = [
        route
        for route in routes
        if route.method in CHANGING or "/kernels/" in route.path
    ]
    answers = await all_of(active, knock, **jp_auth_header)

    assert answers
    assert refused(answers) == answers


async def test_without_xsrf_token(routes, knock, cookie):
    """A page of somebody else can make a browser change nothing with its cookie."""
    changing = [route for route in routes if route.method in CHANGING]
    answers = await all_of(changing, knock, Cookie=cookie)
    own = {"Cookie": f"{cookie}; _xsrf=abcd", "X-XSRFToken": "abcd"}
    own_answers = await all_of(changing, knock, **own)

    assert answers
    assert refused(answers) == answers
    # The same cookie is good for the server's own pages.
    assert 403 not in own_answers.values()


async def test_from_elsewhere(routes, knock, cookie):
    """A page of another origin is told nothing with a browser's cookie."""
    answers = await all_of(routes, knock, Cookie=cookie, Origin=ELSEWHERE)

    assert {code in {403, 404} for code in answers.values()} == {True}, answers
    here = await all_of(
        [route for route in routes if route.path.endswith(STATE)], knock, Cookie=cookie
    )
    assert [101] == list(here.values())
