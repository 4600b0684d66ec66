"""
What was cut from the output of runs, as long as it is kept: in the spool of a kernel
that is there, or in what one has left that is gone.
"""

from __future__ import annotations

import asyncio

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from .withheld_rows import (
    TextPart,
    get_dropped,
    read_text,
    select_rich,
    select_text,
)


if TYPE_CHECKING:
    import sqlite3

    from collections.abc import AsyncIterator

    from .hubs import KernelHubs
    from .leftovers import Leftover


__all__ = ["Backfill", "Gone", "RunText"]

_T = TypeVar("_T")
_Question = Callable[["sqlite3.Connection"], _T]
_Ask = Callable[[_Question[Any]], Awaitable[Any]]

# The bytes that are read in one go.
MANY_BYTES = 1024 * 1024


class Gone(Exception):
    """What was asked for had to make room for what came later."""


@dataclass(frozen=True)
class RunText:
    """
    All the text that a kernel wrote in one run, as it wrote it.

    Attributes:
        parts: Where it is.
    """

    parts: list[TextPart]
    _ask: _Ask

    @property
    def size(self) -> int:
        """Its bytes in UTF-8."""
        return sum(part.size for part in self.parts)

    async def read(self, start: int, stop: int) -> AsyncIterator[bytes]:
        """
        Yield its bytes from *start* to *stop*.

        Raises:
            Gone: Some of them were dropped since.
        """
        for parts, begin in _stretches(self.parts, start, stop):
            data = await self._ask(partial(_read, parts))
            if len(data) != sum(part.size for part in parts):
                raise Gone
            yield data[max(0, start - begin) : max(0, stop - begin)]


def _stretches(
    parts: list[TextPart], start: int, stop: int
) -> list[tuple[list[TextPart], int]]:
    """Return what to read in one go for the bytes from *start* to *stop*, and where."""
    stretches: list[tuple[list[TextPart], int]] = []
    begin = size = 0
    for part in parts:
        if begin < stop and begin + part.size > start:
            if not stretches or size + part.size > MANY_BYTES:
                stretches.append(([], begin))
                size = 0
            stretches[-1][0].append(part)
            size += part.size
        begin += part.size
    return stretches


def _read(parts: list[TextPart], database: sqlite3.Connection) -> bytes:
    return b"".join(read_text(database, part) for part in parts)


def _in_thread(leftover: Leftover) -> _Ask:
    async def ask(question: _Question[Any]) -> Any:
        return await asyncio.to_thread(leftover.ask, question)

    return ask


class Backfill:
    """
    Finds what was cut.

    Args:
        hubs: The hubs of all kernels, which know what those have left, too.
    """

    def __init__(self, hubs: KernelHubs) -> None:
        self._hubs = hubs

    async def text(self, kernel_id: str, run_id: str, start: int) -> RunText | None:
        """
        Return the text of a run from position *start* on; None if it is not known.

        Raises:
            Gone: It is not kept any more, or not from there on.
        """
        for ask in self._places(kernel_id):
            parts = await ask(partial(select_text, run_id=run_id, start=start))
            if parts and start < await ask(get_dropped):
                raise Gone
            if parts:
                return RunText(parts, ask)
        return None

    async def rich(
        self, kernel_id: str, run_id: str, index: int
    ) -> dict[str, Any] | None:
        """
        Return an output that was withheld from a run; None if it is not known.
        """
        for ask in self._places(kernel_id):
            found = await ask(partial(select_rich, run_id=run_id, index=index))
            if found is not None:
                return dict(found)
        return None

    def _places(self, kernel_id: str) -> list[_Ask]:
        hub = self._hubs.get(kernel_id)
        places: list[_Ask] = [] if hub is None else [hub.recovery.ask]
        left = self._hubs.leftovers.of_kernel(kernel_id)
        return [*places, *(_in_thread(one) for one in left)]
