"""
What of the way to a client is compressed: by whom, and once.
"""

from __future__ import annotations

import json

import pytest

from .client import V1, Client
from .conftest import configured


pytestmark = [pytest.mark.kernel, pytest.mark.promise("F3")]

COMPRESSED = configured(
    ServerApp={
        "websocket_compression_options": {"compression_level": 6},
        "tornado_settings": {"compress_response": True},
    }
)
TEXT = "".join(f"{i}\n" for i in range(5_000))
CODE = "for i in range(5_000): print(i, flush=True)"


@pytest.fixture
def offer(jp_ws_fetch):
    """
    Open a websocket as a browser does, which offers to compress, and return it with
    what the server made of that.
    """
    opened = []

    async def open_one(*path, **options):
        connection = await jp_ws_fetch(*path, compression_options={}, **options)
        opened.append(connection)
        return connection, connection.headers.get("Sec-WebSocket-Extensions")

    yield open_one
    for connection in opened:
        connection.close()


async def test_by_default(start_kernel, offer):
    """Unless the administrator wants it, no websocket is compressed, as with Jupyter Server."""
    kernel_id = await start_kernel()
    _, of_kernel = await offer("api", "kernels", kernel_id, "channels")
    _, of_state = await offer("api", "fastpath", "state")

    assert [None, None] == [of_kernel, of_state]


@COMPRESSED
async def test_configured(start_kernel, offer, jp_fetch):
    """Where Jupyter Server is told to compress, ours are compressed, and text arrives whole."""
    kernel_id = await start_kernel()
    client = Client("session")
    connection, of_kernel = await offer(
        *("api", "kernels", kernel_id, "channels"),
        params={"session_id": "session"},
        subprotocols=[V1],
        on_message_callback=client.take,
    )
    client.use(connection)
    _, of_state = await offer("api", "fastpath", "state")
    run = await client.run(CODE, "c1")

    assert "permessage-deflate" in of_kernel
    assert "permessage-deflate" in of_state
    assert run.text == TEXT


@COMPRESSED
async def test_once(notebook, jp_fetch):
    """A text that is downloaded is compressed by us or by the server, not by both."""
    kernel_id, client = await notebook()
    run = await client.run(CODE, "c1")
    route = ("api", "fastpath", "kernels", kernel_id, "runs", run.run_id, "text")
    answers = [
        await jp_fetch(*route, headers={"Accept-Encoding": "gzip"}),
        await jp_fetch(
            *route, headers={"Accept-Encoding": "gzip", "Range": "bytes=0-9999"}
        ),
    ]
    told = await jp_fetch(
        *("api", "fastpath", "kernels", kernel_id, "runs"),
        headers={"Accept-Encoding": "gzip"},
    )

    # What the client that asked has taken off, which is one layer.
    assert ["gzip"] * 2 == [
        answer.headers["X-Consumed-Content-Encoding"] for answer in (answers[0], told)
    ]
    assert [TEXT, TEXT[:10_000]] == [answer.body.decode() for answer in answers]
    assert json.loads(told.body)["runs"]
