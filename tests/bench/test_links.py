from __future__ import annotations

import asyncio
import random
import socket
import struct
import time

from contextlib import asynccontextmanager

import psutil
import pytest

from jupyter_fastpath.bench.linked import linked, round_trip
from jupyter_fastpath.bench.links import Link, new_loop
from jupyter_fastpath.bench.shape import PLAIN, Shape


# Seconds within which something is right once: the machine may be busy meanwhile.
PATIENCE = 60.0

RESET = struct.pack("ii", 1, 0)


class Server(asyncio.Protocol):
    """Whoever is at the far end: answers with what it is sent, unless it reads nothing."""

    made: list[Server] = []
    reads = True

    def connection_made(self, transport):
        """Begin."""
        self.transport, self.error, self.text = transport, None, b""
        self.lost = asyncio.Event()
        Server.made.append(self)
        if not Server.reads:
            transport.pause_reading()

    def data_received(self, data):
        """Answer."""
        self.text += data
        self.transport.write(data)

    def connection_lost(self, exc):
        """Note how it ended."""
        self.error = exc
        self.lost.set()


@pytest.fixture(autouse=True)
def _no_servers():
    Server.made = []
    Server.reads = True


def played(act):
    """Run *act* in a loop with good timers."""
    loop = new_loop()
    try:
        return loop.run_until_complete(asyncio.wait_for(act(), PATIENCE + 20.0))
    finally:
        loop.close()


@asynccontextmanager
async def linking(*shapes):
    """Give links of these shapes to a server that answers."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Server, "127.0.0.1", 0)
    links = [Link(server.sockets[0].getsockname()[1], shape) for shape in shapes]
    for link in links:
        await link.open()
    try:
        yield links
    finally:
        for link in links:
            await link.close()
        server.close()
        for one in Server.made:
            one.transport.abort()
            await one.lost.wait()


@asynccontextmanager
async def connected(link, **options):
    """Give a client of the link."""
    reader, writer = await asyncio.open_connection("127.0.0.1", link.port, **options)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)


async def asked(reader, writer, text=b"a"):
    """Return what is answered to *text*."""
    writer.write(text)
    return await reader.readexactly(len(text))


async def right(measure, expected):
    """Measure until it is within a tenth of what is expected; return the last time's."""
    end = time.monotonic() + PATIENCE
    while True:
        measured = await measure()
        if abs(measured - expected) <= expected / 10 or time.monotonic() > end:
            return measured


@pytest.mark.promise("G3")
@pytest.mark.parametrize("jitter", [0.0, 0.01])
@pytest.mark.parametrize("rtt", [0.02, 0.08, 0.15])
def test_round_trip(rtt, jitter):
    """A round trip takes as much longer than without delay as was asked for, within a tenth."""

    async def act():
        async with linking(PLAIN, Shape(rtt=rtt, jitter=jitter)) as (plain, link):

            async def measure():
                without = await round_trip(plain.port, 9)
                return await round_trip(link.port, 15 if jitter else 5) - without

            return await right(measure, rtt)

    assert pytest.approx(rtt, rel=0.1) == played(act)


