"""
What a scenario of the page finds when it begins.
"""

from __future__ import annotations

import tempfile

from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_fastpath.bench.bed import FASTPATH
from jupyter_fastpath.bench.errors import BenchError

from .browser import opened
from .lab import OURS, lab, notebook_of
from .notebook import Notebook


if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from jupyter_fastpath.bench.server import Server

    from .sizes import PageSizes


__all__ = ["PageBed", "page_bed", "probe"]

_FILE = "bench.ipynb"


@dataclass(frozen=True)
class PageBed:
    """A JupyterLab in which notebooks can be opened."""

    subject: str
    sizes: PageSizes
    server: Server

    @asynccontextmanager
    async def notebook(self, *sources: str) -> AsyncIterator[Notebook]:
        """Give a notebook with these cells: its folder, kernel and browser are new."""
        folder = Path(tempfile.mkdtemp(prefix="page-", dir=self.server.home))
        (folder / _FILE).write_bytes(notebook_of(sources))
        async with opened() as page:
            await page.add_init_script(probe())
            cdp = await page.context.new_cdp_session(page)
            notebook = Notebook(page, folder, cdp)
            await notebook.open(self._url(folder.name))
            is_ours = OURS in await notebook.extensions()
            if is_ours != (self.subject == FASTPATH):
                raise BenchError(f"the page has {OURS}: {is_ours}")
            yield notebook
        await self.server.end_kernels()

    def _url(self, folder: str) -> str:
        at = f"http://127.0.0.1:{self.server.port}/lab/tree/{folder}/{_FILE}"
        return f"{at}?reset&token={self.server.token}"


@asynccontextmanager
async def page_bed(subject: str, sizes: PageSizes) -> AsyncIterator[PageBed]:
    """Give what the page of *subject* is measured with; it ends with the block."""
    async with lab(subject) as server:
        yield PageBed(subject, sizes, server)


def probe() -> str:
    """Return the scripts that look at a page, in their order."""
    folder = files("jupyter_fastpath.bench.page") / "js"
    scripts = sorted(folder.iterdir(), key=lambda script: script.name)
    return "\n".join(script.read_text(encoding="utf-8") for script in scripts)
