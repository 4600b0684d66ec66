"""
A kernel message, decoded no further than somebody asked for.

What a kernel sends is passed on even if it cannot be read: nothing here raises
for the contents of a message, it only knows less about it.
"""

from __future__ import annotations

import json

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import msgspec


if TYPE_CHECKING:
    from collections.abc import Sequence


__all__ = [
    "CHANNELS",
    "UNREADABLE",
    "Channel",
    "Header",
    "Message",
    "Stream",
    "pack",
    "unpack",
]

Channel = Literal["shell", "iopub", "stdin", "control"]
CHANNELS = frozenset({"shell", "iopub", "stdin", "control"})

# Positions in the ZeroMQ wire protocol, after the signature.
HEADER, PARENT_HEADER, METADATA, CONTENT, BUFFERS = range(5)

# Something is looked for in metadata of at most this many bytes, so that no
# client can make the server parse megabytes for it.
MAX_METADATA = 256 * 1024


class Header(msgspec.Struct, frozen=True):
    """What is needed of a header; empty strings where it says nothing."""

    msg_id: str = ""
    msg_type: str = ""
    session: str = ""
    subshell_id: str | None = None


class Stream(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of a ``stream`` message that says no more than it must."""

    name: str
    text: str


_headers = msgspec.json.Decoder(Header)
_streams = msgspec.json.Decoder(Stream)

# What reading a part raises that is not what it should be.
UNREADABLE = (msgspec.DecodeError, ValueError, RecursionError)


def pack(value: object) -> bytes:
    """
    Return *value* as one JSON part of a message.
    """
    return json.dumps(value, separators=(",", ":")).encode()


def unpack(part: bytes) -> dict[str, Any]:
    """
    Return the JSON object in *part*; an empty one if there is none to be read.
    """
    try:
        value = json.loads(part)
    except UNREADABLE:
        return {}
    return value if isinstance(value, dict) else {}


def _unpack_header(part: bytes) -> Header:
    try:
        return _headers.decode(part)
    except UNREADABLE:
        known = [unpack(part).get(name) for name in ("msg_id", "msg_type", "session")]
        return Header(*("" if value is None else _sayable(value) for value in known))


def _sayable(value: object) -> str:
    """Return *value* as text without halves of surrogate pairs, which no file takes."""
    return str(value).encode(errors="replace").decode()


@dataclass(frozen=True)
class Message:
    """
    One message on one channel of one kernel.

    Attributes:
        channel: The channel the message travels on.

        parts: The serialized header, parent header, metadata, content, and
            any buffers, in that order.

        event_idx: The number of this message within its run, from 0; None if
            it belongs to no run we know.

        events: How many messages of the kernel this one stands for.

        position: The number of this message among all that the kernel published;
            None if it did not publish it.

        era: Messages of different eras are not merged.

        lengths: How many characters of the text are from each of the messages that
            this one stands for, if it stands for several.
    """

    channel: Channel
    parts: Sequence[bytes] = field(repr=False)
    event_idx: int | None = None
    events: int = 1
    position: int | None = None
    era: int = 0
    lengths: tuple[int, ...] = field(default=(), repr=False)

    @cached_property
    def header(self) -> Header:
        """The header."""
        return _unpack_header(self.parts[HEADER])

    @cached_property
    def parent(self) -> Header:
        """The parent header; empty if the message has no parent."""
        return _unpack_header(self.parts[PARENT_HEADER])

    @cached_property
    def content(self) -> dict[str, Any]:
        """The content; empty if it cannot be read."""
        return unpack(self.parts[CONTENT])

    @cached_property
    def stream(self) -> Stream | None:
        """The content of a ``stream`` message without buffers; None of any other."""
        if self.header.msg_type != "stream" or len(self.parts) > BUFFERS:
            return None
        try:
            return _streams.decode(self.parts[CONTENT])
        except UNREADABLE:
            return None

    @property
    def stream_name(self) -> str:
        """The name of the stream that a ``stream`` message is of."""
        known = self.stream
        return _sayable(self.content.get("name")) if known is None else known.name

    @property
    def text(self) -> str:
        """The text of a ``stream`` message, whatever else there is in it."""
        if self.stream is not None:
            return self.stream.text
        text = self.content.get("text", "")
        return text if isinstance(text, str) else ""

    @property
    def state(self) -> str | None:
        """What a ``status`` tells, if that is text; None of any other message."""
        if self.msg_type != "status":
            return None
        state = self.content.get("execution_state")
        return state if isinstance(state, str) else None

    @cached_property
    def size(self) -> int:
        """The number of bytes in all parts."""
        return sum(map(len, self.parts))

    @property
    def msg_id(self) -> str:
        """The ID of this message."""
        return self.header.msg_id

    @property
    def msg_type(self) -> str:
        """The type of this message."""
        return self.header.msg_type

    @property
    def run_id(self) -> str:
        """The ID of the request this message answers; empty if there is none."""
        return self.parent.msg_id

    @cached_property
    def metadata(self) -> dict[str, Any]:
        """The metadata; empty if they cannot be read, or are very large."""
        metadata = self.parts[METADATA]
        return unpack(metadata) if len(metadata) <= MAX_METADATA else {}

    @property
    def cell_id(self) -> str | None:
        """The cell that an ``execute_request`` was sent for, if the client says so."""
        cell_id = self.metadata.get("cellId")
        return cell_id if isinstance(cell_id, str) else None

    @property
    def policy(self) -> object:
        """What that cell has as the policy of its output, which may be anything."""
        own = self.metadata.get("fastpath")
        return own.get("policy") if isinstance(own, dict) else None

    @cached_property
    def stamped(self) -> Message:
        """This message as it goes to a client: its place in the run in its metadata."""
        if self.event_idx is None:
            return self
        place: dict[str, Any] = {"run_id": self.run_id, "event_idx": self.event_idx}
        if self.events > 1:
            place["events"] = self.events
        metadata = self.parts[METADATA]
        known = {} if metadata == b"{}" else unpack(metadata)
        return self.with_part(METADATA, pack(known | {"fastpath": place}))

    @property
    def end(self) -> int | None:
        """The position after this message, if it has one."""
        return None if self.position is None else self.position + self.events

    def numbered(self, event_idx: int) -> Message:
        """
        Return this message with its place in its run, decoded as far as it was.
        """
        return self._with(event_idx=event_idx)

    def placed(self, position: int, era: int) -> Message:
        """
        Return this message with its place among all, decoded as far as it was.
        """
        return self._with(position=position, era=era)

    def undecoded(self) -> Message:
        """
        Return this message without what was decoded of it, to take less memory.
        """
        return replace(self)

    def _with(self, **changes: int) -> Message:
        changed = object.__new__(Message)
        changed.__dict__.update(self.__dict__, **changes)
        changed.__dict__.pop("stamped", None)
        return changed

    def with_part(self, index: int, part: bytes) -> Message:
        """
        Return a copy of this message with another *part* at *index*.
        """
        parts = list(self.parts)
        parts[index] = part
        return replace(self, parts=parts)