@pytest.mark.promise("G3")
@pytest.mark.parametrize("bandwidth", [5e5, 5e6])
def test_bandwidth(bandwidth):
    """As many bytes a second come through as was asked for, within a tenth."""
    size = int(bandwidth / 2)

    async def act():
        async with linking(Shape(bandwidth=bandwidth)) as (link,):

            async def measure():
                async with connected(link) as (reader, writer):
                    writer.write(bytes(size))
                    # What comes at first may have waited at the other end.
                    await reader.readexactly(size // 5)
                    began = time.perf_counter()
                    await reader.readexactly(size - size // 5)
                    return (size - size // 5) / (time.perf_counter() - began)

            return await right(measure, bandwidth)

    assert pytest.approx(bandwidth, rel=0.1) == played(act)


@pytest.mark.promise("G3")
@pytest.mark.parametrize(
    "shape",
    [
        PLAIN,
        Shape(rtt=0.02, jitter=0.02, loss=0.01, stall=0.05),
        Shape(rtt=0.02, jitter=0.02, bandwidth=5e6, loss=0.001),
    ],
)
def test_order(shape):
    """Whatever a link does, the bytes are the same in the same order, both ways."""
    text = random.Random(1).randbytes(3_000_000)

    async def act():
        async with linking(shape) as (link,), connected(link) as client:
            return text == await asked(*client, text)

    assert played(act)


@pytest.mark.promise("G3")
def test_stall():
    """What was lost comes as much later as was asked for."""

    async def act():
        async with linking(Shape(loss=1.0, stall=0.1)) as (link,):
            return await right(lambda: round_trip(link.port, 3), 0.2)

    assert pytest.approx(0.2, rel=0.1) == played(act)


def test_handshake():
    """The first answer needs two round trips, of which connecting is one."""

    async def act():
        async with linking(Shape(rtt=0.1)) as (link,):
            began = time.perf_counter()
            async with connected(link) as client:
                await asked(*client)
                return time.perf_counter() - began

    assert played(act) >= 0.2


@pytest.mark.promise("G3")
def test_cut():
    """A cut resets both ends, and what is connected then is passed on."""

    async def act():
        async with linking(PLAIN) as (link,):
            async with connected(link) as client:
                await asked(*client)
                link.cut()
                with pytest.raises(ConnectionResetError):
                    await client[0].read()
                await Server.made[0].lost.wait()
            async with connected(link) as client:
                return await asked(*client), Server.made[0].error

    answer, error = played(act)
    assert b"a" == answer
    assert isinstance(error, ConnectionResetError)


@pytest.mark.parametrize("rtt", [0.0, 0.05])
def test_reset(rtt):
    """When one end resets, so does the other, after all that was sent before."""

    async def act():
        async with linking(Shape(rtt=rtt)) as (link,), connected(link) as client:
            await asked(*client)
            one = Server.made[0]
            one.transport.write(b"last words")
            own = one.transport.get_extra_info("socket")
            own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            one.transport.abort()
            if rtt:
                assert b"last words" == await client[0].readexactly(10)
            with pytest.raises(ConnectionResetError):
                await client[0].read()

    played(act)


def test_half_closed():
    """Who says that nothing more comes is still answered, and then all is closed."""

    async def act():
        async with linking(Shape(rtt=0.02)) as (link,), connected(link) as client:
            reader, writer = client
            writer.write(b"abc")
            writer.write_eof()
            (connection,) = link.connections
            answer = await reader.read()
            await Server.made[0].lost.wait()
            await connection.closed.wait()
            return answer, Server.made[0].error

    assert (b"abc", None) == played(act)


def test_half_closed_and_gone():
    """Who says that nothing more comes, and is gone before the answer is there, leaves nothing open."""

    async def act():
        shapes = (Shape(rtt=0.2), PLAIN)
        async with linking(*shapes) as (link, plain), connected(link) as client:
            await asked(*client)
            (connection,) = link.connections
            client[1].write_eof()
            async with connected(plain) as other:
                # By then the link knows.
                await asked(*other)
                own = client[1].get_extra_info("socket")
                own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                client[1].transport.abort()
                await connection.closed.wait()

    played(act)


@pytest.mark.promise("G3")
def test_black_hole():
    """A black hole takes everything, gives nothing, and says nothing, until it is cut."""

    async def act():
        async with linking(PLAIN) as (link,), connected(link) as (reader, writer):
            await asked(reader, writer)
            link.swallow()
            async with connected(link) as (other_reader, other_writer):
                for each in (writer, other_writer):
                    each.write(bytes(1_000_000))
                    await each.drain()
                Server.made[0].transport.write(b"b")
                reading = [
                    asyncio.ensure_future(r.read()) for r in (reader, other_reader)
                ]
                done, _ = await asyncio.wait(reading, timeout=0.3)
                link.cut()
                await asyncio.wait(reading)
            async with connected(link) as client:
                answer = await asked(*client)
            ends = [type(each.exception()) for each in reading]
            return done, ends, [len(one.text) for one in Server.made], answer

    assert (set(), [ConnectionResetError] * 2, [1, 0, 1], b"a") == played(act)


def test_swallowed_connection():
    """One connection can become a black hole, others stay as they are."""

    async def act():
        async with (
            linking(Shape(rtt=0.02)) as (link,),
            connected(link) as (_, writer),
            connected(link) as other,
        ):
            writer.write(b"GET /one")
            assert b"b" == await asked(*other, b"b")
            (one,) = (each for each in link.connections if b"one" in each.opening)
            one.swallow()
            writer.write(b"c")
            for _ in range(3):
                assert b"b" == await asked(*other, b"b")
            return sorted(one.text for one in Server.made)

    assert [b"GET /one", b"bbbb"] == played(act)


def test_down():
    """A link that is down resets all there is and whoever comes, until it comes up."""

    async def act():
        async with linking(PLAIN) as (link,), connected(link) as before:
            await asked(*before)
            link.go_down()
            async with connected(link) as client:
                for reader, _ in (before, client):
                    with pytest.raises(ConnectionResetError):
                        await reader.read()
            link.come_up()
            async with connected(link) as client:
                return await asked(*client), len(Server.made)

    assert (b"a", 2) == played(act)


def test_nobody():
    """Where nobody listens a link resets, too."""

    async def act():
        async with linking(PLAIN) as (link,):
            nowhere = Link(link.port)
            await nowhere.open()
            await link.close()
            async with connected(nowhere) as (reader, _):
                with pytest.raises(ConnectionResetError):
                    await reader.read()
            await nowhere.close()
            await link.open()

    played(act)


@pytest.mark.promise("G3")
@pytest.mark.parametrize("shape", [PLAIN, Shape(bandwidth=1e6), Shape(rtt=0.05)])
def test_backpressure(shape):
    """Who sends to somebody who reads nothing has to wait soon, and nothing is lost then."""
    chunk = bytes(100_000)
    # Linux lets each of the two connections keep up to 32 MiB that nobody has read.
    most = 200_000_000 if not shape.bandwidth else 3_000_000

    async def act():
        Server.reads = False
        async with linking(shape) as (link,):
            own = socket.socket()
            own.setblocking(False)
            own.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 50_000)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(own, ("127.0.0.1", link.port))
            async with connected_by(own) as (reader, writer):
                sent = 0
                while sent <= most:
                    writer.write(chunk)
                    sent += len(chunk)
                    try:
                        await asyncio.wait_for(writer.drain(), 1.0)
                    except asyncio.TimeoutError:
                        break
                Server.made[0].transport.resume_reading()
                return sent, len(await reader.readexactly(sent))

    sent, answered = played(act)
    assert sent == answered <= most


@asynccontextmanager
async def connected_by(own):
    """Give a client whose socket is *own*."""
    reader, writer = await asyncio.open_connection(sock=own)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


@pytest.mark.promise("G3")
def test_beside():
    """The benchmark has its link, and one to an echo, in a process that ends with it."""
    before = {child.pid for child in psutil.Process().children()}

    async def act():
        async with (
            linking(PLAIN) as (plain,),
            linked(plain.port, Shape(rtt=0.05)) as ports,
        ):
            return [await round_trip(each, 3) for each in (ports.link, ports.echo)]

    assert all(each >= 0.05 for each in asyncio.run(act()))
    assert before == {child.pid for child in psutil.Process().children()}
