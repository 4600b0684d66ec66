from __future__ import annotations

import asyncio
import time

from contextlib import asynccontextmanager

import psutil
import pytest

from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler
from tornado.websocket import WebSocketHandler, websocket_connect

from jupyter_fastpath.bench.links import Link
from jupyter_fastpath.bench.shape import Shape
from jupyter_fastpath.bench.tap import Frames, Tap
from jupyter_fastpath.bench.tapped import tapped


pytestmark = pytest.mark.promise("C1")

# Of each way in which the length of a frame is told, the shortest and the longest.
SIZES = (0, 1, 125, 126, 65_535, 65_536, 300_000)

TEXT, END, PING, FIRST, REST = 0x81, 0x80, 0x89, 0x01, 0x00


class Echo(WebSocketHandler):
    """Says a ping and what it was told."""

    def initialize(self, is_compressed):
        """Begin."""
        self.is_compressed = is_compressed

    def get_compression_options(self):
        """Compress, or not."""
        return {} if self.is_compressed else None

    async def on_message(self, message):
        """Answer."""
        self.ping(b"are you there?")
        await self.write_message(message, binary=True)


class Plain(RequestHandler):
    """Whoever is asked for no websocket."""

    def get(self):
        """Answer with what would be frames."""
        self.write(bytes([TEXT, 0] * 10))


@asynccontextmanager
async def echoing(*, is_compressed=False):
    """Give the port of a server."""
    listener, port = bind_unused_port()
    options = {"is_compressed": is_compressed}
    server = HTTPServer(Application([("/ws.*", Echo, options), ("/plain", Plain)]))
    server.add_socket(listener)
    try:
        yield port
    finally:
        server.stop()
        await server.close_all_connections()


async def talked(port, path, sizes, **options):
    """Say so many bytes each, and wait for each answer; return when each came."""
    client = await websocket_connect(f"ws://127.0.0.1:{port}{path}", **options)
    moments = []
    for size in sizes:
        await client.write_message(bytes(size), binary=True)
        assert size == len(await client.read_message())
        moments.append(time.time())
    client.close()
    assert await client.read_message() is None
    return moments


class Recording:
    """A watch that keeps what passes, to be played to a tap in other pieces."""

    def __init__(self):
        self.pieces = []

    def sent(self, data):
        """Keep it."""
        self.pieces.append(("sent", data))

    def received(self, data):
        """Keep it."""
        self.pieces.append(("received", data))


def counts(passed):
    """Return how many messages there were each way, by address."""
    return {each.address: (len(each.sent), len(each.received)) for each in passed}


@pytest.mark.parametrize("step", [1, 2, 3, 5, 1000])
def test_frames(step):
    """Messages are counted when they end, in whatever pieces they come, and no ping is one."""
    mask = b"mask"
    text = b"".join(
        (
            bytes([TEXT, 5]) + b"hello",
            bytes([PING, 0x80 | 2]) + mask + b"??",
            bytes([FIRST, 126, 1, 0]) + bytes(256),
            bytes([PING, 0]),
            bytes([REST, 127, *([0] * 6), 1, 0]) + bytes(256),
            bytes([END, 0x80]) + mask,
            bytes([TEXT, 0]),
        )
    )
    frames = Frames()
    found = [
        frames.ended(text[start : start + step]) for start in range(0, len(text), step)
    ]

    assert 3 == sum(found)
    assert found[-1] > 0
    assert 0 == frames.ended(bytes([TEXT, 1]))
    assert 1 == frames.ended(b"x")


@pytest.mark.parametrize("is_compressed", [False, True])
@pytest.mark.parametrize("step", [1, 7, 100_000])
def test_pieces(step, is_compressed):
    """All messages of a real server and a real client are counted, however TCP cuts them."""
    recordings = []

    def watch():
        recordings.append(Recording())
        return recordings[-1]

    async def act():
        async with echoing(is_compressed=is_compressed) as port:
            link = Link(port, watch=watch)
            await link.open()
            options = {"compression_options": {}} if is_compressed else {}
            await talked(link.port, "/ws", SIZES, **options)
            await link.close()

    asyncio.run(act())
    tap = Tap()
    for name, data in recordings[0].pieces:
        for start in range(0, len(data), step):
            getattr(tap, name)(data[start : start + step])

    assert {"/ws": (len(SIZES), len(SIZES))} == counts([tap.passed])


def test_connections():
    """Each websocket has its own times, those that are gone too, and nothing else has any."""

    async def act():
        async with echoing() as port, tapped(port, None) as tap:
            at = await tap.port()
            began = time.time()
            answer = await AsyncHTTPClient().fetch(f"http://127.0.0.1:{at}/plain")
            moments, _ = await asyncio.gather(
                talked(at, "/ws/a?n=1", SIZES), talked(at, "/ws/b", SIZES[:2])
            )
            return began, answer.body, moments, await tap.passed()

    began, body, moments, passed = asyncio.run(act())
    assert bytes([TEXT, 0] * 10) == body
    assert {"/ws/a?n=1": (7, 7), "/ws/b": (2, 2)} == counts(passed)
    (one,) = (each for each in passed if each.address == "/ws/a?n=1")
    before = [began, *moments]
    for index, moment in enumerate(moments):
        assert before[index] <= one.sent[index] <= one.received[index] <= moment


def test_same_address():
    """Websockets of one address are told in the order in which they came."""

    async def act():
        async with echoing() as port, tapped(port, None) as tap:
            at = await tap.port()
            for count in (1, 2):
                await talked(at, "/ws", SIZES[:count])
            return await tap.passed()

    assert [1, 2] == [len(each.sent) for each in asyncio.run(act())]


@pytest.mark.promise("G3")
def test_link():
    """What a link delays passes at the far end: late on its way there, in time on its way back."""

    async def act():
        async with echoing() as port, tapped(port, Shape(rtt=0.2)) as tap:
            at = await tap.port()
            client = await websocket_connect(f"ws://127.0.0.1:{at}/ws")
            began = time.time()
            await client.write_message(b"a", binary=True)
            await client.read_message()
            ended = time.time()
            client.close()
            (passed,) = await tap.passed()
            return began, *passed.sent, *passed.received, ended

    began, sent, received, ended = asyncio.run(act())
    assert sent - began >= 0.09
    assert ended - received >= 0.09
    assert sent <= received


def test_ends():
    """Nothing is left of the process in which a tap is."""
    before = {child.pid for child in psutil.Process().children(recursive=True)}

    async def act():
        async with echoing() as port, tapped(port, None) as tap:
            assert await tap.port()
            assert [] == await tap.passed()

    asyncio.run(act())

    assert before == {child.pid for child in psutil.Process().children(recursive=True)}
