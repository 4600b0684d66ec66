"""
The database of one spool: its statements, and what is in its rows.

In WAL mode without syncing, what was committed survives the death of the process; only
that of the machine may take the end of it away.
"""

from __future__ import annotations

import json
import sqlite3

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec

from .core.authored import Author
from .core.message import Message
from .core.notebook import fold
from .core.run import OUTPUT_TYPES
from .core.text import byte_size


if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from .core.notebook import Outputs, Part
    from .core.withheld import Withheld


__all__ = [
    "DATABASE",
    "DROPPED",
    "delete",
    "delete_before",
    "delete_but",
    "delete_shown",
    "get_facts",
    "insert",
    "insert_cut",
    "insert_withheld",
    "opened",
    "select_codes",
    "select_fold",
    "select_from",
    "select_marks",
    "select_message",
    "set_facts",
    "transaction",
]

DATABASE = "spool.sqlite"

# The fact that tells before which position something was dropped for its size.
DROPPED = "dropped_before"

SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    position INTEGER PRIMARY KEY,
    events INTEGER NOT NULL,
    era INTEGER NOT NULL,
    run_id TEXT NOT NULL,
    event_idx INTEGER,
    msg_type TEXT NOT NULL,
    text_size INTEGER,
    data BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS messages_of_runs ON messages (run_id, position);
