"""
Kernels behind a gateway are treated as those of the server itself.
"""

from __future__ import annotations

import asyncio
import json

import pytest

from jupyter_server.gateway.gateway_client import GatewayClient

from jupyter_fastpath.channels import gateway as gateway_module

from .client import LINES, V1, eventually, text_of, wait_for
from .kernel_gateway import TOKEN, UNLIMITED, KernelGateway


pytestmark = [pytest.mark.kernel, pytest.mark.promise("F5")]


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """
    A gateway that no test ends.
    """
    gateway = KernelGateway(tmp_path_factory.mktemp("gateway"), UNLIMITED)
    asyncio.run(gateway.begin())
    yield gateway
    gateway.end()
    GatewayClient.clear_instance()


@pytest.fixture
def gateway(shared):
    """
    The gateway of this test.
    """
    return shared


@pytest.fixture
def config(gateway):
    """
    A server whose kernels are behind that gateway.
    """
    # Of an earlier test. It cannot be forgotten before the server is gone.
    GatewayClient.clear_instance()
    client = {"url": gateway.url, "auth_token": TOKEN, "gateway_retry_interval": 0.1}
    return {"GatewayClient": client}


@pytest.mark.parametrize("subprotocols", [(V1,), ()], ids=["v1", "legacy"])
async def test_run(start_kernel, connect, subprotocols):
    """A page runs a cell, in either protocol, and is told its begin and its end."""
    client = await connect(await start_kernel(), subprotocols=subprotocols)
    run = await client.run("print('hello')\n2 + 3", "c1")

    assert run.types == [
        *("busy", "cell_start", "execute_input", "stream"),
        *("execute_result", "execute_reply", "idle", "cell_done"),
    ] or sorted(run.types) == sorted([
        *("busy", "cell_start", "execute_input", "stream"),
        *("execute_result", "execute_reply", "idle", "cell_done"),
    ])
    assert (run.text, run.result, run.done["status"]) == ("hello\n", "5", "ok")
    assert run.done["cell_id"] == "c1"


async def test_flood(page):
    """All of a flood arrives, in order, in few messages."""
    _, client = await page()
    run = await client.run("for i in range(20000): print(i, flush=True)", "c1")

    assert run.text == "".join(f"{i}\n" for i in range(20000))
    assert len(run.all("stream")) < 2000
