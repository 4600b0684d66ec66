"""
Jupyter Servers of our own: each a process, with nothing of the user's in it.

A server gets a home that is removed with it, and no configuration but what is
given here: what is measured is Jupyter Server as installed, and one extension.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import psutil

from .endpoint import Endpoint
from .errors import BenchError


if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence


__all__ = ["FOREIGN", "INSTALLED", "Interpreter", "Server", "serving"]

_START_TIMEOUT = 90.0
_STOP_TIMEOUT = 10.0

# What brings in packages of others than the interpreter's own environment.
FOREIGN = ("JUPYTER_PATH", "PYTHONHOME", "PYTHONPATH")


class _Kernel(msgspec.Struct):
    id: str


@dataclass(frozen=True)
class Interpreter:
    """
    The Python that a server, or a kernel, is started with.

    Args:
        path: Where it is.
        is_clean: Whether it has the packages of its environment and no others.
    """

    path: str = sys.executable
    is_clean: bool = False

    def environment(self, home: Path) -> dict[str, str]:
        """Return an environment in which Jupyter writes only below *home*."""
        foreign = FOREIGN if self.is_clean else ()
        return {
            **{name: text for name, text in os.environ.items() if name not in foreign},
            "IPYTHONDIR": str(home / "ipython"),
            "JUPYTER_DATA_DIR": str(home / "data"),
            "JUPYTER_NO_CONFIG": "1",
            "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
            "TMPDIR": str(home),
        }


INSTALLED = Interpreter()


@dataclass(frozen=True)
class Server:
    """A running server: where it listens, its process, and what started that."""

    port: int
    token: str
    home: Path
    process: psutil.Process
    python: Interpreter = INSTALLED

    @property
    def log(self) -> str:
        """All that the server has said so far."""
        return (self.home / "log").read_text(errors="replace")

    @property
    def endpoint(self) -> Endpoint:
        """Where it is asked."""
        return Endpoint(f"http://127.0.0.1:{self.port}", self.token)

    async def fetch(self, method: str, path: str, body: object = None) -> bytes:
        """Return the body of the server's answer."""
        return await self.endpoint.fetch(method, path, body)

    async def start_kernel(self) -> str:
        """Start a Python kernel and return the url of its websocket."""
        body = await self.fetch("POST", "/api/kernels", {"name": "python3"})
        kernel = msgspec.json.decode(body, type=_Kernel)
        return self.endpoint.websocket(kernel.id)

    def at(self, url: str, port: int) -> str:
        """Return *url*, which begins at this server, as it is at *port*."""
        return url.replace(f":{self.port}/", f":{port}/", 1)

    async def end_kernels(self) -> None:
        """End all kernels of the server."""
        body = await self.fetch("GET", "/api/kernels")
        for kernel in msgspec.json.decode(body, type=list[_Kernel]):
            await self.fetch("DELETE", f"/api/kernels/{kernel.id}")


@contextlib.asynccontextmanager
async def serving(
    options: Sequence[str],
    module: str = "jupyter_server",
    python: Interpreter = INSTALLED,
) -> AsyncIterator[Server]:
    """Give a server started with *options*; it and its kernels end with the block."""
    with (
        tempfile.TemporaryDirectory(
            prefix="fastpath-bench-", ignore_cleanup_errors=True
        ) as directory,
        _process(Path(directory), python, module, options) as server,
    ):
        await _ready(server)
        yield server


@contextlib.contextmanager
def _process(
    home: Path, python: Interpreter, module: str, options: Sequence[str]
) -> Iterator[Server]:
    port, token = _free_port(), secrets.token_hex()
    # The token travels by environment, because arguments are public.
    env = {**python.environment(home), "JUPYTER_TOKEN": token}
    with (
        (home / "log").open("wb") as log,
        # A session of its own, so that Ctrl-C reaches only us.
        subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
            [python.path, "-m", module, *_options(home, port), *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=env,
            cwd=home,
            start_new_session=True,
        ) as process,
    ):
        server = Server(port, token, home, psutil.Process(process.pid), python)
        try:
            yield server
        finally:
            _end(server.process, process)


def _options(home: Path, port: int) -> list[str]:
    return [
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        "--ServerApp.open_browser=False",
        "--ServerApp.allow_root=True",
        f"--ServerApp.root_dir={home}",
    ]


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


async def _ready(server: Server) -> None:
    end = time.perf_counter() + _START_TIMEOUT
    while time.perf_counter() < end:
        if not server.process.is_running() or server.process.status() == "zombie":
            break
        try:
            await server.fetch("GET", "/api")
        except OSError:
            await asyncio.sleep(0.05)
        else:
            return
    raise BenchError(f"the server did not start:\n{server.log[-2000:]}")


def _end(server: psutil.Process, process: subprocess.Popen[bytes]) -> None:
    """End the server and whatever it started, even if it is suspended."""
    if process.poll() is not None:
        return
    kernels = server.children(recursive=True)
    server.resume()
    server.terminate()
    try:
        process.wait(_STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
    for kernel in kernels:
        with contextlib.suppress(psutil.NoSuchProcess):
            kernel.kill()
    psutil.wait_procs(kernels, timeout=_STOP_TIMEOUT)
