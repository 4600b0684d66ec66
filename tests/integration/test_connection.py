"""
The websocket itself: who may open it, what it refuses, and how it is kept.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import struct
import time

from contextlib import closing
from urllib.parse import urlencode

import psutil
import pytest

from jupyter_server.auth import AllowAllAuthorizer
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from .client import V1, Received, V1Protocol, eventually
from .conftest import configured
from .raw import PING, connected


pytestmark = pytest.mark.kernel

# A ping says how many messages were sent before it.
PINGED = re.compile(bytes([0x80 | PING]) + rb"[\x01-\x12]\d")
NOBODY = "00000000-0000-0000-0000-000000000000"


class OnlyReading(AllowAllAuthorizer):
    """
    Lets everybody look, and start kernels, and nobody execute.
    """

    def is_authorized(self, handler, user, action, resource):
        """Return whether *user* may."""
        return action != "execute"


@pytest.fixture
def knock(jp_http_port, jp_base_url, jp_serverapp, http_server):
    """
    Try to open a kernel's websocket, and return the HTTP status of the answer.
    """

    async def ask(kernel_id, headers=None, **query):
        url = f"ws://127.0.0.1:{jp_http_port}{jp_base_url}api/kernels/{kernel_id}"
        request = HTTPRequest(
            f"{url}/channels?{urlencode(query)}", headers=headers or {}
        )
        try:
            connection = await websocket_connect(request, subprotocols=[V1])
        except HTTPClientError as exc:
            return exc.code
        connection.close()
        while await connection.read_message() is not None:
            pass
        return 101

    return ask


@pytest.mark.promise("Z3")
async def test_authentication(start_kernel, knock, jp_auth_header, jp_serverapp):
    """Without the server's token nobody gets in, with it everybody does, from anywhere."""
    kernel_id = await start_kernel()
    token = jp_serverapp.identity_provider.token
    foreign = {"Origin": "http://evil.example"}

    assert await knock(kernel_id) == 403
    assert await knock(kernel_id, token="wrong") == 403
    assert await knock(kernel_id, {"Authorization": "token wrong"}) == 403
    assert await knock(kernel_id, token=token) == 101
    assert await knock(kernel_id, dict(jp_auth_header)) == 101
    assert await knock(kernel_id, jp_auth_header | foreign) == 101
    assert await knock(NOBODY, dict(jp_auth_header)) == 404
    assert await knock(NOBODY) == 403


@pytest.mark.promise("Z3")
async def test_origin(start_kernel, knock, jp_fetch, jp_serverapp, jp_http_port):
    """A page of another origin does not get in with the user's cookie."""
    kernel_id = await start_kernel()
    token = jp_serverapp.identity_provider.token
    answer = await jp_fetch(
        "login", params={"token": token}, follow_redirects=False, raise_error=False
    )
    cookies = [line.split(";")[0] for line in answer.headers.get_list("Set-Cookie")]
    cookie = {"Cookie": "; ".join(cookies)}
    own = {"Origin": f"http://127.0.0.1:{jp_http_port}"}

    assert await knock(kernel_id, cookie | own) == 101
    assert await knock(kernel_id, cookie | {"Origin": "http://evil.example"}) == 403
    assert await knock(kernel_id, own) == 403


@configured(ServerApp={"authorizer_class": OnlyReading})
@pytest.mark.promise("Z3")
async def test_authorization(start_kernel, knock, jp_auth_header):
    """Who may not execute does not get a kernel's websocket."""
    kernel_id = await start_kernel()

    assert await knock(kernel_id, dict(jp_auth_header)) == 403


@configured(FastpathApp={"enabled": False})
async def test_switched_off(page):
    """Switched off, Jupyter Server serves its kernels as ever."""
    _, client = await page()
    run_id = client.execute("2 + 2")
    await client.first(run_id, "execute_reply")
    await client.until(lambda: [m for m in client.of(run_id) if m.state == "idle"])

    assert not client.of(run_id, "cell_start", "cell_done")
    assert not any(message.place for message in client.of(run_id))


@configured(ServerApp={"allow_unauthenticated_access": False})
@pytest.mark.promise("Z3")
async def test_every_route_asks_who_is_there(page, knock, jp_fetch):
    """A server that insists on authentication everywhere starts with our routes, and serves."""
    kernel_id, client = await page()

    assert await knock(kernel_id) == 403
    assert (await client.run("2 + 2")).result == "4"
    assert (await jp_fetch("api", "fastpath", "status")).code == 200


def request(**changes):
    """
    Return the frame of a request, its header changed.
    """
    header = {"msg_id": "1", "msg_type": "kernel_info_request", "session": "s"}
    message = Received("shell", header | changes, {}, {}, {})
    return V1Protocol().encode(message)


GOOD = request()
BAD_FRAMES = {
    "empty": b"",
    "short": b"\x01",
    "nothing but a count": struct.pack("<Q", 6),
    "ten million offsets": struct.pack("<Q", 10**7) + b"x",
    "more offsets than there are": struct.pack("<Q", 2**63) + GOOD[8:],
    "no parts": struct.pack("<QQQ", 2, 24, 24),
    "cut short": GOOD[:-1],
    "more than it says": GOOD + b"x",
    "offsets that descend": GOOD[:16] + struct.pack("<Q", 2**40) + GOOD[24:],
    "unknown channel": GOOD.replace(b"shell", b"shelf"),
    "no msg_id": request(msg_id=""),
    "text": "hello",
}


