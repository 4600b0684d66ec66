"""
The channels of one kernel behind a gateway, all on one websocket.

A gateway verifies what the kernel signs, and signs what the kernel gets: nothing is
signed here.
"""

from __future__ import annotations

import asyncio
import uuid

from typing import TYPE_CHECKING, Any

from jupyter_client.session import Session
from tornado.web import HTTPError
from tornado.websocket import WebSocketClosedError

from jupyter_fastpath.core.errors import MalformedFrame
from jupyter_fastpath.core.message import HEADER, pack, unpack

from .gateway_socket import GatewaySocket
from .own import own_request


if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_server.gateway.managers import GatewayKernelManager

    from jupyter_fastpath.core.message import Channel, Message
    from jupyter_fastpath.core.wire import Codec


__all__ = ["GatewayChannels"]

# How much is taken from the websocket before it is handed on; more waits in the
# gateway.
MAX_MESSAGES = 200
MAX_BYTES = 2 * 1024 * 1024

# Seconds between two looks whether there is room for what has arrived.
PRESSED = 0.05

# Seconds between two looks whether the gateway still has the kernel: it says nothing
# when it shuts one down. JupyterLab asks for all kernels as often.
LOOK_INTERVAL = 10.0

# Seconds for which nobody must have waited for what a kernel says until it is left to
# the gateway, which may end idle kernels, but seldom those somebody is connected to.
LEAVE_AFTER = 60.0


