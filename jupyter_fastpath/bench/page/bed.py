"""
What a scenario of the page finds when it begins.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Protocol

from jupyter_fastpath.bench.bed import OURS_SUBJECTS
from jupyter_fastpath.bench.errors import BenchError
from jupyter_fastpath.bench.raw import Raw

from .browser import opened
from .lab import OURS, check_build, notebook_of
from .notebook import Notebook


if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from jupyter_fastpath.bench.shape import Shape

    from .browser import Browser
    from .folder import Folder
    from .sizes import PageSizes


__all__ = ["Lab", "PageBed", "probe"]


class Lab(Protocol):
    """A JupyterLab, whoever has started it."""

    @property
    def subject(self) -> str:
        """What it has."""

    @property
    def built(self) -> Path | None:
        """Where the page extension is that its pages have to load, if that is known."""

    @property
    def echo(self) -> int | None:
        """The port of an echo behind a link like the one to its server, if any."""

    @property
    def shares_clock(self) -> bool:
        """Whether the clock of its kernels is the page's."""

    @property
    def shape(self) -> Shape | None:
        """What the link to its server is like, if there is one."""

    @property
    def port(self) -> int:
        """The port of this machine at which its server is; raises if there is none."""

    def through(self, port: int) -> Lab:
        """Return the same JupyterLab as pages find it through another port."""

    def placed(self, content: bytes) -> AbstractAsyncContextManager[tuple[Folder, str]]:
        """Give the folder and the url of a new notebook; its kernel ends with it."""


@dataclass(frozen=True)
class PageBed:
    """A JupyterLab in which notebooks can be opened, in a browser that one may see."""

    lab: Lab
    sizes: PageSizes
    browser: Browser
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
        async with (
            self.lab.placed(content) as (folder, url),
            opened(self.browser) as page,
        ):
            await page.add_init_script(f"if (window === top) {{\n{probe()}\n}}")
            has_cdp = not self.browser.is_firefox
            cdp = await page.context.new_cdp_session(page) if has_cdp else None
            notebook = Notebook(page, folder, cdp, self.raw, self.lab.shares_clock)
            await notebook.open(url)
            yield notebook

    async def check(self, notebook: Notebook) -> None:
        """Raise if the page has not what the subject has, or has an old build of it."""
        is_ours = OURS in await notebook.extensions()
        if is_ours != (self.lab.subject in OURS_SUBJECTS):
            raise BenchError(f"the page has {OURS}: {is_ours}")
        if is_ours and self.lab.built is not None:
            check_build(await notebook.scripts(), self.lab.built)


def probe() -> str:
    """Return the scripts that look at a page, in their order."""
    folder = files("jupyter_fastpath.bench.page") / "js"
    scripts = sorted(folder.iterdir(), key=lambda script: script.name)
    return "\n".join(script.read_text(encoding="utf-8") for script in scripts)
