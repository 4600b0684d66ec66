"""
What kernels that are gone have left in their spools: output that was not in the
notebook yet when the kernel was shut down, or when the server died.
"""

from __future__ import annotations

import shutil
import sqlite3
import time

from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import psutil

from .core.authored import Author
from .core.homecoming import RunOutput
from .database import (
    DATABASE,
    delete_but,
    delete_shown,
    get_facts,
    opened,
    select_codes,
    select_fold,
    select_marks,
    set_facts,
)


if TYPE_CHECKING:
    import os

    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from .core.message import Message


__all__ = ["Leftover", "Leftovers"]

# The fact that all is in the notebook.
HOME = "is_home"

_T = TypeVar("_T")


@dataclass(frozen=True)
class Leftover:
    """
    The spool of a kernel that is gone.

    Attributes:
        folder: Where it is.

        kernel_id: The kernel.

        path: The notebook that the kernel belonged to; None if that is not known.

        size: Its bytes on disk.

        modified_at: The Unix time at which it was written to last.

        saved_at: The Unix time at which its server last knew the notebook saved; 0.0
            if it never did.

        is_home: Whether all of it is in the notebook by now.
    """

    folder: Path
    kernel_id: str
    path: str | None
    size: int
    modified_at: float
    saved_at: float
    is_home: bool

    @property
    def known_at(self) -> float:
        """The Unix time until which its server knew what became of the notebook."""
        return max(self.modified_at, self.saved_at)

    def ask(self, question: Callable[[sqlite3.Connection], _T]) -> _T:
        """
        Ask its database something.
        """
        with closing(opened(self.folder)) as database:
            return question(database)


