"""
The route of a kernel's WebSocket.
"""

from __future__ import annotations

import inspect

from typing import TYPE_CHECKING

from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
from tornado.ioloop import IOLoop, PeriodicCallback

from .connection import FastpathWebsocketConnection
from .core.errors import MalformedFrame
from .kernel_handler import KERNEL_ID


if TYPE_CHECKING:
    from .config import ConnectionConfig


__all__ = ["KERNEL_ROUTES", "FastpathWebsocketHandler"]

PROTOCOL_ERROR, INTERNAL_ERROR = 1002, 1011

# A reason for closing has at most 123 bytes.
MAX_REASON = 120

# Bytes per second of the slowest link that is not taken for a dead one while a
# message is on its way.
SLOWEST_LINK = 64 * 1024


class FastpathWebsocketHandler(KernelWebsocketHandler):
    """
    The kernel's WebSocket, whichever connection class serves it.

    All checks of Jupyter Server are those of the base class.
    """

    _pinging: PeriodicCallback | None = None
    _pinged_at: float | None = None
    _is_handling = False

    @property
    def ping_interval(self) -> float:
        """0: the pings of the base classes are replaced by ours."""
        return 0.0

    async def open(self, kernel_id: str) -> None:
        """
        Begin to ping, and connect to the kernel.
        """
        interval, _ = self._ping_settings()
        if interval > 0:
            self._pinging = PeriodicCallback(self._ping_or_close, 1000 * interval)
            self._pinging.start()
        self.log.info("Connecting to kernel %s.", kernel_id)
        await self.connection.connect()

    def _ping_settings(self) -> tuple[float, float]:
        config: ConnectionConfig = self.settings["fastpath_connection_config"]
        interval = self.settings.get("websocket_ping_interval")
        timeout = self.settings.get("websocket_ping_timeout")
        return (interval or config.ping_interval, timeout or config.ping_timeout)

    def _ping_or_close(self) -> None:
        now = IOLoop.current().time()
        ours = self._our_connection()
        in_flight = 0 if ours is None else ours.in_flight
        _, timeout = self._ping_settings()
        patience = timeout + in_flight / SLOWEST_LINK
        if self._is_handling:
            # Nothing is read meanwhile, no answer to a ping either.
            self._pinged_at = None
        elif self._pinged_at is not None and now - self._pinged_at > patience:
            self.log.warning(
                "no sign of life for %.0f s, closing", now - self._pinged_at
            )
            self.close(INTERNAL_ERROR, "no answer to pings")
        elif self.ws_connection is not None and not self.ws_connection.is_closing():
            if self._pinged_at is None:
                self._pinged_at = now
            self.ping(b"" if ours is None else ours.ping_data())

    def _our_connection(self) -> FastpathWebsocketConnection | None:
        connection = self.connection
        is_ours = isinstance(connection, FastpathWebsocketConnection)
        return connection if is_ours else None

    def on_pong(self, data: bytes) -> None:
        """
        Note that the client is alive, and what it has got.
        """
        self._pinged_at = None
        if ours := self._our_connection():
            ours.ponged(data)

    async def on_message(self, ws_message: bytes | str) -> None:
        """
        Hand what the client sent to the connection; no more is read until that has it.
        """
        self._pinged_at = None
        if self.connection is None:
            return
        self._is_handling = True
        try:
            handled = self.connection.handle_incoming_message(ws_message)
            if inspect.isawaitable(handled):
                await handled
        except MalformedFrame as exc:
            self.log.warning("closing a websocket: malformed frame: %s", exc)
            self.close(PROTOCOL_ERROR, f"malformed frame: {exc}"[:MAX_REASON])
        finally:
            self._is_handling = False

    def on_close(self) -> None:
        """
        Leave the kernel.
        """
        if self._pinging is not None:
            self._pinging.stop()
        if self.connection is not None:
            super().on_close()  # type: ignore[no-untyped-call]


KERNEL_ROUTES = [(rf"/api/kernels/{KERNEL_ID}/channels", FastpathWebsocketHandler)]
