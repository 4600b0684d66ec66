from __future__ import annotations

import asyncio

import psutil
import pytest

from jupyter_fastpath.bench.errors import BenchError
from jupyter_fastpath.bench.server import serving


async def start_and_fail(started):
    """Start a server and a kernel, suspend the server, and fail."""
    async with serving([]) as server:
        await server.start_kernel()
        started += [server.process, *server.process.children(recursive=True)]
        started.append(server.home)
        server.process.suspend()
        raise KeyError


@pytest.mark.kernel
def test_nothing_is_left():
    """Server, kernel and home are gone after an error, even if it stood still."""
    started = []
    with pytest.raises(KeyError):
        asyncio.run(start_and_fail(started))

    *processes, home = started
    assert 2 <= len(processes)
    assert [] == [process for process in processes if psutil.pid_exists(process.pid)]
    assert not home.exists()


def test_server_that_does_not_start():
    """A server that ends at once is told with its last words."""

    async def start():
        async with serving(["--ServerApp.port=none"]):
            raise AssertionError

    with pytest.raises(BenchError, match="port"):
        asyncio.run(start())
