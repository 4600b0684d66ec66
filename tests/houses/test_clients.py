"""
Clients without a page, of servers that are not as they are at home.
"""

from __future__ import annotations

import asyncio
import dataclasses
import os
import pathlib
import sys
import tempfile

import pytest

from tests.browser.address import Address
from tests.browser.server import free_port, serving
from tests.command import COMMAND
from tests.integration.elsewhere import ON, connect

from .nginx import BASE_URL, proxied


pytestmark = [
    pytest.mark.kernel,
    pytest.mark.promise("Z1"),
    pytest.mark.timeout(300),
]

FLOOD = "for i in range(5_000): print(i, flush=True)"
FLOOD_TEXT = "".join(f"{i}\n" for i in range(5_000))
# Longer than the proxy waits for a server that says nothing.
SILENCE = "import time\ntime.sleep(10)\nprint('still here')"


@pytest.fixture
def socket():
    """
    Where a server may listen: the path of a socket must be short.
    """
    with tempfile.TemporaryDirectory(prefix="sock") as folder:
        yield pathlib.Path(folder, "jupyter.sock")


async def page_of(lab, **more):
    """
    Start a kernel and connect to it.
    """
    kernel = lab.ask("POST", "/api/kernels", {"name": "python3"})
    return await connect(lab, kernel["id"], **more)


async def doctor(lab, *arguments, **environment):
    """
    Run the doctor where *lab* is; return its exit code and its words.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", COMMAND, "doctor", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, **lab.environment, **environment},
    )
    out, _ = await process.communicate()
    return process.returncode, out.decode()


async def test_socket(tmp_path, socket):
    """A server on a unix socket serves kernels, and the doctor asks it."""
    with serving(tmp_path, ON, address=Address(80, socket=socket)) as lab:
        client = await page_of(lab)
        run = await client.run(FLOOD)
        code, words = await doctor(lab)
        await client.close()

    assert FLOOD_TEXT == run.text
    assert 0 == code, words
    # Once as it would start, and once as it runs.
    assert 2 == words.count("fastpath 0"), words
    assert "FastpathWebsocketConnection: its channels are ZeroMQ sockets" in words


async def test_tls(tmp_path, certificate):
    """A server with TLS serves kernels, and the doctor trusts whom it is told to."""
    files = {"certfile": str(certificate.chain), "keyfile": str(certificate.key)}
    config = {"ServerApp": {**ON["ServerApp"], **files}}
    address = Address(free_port(), authority=certificate.authority)
    with serving(tmp_path, config, address=address) as lab:
        client = await page_of(lab)
        run = await client.run(FLOOD)
        asking = ("--url", address.url, "--token", lab.token)
        stranger, refusal = await doctor(lab, *asking)
        trust = {"SSL_CERT_FILE": str(certificate.authority)}
        code, words = await doctor(lab, *asking, **trust)
        await client.close()

    assert FLOOD_TEXT == run.text
    assert 1 == stranger
    assert "CERTIFICATE_VERIFY_FAILED" in refusal
    assert 0 == code, words


@pytest.mark.alone
async def test_nginx(tmp_path, socket, certificate):
    """
    Behind nginx, before a unix socket, a silent run keeps its connection by pings, and
    what browser and server compress passes.
    """
    server = {**ON["ServerApp"], "websocket_compression_options": {}}
    config = {"ServerApp": server, "ConnectionConfig": {"ping_interval": 0.5}}
    address = Address(80, BASE_URL, socket=socket)
    with (
        serving(tmp_path, config, address=address) as lab,
        proxied(
            tmp_path / "nginx",
            f"http://unix:{socket}",
            certificate,
            proxy_read_timeout="5s",
        ) as front,
    ):
        client = await page_of(
            dataclasses.replace(lab, address=front), compression_options={}
        )
        run = await client.run(SILENCE)
        flood = await client.run(FLOOD)
        headers = client.connection.headers
        await client.close()

    assert "still here\n" == run.text
    assert FLOOD_TEXT == flood.text
    assert "permessage-deflate" in headers["Sec-WebSocket-Extensions"]
