"""
What a scenario of the page finds when it begins.
"""

from __future__ import annotations

import tempfile

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_fastpath.bench.bed import FORCED, OURS_SUBJECTS
from jupyter_fastpath.bench.errors import BenchError
from jupyter_fastpath.bench.linked import reached
from jupyter_fastpath.bench.raw import Raw

from .browser import opened
from .lab import OURS, check_build, lab, notebook_of, trust
from .notebook import Notebook


if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from jupyter_fastpath.bench.linked import Ports
    from jupyter_fastpath.bench.server import Server
    from jupyter_fastpath.bench.shape import Shape

    from .sizes import PageSizes


__all__ = ["PageBed", "page_bed", "probe"]

_FILE = "bench.ipynb"


@dataclass(frozen=True)
class PageBed:
    """A JupyterLab in which notebooks can be opened, in a browser that one may see."""

    subject: str
    sizes: PageSizes
    server: Server
    ports: Ports
    is_headed: bool = False
    shape: Shape | None = None
    raw: Raw = field(default_factory=Raw)

    @asynccontextmanager
    async def notebook(self, *sources: str) -> AsyncIterator[Notebook]:
        """Give a notebook with these cells: its folder, kernel and browser are new."""
        async with self.opening(notebook_of(sources)) as notebook:
            await notebook.ready()
            await self.check(notebook)
            yield notebook

    @asynccontextmanager
    async def opening(self, content: bytes) -> AsyncIterator[Notebook]:
        """Give a notebook whose page has begun to load, and which is trusted."""
        folder = Path(tempfile.mkdtemp(prefix="page-", dir=self.server.home))
        (folder / _FILE).write_bytes(content)
        trust(content, self.server)
        async with opened(is_headed=self.is_headed) as page:
            await page.add_init_script(f"if (window === top) {{\n{probe()}\n}}")
            cdp = await page.context.new_cdp_session(page)
            notebook = Notebook(page, folder, cdp, self.raw)
            await notebook.open(self._url(folder.name))
            yield notebook
        await self.server.end_kernels()

    async def check(self, notebook: Notebook) -> None:
        """Raise if the page has not what the subject has, or has an old build of it."""
        is_ours = OURS in await notebook.extensions()
        if is_ours != (self.subject in OURS_SUBJECTS):
            raise BenchError(f"the page has {OURS}: {is_ours}")
        built = Path(str(files("jupyter_fastpath"))) / "labextension"
        # A wheel has its only copy in the folder that JupyterLab takes it from.
        if is_ours and built.exists():
            check_build(await notebook.scripts(), built)

    def _url(self, folder: str) -> str:
        at = f"http://127.0.0.1:{self.ports.link}/lab/tree/{folder}/{_FILE}"
        forced = FORCED.get(self.subject)
        query = "" if forced is None else f"&fastpath_virtualization={forced}"
        return f"{at}?reset&token={self.server.token}{query}"


@asynccontextmanager
async def page_bed(
    subject: str,
    sizes: PageSizes,
    *,
    is_headed: bool = False,
    shape: Shape | None = None,
) -> AsyncIterator[PageBed]:
    """
    Give what the page of *subject* is measured with; it ends with the block.

    Between page and server there is a link of *shape*, if one is given.
    """
    async with lab(subject) as server, reached(server.port, shape) as ports:
        yield PageBed(subject, sizes, server, ports, is_headed, shape)


def probe() -> str:
    """Return the scripts that look at a page, in their order."""
    folder = files("jupyter_fastpath.bench.page") / "js"
    scripts = sorted(folder.iterdir(), key=lambda script: script.name)
    return "\n".join(script.read_text(encoding="utf-8") for script in scripts)
