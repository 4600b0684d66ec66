"""
The websocket frames of Jupyter's v1 subprotocol, as a client reads and writes them.

Written apart from the rest of the package: a benchmark that shared our own codec
would not see its mistakes. Only what is measured is decoded.
"""

from __future__ import annotations

import itertools
import struct
import uuid

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

import msgspec


if TYPE_CHECKING:
    from collections.abc import Sequence


__all__ = [
    "SUBPROTOCOL",
    "Arrival",
    "decode",
    "encode",
    "execute_request",
    "read",
    "stamp",
]

SUBPROTOCOL = "v1.kernel.websocket.jupyter.org"


class _Header(msgspec.Struct):
    msg_id: str = ""
    msg_type: str = ""


class _Stamp(msgspec.Struct):
    msg_id: str
    date: datetime


class _Content(msgspec.Struct):
    name: str = ""
    text: str = ""
    execution_state: str = ""


_header = msgspec.json.Decoder(_Header)
_stamp = msgspec.json.Decoder(_Stamp)
_content = msgspec.json.Decoder(_Content)
_NOTHING = _Content()
_READ = frozenset({"stream", "status"})


@dataclass(frozen=True)
class Arrival:
    """What a client needs to know of a message to measure it."""

    channel: str
    msg_type: str
    parent_id: str
    stream: str
    text: str
    execution_state: str


def encode(channel: str, parts: Sequence[bytes]) -> bytes:
    """Return the frame that carries *parts* on *channel*."""
    pieces = [channel.encode(), *parts]
    offset = 8 * (len(pieces) + 2)
    offsets = [offset]
    for piece in pieces:
        offset += len(piece)
        offsets.append(offset)
    head = struct.pack(f"<{len(offsets) + 1}Q", len(offsets), *offsets)
    return b"".join([head, *pieces])


def decode(frame: bytes) -> tuple[str, list[bytes]]:
    """Return the channel and the parts that *frame* carries."""
    (count,) = struct.unpack_from("<Q", frame)
    offsets = struct.unpack_from(f"<{count}Q", frame, 8)
    pieces = [frame[start:end] for start, end in itertools.pairwise(offsets)]
    return pieces[0].decode(), pieces[1:]


def read(channel: str, parts: Sequence[bytes]) -> Arrival:
    """Return what *parts*, from the header on, say."""
    header = _header.decode(parts[0])
    parent = _header.decode(parts[1])
    content = _NOTHING
    if header.msg_type in _READ:
        content = _content.decode(parts[3])
    return Arrival(
        channel,
        header.msg_type,
        parent.msg_id,
        content.name,
        content.text,
        content.execution_state,
    )


def stamp(header: bytes) -> tuple[str, float]:
    """Return the ID of a message, and when it was written by its date, as Unix time."""
    stamped = _stamp.decode(header)
    return stamped.msg_id, stamped.date.timestamp()


def execute_request(
    code: str, msg_id: str, session: str, cell_id: str | None = None
) -> list[bytes]:
    """Return the parts of a request to run *code*, as JupyterLab writes them."""
    header = {
        "msg_id": msg_id,
        "msg_type": "execute_request",
        "session": session,
        "username": "",
        "date": datetime.now(timezone.utc).isoformat(),
        "version": "5.3",
    }
    content = {
        "code": code,
        "silent": False,
        "store_history": True,
        "user_expressions": {},
        "allow_stdin": True,
        "stop_on_error": True,
    }
    # A cell of its own for each run, so that no run replaces another.
    cell_id = cell_id or str(uuid.uuid4())
    metadata = {"cellId": cell_id, "deletedCells": [], "recordTiming": False}
    return [msgspec.json.encode(part) for part in (header, {}, metadata, content)]