CREATE TABLE IF NOT EXISTS withheld (
    number INTEGER PRIMARY KEY,
    position INTEGER NOT NULL,
    run_id TEXT NOT NULL,
    idx INTEGER,
    name TEXT NOT NULL,
    data BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS withheld_of_runs ON withheld (run_id, position);
CREATE TABLE IF NOT EXISTS cut (run_id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS durable (run_id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT);
"""

INSERT = "INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
INSERT_WITHHELD = "INSERT INTO withheld VALUES (?, ?, ?, ?, ?, ?)"
INSERT_CUT = "INSERT OR IGNORE INTO cut VALUES (?)"

# From the message at that position, or in which it is, on.
SELECT_FROM = """
SELECT position, events, era, event_idx, data FROM messages
WHERE position >= coalesce((
    SELECT max(position) FROM messages WHERE position <= ?1 AND position + events > ?1
), ?1) ORDER BY position
"""

SELECT_MESSAGE = """
SELECT position, events, era, event_idx, data FROM messages WHERE position = ?
"""

# What the outputs of some runs are made from. An update may come from any run.
SELECT_FOLDED = """
SELECT position, events, era, event_idx, data FROM messages
WHERE msg_type = 'update_display_data' OR (
    run_id IN (SELECT value FROM json_each(?))
    AND msg_type IN (SELECT value FROM json_each(?))
) ORDER BY position
"""

SELECT_MARKS = """
SELECT position, events, era, event_idx, data FROM messages
WHERE msg_type IN ('cell_start', 'execute_input', 'cell_done')
AND run_id NOT IN (SELECT run_id FROM durable) ORDER BY position
"""

SELECT_CODES = """
SELECT position, events, era, event_idx, data FROM messages
WHERE msg_type = 'execute_input' AND run_id IN (SELECT value FROM json_each(?))
"""

DELETE_HOME = (
    """
    INSERT OR IGNORE INTO durable SELECT run_id FROM messages
    WHERE run_id NOT IN (SELECT value FROM json_each(?))
    """,
    """
    DELETE FROM messages WHERE run_id NOT IN (SELECT run_id FROM cut)
    AND run_id NOT IN (SELECT value FROM json_each(?))
    """,
)
DELETE_SHOWN = """
DELETE FROM messages WHERE run_id NOT IN (SELECT run_id FROM cut)
AND msg_type NOT IN ('cell_start', 'execute_input', 'cell_done')
"""
SELECT_LEFT = """
SELECT count(*) FROM messages WHERE run_id NOT IN (SELECT run_id FROM durable)
"""
DELETE_OLD = "DELETE FROM messages WHERE position < ?"
DELETE_OLD_WITHHELD = "DELETE FROM withheld WHERE number < ?"
DELETE_OTHERS = (
    """
    DELETE FROM messages
    WHERE position < ? AND run_id NOT IN (SELECT value FROM json_each(?))
    """,
    """
    DELETE FROM withheld
    WHERE position < ? AND run_id NOT IN (SELECT value FROM json_each(?))
    """,
)


def opened(folder: Path) -> sqlite3.Connection:
    """
    Return a connection to the database in *folder*, made if there is none.

    It may be used in another thread, by one at a time.
    """
    # The connection commits by itself unless a transaction is begun.
    database = sqlite3.connect(
        folder / DATABASE, isolation_level=None, check_same_thread=False
    )
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = OFF")
    database.executescript(SCHEMA)
    return database


def select_fold(
    database: sqlite3.Connection, run_ids: Iterable[str], part: Part | None = None
) -> dict[str, Outputs]:
    """
    Return the outputs of those runs, folded from what is in *database*.
    """
    types = sorted(OUTPUT_TYPES)
    found = database.execute(
        SELECT_FOLDED, (json.dumps(list(run_ids)), json.dumps(types))
    )
    return fold(map(_message, found), part)


def select_marks(database: sqlite3.Connection) -> list[Message]:
    """
    Return what tells which runs have begun and ended, without those that are durable.
    """
    return list(map(_message, database.execute(SELECT_MARKS)))


def select_codes(
    database: sqlite3.Connection, run_ids: Iterable[str]
) -> dict[str, str]:
    """
    Return what those runs run, of those that the kernel has taken up.
    """
    found = database.execute(SELECT_CODES, (json.dumps(list(run_ids)),))
    messages = map(_message, found)
    return {message.run_id: str(message.content.get("code")) for message in messages}


def get_facts(database: sqlite3.Connection) -> dict[str, Any]:
    """
    Return what was noted about the kernel.
    """
    rows = database.execute("SELECT name, value FROM facts")
    return {name: json.loads(value) for name, value in rows}


def set_facts(database: sqlite3.Connection, facts: dict[str, Any]) -> None:
    """
    Note *facts* about the kernel.
    """
    rows = [(name, json.dumps(value)) for name, value in facts.items()]
    database.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", rows)


def _row(message: Message) -> tuple[object, ...]:
    return (
        message.position,
        message.events,
        message.era,
        message.run_id,
        message.event_idx,
        message.msg_type,
        _text_size(message),
        msgspec.msgpack.encode((message.parts, message.lengths)),
    )


def _text_size(message: Message) -> int | None:
    if message.msg_type != "stream" or Author.has_written(message):
        return None
    return byte_size(message.text)


_Data = tuple[list[bytes], tuple[int, ...]]
_data = msgspec.msgpack.Decoder(_Data)


def _message(row: tuple[int, int, int, int | None, bytes]) -> Message:
    position, events, era, event_idx, data = row
    parts, lengths = _data.decode(data)
    return Message("iopub", parts, event_idx, events, position, era, lengths)


def insert(database: sqlite3.Connection, messages: Iterable[Message]) -> None:
    """
    Append *messages*.
    """
    database.executemany(INSERT, map(_row, messages))


def insert_withheld(
    database: sqlite3.Connection, number: int, withheld: Iterable[Withheld]
) -> None:
    """
    Append what was *withheld*, with numbers from *number* on.
    """
    held = list(withheld)
    rows = [
        (number, one.position, one.run_id, one.index, one.name, one.data)
        for number, one in enumerate(held, number)
    ]
    database.executemany(INSERT_WITHHELD, rows)
    insert_cut(database, {one.run_id for one in held})


def insert_cut(database: sqlite3.Connection, run_ids: Iterable[str]) -> None:
    """
    Note of which runs something is nowhere else.
    """
    database.executemany(INSERT_CUT, [(run_id,) for run_id in run_ids])


def select_message(database: sqlite3.Connection, position: int) -> Message | None:
    """
    Return the message at exactly that *position*; None if there is none any more.
    """
    row = database.execute(SELECT_MESSAGE, (position,)).fetchone()
    return None if row is None else _message(row)


def select_from(database: sqlite3.Connection, position: int) -> Iterator[Message]:
    """
    Yield the messages from that *position*, or from the one in which it is, on.
    """
    return map(_message, database.execute(SELECT_FROM, (position,)))


def delete_before(database: sqlite3.Connection, position: int, number: int) -> None:
    """
    Delete the messages before *position*, and what was withheld before *number*.
    """
    database.execute(DELETE_OLD, (position,))
    database.execute(DELETE_OLD_WITHHELD, (number,))
    set_facts(database, {DROPPED: position})


def delete_but(database: sqlite3.Connection, run_ids: Collection[str] = ()) -> bool:
    """
    Delete all but what those runs have put out and what is nowhere else, for the rest
    is in the notebook.

    Returns:
        Whether there is something left.
    """
    left = json.dumps(list(run_ids))
    for statement in DELETE_HOME:
        database.execute(statement, (left,))
    (is_cut,) = database.execute("SELECT count(*) FROM cut").fetchone()
    (is_left,) = database.execute(SELECT_LEFT).fetchone()
    return bool(is_cut or is_left)


def delete_shown(database: sqlite3.Connection) -> None:
    """
    Delete what runs have put out, for that is in the notebook, but for what is nowhere
    else; what tells of their beginnings and ends stays.
    """
    database.execute(DELETE_SHOWN)


def delete(
    database: sqlite3.Connection, kept: list[str], durable: list[str], floor: int
) -> None:
    """
    Delete what is before *floor* and of no run that is *kept*, and note the *durable*.
    """
    for statement in DELETE_OTHERS:
        database.execute(statement, (floor, json.dumps(kept)))
    rows = [(run_id,) for run_id in durable]
    database.executemany("INSERT OR IGNORE INTO durable VALUES (?)", rows)


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """
    Do all that is done meanwhile, or nothing of it.
    """
    database.execute("BEGIN IMMEDIATE")
    # Commits what was begun, or rolls it back if anything is raised.
    with database:
        yield database
