"""
A websocket to one kernel behind a gateway, opened again whenever it breaks.

A gateway keeps what a kernel says while nobody is connected to it, for the session that
was connected last. So all connections have one session.
"""

from __future__ import annotations

import asyncio
import random
import socket
import sys

from typing import TYPE_CHECKING, Protocol

from jupyter_server.gateway.gateway_client import GatewayClient
from jupyter_server.utils import url_path_join
from tornado.escape import url_escape
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.iostream import IOStream
from tornado.websocket import WebSocketError, WebSocketProtocol13, websocket_connect

from jupyter_fastpath.core import wire


if TYPE_CHECKING:
    from tornado.websocket import WebSocketClientConnection

    from jupyter_fastpath.core.message import Message


__all__ = ["GatewaySocket", "Listener"]

# What is raised if a connection cannot be made.
FAILURES = (HTTPClientError, WebSocketError, OSError)

# A gateway says this of a kernel that it does not know.
NOT_FOUND = 404

# Seconds between two pings, and for which an answer may take: a gateway that is gone
# without a word is noticed within both.
PING = 30.0

# Seconds, by chance, by which each attempt is late, so that not all kernels of a
# gateway that has come back are connected to at once.
JITTER = (0.1, 1.0)

# After each frame the system is told to confirm what it has received: a gateway sends a
# small message only when the last one is confirmed, which takes 40 ms else. Not every
# system can.
QUICK: int | None = vars(socket).get("TCP_QUICKACK")


class Listener(Protocol):
    """Whoever is told what a websocket of the gateway does."""

    def connected(self) -> None:
        """Take it that messages can be sent."""

    async def arrived(self, frame: bytes | str, codec: wire.Codec) -> None:
        """Take a frame, and return when there may be more."""

    def lost(self, reason: str) -> None:
        """Take it that the kernel is not reached any more, and why."""


class GatewaySocket:
    """
    Stays connected to the channels of one kernel, as long as the gateway knows it.

    Args:
        kernel_id: The kernel.

        session_id: The session of all its connections.

        listener: Who is told.
    """

    def __init__(self, kernel_id: str, session_id: str, listener: Listener) -> None:
        self._kernel_id = kernel_id
        self._session_id = session_id
        self._listener = listener
        self._connection: WebSocketClientConnection | None = None
        self._codec: wire.Codec = wire.LEGACY
        self._keeping = asyncio.create_task(self._keep())

    def close(self) -> None:
        """
        Connect no more.
        """
        self._keeping.cancel()
        self._leave()

    @property
    def is_connected(self) -> bool:
        """Whether messages can be sent."""
        return self._connection is not None

    def write(self, message: Message) -> asyncio.Future[None]:
        """
        Send *message*; return what tells when it is off.

        Raises:
            WebSocketClosedError: The connection has just broken.
        """
        assert self._connection is not None
        frame = self._codec.encode(message)
        written = self._connection.write_message(frame, isinstance(frame, bytes))
        return asyncio.ensure_future(written)

    async def _keep(self) -> None:
        """Connect, and connect again, until that is of no use."""
        failures = 0
        while True:
            try:
                self._connection = await self._connect()
            except FAILURES as exc:
                failures += 1
                if reason := _hopeless(exc, failures):
                    self._listener.lost(reason)
                    return
            else:
                failures = 0
                await self._read(self._connection)
            await asyncio.sleep(_pause(failures))

    async def _connect(self) -> WebSocketClientConnection:
        client = GatewayClient.instance()
        args = client.load_connection_args()  # type: ignore[no-untyped-call]
        request = HTTPRequest(self._url(), **args)
        connecting = asyncio.ensure_future(
            websocket_connect(
                request,
                ping_interval=PING,
                ping_timeout=PING,
                # As large as a kernel likes, as with ZeroMQ.
                max_message_size=sys.maxsize,
                subprotocols=[wire.SUBPROTOCOL],
            )
        )
        try:
            return await asyncio.shield(connecting)
        except asyncio.CancelledError:
            # To cancel it would leave the connection open.
            connecting.add_done_callback(_close)
            raise

    def _url(self) -> str:
        client = GatewayClient.instance()
        kernel = (client.kernels_endpoint, url_escape(self._kernel_id), "channels")
        address = url_path_join(client.ws_url or "", *kernel)
        return f"{address}?session_id={self._session_id}"

    async def _read(self, connection: WebSocketClientConnection) -> None:
        """Hand on what arrives, until the connection breaks."""
        is_v1 = connection.selected_subprotocol == wire.SUBPROTOCOL
        self._codec = wire.V1 if is_v1 else wire.LEGACY
        stream = _stream_of(connection)
        # Nagle's algorithm would hold back each small message for 40 ms.
        stream.set_nodelay(True)
        self._listener.connected()
        while (frame := await connection.read_message()) is not None:
            await self._listener.arrived(frame, self._codec)
            if QUICK is not None and not stream.closed():
                stream.socket.setsockopt(socket.IPPROTO_TCP, QUICK, 1)
        self._leave()

    def _leave(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _stream_of(connection: WebSocketClientConnection) -> IOStream:
    protocol = connection.protocol
    assert isinstance(protocol, WebSocketProtocol13)
    stream = protocol.stream
    assert isinstance(stream, IOStream)
    return stream


def _hopeless(exc: Exception, failures: int) -> str | None:
    """Return why no further attempt is to be made, if that is so."""
    if isinstance(exc, HTTPClientError) and exc.code == NOT_FOUND:
        return "the gateway does not know it any more"
    if failures > GatewayClient.instance().gateway_retry_max:
        return f"the gateway could not be reached: {exc}"
    return None


def _pause(failures: int) -> float:
    """Return how many seconds to wait after so many failures in a row."""
    client = GatewayClient.instance()
    jitter = random.uniform(*JITTER)  # noqa: S311 (nobody need not guess it)
    if failures == 0:
        return jitter
    seconds = client.gateway_retry_interval * 2 ** (failures - 1)
    return float(min(seconds, client.gateway_retry_interval_max)) + jitter


def _close(connecting: asyncio.Future[WebSocketClientConnection]) -> None:
    if not connecting.cancelled() and connecting.exception() is None:
        connecting.result().close()
