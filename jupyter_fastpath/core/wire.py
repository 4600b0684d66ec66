"""
The two wire protocols between server and client, each an object with the same
two methods, chosen once per connection.

A frame from a client is not believed: counts and offsets are checked against
its length before anything is made of them, so that refusing costs microseconds.
"""

from __future__ import annotations

import itertools
import json
import struct

from typing import TYPE_CHECKING, Any, Protocol, cast

from .errors import MalformedFrame
from .message import (
    BUFFERS,
    CHANNELS,
    HEADER,
    METADATA,
    PARENT_HEADER,
    Channel,
    Message,
    pack,
    unpack,
)


if TYPE_CHECKING:
    from collections.abc import Sequence


__all__ = ["LEGACY", "SUBPROTOCOL", "V1", "Codec"]

SUBPROTOCOL = "v1.kernel.websocket.jupyter.org"

# Header, parent header, metadata, content and this many buffers at most.
# Widgets send dozens; the bound keeps the work on a hostile frame small.
MAX_PARTS = 4096

# Version 1 has one offset more than parts, for the end, and its channel is a part.
V1_COUNTS = range(BUFFERS + 2, MAX_PARTS + 3)
LEGACY_COUNTS = range(1, MAX_PARTS + 1)

# Headers of clients have some 250 bytes. A hostile one of this size is read in a
# fifth of a millisecond.
MAX_HEADER = 4 * 1024


class Codec(Protocol):
    """A wire protocol."""

    def encode(self, message: Message) -> bytes | str:
        """Serialize *message* into one WebSocket frame."""

    def decode(self, frame: bytes | str) -> Message:
        """Parse one WebSocket frame, or raise :exc:`MalformedFrame`."""


class _V1:
    """``v1.kernel.websocket.jupyter.org``: offsets, then the parts as they are."""

    def encode(self, message: Message) -> bytes:
        """Serialize *message* into one WebSocket frame."""
        body = [message.channel.encode(), *message.parts]
        start = 8 * (len(body) + 2)
        offsets = itertools.accumulate(map(len, body), initial=start)
        count = len(body) + 1
        return b"".join([struct.pack(f"<{1 + count}Q", count, *offsets), *body])

    def decode(self, frame: bytes | str) -> Message:
        """Parse one WebSocket frame, or raise :exc:`MalformedFrame`."""
        if isinstance(frame, str):
            raise MalformedFrame("frame: text where bytes are spoken")
        parts = _sliced(frame, _offsets(frame, "<Q", V1_COUNTS))
        channel = _known_channel(parts[0].decode(errors="replace"))
        return _checked(Message(channel, parts[1:]))


def _offsets(frame: bytes, form: str, counts: range) -> tuple[int, ...]:
    """Return the offsets that *frame* begins with, behind their count."""
    width = struct.calcsize(form)
    if len(frame) < width:
        raise MalformedFrame("size: too short for a count")
    (count,) = struct.unpack_from(form, frame)
    if count not in counts:
        raise MalformedFrame(f"count: {count} offsets")
    start = width * (1 + count)
    if len(frame) < start:
        raise MalformedFrame(f"count: {count} offsets do not fit")
    offsets = struct.unpack_from(f"{form[0]}{count}{form[1]}", frame, width)
    if offsets[0] != start:
        raise MalformedFrame(f"offsets: the first is {offsets[0]}, not {start}")
    return offsets


def _sliced(frame: bytes, offsets: Sequence[int]) -> list[bytes]:
    if list(offsets) != sorted(offsets):
        raise MalformedFrame("offsets: they do not ascend")
    if offsets[-1] != len(frame):
        raise MalformedFrame(f"size: {len(frame)} bytes, not {offsets[-1]}")
    return [frame[start:stop] for start, stop in itertools.pairwise(offsets)]


class _Legacy:
    """JSON text, or JSON and buffers in one binary frame."""

    def encode(self, message: Message) -> bytes | str:
        """Serialize *message* into one WebSocket frame."""
        text = _legacy_text(message)
        buffers = message.parts[BUFFERS:]
        if not buffers:
            return text
        body = [text.encode(), *buffers]
        start = 4 * (len(body) + 1)
        offsets = itertools.accumulate(map(len, body[:-1]), initial=start)
        return b"".join([struct.pack(f"!{1 + len(body)}I", len(body), *offsets), *body])

    def decode(self, frame: bytes | str) -> Message:
        """Parse one WebSocket frame, or raise :exc:`MalformedFrame`."""
        buffers: list[bytes] = []
        text: bytes | str = frame
        if isinstance(frame, bytes):
            text, *buffers = _sliced(
                frame, [*_offsets(frame, "!I", LEGACY_COUNTS), len(frame)]
            )
        message = _parsed(text)
        channel = _known_channel(message.get("channel") or "shell")
        names = ("header", "parent_header", "metadata", "content")
        parts = [pack(message.get(name, {})) for name in names]
        return _checked(Message(channel, [*parts, *buffers]))


def _legacy_text(message: Message) -> str:
    """Build the text of a message, its keys in Jupyter Server's order."""
    parts = message.parts
    described: dict[str, Any] = {
        "header": unpack(parts[HEADER]),
        "msg_id": message.msg_id,
        "msg_type": message.msg_type,
        "parent_header": unpack(parts[PARENT_HEADER]),
        "metadata": unpack(parts[METADATA]),
        "content": message.content,
    }
    if len(parts) == BUFFERS:
        described["buffers"] = []
    described["channel"] = message.channel
    try:
        return json.dumps(described)
    except RecursionError:
        # Python reads what is nested deeper than it can write. It goes on as it came.
        names = ("header", "parent_header", "metadata", "content")
        raw = zip(names, parts, strict=False)
        texts = [f'"{name}": {part.decode(errors="replace")}' for name, part in raw]
        simple = {name: described[name] for name in described if name not in names}
        return "{" + ", ".join([*texts, json.dumps(simple)[1:]])


def _parsed(text: bytes | str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise MalformedFrame("parts: not JSON") from exc
    if not isinstance(value, dict):
        raise MalformedFrame("parts: not a JSON object")
    return value


def _known_channel(name: object) -> Channel:
    if not isinstance(name, str) or name not in CHANNELS:
        raise MalformedFrame(f"channel: there is no {str(name)[:20]!r}")
    return cast("Channel", name)


def _checked(message: Message) -> Message:
    """Return *message* if its header says what it is."""
    if len(message.parts[HEADER]) > MAX_HEADER:
        raise MalformedFrame(f"size: a header of {len(message.parts[HEADER])} bytes")
    if not message.msg_id or not message.msg_type:
        raise MalformedFrame("parts: the header names no msg_id or no msg_type")
    return message


V1: Codec = _V1()
LEGACY: Codec = _Legacy()
