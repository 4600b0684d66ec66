"""
Jupyter Servers that run already: what is begun there, and that it ends.

All that is begun there has a name of its own in its path. What has not is somebody
else's, and left alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from tornado.httpclient import HTTPClientError

from .client import connected
from .errors import BenchError
from .linked import linked
from .record import Wait


if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from .endpoint import Endpoint
    from .shape import Shape


__all__ = [
    "UNRECORDED",
    "Running",
    "end_sessions",
    "is_here",
    "port_here",
    "reaching",
    "session",
    "working_folder",
]

# How long a session that has been asked for may take until the server tells of it.
_BEGINNING = 10.0
_LOOK = 0.2
_NOT_FOUND = 404
# Links begin and end at this machine's own address.
_HERE = ("127.0.0.1", "localhost")
_HTTP = 80

# What we run is nothing that the user of a server wants to find again.
UNRECORDED = """
try:
    get_ipython().history_manager.enabled = False
except (AttributeError, NameError):
    pass
"""

# What a server deletes it may put into the user's trash; what a kernel does is gone.
_REMOVE = f"""
{UNRECORDED}
import os, shutil
here = os.getcwd()
if os.path.basename(here) == {{name!r}}:
    os.chdir(os.path.dirname(here))
    shutil.rmtree(here, ignore_errors=True)
"""


@dataclass(frozen=True)
class Running:
    """
    A server that runs already, and is not ours.

    Args:
        endpoint: Where it is.
        subject: What serves its kernels.
        kernelspec: The name of a kernel of Python.
        surroundings: What numbers depend on there, by name.
        shares_clock: Whether the clocks of its kernels are ours.
    """

    endpoint: Endpoint
    subject: str
    kernelspec: str
    surroundings: Mapping[str, str] = field(default_factory=dict)
    shares_clock: bool = False


class _Kernel(msgspec.Struct):
    id: str


class _Session(msgspec.Struct):
    id: str
    path: str
    kernel: _Kernel


class _Entry(msgspec.Struct):
    path: str


class _Folder(msgspec.Struct):
    content: list[_Entry]


def _new_name() -> str:
    """Return a name that nothing else on a server has."""
    return f"fastpath-bench-{secrets.token_hex(8)}"


@asynccontextmanager
async def session(
    endpoint: Endpoint, kernelspec: str, folder: str = ""
) -> AsyncIterator[str]:
    """
    Give the ID of a new kernel, which ends with the block.

    Args:
        endpoint: Where it is started.
        kernelspec: The name of its kind.
        folder: Where it runs; empty is where the server puts it.
    """
    name = _new_name()
    asked = {
        "name": name,
        "path": f"{folder}/{name}".lstrip("/"),
        "type": "console",
        "kernel": {"name": kernelspec},
    }
    patience = _BEGINNING
    try:
        body = await endpoint.fetch("POST", "/api/sessions", asked)
        patience = 0.0
        yield msgspec.json.decode(body, type=_Session).kernel.id
    except HTTPClientError:
        # An answer, and so no session that is still to come.
        patience = 0.0
        raise
    finally:
        await end_sessions(endpoint, name, patience)


@asynccontextmanager
async def reaching(
    endpoint: Endpoint, shape: Shape | None
) -> AsyncIterator[tuple[Endpoint, int | None]]:
    """Give where the server is over a link, and the port of an echo over another."""
    if shape is None:
        yield endpoint, None
        return
    async with linked(port_here(endpoint), shape) as ports:
        yield endpoint.through(ports.link), ports.echo


def is_here(endpoint: Endpoint) -> bool:
    """Return whether a link can lead to a server."""
    parts = urlsplit(endpoint.url)
    return parts.scheme == "http" and parts.hostname in _HERE


def port_here(endpoint: Endpoint) -> int:
    """Return the port of a server that a link can lead to, or raise."""
    if not is_here(endpoint):
        raise BenchError(
            "links lead to servers of this machine, with http and as"
            f" {' or '.join(_HERE)}, and not to {endpoint.url}"
        )
    return urlsplit(endpoint.url).port or _HTTP


async def end_sessions(endpoint: Endpoint, name: str, patience: float = 0.0) -> None:
    """End sessions with *name* in their path, waiting so long for a first one."""
    end = time.monotonic() + patience
    while True:
        body = await endpoint.fetch("GET", "/api/sessions")
        sessions = msgspec.json.decode(body, type=list[_Session])
        ours = [each for each in sessions if name in each.path]
        for each in ours:
            with _gone():
                await endpoint.fetch("DELETE", f"/api/sessions/{each.id}")
        if ours or time.monotonic() >= end:
            return
        await asyncio.sleep(_LOOK)


@asynccontextmanager
async def working_folder(running: Running) -> AsyncIterator[str]:
    """Give the name of a new folder on the server, removed with the block."""
    name = _new_name()
    try:
        await running.endpoint.fetch(
            "PUT", f"/api/contents/{name}", {"type": "directory"}
        )
    except HTTPClientError as error:
        raise BenchError(f"the server makes no folder: {error}") from error
    try:
        yield name
    finally:
        try:
            await _remove_there(running, name)
        finally:
            await _delete(running.endpoint, name)


async def _remove_there(running: Running, folder: str) -> None:
    """Have a kernel remove the folder that it runs in, if that is the one."""
    endpoint = running.endpoint
    async with (
        session(endpoint, running.kernelspec, folder) as kernel,
        connected(endpoint.websocket(kernel), endpoint.token) as client,
    ):
        await client.execute(_REMOVE.format(name=folder), Wait())


async def _delete(endpoint: Endpoint, folder: str) -> None:
    """Delete what is left of a folder."""
    at = f"/api/contents/{folder}"
    with _gone():
        body = await endpoint.fetch("GET", f"{at}?type=directory")
        for entry in msgspec.json.decode(body, type=_Folder).content:
            await endpoint.fetch("DELETE", f"/api/contents/{entry.path}")
        await endpoint.fetch("DELETE", at)


@contextlib.contextmanager
def _gone() -> Iterator[None]:
    """Pass over that something is not there any more."""
    try:
        yield
    except HTTPClientError as error:
        if error.code != _NOT_FOUND:
            raise
