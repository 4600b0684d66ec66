"""
A JupyterLab with jupyter-collaboration, whose pages share each notebook in a room.

It is not installed where the other tests run, since it changes every page: the stage
`collaboration` of .ci/test has an environment of its own, and elsewhere nothing of this
folder is collected.
"""

from __future__ import annotations

import importlib.util

from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from playwright.sync_api import BrowserContext, sync_playwright

from tests.browser.chromium import launched
from tests.browser.notebook import Notebook
from tests.browser.server import Lab, serving


HAS_ROOMS = importlib.util.find_spec("jupyter_server_ydoc") is not None
collect_ignore_glob = [] if HAS_ROOMS else ["test_*.py"]

SIZE: Final = {"width": 1000, "height": 700}


class Room:
    """
    A notebook on disk, the pages that share it, and the end of its first cell.
    """

    def __init__(self, lab: Lab, contexts: list[BrowserContext], name: str) -> None:
        self.lab = lab
        self.name = f"{name}.ipynb"
        self._contexts = contexts
        self._end = lab.root / f"end-{name}"

    def write(self, *sources: str) -> None:
        """
        Write the notebook; ``END`` in a source stands for what its end waits for.
        """
        end = repr(str(self._end))
        self.lab.write(self.name, tuple(one.replace("END", end) for one in sources))

    def open(
        self, context: int = 0, *, is_idle: bool = True, port: int = 0
    ) -> Notebook:
        """
        Open it in a page of one of the browser's profiles.
        """
        notebook = Notebook(self._contexts[context].new_page())
        notebook.page.set_viewport_size(SIZE)
        notebook.open(self.lab.url(self.name, port or None), is_idle=is_idle)
        return notebook

    def end(self) -> None:
        """
        Let the cell that waits for it come to its end.
        """
        self._end.touch()

    def wait_for_file(
        self, is_right: Callable[[list[dict[str, Any]]], bool], index: int = 0
    ) -> None:
        """
        Return when the outputs of a cell in the file are right.
        """
        self.lab.wait_for_saved(
            lambda notebook: is_right(notebook["cells"][index]["outputs"]), self.name
        )

    def reloads(self) -> int:
        """
        Return how often any room was loaded anew since its file had been changed.
        """
        return self.lab.log.read_text(encoding="utf-8").count("Out-of-band")


@pytest.fixture(scope="module")
def lab(tmp_path_factory) -> Iterator[Lab]:
    """
    A JupyterLab with jupyter-collaboration.
    """
    extensions = {"jupyter_fastpath": True, "jupyter_server_ydoc": True}
    config = {"ServerApp": {"jpserver_extensions": extensions}}
    with serving(tmp_path_factory.mktemp("lab"), config) as running:
        yield running


@pytest.fixture
def contexts() -> Iterator[list[BrowserContext]]:
    """
    Two profiles of a browser, as of two people.
    """
    # Not kept for the module: while it runs, no other event loop can in this thread.
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield [browser.new_context(), browser.new_context()]
        browser.close()


@pytest.fixture
def room(lab, contexts, request) -> Room:
    """
    A notebook of this test.
    """
    return Room(lab, contexts, request.node.name)
