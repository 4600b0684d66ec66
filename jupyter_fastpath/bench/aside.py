"""
Others who use the same server, in a process of their own.

They must not disturb the client that measures. Each line on standard input is an order,
each line on standard output its answer, and the end of the input is the end of the
process.
"""

from __future__ import annotations

import asyncio
import sys

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

import msgspec
import psutil

from .errors import BenchError


if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable


__all__ = ["Aside", "answer", "aside", "order"]

_PATIENCE = 60.0

AsideT = TypeVar("AsideT", bound="Aside")


class Aside:
    """
    Who is in the other process.

    Args:
        process: That process.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    def suspend(self) -> None:
        """Have them read nothing more."""
        psutil.Process(self._process.pid).suspend()

    def resume(self) -> None:
        """Have them read on."""
        psutil.Process(self._process.pid).resume()

    async def ask(self, order: object = "") -> bytes:
        """Return the answer to *order*."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(msgspec.json.encode(order) + b"\n")
        await self._process.stdin.drain()
        answer = await asyncio.wait_for(self._process.stdout.readline(), _PATIENCE)
        if not answer:
            raise BenchError("the process beside has ended")
        return answer


@asynccontextmanager
async def aside(
    module: str, first: object, kind: Callable[[asyncio.subprocess.Process], AsideT]
) -> AsyncIterator[AsideT]:
    """Give who *module* is when it is run, with its *first* order done."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        them = kind(process)
        await them.ask(first)
        yield them
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def order() -> str:
    """Return the next order, in the other process; an empty one if there is none."""
    return await asyncio.to_thread(sys.stdin.readline)


def answer(answer: object) -> None:
    """Answer the last order, in the other process."""
    print(msgspec.json.encode(answer).decode(), flush=True)
