from __future__ import annotations

import asyncio
import json

import pytest

from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application
from tornado.websocket import WebSocketHandler

from jupyter_fastpath.bench.errors import BenchError
from jupyter_fastpath.bench.stalled import stalling


MEGABYTES = 8


class Teller(WebSocketHandler):
    """A websocket that has much to tell."""

    def initialize(self, asked):
        self.asked = asked

    def prepare(self):
        """Let in who has the token."""
        if self.request.headers.get("Authorization") != "token t":
            self.send_error(403)

    def on_message(self, message):
        """Note what is asked for, and tell much."""
        self.asked.set_result((self, json.loads(message)))


async def scene(act, token="t"):
    """Let *act* have a client that takes nothing, and what it will have asked for."""
    asked = asyncio.get_running_loop().create_future()
    server = HTTPServer(Application([("/state", Teller, {"asked": asked})]))
    listening, port = bind_unused_port()
    server.add_socket(listening)
    try:
        async with stalling(port, "/state", token) as stalled:
            return await asyncio.wait_for(act(stalled, asked), 30.0)
    finally:
        server.stop()
        await server.close_all_connections()


def test_stalled():
    """Who takes nothing makes the server wait soon, and reads in the end with which code it is closed."""

    async def act(stalled, asked):
        await stalled.ask({"subscribe": ["*"]})
        socket, request = await asked
        written = socket.write_message(b"x" * MEGABYTES * 2**20, binary=True)
        done, _ = await asyncio.wait([written], timeout=1.0)
        socket.close(1013, "nothing was taken")
        return request, done, await stalled.close_code()

    assert ({"subscribe": ["*"]}, set(), 1013) == asyncio.run(scene(act))


@pytest.mark.parametrize("size", [5, 200, 70_000])
def test_frames(size):
    """Frames of all sizes are passed over, and a connection that breaks has no code."""

    async def act(stalled, asked):
        await stalled.ask("")
        socket, _ = await asked
        await socket.write_message("x" * size)
        socket.close(1000)
        code = await stalled.close_code()
        return code, await stalled.close_code()

    assert (1000, None) == asyncio.run(scene(act))


def test_not_let_in():
    """What the server answers who it does not let in is told."""
    with pytest.raises(BenchError, match="403"):
        asyncio.run(scene(None, token="wrong"))
