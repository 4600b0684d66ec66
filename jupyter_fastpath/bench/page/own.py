"""
JupyterLabs of our own, in which a page is measured.
"""

from __future__ import annotations

import tempfile

from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_fastpath.bench.bed import FORCED
from jupyter_fastpath.bench.linked import Ports, reached
from jupyter_fastpath.bench.server import INSTALLED

from .bed import PageBed
from .folder import LocalFolder
from .lab import lab, trust


if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from jupyter_fastpath.bench.server import Interpreter, Server
    from jupyter_fastpath.bench.shape import Shape

    from .browser import Browser
    from .sizes import PageSizes


__all__ = ["page_bed"]

_FILE = "bench.ipynb"


@asynccontextmanager
async def page_bed(
    subject: str,
    sizes: PageSizes,
    browser: Browser,
    *,
    shape: Shape | None = None,
    python: Interpreter = INSTALLED,
) -> AsyncIterator[PageBed]:
    """
    Give what the page of *subject* is measured with; it ends with the block.

    Between page and server there is a link of *shape*, if one is given.
    """
    async with lab(subject, python) as server, reached(server.port, shape) as ports:
        yield PageBed(_OwnLab(subject, server, ports, shape), sizes, browser)


@dataclass(frozen=True)
class _OwnLab:
    """A JupyterLab that is there for the page alone."""

    subject: str
    server: Server
    ports: Ports
    shape: Shape | None = None
    shares_clock: bool = True

    @property
    def built(self) -> Path | None:
        """The page extension of this package."""
        folder = Path(str(files("jupyter_fastpath"))) / "labextension"
        # A wheel has its only copy in the folder that JupyterLab takes it from, and a
        # clean environment one that has just been made.
        is_here = folder.exists() and not self.server.python.is_clean
        return folder if is_here else None

    @property
    def echo(self) -> int | None:
        """The port of an echo behind a link like the one to its server, if any."""
        return self.ports.echo

    @property
    def port(self) -> int:
        """The port of this machine at which its server is."""
        return self.server.port

    def through(self, port: int) -> _OwnLab:
        """Return the same JupyterLab as pages find it through another port."""
        return replace(self, ports=Ports(port, self.ports.echo))

    @asynccontextmanager
    async def placed(self, content: bytes) -> AsyncIterator[tuple[LocalFolder, str]]:
        """Give the folder and the url of a new notebook; its kernel ends with it."""
        folder = Path(tempfile.mkdtemp(prefix="page-", dir=self.server.home))
        (folder / _FILE).write_bytes(content)
        trust(content, self.server)
        yield LocalFolder(folder), self._url(folder.name)
        await self.server.end_kernels()

    def _url(self, folder: str) -> str:
        at = f"http://127.0.0.1:{self.ports.link}/lab/tree/{folder}/{_FILE}"
        forced = FORCED.get(self.subject)
        query = "" if forced is None else f"&fastpath_virtualization={forced}"
        return f"{at}?reset&token={self.server.token}{query}"
