"""
A client that is no good: it does with its websocket what browsers never do.
"""

from __future__ import annotations

import base64
import os
import socket
import struct
import uuid

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from .client import V1


__all__ = ["BINARY", "CLOSE", "PING", "PONG", "TEXT", "connected", "frame"]

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA


@contextmanager
def connected(
    port: int, path: str, token: str, session_id: str = ""
) -> Iterator[socket.socket]:
    """
    Give a TCP connection on which the upgrade to a websocket was asked for.
    """
    query = urlencode({"session_id": session_id or uuid.uuid4(), "token": token})
    lines = [
        f"GET {path}?{query} HTTP/1.1",
        f"Host: localhost:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        f"Sec-WebSocket-Protocol: {V1}",
        *("", ""),
    ]
    with socket.socket() as connection:
        # A small window: what is not read soon fills it.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", port))
        connection.sendall("\r\n".join(lines).encode())
        connection.setblocking(False)
        yield connection


def frame(opcode: int, payload: bytes) -> bytes:
    """
    Return one masked frame, as a client has to send it.
    """
    length = len(payload)
    if length < 126:
        head = struct.pack("!BB", 0x80 | opcode, 0x80 | length)
    elif length < 1 << 16:
        head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, length)
    else:
        head = struct.pack("!BBQ", 0x80 | opcode, 0x80 | 127, length)
    # A mask of zeros changes nothing.
    return head + bytes(4) + payload
