"""
What this server lets those know that share its board.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Literal

import msgspec

from .errors import MalformedWord
from .word import Word


if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


__all__ = ["Changes", "OwnValues"]

# What a topic that is gone has as its value.
GONE = msgspec.json.encode(None)


@dataclass(frozen=True)
class Changes:
    """
    What is to be stored and said next.

    Attributes:
        number: To be stored under the mark.

        stored: What is to be stored, by topic.

        gone: The topics of which nothing is to be stored any longer.

        word: What is to be said.
    """

    number: int
    stored: dict[str, bytes]
    gone: list[str]
    word: bytes


class OwnValues:
    """
    What this server has published, and what of it the others do not know yet.

    Args:
        server_id: Its ID.
    """

    def __init__(self, server_id: str) -> None:
        self._server_id = server_id
        self._number = 0
        self._values: dict[str, bytes] = {}
        self._waiting: dict[str, bytes] = {}
        self._is_stored = False

    @property
    def waiting(self) -> int:
        """How many topics wait; never more than there are or were since the last."""
        return len(self._waiting)

    def put(self, topic: str, value: object) -> None:
        """
        Let *topic* have *value*, or none if that is None.

        Raises:
            MalformedWord: It cannot be said.
        """
        try:
            topic.encode()
            raw = msgspec.json.encode(value)
        except (msgspec.MsgspecError, TypeError, ValueError, RecursionError) as exc:
            raise MalformedWord(f"{topic!r}: {exc}") from exc
        if value is None:
            self._values.pop(topic, None)
        else:
            self._values[topic] = raw
        if self._is_stored:
            self._waiting[topic] = raw

    def lost(self) -> None:
        """
        Note that what was stored is gone, or may be.
        """
        self._is_stored = False
        self._waiting.clear()  # all has to be stored, anyway

    def take(self, most: int) -> Changes:
        """
        Return what waits, of *most* topics; it may be nothing but a sign of life.
        """
        taken = dict(islice(self._waiting.items(), most))
        for topic in taken:
            del self._waiting[topic]
        self._number += bool(taken)
        word = {
            "server": self._server_id,
            "number": self._number,
            "changes": {topic: msgspec.Raw(raw) for topic, raw in taken.items()},
        }
        return Changes(
            number=self._number,
            stored=self._to_store(taken),
            gone=[topic for topic, raw in taken.items() if raw == GONE],
            word=msgspec.json.encode(word),
        )

    def take_all(self, most: int) -> Iterator[dict[str, bytes]]:
        """
        Return what is to be stored instead of all that was, *most* topics at a time;
        :meth:`finish` says what else.
        """
        self._number += 1
        self._is_stored = True
        topics = iter(list(self._values.items()))
        while some := dict(islice(topics, most)):
            yield self._to_store(some)

    def finish(self) -> Changes:
        """
        Return what is to be stored and said when all of :meth:`take_all` is stored.
        """
        return self._only("stored")

    def leave(self) -> Changes:
        """
        Return what is to be said in the end.
        """
        return self._only("left")

    def _only(self, kind: Literal["stored", "left"]) -> Changes:
        word = Word(self._server_id, self._number, kind)
        return Changes(self._number, {}, [], msgspec.json.encode(word))

    def _to_store(self, values: Mapping[str, bytes]) -> dict[str, bytes]:
        return {
            topic: b"[%d,%b]" % (self._number, raw)
            for topic, raw in values.items()
            if raw != GONE
        }
