"""
A client of the state websocket that takes nothing.

A client of Tornado's reads whether it is asked to or not, into memory without an end.
This one speaks as much of the protocol as it needs, over a socket with small buffers.
"""

from __future__ import annotations

import asyncio
import base64
import secrets
import socket
import struct

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import msgspec

from .errors import BenchError


if TYPE_CHECKING:
    from collections.abc import AsyncIterator


__all__ = ["Stalled", "encode", "stalling"]

_TEXT, _CLOSE = 0x1, 0x8
_FINAL, _MASKED = 0x80, 0x80
_LARGE, _LARGER = 126, 127

# Bytes that wait at our end. The server's buffer grows with the size of the segments
# that we say we take.
_BUFFER = 4096
_SEGMENT = 536

_HANDSHAKE = """\
GET {path} HTTP/1.1\r
Host: 127.0.0.1:{port}\r
Upgrade: websocket\r
Connection: Upgrade\r
Sec-WebSocket-Key: {key}\r
Sec-WebSocket-Version: 13\r
Authorization: token {token}\r
\r
"""


class Stalled:
    """
    The client, which reads when it is asked to and not before.

    Args:
        reader: What the server sends.

        writer: What the server is sent.
    """

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._reader = reader
        self._writer = writer

    async def begin(self, port: int, path: str, token: str) -> None:
        """Open the websocket at *path*."""
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        asking = _HANDSHAKE.format(path=path, port=port, key=key, token=token)
        self._writer.write(asking.encode())
        answer = await self._reader.readuntil(b"\r\n\r\n")
        if b" 101 " not in answer.partition(b"\r\n")[0]:
            raise BenchError(f"the server answers {answer!r}")

    async def ask(self, request: object) -> None:
        """Send *request*."""
        self._writer.write(encode(msgspec.json.encode(request)))
        await self._writer.drain()

    async def close_code(self) -> int | None:
        """Read all there is, and return the code the server closes with, if it does."""
        try:
            while True:
                kind, payload = await self._frame()
                if kind == _CLOSE:
                    code: int = struct.unpack_from(">H", payload)[0]
                    return code
        except (asyncio.IncompleteReadError, ConnectionError):
            return None

    async def _frame(self) -> tuple[int, bytes]:
        """Return the kind and the payload of the next frame."""
        kind, size = await self._reader.readexactly(2)
        if size == _LARGE:
            (size,) = struct.unpack(">H", await self._reader.readexactly(2))
        elif size == _LARGER:
            (size,) = struct.unpack(">Q", await self._reader.readexactly(8))
        return kind & 0x0F, await self._reader.readexactly(size)


def encode(text: bytes) -> bytes:
    """Return the frame of a client that carries *text*, which is short."""
    # A mask of zeros changes nothing.
    return bytes([_FINAL | _TEXT, _MASKED | len(text)]) + bytes(4) + text


@asynccontextmanager
async def stalling(port: int, path: str, token: str) -> AsyncIterator[Stalled]:
    """Give a client of the websocket at *path* that has read nothing yet."""
    with socket.socket() as own:
        own.setblocking(False)
        own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        if hasattr(socket, "TCP_MAXSEG"):
            own.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, _SEGMENT)
        await asyncio.get_running_loop().sock_connect(own, ("127.0.0.1", port))
        reader, writer = await asyncio.open_connection(sock=own, limit=_BUFFER)
        try:
            client = Stalled(reader, writer)
            await client.begin(port, path, token)
            yield client
        finally:
            writer.close()
