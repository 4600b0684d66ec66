"""
One page's kernel websocket, without the page.
"""

from __future__ import annotations

import asyncio
import time
import uuid

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from . import frames
from .errors import BenchError
from .record import Record, Wait


if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable


__all__ = ["WebsocketClient", "attach", "connected"]

# A frame may carry one whole print, and the largest we ask for is 50 MB of text.
_MAX_FRAME = 1 << 30
_TICK = 0.25


async def attach(
    url: str, token: str, on_frame: Callable[[str | bytes | None], None]
) -> WebSocketClientConnection:
    """Return a kernel websocket whose frames go to *on_frame* as they arrive."""
    request = HTTPRequest(
        f"{url}?session_id={uuid.uuid4()}",
        headers={"Authorization": f"token {token}"},
    )
    connection = await websocket_connect(
        request,
        on_message_callback=on_frame,
        max_message_size=_MAX_FRAME,
        subprotocols=[frames.SUBPROTOCOL],
        # As browsers do; Jupyter Server takes it up only if it is told to.
        compression_options={},
    )
    if connection.selected_subprotocol != frames.SUBPROTOCOL or not connection.protocol:
        raise BenchError(f"the server chose {connection.selected_subprotocol!r}")
    # Tornado turns Nagle's algorithm on again after the handshake; browsers have
    # it off.
    connection.protocol.set_nodelay(True)
    return connection


@asynccontextmanager
async def connected(url: str, token: str) -> AsyncIterator[WebsocketClient]:
    """Give a client of the kernel websocket at *url*, closed afterwards."""
    client = WebsocketClient()
    connection = await attach(url, token, client.received)
    client.use(connection)
    try:
        yield client
    finally:
        connection.close()
        await client.wait_closed()


class WebsocketClient:
    """Runs code through a kernel websocket, one run at a time."""

    def __init__(self) -> None:
        self._session = str(uuid.uuid4())
        self._record = Record("", 0.0)
        self._done = asyncio.Event()
        self._closed = asyncio.Event()
        self._connection: WebSocketClientConnection | None = None

    def use(self, connection: WebSocketClientConnection) -> None:
        """Send requests through *connection*."""
        self._connection = connection

    async def wait_closed(self) -> None:
        """Return when the server has closed too, or has not within a second."""
        await _is_set(self._closed, 1.0)

    async def execute(self, code: str, wait: Wait) -> Record:
        """Run *code* and return its record once it is done or given up."""
        assert self._connection is not None
        msg_id = str(uuid.uuid4())
        record = self._record = Record(msg_id, time.perf_counter())
        self._done.clear()
        parts = frames.execute_request(code, msg_id, self._session)
        self._connection.write_message(frames.encode("shell", parts), binary=True)
        record.enqueued = time.perf_counter()
        while not record.is_given_up(time.perf_counter(), wait.quiet):
            if await _is_set(self._done, _TICK):
                break
        if self._closed.is_set():
            raise BenchError("the server closed the websocket during a run")
        if wait.settle:
            await asyncio.sleep(wait.settle)
        return record

    def received(self, frame: str | bytes | None) -> None:
        """Take a frame from the server, or None if the connection is closed."""
        now = time.perf_counter()
        if not isinstance(frame, bytes):
            self._closed.set()
            self._done.set()
            return
        record = self._record
        record.received(len(frame), now)
        arrival = frames.read(*frames.decode(frame))
        if arrival.parent_id == record.msg_id:
            record.observed(arrival, now)
            if record.is_done:
                self._done.set()


async def _is_set(event: asyncio.Event, timeout: float) -> bool:
    try:
        await asyncio.wait_for(event.wait(), timeout)
    except asyncio.TimeoutError:
        return False
    return True
