"""
What those let this server know that share its board.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from .errors import MalformedWord
from .word import decode


if TYPE_CHECKING:
    from collections.abc import Mapping

    from .word import Word


__all__ = ["Change", "OtherServers", "Stored", "decode_stored"]

# The ID of a server, a topic, and its value.
Change = tuple[str, str, object]

# The number under which a value was stored, and the value.
Stored = tuple[int, object]

_STORED = msgspec.json.Decoder(tuple[int, Any])
_NUMBER = msgspec.json.Decoder(int)


def decode_stored(topic: bytes, raw: bytes) -> tuple[str, Stored]:
    """
    Return the topic and what is stored of it.

    Raises:
        MalformedWord: It was not stored by one of us.
    """
    try:
        return topic.decode(), decode(_STORED, raw)
    except UnicodeDecodeError as exc:
        raise MalformedWord(str(exc)) from exc


@dataclass
class _Server:
    """What is known of another server."""

    number: int
    heard_at: float
    numbers: dict[str, int] = field(default_factory=dict)  # of the topics it has


class OtherServers:
    """
    What other servers have published, put together from what they store and say.
    """

    def __init__(self) -> None:
        self._servers: dict[str, _Server] = {}

    def has_to_read(self, word: Word) -> bool:
        """
        Return whether *word* means nothing before all was read that is stored of who
        said it.
        """
        if word.kind == "left":
            return False
        server = self._servers.get(word.server)
        if server is None:
            return True
        follows = word.kind == "changed" and bool(word.changes)
        return word.number > server.number + follows

    def heard(self, word: Word, now: float) -> list[Change]:
        """
        Return what has changed by *word*, if its server is known.
        """
        if word.kind == "left":
            return self.forget(word.server)
        server = self._servers.get(word.server)
        if server is None:
            return []
        server.heard_at = now
        if word.number <= server.number:
            return []
        server.number = word.number
        return self._apply(
            word.server,
            {topic: (word.number, value) for topic, value in word.changes.items()},
        )

    def read(
        self,
        server_id: str,
        mark: bytes | None,
        stored: Mapping[str, Stored],
        now: float,
    ) -> list[Change]:
        """
        Return what has changed by what is stored of a server.

        Args:
            server_id: Its ID.

            mark: What is stored under the mark, read before the rest; None if nothing
                is: then everything of the server is gone.

            stored: All else that is stored, by topic.

            now: The time.

        Raises:
            MalformedWord: The mark is none.
        """
        if mark is None:
            return self.forget(server_id)
        number = decode(_NUMBER, mark)
        server = self._servers.setdefault(server_id, _Server(number, now))
        server.number, server.heard_at = number, now
        gone = server.numbers.keys() - stored.keys()
        for topic in gone:
            del server.numbers[topic]
        changes: list[Change] = [(server_id, topic, None) for topic in gone]
        return changes + self._apply(server_id, stored)

    def _apply(self, server_id: str, values: Mapping[str, Stored]) -> list[Change]:
        numbers = self._servers[server_id].numbers
        changes: list[Change] = []
        for topic, (number, value) in values.items():
            if number <= numbers.get(topic, 0):
                continue
            numbers[topic] = number
            if value is None:
                del numbers[topic]
            changes.append((server_id, topic, value))
        return changes

    def silent_since(self, then: float) -> list[str]:
        """
        Return the servers that were not heard since *then*.
        """
        return [
            server_id
            for server_id, server in self._servers.items()
            if server.heard_at < then
        ]

    def forget(self, server_id: str) -> list[Change]:
        """
        Return that all topics of a server are gone, and forget it.
        """
        server = self._servers.pop(server_id, None)
        topics = () if server is None else server.numbers
        return [(server_id, topic, None) for topic in topics]
