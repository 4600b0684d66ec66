"""
Lines of a file to which is still written, across its truncation and rotation.
"""

from __future__ import annotations

import os

from typing import IO, TYPE_CHECKING


if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


__all__ = ["FileLines", "LineSplitter"]

_MANY_BYTES = 1 << 20


class LineSplitter:
    """
    Makes lines of bytes that come in pieces.

    Attributes:
        rest: What came of a line that is not ended.
    """

    def __init__(self) -> None:
        self.rest = b""

    def split(self, piece: bytes) -> list[bytes]:
        """
        Return the lines that *piece* ends, without their ends.
        """
        *lines, self.rest = (self.rest + piece).split(b"\n")
        return [line.removesuffix(b"\r") for line in lines]


class FileLines:
    """
    The lines of the file at *path*, and of each file that takes its place.

    A file that is not there has no lines yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._splitter = LineSplitter()
        self._file: IO[bytes] | None = None

    def read(self) -> Iterator[bytes]:
        """
        Give the lines that have been ended since the last time.
        """
        # First look which file is there: what is read then is all of the one before.
        is_other = self._is_other()
        if self._file is not None:
            yield from self._read(self._file)
        if is_other:
            if self._file is not None:
                yield from self.end()
                self._file.close()
            self._file = self._path.open("rb")
            yield from self._read(self._file)

    def end(self) -> Iterator[bytes]:
        """
        Give the last line, if that is not ended and will not be.
        """
        rest, self._splitter.rest = self._splitter.rest, b""
        if rest:
            yield rest

    def close(self) -> None:
        """
        Close the file.
        """
        if self._file is not None:
            self._file.close()

    def _is_other(self) -> bool:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return False
        if self._file is None:
            return True
        return not os.path.samestat(found, os.fstat(self._file.fileno()))

    def _read(self, file: IO[bytes]) -> Iterator[bytes]:
        if os.fstat(file.fileno()).st_size < file.tell():
            file.seek(0)
            self._splitter.rest = b""
        while piece := file.read(_MANY_BYTES):
            yield from self._splitter.split(piece)