class Leftovers:
    """
    The spools in one folder whose kernels are gone.

    Args:
        root: The folder, in which each spool has a folder of its own.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._told: set[Path] = set()  # folders that a page was told of

    def find(self) -> list[Leftover]:
        """
        Return them, the oldest first.
        """
        found = [_look_at(database.parent) for database in self._databases()]
        here = [leftover for leftover in found if leftover is not None]
        return sorted(here, key=lambda leftover: leftover.modified_at)

    def of_kernel(self, kernel_id: str) -> list[Leftover]:
        """
        Return those of a kernel, the newest first.
        """
        # The folder has the kernel's ID in its name.
        folders = self._root.glob(f"{kernel_id}.*/{DATABASE}")
        found = filter(None, (_look_at(database.parent) for database in folders))
        return sorted(found, key=lambda leftover: -leftover.modified_at)

    def _databases(self) -> Iterator[Path]:
        return self._root.glob(f"*/{DATABASE}")

    def expire(self, seconds: float) -> None:
        """
        Remove those that were not written to for so many *seconds*.
        """
        oldest = time.time() - seconds
        for leftover in self.find():
            if leftover.modified_at < oldest:
                shutil.rmtree(leftover.folder, ignore_errors=True)

    def forget(self, path: str) -> None:
        """
        Remove those of the notebook at *path* that somebody was told of, but for what
        was cut there.
        """
        for leftover in self.find() if self._told else ():
            if leftover.path == path and leftover.folder in self._told:
                if not leftover.ask(delete_but):
                    shutil.rmtree(leftover.folder, ignore_errors=True)
                self._told.discard(leftover.folder)

    def runs(self, path: str) -> list[dict[str, Any]]:
        """
        Return the runs of the notebook at *path*, as ``docs/protocol.md`` has them.

        Of each cell it is the newest, whichever kernel ran it.
        """
        found = self.of_notebook(path)
        self._told.update(leftover.folder for leftover in found)
        return list(_newest(found).values())

    def of_notebook(self, path: str) -> list[Leftover]:
        """
        Return those of the notebook at *path*, the oldest first.
        """
        return [leftover for leftover in self.find() if leftover.path == path]

    @staticmethod
    def outputs(found: list[Leftover]) -> list[RunOutput]:
        """
        Return what the runs of one notebook have put out that is not in it.

        Args:
            found: What is left of it, the oldest first.
        """
        return [
            RunOutput(
                run["run_id"],
                run["cell_id"],
                run["code"],
                run["outputs"],
                run["execution_count"],
            )
            for run in _newest(found).values()
            if not run["is_home"]
        ]

    def brought_home(self, path: str, left: Collection[str]) -> None:
        """
        Note that all of the notebook at *path* is in it, but for the runs *left*.
        """
        for leftover in self.of_notebook(path):
            if left:
                leftover.ask(partial(delete_but, run_ids=left))
            else:
                leftover.ask(delete_shown)
                leftover.ask(partial(set_facts, facts={HOME: True}))


def _look_at(folder: Path) -> Leftover | None:
    """Return what is in *folder*, unless somebody still writes to it."""
    try:
        stats = list(_stats(folder))
        with closing(opened(folder)) as database:
            facts = get_facts(database)
            if "kernel_id" not in facts or _is_alive(facts):
                return None
            if "closed_at" not in facts:
                # To look at the files changes them.
                facts["closed_at"] = max(stat.st_mtime for stat in stats)
                set_facts(database, facts)
    except (sqlite3.Error, OSError, ValueError):
        return None
    return Leftover(
        folder,
        facts["kernel_id"],
        facts.get("path"),
        sum(stat.st_size for stat in stats),
        facts["closed_at"],
        facts.get("saved_at", 0.0),
        facts.get(HOME, False),
    )


def _stats(folder: Path) -> Iterator[os.stat_result]:
    for file in folder.iterdir():
        # The log of a database goes when somebody else closes it.
        with suppress(FileNotFoundError):
            yield file.stat()


def _is_alive(facts: dict[str, Any]) -> bool:
    """Return whether the kernel and the server that these are of are still there."""
    if "closed_at" in facts:
        return False
    try:
        return bool(psutil.Process(facts["pid"]).create_time() == facts["started_at"])
    except (psutil.Error, KeyError):
        return False


def _newest(found: list[Leftover]) -> dict[str, dict[str, Any]]:
    """Return the newest run of each cell."""
    newest: dict[str, dict[str, Any]] = {}
    for leftover in found:
        for run in _runs(leftover):
            newest.pop(run["cell_id"], None)
            newest[run["cell_id"]] = run | {"is_home": leftover.is_home}
    return newest


def _runs(leftover: Leftover) -> list[dict[str, Any]]:
    try:
        with closing(opened(leftover.folder)) as database:
            runs = _marked(leftover.kernel_id, select_marks(database))
            run_ids = [run["run_id"] for run in runs]
            outputs = select_fold(database, run_ids)
            codes = select_codes(database, run_ids)
    except (sqlite3.Error, OSError):
        return []
    for run in runs:
        folded = outputs.get(run["run_id"])
        run["outputs"] = folded.freeze() if folded else []
        run["clears_next"] = bool(folded and folded.clears_next)
        run["code"] = codes.get(run["run_id"])
    return runs


def _marked(kernel_id: str, marks: list[Message]) -> list[dict[str, Any]]:
    """Return the newest run of each cell, by what marks beginnings and ends."""
    runs: dict[str, dict[str, Any]] = {}
    latest: dict[str, str] = {}
    for mark in marks:
        content = mark.content
        if mark.msg_type != "execute_input" and not Author.has_written(mark):
            # A kernel may send anything of any type.
            continue
        if mark.msg_type == "cell_start" and _is_of_cell(content):
            runs[mark.run_id] = _begun(kernel_id, mark)
            latest[content["cell_id"]] = mark.run_id
        elif (run := runs.get(mark.run_id)) is not None:
            run["execution_count"] = content.get("execution_count")
            run["status"] = content.get("status", run["status"])
    return [run for run_id, run in runs.items() if latest[run["cell_id"]] == run_id]


def _is_of_cell(content: dict[str, Any]) -> bool:
    """Return whether this tells the run of a cell, whoever has written it."""
    names = ("run_id", "cell_id")
    return all(content.get(name) and isinstance(content[name], str) for name in names)


def _begun(kernel_id: str, start: Message) -> dict[str, Any]:
    names = ("run_id", "cell_id", "initiator")
    return {name: start.content.get(name) for name in names} | {
        "kernel_id": kernel_id,
        "state": "done",
        "status": "lost",
        "execution_count": None,
        "cursor": 0,
        "is_owner": True,
        "is_seen": False,
        "request": None,
        "input_request": None,
    }
