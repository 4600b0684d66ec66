"""
Split a ``stream`` message of very much text into several that are like any other.

A page reads a frame in one go and shows nothing of it before, and what is one message
can neither be merged, nor sent in turns, nor be gone on with in its middle. The text is
cut as it is on the wire, and never decoded.
"""

from __future__ import annotations

import re

from typing import TYPE_CHECKING

import msgspec

from .message import BUFFERS, CONTENT, UNREADABLE


if TYPE_CHECKING:
    from collections.abc import Iterator

    from .message import Message


__all__ = ["MAX_TEXT", "split"]

# The bytes of text that one message has at most, or some few more: a page reads as
# much in a millisecond, and the server's cost of a message does not show beside it.
MAX_TEXT = 256 * 1024

# How many bytes more there may be, lest a character is cut: the rest of an escape, and
# the second half of a surrogate pair.
MARGIN = 12

ESCAPE_LENGTH = len(rb"\u0000")

# What belongs to the character before it, or to the end of the line.
CONTINUED = re.compile(
    rb"(?<=\\u[dD][89abAB]..)\\u[dD][c-fC-F].."
    rb"|(?<=\\r)\\n"
    rb"|[\x80-\xbf]{1,3}"
)


class _RawStream(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of a ``stream`` message, each value as it is on the wire."""

    name: msgspec.Raw
    text: msgspec.Raw


_raw_streams = msgspec.json.Decoder(_RawStream)


def split(message: Message) -> list[Message]:
    """
    Return the messages to take in place of *message*: itself, if it is not too long.
    """
    part = message.parts[CONTENT]
    # Nearly all end here.
    if len(part) <= MAX_TEXT:
        return [message]
    if message.msg_type != "stream" or len(message.parts) > BUFFERS:
        return [message]
    try:
        content = _raw_streams.decode(part)
    except UNREADABLE:
        return [message]
    text = memoryview(content.text)
    if text[0] != ord('"'):
        return [message]
    return [
        message.with_part(CONTENT, _pack(content.name, piece))
        for piece in _pieces(text[1:-1])
    ] or [message]


def _pack(name: msgspec.Raw, piece: bytes) -> bytes:
    return msgspec.json.encode(_RawStream(name, msgspec.Raw(b'"%b"' % piece)))


def _pieces(text: memoryview) -> Iterator[bytes]:
    start = 0
    while start < len(text):
        window = bytes(text[start : start + MAX_TEXT + MARGIN])
        stop = _cut(window)
        yield window[:stop]
        start += stop


def _cut(window: bytes) -> int:
    """Return the first place from the bound on where *window* can be cut."""
    place = MAX_TEXT
    escape = window.rfind(b"\\", max(0, place - ESCAPE_LENGTH + 1), place)
    if escape >= 0 and _begins_escape(window[: escape + 1]):
        is_long = window[escape + 1 : escape + 2] == b"u"
        place = max(place, escape + (ESCAPE_LENGTH if is_long else 2))
    more = CONTINUED.match(window, place)
    return more.end() if more else place


def _begins_escape(head: bytes) -> bool:
    """Return whether the backslash at the end of *head* is none that is escaped."""
    return (len(head) - len(head.rstrip(b"\\"))) % 2 == 1
