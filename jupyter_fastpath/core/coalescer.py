"""
Merge neighbouring ``stream`` messages, and nothing else.

Everything that is not a stream of the same run and the same name is a barrier:
a comm message may move the place where text goes, ``clear_output`` wipes it, a
``status`` ends it. Nothing crosses a barrier, so nothing is ever reordered.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from .message import CONTENT, METADATA, Stream
from .splitter import MAX_TEXT


if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .message import Message


__all__ = ["coalesce", "since"]

# The bytes of content that a merged message has at most: what is split is not merged
# again.
MAX_MERGED = MAX_TEXT


def coalesce(messages: Iterable[Message]) -> list[Message]:
    """
    Merge each stretch of neighbouring ``stream`` messages into one message.

    Returns:
        The messages to send in place of *messages*, in the same order.
    """
    merged: list[Message] = []
    stretch: list[Message] = []
    size = 0
    for message in messages:
        size += len(message.parts[CONTENT])
        if stretch and (size > MAX_MERGED or not _merges(stretch[-1], message)):
            merged.append(_joined(stretch))
            stretch, size = [], len(message.parts[CONTENT])
        stretch.append(message)
    return [*merged, _joined(stretch)] if stretch else merged


def _merges(earlier: Message, later: Message) -> bool:
    one, two = earlier.stream, later.stream
    return (
        one is not None
        and two is not None
        and one.name == two.name
        and earlier.channel == later.channel
        and earlier.run_id == later.run_id
        and earlier.header.session == later.header.session
        and earlier.parts[METADATA] == later.parts[METADATA]
        and (earlier.event_idx is None) == (later.event_idx is None)
        and earlier.era == later.era
    )


def _joined(stretch: Sequence[Message]) -> Message:
    first, last = stretch[0], stretch[-1]
    if len(stretch) == 1:
        return first
    streams = [message.stream for message in stretch if message.stream is not None]
    text = "".join(stream.text for stream in streams)
    lengths: list[int] = []
    for message, stream in zip(stretch, streams, strict=True):
        lengths.extend(message.lengths or (len(stream.text),))
    # The ID of the last, for what is cut off the end of a merged message has it, too.
    merged = _with_text(last, text, tuple(lengths))
    return replace(merged, event_idx=first.event_idx, position=first.position)


def _with_text(message: Message, text: str, lengths: tuple[int, ...]) -> Message:
    assert message.stream is not None
    parts = list(message.parts)
    parts[CONTENT] = msgspec.json.encode(Stream(message.stream.name, text))
    return replace(message, parts=parts, events=len(lengths), lengths=lengths)


def since(message: Message, position: int) -> Message:
    """
    Return what of a merged *message* comes from *position*, which is in it, on.
    """
    assert message.position is not None
    count = position - message.position
    if count <= 0:
        return message
    assert message.stream is not None
    skipped = sum(message.lengths[:count])
    text = message.stream.text[skipped:]
    rest = _with_text(message, text, message.lengths[count:])
    number = None if message.event_idx is None else message.event_idx + count
    return replace(rest, position=position, event_idx=number)
