"""
One line for each run that is done: see ``docs/measuring.md``.
"""

from __future__ import annotations

import logging

from typing import TYPE_CHECKING, Any, TextIO

import msgspec


if TYPE_CHECKING:
    from pathlib import Path


__all__ = ["Summaries"]

LINE = (
    "run %(run_id)s of %(path)s: %(status)s, first output after %(first_output)s s,"
    " all after %(end_to_end)s s, %(messages_in)s messages, %(bytes_in)s bytes"
)


class Summaries:
    """
    Writes the records of runs into a file and a log, if anybody wants them.

    Args:
        path: The file, to which a JSON object per line is appended; None: no file.

        logger: The log, which has them if it has what is ``INFO``.

        as_json: Whether the log has JSON, too.
    """

    def __init__(
        self, path: Path | None, logger: logging.Logger, *, as_json: bool
    ) -> None:
        self._file: TextIO | None = (
            None if path is None else path.open("a", buffering=1)
        )
        self._logger = logger
        self._as_json = as_json

    def done(self, record: dict[str, Any]) -> None:
        """
        Write down the record of a run that is done.
        """
        is_logged = self._logger.isEnabledFor(logging.INFO)
        if self._file is not None:
            self._file.write(_line(record) + "\n")
        if is_logged:
            text = _line(record) if self._as_json else LINE % record
            self._logger.info("%s", text)

    def close(self) -> None:
        """
        Close the file.
        """
        if self._file is not None:
            self._file.close()

    def __repr__(self) -> str:
        return f"<Summaries to {self._file}, {self._logger}>"


def _line(record: dict[str, Any]) -> str:
    return msgspec.json.encode(record).decode()
