"""
The ZeroMQ sockets of one kernel.

They belong to the hub, not to a browser: opened once, drained always. ZeroMQ must
never drop here, so no socket has a receive high-water mark; what bounds memory is
that they are drained before anything else is done.
"""

from __future__ import annotations

import asyncio
import uuid

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

import zmq

from jupyter_client.session import DELIM, Session

from jupyter_fastpath.core.message import BUFFERS, Message

from .own import own_request


if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zmq.eventloop.zmqstream import ZMQStream

    from jupyter_fastpath.core.message import Channel


__all__ = ["ZmqChannels", "ZmqKernel"]

# How much is taken from a socket before the loop may turn: some milliseconds' work.
MAX_MESSAGES = 200
MAX_BYTES = 2 * 1024 * 1024

# What a socket has to have before it connects, for later it would be without effect.
OPTIONS: dict[int, int] = {
    # Nothing is dropped on this side.
    zmq.RCVHWM: 0,
    # Nothing is queued for a peer that is not there: to be able to send is to be
    # connected.
    zmq.IMMEDIATE: 1,
}


class ZmqKernel(Protocol):
    """A kernel manager of Jupyter, as far as it is needed to reach its kernel."""

    session: Session
    context: zmq.Context[zmq.Socket[bytes]]

    def connect_iopub(self, identity: bytes | None = None) -> ZMQStream:
        """Return a stream of what the kernel publishes."""

    def connect_shell(self, identity: bytes | None = None) -> ZMQStream:
        """Return a stream to the shell channel."""

    def connect_control(self, identity: bytes | None = None) -> ZMQStream:
        """Return a stream to the control channel."""

    def connect_stdin(self, identity: bytes | None = None) -> ZMQStream:
        """Return a stream to the stdin channel."""

    def add_restart_callback(
        self, callback: Callable[[], None], event: str = "restart"
    ) -> None:
        """Call *callback* when it is restarted because it died, or is ``dead``."""

    def remove_restart_callback(
        self, callback: Callable[[], None], event: str = "restart"
    ) -> None:
        """Call *callback* no more."""