@pytest.mark.promise("Z4")
async def test_malformed_frames(page, connect):
    """A frame that is not of the protocol is answered with 1002 and harms nobody else."""
    kernel_id, client = await page()
    await client.run("pass")
    for name, frame in BAD_FRAMES.items():
        bad = await connect(kernel_id)
        bad.write(frame)

        assert await bad.closed() == 1002, name
        assert bad.connection.close_reason.startswith("malformed frame: "), name
    assert (await client.run("2 + 2")).result == "4"


@pytest.mark.parametrize(
    "frame",
    [b"", b"\xff\xff\xff\xff", struct.pack("!I", 10**7), "not JSON", "[]", "{}"],
)
@pytest.mark.promise("Z4")
async def test_malformed_legacy_frames(page, connect, frame):
    """The same holds for a client that speaks the older protocol."""
    kernel_id, client = await page()
    bad = await connect(kernel_id, subprotocols=())
    bad.write(frame)

    assert await bad.closed() == 1002
    assert (await client.run("2 + 2")).result == "4"


@pytest.mark.promise("Z4")
async def test_hostile_messages(page):
    """Messages that are well-formed and mean nothing harm nobody."""
    _, client = await page()
    protocol = V1Protocol()
    header = {"msg_id": "1", "msg_type": "execute_request", "session": "s"}
    for odd in (
        protocol.encode(Received("shell", header, [], {"cellId": 5}, "content")),
        protocol.encode(Received("stdin", header | {"msg_type": "x"}, {}, {}, {})),
        GOOD.replace(b"{}", b"[["),
    ):
        client.write(odd)

    assert (await client.run("2 + 2")).result == "4"


@pytest.mark.promise("Z4")
async def test_message_on_iopub(page, connect):
    """A client that sends on iopub, where only kernels speak, is refused by name, or not heard."""
    kernel_id, client = await page()
    bad = await connect(kernel_id)
    header = {"msg_id": "1", "msg_type": "status", "session": "s"}
    bad.write(V1Protocol().encode(Received("iopub", header, {}, {}, {})))
    asked = bad.send("kernel_info_request")
    await bad.until(lambda: bad.is_closed or bad.of(asked, "kernel_info_reply"))

    assert bad.connection.close_code in {None, 1002}
    assert bad.connection.close_code or not bad.is_closed
    assert (await client.run("2 + 2")).result == "4"


@pytest.mark.promise("F1")
async def test_slow_client(page, jp_ws_fetch, jp_asyncio_loop):
    """A client that stops reading slows nobody down, and gets everything when it reads again."""
    kernel_id, client = await page()
    slow = await jp_ws_fetch(
        *("api", "kernels", kernel_id, "channels"),
        params={"session_id": "slow"},
        subprotocols=[V1],
        max_message_size=1 << 30,
    )
    text = "x" * 999_999
    run = await client.run("for i in range(40): print('x' * 999_999, flush=True)")
    seen = []
    while "cell_done" not in [message.msg_type for message in seen]:
        frame = await asyncio.wait_for(slow.read_message(), 20)
        seen.append(V1Protocol().decode(frame))
    slow.close()

    assert len(run.text) == 40_000_000
    assert (text + "\n") * 40 == "".join(
        message.content["text"]
        for message in seen
        if message.msg_type == "stream" and message.run_id == run.run_id
    )


async def test_nodelay(page):
    """The server sends a small message at once, without waiting for more to send."""
    _, client = await page()
    await client.run("pass")
    stream = client.connection.protocol.stream
    there = stream.socket.getpeername()[1], stream.socket.getsockname()[1]
    (fd,) = [
        one.fd
        for one in psutil.Process().net_connections("tcp")
        if one.raddr and (one.laddr.port, one.raddr.port) == there
    ]
    with closing(socket.socket(fileno=os.dup(fd))) as other_end:
        assert other_end.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


async def read_to_the_end(connection):
    """
    Return all that arrives on a TCP connection until it is closed.
    """
    loop = asyncio.get_running_loop()
    data = bytearray()
    try:
        while piece := await asyncio.wait_for(loop.sock_recv(connection, 65536), 20):
            data += piece
    except ConnectionResetError:
        pass
    return bytes(data)


@pytest.fixture
def silent(jp_http_port, jp_base_url, jp_serverapp, http_server, jp_asyncio_loop):
    """
    Open a kernel's websocket, never answer, and return all that comes until it is closed.
    """
    token = jp_serverapp.identity_provider.token

    async def listen(kernel_id):
        path = f"{jp_base_url}api/kernels/{kernel_id}/channels"
        with connected(jp_http_port, path, token) as connection:
            return await read_to_the_end(connection)

    return listen


@configured(ConnectionConfig={"ping_interval": 0.1, "ping_timeout": 0.4})
async def test_pings(page, hub, silent):
    """A client that does not answer pings is closed, and one that does stays."""
    kernel_id, client = await page()
    data = await silent(kernel_id)
    head, _, frames = data.partition(b"\r\n\r\n")

    assert b"101 Switching Protocols" in head
    assert PINGED.search(frames)
    assert struct.pack("!H", 1011) + b"no answer to pings" in frames
    assert (await client.run("2 + 2")).result == "4"

    async def is_alone():
        return hub(kernel_id).client_count == 1

    await eventually(is_alone)


@configured(ServerApp={"websocket_ping_interval": 1, "websocket_ping_timeout": 1})
async def test_configured_pings(page, silent):
    """Jupyter Server's own settings for pings mean what they say."""
    kernel_id, client = await page()
    begun = time.monotonic()
    data = await silent(kernel_id)

    assert PINGED.search(data)
    assert time.monotonic() - begun < 12
    assert (await client.run("2 + 2")).result == "4"
