"""
A real JupyterLab with real kernels, and a real browser in front of it.

With FASTPATH_SCREENSHOTS set to a folder, each page is photographed there when its test
ends. With FASTPATH_STOCK set, the server goes without the extension: that the tests can
fail is seen there.
"""

from __future__ import annotations

import contextlib
import os
import pathlib
import re

from collections.abc import Iterator
from typing import Any, Protocol

import pytest

from playwright.sync_api import Browser, Page, sync_playwright

from .chromium import launched
from .notebook import Notebook
from .server import JUPYTERLAB, NOTEBOOK, Application, Lab, serving
from .shared import Servers


SIZE = {"width": 1200, "height": 900}


# Has a test run in Notebook 7, too, whose page is another one and has one notebook only.
IN_BOTH = pytest.mark.parametrize(
    "application", [JUPYTERLAB, NOTEBOOK], ids=["lab", "notebook"]
)


class OpenNotebook(Protocol):
    """
    Opens a notebook: a new one with a cell for each of *sources*, or one that is there.
    """

    def __call__(
        self,
        *sources: str,
        name: str = ...,
        port: int | None = ...,
        is_idle: bool = ...,
    ) -> Notebook:
        """
        Open it in a page of its own, in a profile of its own, maybe at another port.

        The kernel is waited for if it *is_idle*.
        """


@pytest.fixture
def jp_asyncio_loop() -> None:
    """
    Not what pytest-jupyter has: Playwright's loop runs from one test to the next.
    """


@pytest.fixture
def jp_server_cleanup() -> None:
    """
    Not what pytest-jupyter has: no server is in this process.
    """


@pytest.fixture
def config() -> dict[str, Any]:
    """
    Sections of the server's configuration; a test sets its own by parametrizing.
    """
    return {}


@pytest.fixture
def application() -> Application:
    """
    What is started; a test sets its own by parametrizing.
    """
    return JUPYTERLAB


@pytest.fixture(scope="session")
def servers(tmp_path_factory) -> Iterator[Servers]:
    """
    Servers that are used by one test after the other.
    """
    with contextlib.closing(Servers(tmp_path_factory)) as servers:
        yield servers


@pytest.fixture
def lab(request, servers, tmp_path, config, application) -> Iterator[Lab]:
    """
    A JupyterLab, or Notebook, that is as if it had just been started.

    A test with the mark `own_server` has one that has been, and that ends with it.
    """
    extensions = {"jupyter_fastpath": "FASTPATH_STOCK" not in os.environ}
    server = {"jpserver_extensions": extensions, **config.get("ServerApp", {})}
    whole = {**config, "ServerApp": server}
    if request.node.get_closest_marker("own_server"):
        lending = serving(tmp_path, whole, application)
    else:
        lending = servers.lent(whole, application)
    with lending as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """
    A browser for the tests of one file.
    """
    # Not kept for the session: while it runs, no other event loop can in this thread.
    with sync_playwright() as playwright:
        started = launched(playwright)
        yield started
        started.close()


@pytest.fixture
def open_notebook(lab, browser, request) -> Iterator[OpenNotebook]:
    """
    Open notebooks in pages that know nothing of each other.
    """
    pages: list[Page] = []

    def open_one(
        *sources: str,
        name: str = "Untitled.ipynb",
        port: int | None = None,
        is_idle: bool = True,
    ) -> Notebook:
        if sources:
            lab.write(name, sources)
        notebook = Notebook(browser.new_page(viewport=SIZE))
        pages.append(notebook.page)
        notebook.open(lab.url(name, port), is_idle=is_idle)
        return notebook

    yield open_one
    photograph(request.node.name, pages)
    for page in pages:
        # With it go those that it has opened.
        page.context.close()


def photograph(name: str, pages: list[Page]) -> None:
    """
    Leave a picture of each page where people who ask for it can look.
    """
    folder = os.environ.get("FASTPATH_SCREENSHOTS")
    if folder is None:
        return
    stem = re.sub(r"\W+", "-", name).strip("-")
    for number, page in enumerate(pages, 1):
        page.screenshot(path=pathlib.Path(folder, f"{stem}-{number}.png"))
