"""
The WebSocket of one client.
"""

from __future__ import annotations

import asyncio

from typing import TYPE_CHECKING, Any

from jupyter_core.utils import ensure_async
from jupyter_server.services.kernels.connection.channels import (
    ZMQChannelsWebsocketConnection,
)
from tornado.web import HTTPError
from tornado.websocket import WebSocketClosedError

from .core import wire
from .core.errors import MalformedFrame


if TYPE_CHECKING:
    from .core.message import Message
    from .hub import KernelHub
    from .hubs import KernelHubs


__all__ = [
    "HUBS",
    "FastpathGatewayConnection",
    "FastpathWebsocketConnection",
    "client_id",
]

# Where the web application keeps the hubs.
HUBS = "fastpath_hubs"

# Seconds between two looks at a kernel that is not alive yet.
ALIVE_INTERVAL = 0.1

# The query argument by which a client says how many messages it has got.
CURSOR = "fastpath_cursor"

# More digits than a count of messages can have.
MAX_DIGITS = 18

NORMAL_CLOSURE, GOING_AWAY, TRY_AGAIN_LATER = 1000, 1001, 1013

# What a client may have said when it left and will not come back. Everything else,
# and silence, is a connection that broke.
FAREWELLS = frozenset({NORMAL_CLOSURE, GOING_AWAY})


def client_id(handler: Any, session_id: str) -> str:
    """
    Return who asks by *handler*: the session, as far as nobody else can claim it.

    Whoever has the server's token may speak for every session.
    """
    if handler.token_authenticated or not handler.identity_provider.auth_enabled:
        return f"/{session_id}"
    return f"{handler.current_user.username}/{session_id}"


class FastpathWebsocketConnection(ZMQChannelsWebsocketConnection):
    """
    Bridges the WebSocket of one client and the hub of its kernel.

    It is a subclass so that what users have configured for Jupyter Server's
    connection holds for it. The ZeroMQ sockets are the hub's.
    """

    _hub: KernelHub | None = None
    _codec: wire.Codec = wire.LEGACY
    _cursor: int | None = None
    in_flight = 0

    async def prepare(self) -> None:
        """
        Wait for a kernel that is still starting.

        Raises:
            HTTPError: The kernel could not be started, or the cursor is no number.
        """
        self._cursor = self._read_cursor()
        await self._started()
        deadline = asyncio.get_running_loop().time() + self.kernel_info_timeout
        while not await ensure_async(self.kernel_manager.is_alive()):
            if asyncio.get_running_loop().time() > deadline:
                raise HTTPError(503, f"kernel {self.kernel_id} did not come alive")
            await asyncio.sleep(ALIVE_INTERVAL)

    def _read_cursor(self) -> int | None:
        cursor = self.websocket_handler.get_query_argument(CURSOR, None)
        if cursor is None:
            return None
        if not cursor.isdigit() or len(cursor) > MAX_DIGITS:
            raise HTTPError(400, f"{CURSOR}: {cursor[:MAX_DIGITS]!r} is no number")
        return int(cursor)

    async def _started(self) -> None:
        kernel = self.kernel_manager
        try:
            await asyncio.wrap_future(kernel.ready)
        except Exception as exc:
            # Whatever kept the kernel from starting is told to who asked for it.
            kernel.execution_state = "dead"
            kernel.reason = str(exc)
            raise HTTPError(500, str(exc)) from exc

    # The class of Jupyter Server answers these three in its own way: two of them return
    # futures, and the abstract one says coroutines. The handler takes either.
    async def connect(self) -> None:  # type: ignore[override]
        """
        Join the hub of the kernel, unless that has too many clients.
        """
        handler = self.websocket_handler
        # Nagle's algorithm would hold back each small message for 40 ms.
        handler.set_nodelay(True)
        if handler.selected_subprotocol == wire.SUBPROTOCOL:
            self._codec = wire.V1
        hubs: KernelHubs = handler.settings[HUBS]
        hub = hubs.hub(self.kernel_manager)
        if not hub.admits(self.client_id):
            self.log.warning("kernel %s has too many clients", self.kernel_id)
            self.dismiss(TRY_AGAIN_LATER, "the kernel has too many clients")
            return
        self._hub = hub
        self.multi_kernel_manager.notify_connect(self.kernel_id)
        self._hub.attach(self.client_id, self, self._cursor)

    def disconnect(self) -> None:  # type: ignore[override]
        """
        Leave the hub; what the client misses is kept if it may come back.
        """
        hub, self._hub = self._hub, None
        if hub is None:
            return
        self.multi_kernel_manager.notify_disconnect(self.kernel_id)
        may_return = self.websocket_handler.close_code not in FAREWELLS
        hub.detach(self.client_id, self, may_return=may_return)

    @property
    def client_id(self) -> str:
        """Who this is."""
        return client_id(self.websocket_handler, self.session_id)

    async def handle_incoming_message(  # type: ignore[override]
        self, incoming_msg: bytes | str
    ) -> None:
        """
        Hand what the client sent to the hub, and wait until that has it.

        Raises:
            MalformedFrame: It is not of the wire protocol.
        """
        try:
            message = self._codec.decode(incoming_msg)
        except MalformedFrame:
            if self._hub is not None:
                self._hub.counters.malformed += 1
            raise
        if self._hub is not None:
            timeout = self.kernel_info_timeout
            await self._hub.receive(self.client_id, message, timeout)

    def send(self, message: Message) -> asyncio.Future[None] | None:
        """
        Send *message*; return what tells when it is off, None if it will never be.
        """
        frame = self._codec.encode(message)
        try:
            future = self.websocket_handler.write_message(
                frame, binary=isinstance(frame, bytes)
            )
        except WebSocketClosedError:
            return None
        self.in_flight += len(frame)
        future.add_done_callback(lambda _: self._off(len(frame)))
        return future

    def _off(self, size: int) -> None:
        self.in_flight -= size

    def ping_data(self) -> bytes:
        """
        Return what a ping is to carry: the answer brings it back.
        """
        if self._hub is None:
            return b""
        return b"%d" % self._hub.taken(self.client_id, self)

    def ponged(self, data: bytes) -> None:
        """
        Note that the client has got all that was sent before the ping with *data*.
        """
        # A client may send pongs of its own, with whatever it likes.
        if self._hub is not None and data.isdigit() and len(data) <= MAX_DIGITS:
            self._hub.confirmed(self.client_id, self, int(data))

    def dismiss(self, code: int, reason: str) -> None:
        """
        Close the WebSocket, and say why.
        """
        self.websocket_handler.close(code, reason)

    def replaced(self) -> None:
        """
        Make way for a newer connection of the same client.
        """
        self._hub = None
        self.multi_kernel_manager.notify_disconnect(self.kernel_id)
        self.log.warning("replacing stale connection: %s", self.session_id)
        self.dismiss(NORMAL_CLOSURE, "replaced by a newer connection")


class FastpathGatewayConnection(FastpathWebsocketConnection):
    """
    The same for a kernel behind a gateway.
    """

    async def prepare(self) -> None:
        """
        Wait for nothing: the gateway has said that the kernel is started.

        Raises:
            HTTPError: The cursor is no number.
        """
        self._cursor = self._read_cursor()
