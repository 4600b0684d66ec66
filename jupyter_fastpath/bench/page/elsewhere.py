"""
A JupyterLab that runs already, in which a page is measured.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import msgspec

from tornado.httpclient import HTTPClientError

from jupyter_fastpath.bench.errors import BenchError
from jupyter_fastpath.bench.running import (
    end_sessions,
    port_here,
    reaching,
    working_folder,
)

from .bed import PageBed
from .folder import ServerFolder


if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from jupyter_fastpath.bench.endpoint import Endpoint
    from jupyter_fastpath.bench.running import Running
    from jupyter_fastpath.bench.shape import Shape

    from .browser import Browser
    from .sizes import PageSizes


__all__ = ["running_page_bed"]

_FILE = "bench.ipynb"
# How long the session of a page that was closed early may take to be there.
_BEGINNING = 10.0
_NOT_FOUND = 404


@asynccontextmanager
async def running_page_bed(
    running: Running, sizes: PageSizes, browser: Browser, shape: Shape | None = None
) -> AsyncIterator[PageBed]:
    """
    Give what a page of a running JupyterLab is measured with; it ends with the block.

    Between page and server there is a link of *shape*, if one is given.
    """
    async with reaching(running.endpoint, shape) as (near, echo):
        yield PageBed(_RunningLab(running, near, echo, shape), sizes, browser)


@dataclass(frozen=True)
class _RunningLab:
    """
    A JupyterLab that others may use, too.

    Args:
        running: Its server.
        near: Where a page finds that.
        echo: The port of an echo behind a link like the one to it, if any.
        shape: What that link is like, if there is one.
    """

    running: Running
    near: Endpoint
    echo: int | None = None
    shape: Shape | None = None
    # It may have a build of its own.
    built: None = None

    @property
    def subject(self) -> str:
        """What it has."""
        return self.running.subject

    @property
    def shares_clock(self) -> bool:
        """Whether the clock of its kernels is the page's."""
        return self.running.shares_clock

    @property
    def port(self) -> int:
        """The port of this machine at which its server is; raises if there is none."""
        return port_here(self.running.endpoint)

    def through(self, port: int) -> _RunningLab:
        """Return the same JupyterLab as pages find it through another port."""
        return replace(self, near=self.near.through(port))

    @asynccontextmanager
    async def placed(self, content: bytes) -> AsyncIterator[tuple[ServerFolder, str]]:
        """Give the folder and the url of a new notebook; its kernel ends with it."""
        endpoint = self.running.endpoint
        patience = _BEGINNING
        async with working_folder(self.running) as name:
            try:
                await self._put(f"/api/contents/{name}/{_FILE}", content)
                yield ServerFolder(endpoint, name), self._url(name)
                patience = 0.0
            finally:
                await end_sessions(endpoint, name, patience)
                await self._forget(name)

    async def _put(self, at: str, content: bytes) -> None:
        notebook: dict[str, Any] = msgspec.json.decode(content)
        notebook["metadata"]["kernelspec"]["name"] = self.running.kernelspec
        body = {"type": "notebook", "format": "json", "content": notebook}
        await self.running.endpoint.fetch("PUT", at, body)
        await self.running.endpoint.fetch("POST", f"{at}/trust")

    async def _forget(self, workspace: str) -> None:
        """Delete what the page has noted of its layout."""
        at = f"/lab/api/workspaces/{workspace}"
        try:
            await self.running.endpoint.fetch("DELETE", at)
        except HTTPClientError as error:
            # It was never noted.
            if error.code != _NOT_FOUND:
                raise BenchError(f"workspace {workspace!r} is left: {error}") from error

    def _url(self, name: str) -> str:
        """Return where the notebook is, in a workspace of its own."""
        query = f"?token={self.near.token}" if self.near.token else ""
        return f"{self.near.url}/lab/workspaces/{name}/tree/{name}/{_FILE}{query}"
