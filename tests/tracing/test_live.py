from __future__ import annotations

import asyncio
import json

import pytest

from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application
from tornado.websocket import WebSocketHandler

from jupyter_fastpath.tracing.live import NoTrace, watch

from .records import record


TOKEN = "s3cret"
PATTERN = "kernels/*/runs/*"


def topics(*run_ids, **more):
    """Return what a server tells of some runs."""
    return {f"kernels/k1/runs/{run_id}": record(run_id, **more) for run_id in run_ids}


class StateSocket(WebSocketHandler):
    """A state websocket that answers what a test says."""

    def initialize(self, scene):
        self.scene = scene

    def prepare(self):
        """Let in who has the token."""
        if self.request.headers.get("Authorization") != f"token {TOKEN}":
            self.set_status(403)
            self.finish()

    def open(self):
        """Remember who has come."""
        self.scene.sockets.append(self)

    def on_message(self, message):
        """Answer."""
        self.scene.asked.append(json.loads(message))
        self.scene.answer(self)

    def tell(self, told):
        """Send *told*."""
        self.write_message(json.dumps({"topics": told}))

    def on_close(self):
        """Note that the client has gone."""
        self.scene.gone.set()


class Scene:
    """A server at a free port, whose socket answers by *answer*."""

    def __init__(self, answer):
        self.answer = answer
        self.sockets, self.asked, self.told = [], [], []
        self.has_told = asyncio.Event()
        self.gone = asyncio.Event()
        routes = [("/base/api/fastpath/state", StateSocket, {"scene": self})]
        self.server = HTTPServer(Application(routes))
        socket, self.port = bind_unused_port()
        self.server.add_socket(socket)

    def take(self, line):
        """Be given a line."""
        self.told.append(json.loads(line))
        self.has_told.set()

    async def watch(self, token=TOKEN, **more):
        """Watch it."""
        url = f"http://127.0.0.1:{self.port}/base/"
        await asyncio.wait_for(watch(url, token, self.take, **more), 20.0)


def play(answer, act):
    """Let *act* have a scene, and return the records that came of it."""

    async def run():
        scene = Scene(answer)
        try:
            await act(scene)
            return [told["run_id"] for told in scene.told], scene.asked
        finally:
            scene.server.stop()
            await scene.server.close_all_connections()

    return asyncio.run(run())


def test_what_is_there():
    """Without being followed a server tells of the runs that it knows, in as many frames as it takes."""

    def answer(socket):
        socket.tell(topics("r1", "r2", painted=None) | topics("r3", state="running"))
        asyncio.get_running_loop().call_later(0.2, socket.tell, topics("r4"))

    told, asked = play(answer, lambda scene: scene.watch(follows=False))

    assert ["r1", "r2", "r4"] == told
    assert [{"subscribe": [PATTERN]}] == asked


def test_nothing_is_there():
    """A server that knows of no runs says nothing, which takes no patience."""
    told, _ = play(lambda socket: None, lambda scene: scene.watch(follows=False))

    assert [] == told


def test_follow():
    """A server that is followed tells of each run when it is done, until nobody listens."""

    async def act(scene):
        watching = asyncio.create_task(scene.watch(follows=True))
        await asyncio.wait_for(scene.has_told.wait(), 20.0)
        for told in (topics("r2", state="running"), topics("r2"), topics("r2", lost=1)):
            scene.sockets[0].tell(told)
        scene.sockets[0].tell(topics("r3", painted=None))
        while len(scene.told) < 3:
            scene.has_told.clear()
            await asyncio.wait_for(scene.has_told.wait(), 20.0)
        watching.cancel()
        await asyncio.wait([watching])
        await asyncio.wait_for(scene.gone.wait(), 20.0)

    told, _ = play(lambda socket: socket.tell(topics("r1")), act)

    assert ["r1", "r2", "r3"] == told


@pytest.mark.parametrize("follows", [True, False])
def test_server_stops(follows):
    """A server that stops is told of, with what it said."""
    with pytest.raises(NoTrace, match=r"the server stops \(1012\)"):
        play(
            lambda socket: socket.close(1012, "the server stops"),
            lambda scene: scene.watch(follows=follows),
        )


def test_refused():
    """What a server refuses is told, with its reason."""
    with pytest.raises(NoTrace, match="no patterns here"):
        play(
            lambda socket: socket.write_message('{"error": "no patterns here"}'),
            lambda scene: scene.watch(follows=True),
        )


def test_not_let_in():
    """Who has no right is told so."""
    with pytest.raises(NoTrace, match="403"):
        play(lambda socket: None, lambda scene: scene.watch("wrong", follows=True))


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1", "ftp://x", "nonsense", "http://"]
)
def test_no_server(url):
    """Where no server is, it is told so."""
    with pytest.raises(NoTrace, match="does not tell of runs"):
        asyncio.run(watch(url, "", print, follows=True))
