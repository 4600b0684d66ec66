"""
What a kernel has published, on disk: so that memory need not hold it, and so that it
is still there when the server is not.

Each kernel has a folder with one database in it, which is appended to in a thread of
its own.
"""

from __future__ import annotations

import shutil
import sqlite3
import time

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from .core.coalescer import since
from .database import (
    delete,
    delete_before,
    insert,
    insert_withheld,
    opened,
    select_fold,
    select_from,
    set_facts,
    transaction,
)


if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future
    from logging import Logger
    from pathlib import Path

    from .core.instructions import Spill
    from .core.message import Message
    from .core.notebook import Outputs, Part


__all__ = ["Spool"]

_T = TypeVar("_T")

# How much of what must go is deleted beyond that, so that it is not done each time.
SLACK = 0.1


class Spool:
    """
    What one kernel has published, on disk.

    Everything is done in one thread, one after another, in the order in which it is
    asked for.

    Args:
        folder: Where; it is made if it is not there.

        limit: How many bytes are kept; of more the oldest go.

        log: Where to tell the administrator.

    Attributes:
        has_failed: Whether the disk has failed, so that it may lack something.
    """

    def __init__(self, folder: Path, limit: int, log: Logger) -> None:
        self._folder = folder
        self._limit = limit
        self._log = log
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="fastpath-spool")
        # What it has: where messages end, numbers of what was withheld, and sizes.
        self._sizes: deque[tuple[int, int, int]] = deque()
        self._size = 0
        self._number = 0  # of what is withheld next
        self._database: sqlite3.Connection | None = None
        self.has_failed = False

    # ---- what can be asked for

    def write(self, spill: Spill) -> Future[None]:
        """
        Write what *spill* has behind what there is.
        """
        return self._executor.submit(self._write, spill)

    def read(self, position: int, size: int) -> Future[list[Message]]:
        """
        Read messages from *position* on, some *size* bytes, or from the first there is.
        """
        return self._executor.submit(self._read, position, size)

    def fold(
        self, run_ids: list[str], part: Part | None = None
    ) -> Future[dict[str, Outputs]]:
        """
        Fold the outputs of those runs.
        """
        return self._executor.submit(self._fold, run_ids, part)

    def ask(self, question: Callable[[sqlite3.Connection], _T]) -> Future[_T]:
        """
        Ask the database something.
        """
        return self._executor.submit(lambda: question(self._open()))

    def note(self, **facts: object) -> Future[None]:
        """
        Keep *facts* about the kernel for who finds the spool without it.
        """
        return self._executor.submit(self._note, facts)

    def prune(self, kept: list[str], durable: list[str], floor: int) -> Future[None]:
        """
        Drop what nobody needs any more.

        Args:
            kept: The runs of which everything is kept.

            durable: The runs whose output is in the notebook.

            floor: The position from which on everything is kept.
        """
        return self._executor.submit(self._prune, kept, durable, floor)

    def close(self, *, remove: bool) -> None:
        """
        Do what was asked for, and close; *remove* what there is.
        """
        if not remove:
            self.note(closed_at=time.time())
        self._executor.submit(self._close, remove)
        self._executor.shutdown()

    # ---- in the thread

    def _open(self) -> sqlite3.Connection:
        if self._database is None:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._database = opened(self._folder)
        return self._database

    def _write(self, spill: Spill) -> None:
        with self._telling(), transaction(self._open()) as database:
            insert(database, spill.messages)
            insert_withheld(database, self._number, spill.withheld)
            self._count(spill)
            if self._size > self._limit:
                delete_before(database, *self._drop_oldest())

    def _count(self, spill: Spill) -> None:
        for number, held in enumerate(spill.withheld, self._number):
            self._sizes.append((held.position, number + 1, len(held.data)))
        self._number += len(spill.withheld)
        for message in spill.messages:
            assert message.end is not None
            self._sizes.append((message.end, 0, message.size))
        self._size += sum(message.size for message in spill.messages)
        self._size += sum(len(held.data) for held in spill.withheld)

    def _drop_oldest(self) -> tuple[int, int]:
        """
        Return the position before which messages must go, and the number before which
        what was withheld must: the latest stays.
        """
        position = number = 0
        while len(self._sizes) > 1 and self._size > self._limit * (1 - SLACK):
            end, after, size = self._sizes.popleft()
            position, number = max(position, end), max(number, after)
            self._size -= size
        return position, number

    def _read(self, position: int, size: int) -> list[Message]:
        messages: list[Message] = []
        with self._telling():
            for message in select_from(self._open(), position):
                messages.append(message if messages else since(message, position))
                size -= message.size
                if size <= 0:
                    break
        return messages

    def _fold(self, run_ids: list[str], part: Part | None) -> dict[str, Outputs]:
        return select_fold(self._open(), run_ids, part)

    def _note(self, facts: dict[str, object]) -> None:
        with self._telling():
            set_facts(self._open(), facts)

    def _prune(self, kept: list[str], durable: list[str], floor: int) -> None:
        with self._telling(), transaction(self._open()) as database:
            delete(database, kept, durable, floor)

    def _close(self, remove: bool) -> None:
        if self._database is not None:
            self._database.close()
        if remove:
            shutil.rmtree(self._folder, ignore_errors=True)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Go on without the disk if it fails: what memory still has is not lost."""
        try:
            yield
        except (sqlite3.Error, OSError) as exc:
            if not self.has_failed:
                self._log.error("cannot keep output in %s: %s", self._folder, exc)
            self.has_failed = True