class ZmqChannels:
    """
    The four channels of one kernel.

    Args:
        kernel: How to reach the kernel.

        receive: What to call with the messages that have arrived.

    Attributes:
        garbled: What is called with the channel on which something came that is no
            message.

        is_pressed: Returns whether nothing more should be taken of what the kernel
            publishes.
    """

    def __init__(
        self, kernel: ZmqKernel, receive: Callable[[list[Message]], None]
    ) -> None:
        self._kernel = kernel
        self._receive = receive
        self.garbled: Callable[[Channel], None] = lambda _: None
        self.is_pressed: Callable[[], bool] = lambda: False
        self._streams: dict[Channel, ZMQStream] = {}
        # How much the socket of the kernel's publishing has given.
        self._published = 0
        self._session = Session()
        self._sent = asyncio.Event()
        self._followers: dict[str, Callable[[], None]] = {}

    @property
    def session_id(self) -> str:
        """The session of the server's own requests."""
        return str(self._session.session)

    def follow(self, restarting: Callable[[], None], died: Callable[[], None]) -> None:
        """
        Call *restarting* when the kernel has died and is about to be started again,
        *died* when it will not be.
        """
        self._followers = {"restart": restarting, "dead": died}
        for event, callback in self._followers.items():
            self._kernel.add_restart_callback(callback, event)

    def unfollow(self) -> None:
        """
        Call them no more.
        """
        for event, callback in self._followers.items():
            self._kernel.remove_restart_callback(callback, event)

    def open(self) -> None:
        """
        Connect all channels, with one identity: the kernel asks for input on the
        stdin channel of who sent the request.

        It is never used again. A kernel whose socket meets an identity for a second
        time, while it is not done with the first, may never read from it.
        """
        self._published = 0
        kernel = self._kernel
        identity = uuid.uuid4().hex.encode()
        session = self._session
        session.key = kernel.session.key
        session.signature_scheme = kernel.session.signature_scheme
        connects: dict[Channel, Callable[..., ZMQStream]] = {
            "iopub": kernel.connect_iopub,
            "shell": kernel.connect_shell,
            "control": kernel.connect_control,
            "stdin": kernel.connect_stdin,
        }
        for channel, connect in connects.items():
            with _defaults(kernel.context):
                stream = connect(identity=identity)
            stream.on_recv(self._receiver(channel))
            stream.on_send(lambda *_: self._sent.set())
            self._streams[channel] = stream

    def close(self) -> None:
        """
        Close all channels; what was not sent yet is dropped.
        """
        streams, self._streams = self._streams, {}
        for stream in streams.values():
            if not stream.closed():
                stream.close(linger=0)
        self._sent.set()

    @property
    def is_open(self) -> bool:
        """Whether the channels are connected."""
        return bool(self._streams)

    def watched(self, *, is_watched: bool) -> None:
        """
        Stay connected: nobody but this server is asked to keep what the kernel says.
        """

    def are_connected(self) -> bool:
        """
        Return whether the kernel can be sent to, and can send, on all channels.

        A kernel asks for input through a socket that drops what it cannot deliver.
        """
        asking = [
            stream.socket.getsockopt(zmq.EVENTS)
            for channel, stream in self._streams.items()
            if channel != "iopub"
        ]
        # To look may have used up the signal that something has arrived.
        self.drain()
        return all(isinstance(seen, int) and seen & zmq.POLLOUT for seen in asking)

    def request(self, channel: Channel, msg_type: str, content: dict[str, Any]) -> None:
        """
        Send a request of the server's own.
        """
        self.send(own_request(self._session, channel, msg_type, content))

    def send(self, message: Message) -> None:
        """
        Send *message* to the kernel, or keep it until its socket has room.
        """
        stream = self._streams.get(message.channel)
        if stream is None:
            return
        signature = self._session.sign(list(message.parts[:BUFFERS]))
        parts = [DELIM, signature, *message.parts]
        if stream.sending() or not _sends(stream.socket, parts):
            stream.send_multipart(parts)
        # To send may have used up the signal that something has arrived.
        asyncio.get_running_loop().call_soon(self._drain, message.channel)

    async def sent(self, channel: Channel) -> None:
        """
        Wait until everything for *channel* is on its way.
        """
        while (stream := self._streams.get(channel)) is not None and stream.sending():
            self._sent.clear()
            await self._sent.wait()

    def bound(self, count: int) -> None:
        """
        Take no more than about *count* published messages that nobody has received yet.

        More wait in the kernel then, whose socket must not drop any.
        """
        # In effect at once, because libzmq passes it on to the pipes there are. Who
        # puts in does not know yet what was taken out, and learns it each half a mark
        # only: a pipe that all of it together has filled would never have room again.
        mark = max(count, 2 * self._published + 1)
        self._streams["iopub"].socket.setsockopt(zmq.RCVHWM, mark)

    def rest(self, seconds: float) -> None:
        """
        Leave what the kernel publishes in its socket for some *seconds*, and again as
        long as there is pressure then.

        Many messages taken at once cost a third of as many taken one by one.
        """
        self._streams["iopub"].stop_on_recv()
        asyncio.get_running_loop().call_later(seconds, self._resume, seconds)

    def _resume(self, seconds: float) -> None:
        stream = self._streams.get("iopub")
        if stream is None:
            return
        if self.is_pressed():
            self.rest(seconds)
        else:
            stream.on_recv(self._receiver("iopub"))

    def drain(self) -> bool:
        """
        Receive what has arrived, up to a bound, and as far as there is no pressure.

        Returns:
            Whether nothing more waits, for certain.
        """
        channels = list(self._streams)
        if self.is_pressed():
            channels.remove("iopub")
        are_empty = [self._drain(channel) for channel in channels]
        return all(are_empty) and not self.is_pressed()

    def drain_all(self) -> None:
        """
        Receive all that has arrived, whatever the pressure: nothing more will come.
        """
        while not all(self._drain(channel) for channel in list(self._streams)):
            pass

    def _drain(self, channel: Channel) -> bool:
        messages = list(self._waiting(channel))
        if messages:
            self._receive(messages)
        return not messages

    def _receiver(self, channel: Channel) -> Callable[[list[bytes]], None]:
        def receive(frames: list[bytes]) -> None:
            first = self._taken(channel, frames)
            more = self._waiting(channel)
            self._receive([*([first] if first else []), *more])

        return receive

    def _waiting(self, channel: Channel) -> Iterator[Message]:
        size = 0
        for _ in range(MAX_MESSAGES):
            stream = self._streams.get(channel)
            if stream is None or size > MAX_BYTES:
                return
            try:
                frames = stream.socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            message = self._taken(channel, frames)
            if message is not None:
                size += message.size
                yield message

    def _taken(self, channel: Channel, frames: list[bytes]) -> Message | None:
        """Return what is behind prefix and signature; None if that is too short."""
        self._published += channel == "iopub"
        start = frames.index(DELIM) + 2 if DELIM in frames else len(frames)
        parts = frames[start:]
        if len(parts) < BUFFERS:
            self.garbled(channel)
            return None
        return Message(channel, parts)


def _sends(socket: zmq.Socket[bytes], parts: list[bytes]) -> bool:
    """Send *parts* unless the socket is full; return whether they were sent."""
    try:
        socket.send_multipart(parts, zmq.NOBLOCK)
    except zmq.Again:
        return False
    return True


@contextmanager
def _defaults(context: zmq.Context[zmq.Socket[bytes]]) -> Iterator[None]:
    """Have the sockets that are made meanwhile begin with our options."""
    before = dict(context.sockopts)
    context.sockopts.update(OPTIONS)
    try:
        yield
    finally:
        context.sockopts.clear()
        context.sockopts.update(before)
