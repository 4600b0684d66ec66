"""
A page's kernel websocket, without the page.

It speaks the two protocols with Jupyter Server's own functions, not with ours, so
that what it understands is what a stock client understands.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Protocol, TypeVar

from jupyter_server.services.kernels.connection.base import (
    deserialize_binary_message,
    deserialize_msg_from_ws_v1,
    serialize_binary_message,
    serialize_msg_to_ws_v1,
)
from tornado.websocket import WebSocketClientConnection


__all__ = ["LINES", "V1", "Client", "Received", "Run", "eventually"]

V1 = "v1.kernel.websocket.jupyter.org"

# Seconds to wait for anything: two busy cores are slow, and a hang is a failure.
PATIENCE = 60.0

# Seconds between two looks at what tells nobody that it has changed.
LOOK = 0.02

# A run that prints so many numbers, with a pause after each: output that takes its time.
LINES = "import time\nfor i in range({count}):\n    print(i, flush=True)\n    time.sleep({pause})"

OUTPUT_TYPES = frozenset(
    {"stream", "display_data", "execute_result", "error", "clear_output"}
)

T = TypeVar("T")


@dataclass(frozen=True)
class Received:
    """
    A message as a client got it.
    """

    channel: str
    header: dict[str, Any]
    parent_header: dict[str, Any]
    metadata: dict[str, Any]
    content: dict[str, Any]
    buffers: list[bytes] = field(default_factory=list)
    at: float = field(default_factory=time.time, compare=False)

    @property
    def msg_type(self) -> str:
        """The type of the message."""
        return str(self.header.get("msg_type"))

    @property
    def run_id(self) -> str:
        """The ID of the request that it answers."""
        return str(self.parent_header.get("msg_id", ""))

    @property
    def place(self) -> dict[str, Any]:
        """Its place in its run, as Fastpath tells it."""
        return dict(self.metadata.get("fastpath", {}))

    @property
    def state(self) -> str | None:
        """The state that a ``status`` tells."""
        return self.content.get("execution_state")


class WireProtocol(Protocol):
    """A wire protocol, as a client speaks it."""

    def encode(self, message: Received) -> bytes | str:
        """Return the frame of *message*."""

    def decode(self, frame: bytes | str) -> Received:
        """Return the message of *frame*."""


class V1Protocol:
    """``v1.kernel.websocket.jupyter.org``."""

    def encode(self, message: Received) -> bytes:
        """Return the frame of *message*."""
        named = (
            message.header,
            message.parent_header,
            message.metadata,
            message.content,
        )
        parts = [json.dumps(value).encode() for value in named]
        return serialize_msg_to_ws_v1([*parts, *message.buffers], message.channel)

    def decode(self, frame: bytes | str) -> Received:
        """Return the message of *frame*."""
        assert isinstance(frame, bytes)
        channel, parts = deserialize_msg_from_ws_v1(frame)
        return Received(channel, *map(_read, parts[:4]), buffers=parts[4:])


def _read(part: bytes) -> dict[str, Any]:
    """Return the object in a part; an empty one if there is none, as kernels may send."""
    try:
        value = json.loads(part)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


class LegacyProtocol:
    """The protocol of a client that offers none."""

    def encode(self, message: Received) -> bytes | str:
        """Return the frame of *message*."""
        named = {
            "channel": message.channel,
            "header": message.header,
            "parent_header": message.parent_header,
            "metadata": message.metadata,
            "content": message.content,
        }
        if message.buffers:
            return serialize_binary_message(named | {"buffers": message.buffers})
        return json.dumps(named)

    def decode(self, frame: bytes | str) -> Received:
        """Return the message of *frame*."""
        if isinstance(frame, bytes):
            message = deserialize_binary_message(frame)
        else:
            message = json.loads(frame)
        return Received(
            message["channel"],
            message["header"],
            message["parent_header"],
            message["metadata"],
            message["content"],
            message["buffers"],
        )


@dataclass(frozen=True)
class Run:
    """
    All that a client got of a run, until the run was done.
    """

    run_id: str
    messages: list[Received]

    @property
    def types(self) -> list[str]:
        """The types of the messages; of a status, what it says."""
        return [message.state or message.msg_type for message in self.messages]

    @property
    def done(self) -> dict[str, Any]:
        """What ``cell_done`` says."""
        return self.one("cell_done").content

    @property
    def reply(self) -> dict[str, Any]:
        """What ``execute_reply`` says."""
        return self.one("execute_reply").content

    @property
    def text(self) -> str:
        """The text of both streams."""
        return text_of(self.messages)

    @property
    def result(self) -> str:
        """The ``text/plain`` of the result."""
        return str(self.one("execute_result").content["data"]["text/plain"])

    def all(self, msg_type: str) -> list[Received]:
        """Return the messages of that type."""
        return [message for message in self.messages if message.msg_type == msg_type]

    def one(self, msg_type: str) -> Received:
        """Return the one message of that type."""
        (message,) = self.all(msg_type)
        return message


class Client:
    """
    One page.

    Args:
        session_id: Its session, as the websocket's address says.
    """

    def __init__(self, session_id: str) -> None:
        self.session_id = session_id
        self.received: list[Received] = []
        self.is_closed = False
        self.is_black_hole = False
        self._by_parent: dict[str, list[Received]] = {}
        self._arrived = asyncio.Event()

    def use(self, connection: WebSocketClientConnection) -> None:
        """
        Talk through *connection*, whose callback is :meth:`take`.
        """
        self.connection = connection
        is_v1 = connection.selected_subprotocol == V1
        self._protocol: WireProtocol = V1Protocol() if is_v1 else LegacyProtocol()

    # ---- down

    def take(self, frame: bytes | str | None) -> None:
        """
        Take a frame, or None: the websocket is closed.
        """
        if self.is_black_hole and frame is not None:
            return
        if frame is None:
            self.is_closed = True
        else:
            message = self._protocol.decode(frame)
            self.received.append(message)
            self._by_parent.setdefault(message.run_id, []).append(message)
        self._arrived.set()

    async def until(self, look: Callable[[], T], patience: float = PATIENCE) -> T:
        """
        Return what *look* finds, as soon as that is true.
        """
        deadline = time.monotonic() + patience
        while not (found := look()):
            self._arrived.clear()
            try:
                left = deadline - time.monotonic()
                await asyncio.wait_for(self._arrived.wait(), left)
            except asyncio.TimeoutError:
                raise AssertionError(f"not within {patience} s: {self}") from None
        return found

    def of(self, parent_id: str, *msg_types: str) -> list[Received]:
        """
        Return what has that message as parent, of some types or of all.
        """
        messages = self._by_parent.get(parent_id, [])
        return [m for m in messages if not msg_types or m.msg_type in msg_types]

    async def first(
        self, parent_id: str, *msg_types: str, patience: float = PATIENCE
    ) -> Received:
        """
        Wait for the first message with that parent, of some types or of any.
        """
        found = await self.until(lambda: self.of(parent_id, *msg_types), patience)
        return found[0]

    async def states(self, *states: str, patience: float = PATIENCE) -> Received:
        """
        Wait for a status, of no run in particular, that says one of *states*.
        """
        found = await self.until(
            lambda: [m for m in self.received if m.state in states], patience
        )
        return found[-1]

    async def done(self, run_id: str, patience: float = PATIENCE) -> Run:
        """
        Wait until that run is done, and return all of it so far.
        """
        await self.first(run_id, "cell_done", patience=patience)
        return Run(run_id, self.of(run_id))

    async def closed(self, patience: float = PATIENCE) -> int | None:
        """
        Wait until the websocket is closed, and return the close code.
        """
        await self.until(lambda: self.is_closed, patience)
        code: int | None = self.connection.close_code
        return code

    # ---- up

    def send(
        self,
        msg_type: str,
        content: dict[str, Any] | None = None,
        channel: str = "shell",
        **more: Any,
    ) -> str:
        """
        Send a message, and return its ID.

        Args:
            more: Other parts of the message, and additions to its header.
        """
        parts = {
            name: more.pop(name, default)
            for name, default in (("parent_header", {}), ("metadata", {}))
        }
        buffers: Sequence[bytes] = more.pop("buffers", [])
        header = {
            "msg_id": str(uuid.uuid4()),
            "msg_type": msg_type,
            "username": "tester",
            "session": self.session_id,
            "date": datetime.now(timezone.utc).isoformat(),
            "version": "5.3",
        } | more
        message = Received(
            channel, header, **parts, content=content or {}, buffers=list(buffers)
        )
        self.write(self._protocol.encode(message))
        return str(header["msg_id"])

    def write(self, frame: bytes | str) -> None:
        """
        Send a frame.
        """
        self.connection.write_message(frame, binary=isinstance(frame, bytes))

    def execute(self, code: str, cell_id: str | None = None, **more: Any) -> str:
        """
        Ask for a run of *code*, and return its ID.

        Args:
            more: Other parts of the content.
        """
        content = {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": True,
            "stop_on_error": True,
        } | more
        metadata = {} if cell_id is None else {"cellId": cell_id}
        return self.send("execute_request", content, metadata=metadata)

    async def run(
        self, code: str, cell_id: str | None = None, patience: float = PATIENCE
    ) -> Run:
        """
        Run *code*, and return all of the run when it is done.
        """
        return await self.done(self.execute(code, cell_id), patience)

    # ---- the end

    async def close(self, code: int = 1000) -> None:
        """
        Close the websocket as a page does that goes.
        """
        self.connection.close(code, "bye")
        await self.until(lambda: self.is_closed)

    async def lose(self) -> None:
        """
        Lose the connection, as if a cable was cut: without a word.
        """
        assert self.connection.protocol is not None
        self.connection.protocol.stream.close()
        await self.close()

    def __repr__(self) -> str:
        last = [message.state or message.msg_type for message in self.received[-12:]]
        return f"<Client {self.session_id}, got {len(self.received)}, last {last}>"


def text_of(messages: Sequence[Received], *names: str) -> str:
    """
    Return the text of some streams, or of all.
    """
    return "".join(
        message.content["text"]
        for message in messages
        if message.msg_type == "stream"
        and (not names or message.content["name"] in names)
    )


async def eventually(look: Callable[[], Awaitable[T]], patience: float = PATIENCE) -> T:
    """
    Return what *look* finds, as soon as that is true.
    """
    deadline = time.monotonic() + patience
    while not (found := await look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {patience} s: {found!r}")
        await asyncio.sleep(LOOK)
    return found


def wait_for(gate):
    """
    Return code that goes on when the file *gate* is there.
    """
    return (
        "import pathlib, time\n"
        f"while not pathlib.Path({str(gate)!r}).exists(): time.sleep(0.01)\n"
    )
