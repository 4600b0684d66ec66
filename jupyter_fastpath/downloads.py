"""
The REST routes by which what was cut is had back.
"""

from __future__ import annotations

import re
import zlib

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tornado import web

from .backfill import Backfill, Gone
from .connection import HUBS
from .kernel_handler import KERNEL, RUN, KernelHandler, authorized_to_execute


if TYPE_CHECKING:
    from collections.abc import Iterator

    from .backfill import RunText


__all__ = ["DOWNLOAD_ROUTES"]

RANGE = re.compile(r"bytes=(\d*)-(\d*)")

# What zlib calls gzip.
GZIP = 31


def parse_range(header: str, size: int) -> tuple[int, int] | None:
    """
    Return the first byte, and the one after the last, that a ``Range`` asks for.

    All, if it is none that is understood; None if there are no such bytes.
    """
    found = RANGE.fullmatch(header.strip())
    if found is None or not any(found.groups()):
        return 0, size
    first, last = found.groups()
    if not first:
        return (max(0, size - int(last)), size) if int(last) and size else None
    start = int(first)
    stop = min(int(last) + 1, size) if last else size
    return (start, stop) if start < size and start < stop else None


class RunTextHandler(KernelHandler):
    """
    All the text that a kernel wrote in one run, and ranges of it.
    """

    @web.authenticated
    @authorized_to_execute
    async def get(self, kernel_id: str, run_id: str) -> None:
        """
        Answer it byte by byte as the kernel wrote it, in UTF-8.
        """
        start = self.number("start", 0)
        backfill = Backfill(self.settings[HUBS])
        with self._telling_gone():
            text = await backfill.text(kernel_id, run_id, start)
        if text is None:
            raise web.HTTPError(404, f"no text of run {run_id} is kept")
        self.set_header("Etag", f'"{run_id}-{start}-{text.size}"')
        self.set_header("Accept-Ranges", "bytes")
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.set_header("Vary", "Accept-Encoding")
        if self.get_query_argument("download", ""):
            name = f"output-{run_id[:8]}.txt"
            self.set_attachment_header(name)
        if self.check_etag_header():
            self.set_status(304)
            await self.finish()
            return
        await self._send(text)

    async def _send(self, text: RunText) -> None:
        header = self.request.headers.get("Range", "")
        asked = parse_range(header, text.size)
        if asked is None:
            self.set_status(416)
            self.set_header("Content-Range", f"bytes */{text.size}")
            await self.finish()
            return
        start, stop = asked
        compressing = None
        if header and (start, stop) != (0, text.size):
            self.set_status(206)
            self.set_header("Content-Range", f"bytes {start}-{stop - 1}/{text.size}")
        elif "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            compressing = zlib.compressobj(wbits=GZIP)
        if compressing is None:
            self.set_header("Content-Length", str(stop - start))
        with self._telling_gone():
            async for data in text.read(start, stop):
                self.write(data if compressing is None else compressing.compress(data))
                await self.flush()
        await self.finish(b"" if compressing is None else compressing.flush())

    @contextmanager
    def _telling_gone(self) -> Iterator[None]:
        try:
            yield
        except Gone as exc:
            raise web.HTTPError(
                410, "the text is no longer kept: what came later needed the place"
            ) from exc


class RichHandler(KernelHandler):
    """
    An output that was too large, or one too many.
    """

    @web.authenticated
    @authorized_to_execute
    async def get(self, kernel_id: str, run_id: str, index: str) -> None:
        """
        Answer it, in the form of the notebook format.
        """
        backfill = Backfill(self.settings[HUBS])
        output = await backfill.rich(kernel_id, run_id, int(index))
        if output is None:
            raise web.HTTPError(404, f"no output {index} of run {run_id} is kept")
        self.finish(output)


DOWNLOAD_ROUTES = [
    (f"{KERNEL}/{RUN}/text", RunTextHandler),
    (rf"{KERNEL}/{RUN}/rich/(?P<index>\d{{1,9}})", RichHandler),
]
