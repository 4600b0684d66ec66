"""
The rows of a spool's database from which what was cut is had back.
"""

from __future__ import annotations

import json

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .core.text import encoded
from .database import DROPPED, get_facts, select_message


if TYPE_CHECKING:
    import sqlite3


__all__ = ["TextPart", "get_dropped", "read_text", "select_rich", "select_text"]

# The text that a kernel wrote in a run, in order; the server's own has no such size.
SELECT_TEXT = """
SELECT position, 1 AS is_message, position AS key, text_size FROM messages
WHERE run_id = ?1 AND position >= ?2 AND text_size IS NOT NULL
UNION ALL SELECT position, 0, number, length(data) FROM withheld
WHERE run_id = ?1 AND position >= ?2 AND idx IS NULL
ORDER BY position, is_message, key
"""
SELECT_DATA = "SELECT data FROM withheld WHERE number = ?"
SELECT_RICH = "SELECT name, data FROM withheld WHERE run_id = ? AND idx = ?"


@dataclass(frozen=True)
class TextPart:
    """
    A stretch of the text of a run, and where it is.

    Attributes:
        is_message: Whether it is in a message, or was withheld.

        key: The position of the message, or the number of what was withheld.

        size: Its bytes.
    """

    is_message: bool
    key: int
    size: int


def select_text(
    database: sqlite3.Connection, run_id: str, start: int
) -> list[TextPart]:
    """
    Return all the text of a run from position *start* on, as the kernel wrote it.
    """
    rows = database.execute(SELECT_TEXT, (run_id, start))
    return [TextPart(bool(row[1]), row[2], row[3]) for row in rows]


def read_text(database: sqlite3.Connection, part: TextPart) -> bytes:
    """
    Return the text of *part*; nothing if it has been dropped.
    """
    if part.is_message:
        message = select_message(database, part.key)
        return b"" if message is None else encoded(message.text)
    row = database.execute(SELECT_DATA, (part.key,)).fetchone()
    return b"" if row is None else bytes(row[0])


def select_rich(
    database: sqlite3.Connection, run_id: str, index: int
) -> dict[str, Any] | None:
    """
    Return an output that was withheld; None if it is not there.
    """
    row = database.execute(SELECT_RICH, (run_id, index)).fetchone()
    return None if row is None else json.loads(row[1]) | {"output_type": row[0]}


def get_dropped(database: sqlite3.Connection) -> int:
    """
    Return the position before which something was dropped for its size.
    """
    return int(get_facts(database).get(DROPPED, 0))
