"""
A Kernel Gateway in a process of its own, which can be killed with its kernels.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys

from pathlib import Path

import psutil

from tornado.httpclient import AsyncHTTPClient, HTTPRequest

from .client import eventually


__all__ = ["LEGACY", "TOKEN", "UNLIMITED", "KernelGateway"]

TOKEN = "secret-of-the-gateway"

# Its own limits discard output, which no server in front of it can bring back.
UNLIMITED = "--ZMQChannelsWebsocketConnection.limit_rate=False"

# As gateways do that are older than the protocol of today.
LEGACY = "--ZMQChannelsWebsocketConnection.kernel_ws_protocol="


class KernelGateway:
    """
    ``jupyter kernelgateway`` at an address that stays.

    Args:
        folder: Where it writes what it says, and keeps what is its own.

        options: What it is told beside.

    Attributes:
        port: Where it listens, each time that it is started.
    """

    def __init__(self, folder: Path, *options: str) -> None:
        self._folder = folder
        self._options = options
        self._running: subprocess.Popen[bytes] | None = None
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    async def begin(self) -> None:
        """
        Start it, for the first time or again, and wait until it answers.
        """
        mine = {
            f"JUPYTER_{name}_DIR": str(self._folder / name)
            for name in ("CONFIG", "DATA", "RUNTIME")
        }
        command = [sys.executable, "-m", "kernel_gateway"]
        command += [f"--KernelGatewayApp.port={self.port}", *self._options]
        command += ["--KernelGatewayApp.ip=127.0.0.1"]
        command += ["--JupyterWebsocketPersonality.list_kernels=True"]
        command += ["--KernelGatewayApp.port_retries=0"]
        with (self._folder / "gateway.log").open("ab") as log:
            self._running = subprocess.Popen(  # noqa: ASYNC220 (it is quick)
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                env=os.environ | mine | {"KG_AUTH_TOKEN": TOKEN},
                start_new_session=True,
            )
        await eventually(self._answers)

    async def _answers(self) -> bool:
        assert self._running is not None
        assert self._running.poll() is None, (self._folder / "gateway.log").read_text()
        with contextlib.suppress(OSError):
            return (await self.fetch("api")).code == 200
        return False

    async def fetch(self, path: str, method: str = "GET"):
        """
        Ask it something past the server, and return the answer.
        """
        headers = {"Authorization": f"token {TOKEN}"}
        request = HTTPRequest(f"{self.url}/{path}", method, headers)
        return await AsyncHTTPClient().fetch(request, raise_error=False)

    def kernels(self) -> list[psutil.Process]:
        """
        Return the processes of its kernels.
        """
        assert self._running is not None
        return psutil.Process(self._running.pid).children()

    def kill(self) -> None:
        """
        End it at once, and its kernels with it, as a machine does that fails.
        """
        assert self._running is not None
        processes = psutil.Process(self._running.pid).children(recursive=True)
        for process in (psutil.Process(self._running.pid), *processes):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)
        self._running.wait()
        psutil.wait_procs(processes, timeout=10)

    def end(self) -> None:
        """
        End it if it runs.
        """
        if self._running is not None and self._running.poll() is None:
            self.kill()
