"""
Where the lines of a trace go: on paper as they are, in columns, or summed up.
"""

from __future__ import annotations

import sys

from typing import TYPE_CHECKING, Protocol

import msgspec

from .record import BadLine, read
from .summary import Summary
from .table import HEADINGS, printable, row


if TYPE_CHECKING:
    from .record import RunRecord
    from .selection import Selection


__all__ = ["Columns", "Form", "JsonLines", "JsonSummary", "Report", "TableSummary"]

# How many bad lines are named, each by its number; the others are only counted.
_NAMED = 5


class Form(Protocol):
    """How runs are shown."""

    def show(self, run: RunRecord, line: bytes) -> None:
        """Take a *run* and the *line* it was read from."""

    def end(self) -> None:
        """Show what is shown when all runs are known."""


class JsonLines:
    """The lines as they are."""

    def show(self, run: RunRecord, line: bytes) -> None:  # noqa: ARG002 (see Form)
        """Print *line*."""
        print(line.decode(errors="replace"), flush=True)

    def end(self) -> None:
        """Print nothing more."""


class Columns:
    """Columns, with headings above the first line."""

    _has_headings = False

    def show(self, run: RunRecord, line: bytes) -> None:  # noqa: ARG002 (see Form)
        """Print *run*."""
        if not self._has_headings:
            print(HEADINGS)
            self._has_headings = True
        print(row(run), flush=True)

    def end(self) -> None:
        """Print nothing more."""


class TableSummary:
    """A table, in the end."""

    def __init__(self) -> None:
        self._summary = Summary()

    def show(self, run: RunRecord, line: bytes) -> None:  # noqa: ARG002 (see Form)
        """Take *run* in."""
        self._summary.add(run)

    def end(self) -> None:
        """Print it."""
        self._print(self._summary)

    def _print(self, summary: Summary) -> None:
        print("\n".join(summary.lines()))


class JsonSummary(TableSummary):
    """The same as a JSON object."""

    def _print(self, summary: Summary) -> None:
        print(msgspec.json.encode(summary.as_json).decode())


class Report:
    """
    Shows those runs of a trace that are asked for.

    Args:
        selection: Which those are.

        form: How they are shown.
    """

    def __init__(self, selection: Selection, form: Form) -> None:
        self._selection = selection
        self._form = form
        self._lines = 0
        self._bad = 0

    def take(self, line: bytes) -> None:
        """
        Take the next line.
        """
        self._lines += 1
        if not line.strip():
            return
        try:
            run = read(line)
        except BadLine as exc:
            self._bad += 1
            if self._bad <= _NAMED:
                _tell(f"line {self._lines} is no record of a run: {exc}")
            return
        if self._selection.has(run):
            self._form.show(run, line)

    def end(self) -> None:
        """
        Show what is left to show.
        """
        self._form.end()
        if self._bad:
            _tell(f"{self._bad:,} of {self._lines:,} lines are no records of runs")


def _tell(text: str) -> None:
    print(printable(text), file=sys.stderr, flush=True)