class GatewayChannels:
    """
    The four channels of one kernel behind a gateway.

    Args:
        kernel: Its kernel manager.

        receive: What to call with the messages that have arrived.

    Attributes:
        garbled: What is called when something came that is no message.

        is_pressed: What is asked whether more than can be kept would come.
    """

    def __init__(
        self, kernel: GatewayKernelManager, receive: Callable[[list[Message]], None]
    ) -> None:
        self._kernel = kernel
        self._receive = receive
        self.garbled: Callable[[Channel], None] = lambda _: None
        self.is_pressed: Callable[[], bool] = lambda: False
        self._session = Session()
        self._loop = asyncio.get_running_loop()
        self._socket: GatewaySocket | None = None
        self._gateway_session = ""
        self._looking: asyncio.Task[None] | None = None
        self._leaving: asyncio.TimerHandle | None = None
        self._restarting: Callable[[], None] = lambda: None
        self._died: Callable[[], None] = lambda: None
        # By msg_id, or by what they ask if the server does, in the order to be sent in.
        self._held: dict[str, Message] = {}
        self._writing = 0
        self._sent = asyncio.Event()
        self._waiting: list[Message] = []
        self._waiting_bytes = 0
        self._room = asyncio.Event()
        self._delivery: asyncio.TimerHandle | None = None
        self._not_before = 0.0
        self._kernel_session = ""

    @property
    def session_id(self) -> str:
        """The session of the server's own requests."""
        return str(self._session.session)

    def follow(self, restarting: Callable[[], None], died: Callable[[], None]) -> None:
        """
        Call *restarting* when the kernel has died and is about to be started again by
        the gateway, *died* when it will not be, or is not known there any more.
        """
        self._restarting, self._died = restarting, died

    def unfollow(self) -> None:
        """
        Call them no more.
        """
        self._restarting = self._died = lambda: None

    def open(self) -> None:
        """
        Begin to connect to the kernel, with a session that was never used before.
        """
        self._gateway_session = uuid.uuid4().hex
        self._looking = asyncio.create_task(self._look())
        self._connect()

    def _connect(self) -> None:
        kernel_id = self._kernel.kernel_id
        if self._socket is None and self._looking is not None and kernel_id is not None:
            self._socket = GatewaySocket(kernel_id, self._gateway_session, self)

    def close(self) -> None:
        """
        Close the websocket; what was not sent yet is dropped.
        """
        self._leave()
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        for handle in (self._delivery, self._leaving):
            if handle is not None:
                handle.cancel()
        self._delivery = self._leaving = None
        self._held.clear()
        self._sent.set()

    def watched(self, *, is_watched: bool) -> None:
        """
        Connect if anybody waits for what the kernel says; if nobody does for a while,
        leave it to the gateway to keep that.
        """
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None
        if is_watched:
            self._connect()
        else:
            self._leaving = self._loop.call_later(LEAVE_AFTER, self._leave)

    def _leave(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    # ---- up

    def are_connected(self) -> bool:
        """
        Return whether the kernel can be sent to, and can send.
        """
        return self._socket is not None and self._socket.is_connected

    def request(self, channel: Channel, msg_type: str, content: dict[str, Any]) -> None:
        """
        Send a request of the server's own; one that still waits is replaced by it.
        """
        message = own_request(self._session, channel, msg_type, content)
        self._send(f"{channel} {msg_type}", message)

    def send(self, message: Message) -> None:
        """
        Send *message* to the kernel, or keep it until the gateway is there.
        """
        self._send(message.msg_id, message)

    def _send(self, key: str, message: Message) -> None:
        if self._looking is None:
            return
        self._held.pop(key, None)
        self._held[key] = message
        self._connect()
        if self.are_connected():
            self.connected()

    def connected(self) -> None:
        """
        Send what waits for the gateway.
        """
        assert self._socket is not None
        for key, message in list(self._held.items()):
            try:
                written = self._socket.write(message)
            except WebSocketClosedError:
                # It is sent by the next connection.
                return
            del self._held[key]
            self._writing += 1
            written.add_done_callback(self._written)

    def _written(self, written: asyncio.Future[None]) -> None:
        # What a broken connection has lost is noticed by the silence of the kernel.
        written.exception()
        self._writing -= 1
        self._sent.set()

    async def sent(self, channel: Channel) -> None:  # noqa: ARG002 (there is one socket)
        """
        Wait until everything is on its way.
        """
        while self._held or self._writing:
            self._sent.clear()
            await self._sent.wait()

    # ---- down

    def bound(self, count: int) -> None:
        """
        Leave it: only as much is taken as is said above, and the rest is the gateway's.
        """

    def rest(self, seconds: float) -> None:
        """
        Let what the kernel publishes wait for some *seconds*.
        """
        self._not_before = self._loop.time() + seconds

    async def arrived(self, frame: bytes | str, codec: Codec) -> None:
        """
        Take a frame of the gateway, and return when there may be more.
        """
        try:
            message = codec.decode(frame)
        except MalformedFrame:
            # On which channel, only what is in it could say.
            self.garbled("iopub")
            return
        if message.header.session == self._gateway_session:
            self._gateway_said(message)
        else:
            self._kernel_session = message.header.session
            self._take(message)
        if len(self._waiting) >= MAX_MESSAGES or self._waiting_bytes >= MAX_BYTES:
            self._room.clear()
            await self._room.wait()

    def _gateway_said(self, message: Message) -> None:
        """Take a message that the gateway has written in the name of the kernel."""
        state = message.content.get("execution_state")
        if state == "restarting":
            self._restarting()
        elif state == "dead":
            self.lost("the gateway could not start it again")
        else:
            # Clients take it that a kernel of another session is another kernel.
            header = unpack(message.parts[HEADER]) | {"session": self._kernel_session}
            self._take(message.with_part(HEADER, pack(header)))

    def _take(self, message: Message) -> None:
        self._waiting.append(message)
        self._waiting_bytes += message.size
        if self._delivery is None:
            at = max(self._not_before, self._loop.time())
            self._delivery = self._loop.call_at(at, self._deliver)

    def _deliver(self) -> None:
        if self.is_pressed():
            self._delivery = self._loop.call_later(PRESSED, self._deliver)
        else:
            self._hand_on()

    def drain(self) -> bool:
        """
        Receive what has arrived, if there is no pressure.

        Returns:
            Whether nothing has, for certain.
        """
        if self.is_pressed():
            return False
        return self._hand_on()

    def drain_all(self) -> None:
        """
        Receive all that has arrived, whatever the pressure: nothing more will come.
        """
        self._hand_on()

    def _hand_on(self) -> bool:
        if self._delivery is not None:
            self._delivery.cancel()
            self._delivery = None
        messages, self._waiting, self._waiting_bytes = self._waiting, [], 0
        self._room.set()
        if messages:
            self._receive(messages)
        return not messages

    # ---- the end

    async def _look(self) -> None:
        """Look now and then whether the gateway still has the kernel."""
        while True:
            await asyncio.sleep(LOOK_INTERVAL)
            try:
                model = await self._kernel.refresh_model()  # type: ignore[no-untyped-call]
            except HTTPError:
                # Whether it comes back is noticed by who stays connected to it.
                continue
            if model is None:
                self.lost("the gateway does not know it any more")
                return

    def lost(self, reason: str) -> None:
        """
        Let it be known that the kernel is not reached any more.
        """
        self._kernel.reason = reason
        self.drain_all()
        self.close()
        self._died()
