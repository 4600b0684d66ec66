"""
What servers that share a board say to each other.

Each server numbers its changes, and what is stored of it has the numbers, too. So what
was read and what is heard go together in whatever order they come: nothing older is
put over something newer, and whoever hears a number that does not follow on the last
one reads all again.
"""

from __future__ import annotations

from typing import Any, Literal, TypeVar

import msgspec

from .errors import MalformedWord


__all__ = ["MARK", "Word", "decode"]

# The field of what a server has stored that is no topic: the number of the newest
# change. Without it the rest is not complete.
MARK = b""

T = TypeVar("T")


class Word(msgspec.Struct, frozen=True):
    """
    What a server says to the others.

    Attributes:
        server: Its ID.

        number: The number of its newest change.

        kind: It has changed some values, or none and is only alive; it has stored all
            of them anew; it has left.

        changes: The values that have changed, by topic, with None for what is gone.
    """

    server: str
    number: int
    kind: Literal["changed", "stored", "left"] = "changed"
    changes: dict[str, Any] = {}

    @classmethod
    def decode(cls, raw: bytes) -> Word:
        """
        Return the word that *raw* is.

        Raises:
            MalformedWord: It is none.
        """
        return decode(_WORD, raw)


_WORD = msgspec.json.Decoder(Word)


def decode(decoder: msgspec.json.Decoder[T], raw: bytes) -> T:
    """
    Return what *decoder* finds in *raw*.

    Raises:
        MalformedWord: It finds something else.
    """
    try:
        return decoder.decode(raw)
    except (msgspec.MsgspecError, ValueError, RecursionError) as exc:
        raise MalformedWord(str(exc)) from exc
