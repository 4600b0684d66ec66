"""
Runs as a server tells of them, through its state websocket.
"""

from __future__ import annotations

import asyncio

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import msgspec

from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketError, websocket_connect

from .finished import FinishedRuns


if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from tornado.websocket import WebSocketClientConnection


__all__ = ["NoTrace", "watch"]

_RUNS = "kernels/*/runs/*"

# A server that has told nothing for so long has told all that there was: it makes
# pauses of a tenth of a second.
_QUIET = 1.0

# How long a run waits for its page, which paints within a few frames.
_PAINTING = 2.0


class NoTrace(Exception):
    """A server does not tell of its runs, or no longer."""


async def watch(
    url: str, token: str, take: Callable[[bytes], None], *, follows: bool
) -> None:
    """
    Call *take* with the record of each run that is done at the server at *url*.

    Args:
        url: Its address.

        token: Its token.

        take: What is called.

        follows: Whether to go on with those that will be; else it returns when all are
            told that the server knows.

    Raises:
        NoTrace: It does not tell; the text says why.
    """
    runs = FinishedRuns(_PAINTING if follows else 0.0)
    async with _connected(url, token) as connection:
        reading = asyncio.ensure_future(connection.read_message())
        while True:
            wait = _until(runs) if follows else _QUIET
            done, _ = await asyncio.wait([reading], timeout=wait)
            if done:
                runs.take(_topics(reading.result(), connection), _now())
                reading = asyncio.ensure_future(connection.read_message())
            for record in runs.due(_now()):
                take(msgspec.json.encode(record))
            if not (done or follows):
                return


@asynccontextmanager
async def _connected(url: str, token: str) -> AsyncIterator[WebSocketClientConnection]:
    headers = {"Authorization": f"token {token}"} if token else {}
    try:
        request = HTTPRequest(_address(url), headers=headers)
        connection = await websocket_connect(request)
    except (HTTPClientError, OSError, ValueError, WebSocketError) as exc:
        raise NoTrace(f"the server at {url} does not tell of runs: {exc}") from exc
    try:
        await connection.write_message(msgspec.json.encode({"subscribe": [_RUNS]}))
        yield connection
    finally:
        connection.close()


def _address(url: str) -> str:
    """Return the address of the state websocket of the server at *url*."""
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"not an address of a server: {url!r}")
    return f"ws{url.removeprefix('http').rstrip('/')}/api/fastpath/state"


def _topics(
    frame: str | bytes | None, connection: WebSocketClientConnection
) -> dict[str, Any]:
    if frame is None:
        reason = connection.close_reason or "connection lost"
        raise NoTrace(f"the server tells no more: {reason} ({connection.close_code})")
    told: dict[str, Any] = msgspec.json.decode(frame)
    if "error" in told:
        raise NoTrace(f"the server does not tell of runs: {told['error']}")
    topics: dict[str, Any] = told["topics"]
    return topics


def _until(runs: FinishedRuns) -> float | None:
    at = runs.get_timer()
    return None if at is None else max(0.0, at - _now())


def _now() -> float:
    return asyncio.get_running_loop().time()
