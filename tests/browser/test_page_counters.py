"""
A page counts what it has of a notebook, and the server tells of that.
"""

from __future__ import annotations

from typing import Any, Final

import pytest

from playwright.sync_api import Page

from .notebook import Notebook


pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

MANY: Final = 200
STATEFUL: Final = """
from IPython.display import HTML
HTML('<iframe srcdoc="text"></iframe>')
"""

# What is told is kept in the page, under the topic of the notebook.
WATCH: Final = """() => {
    const socket = new WebSocket(`ws://${location.host}/api/fastpath/state`);
    window.told = {};
    socket.onopen = () => socket.send('{"subscribe": ["pages/**"]}');
    socket.onmessage = ({ data }) => Object.assign(window.told, JSON.parse(data).topics);
}"""
# The counts of the only page, as soon as they are those that are waited for.
COUNTS: Final = """is => {
    const [counts] = Object.values(window.told);
    return counts !== undefined && eval(is)(counts) ? { counts } : null;
}"""
ACTIVATE: Final = """() => {
    window.jupyterapp.shell.currentWidget.content.activeCellIndex = 0;
}"""


class Told:
    """
    What the server tells of the notebook in a page.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.page.evaluate(WATCH)

    def when(self, is_told: str) -> dict[str, Any] | None:
        """
        Return what is told as soon as *is_told*, in JavaScript, is true of it.
        """
        found = self.page.wait_for_function(COUNTS, arg=is_told)
        counts: dict[str, Any] | None = found.json_value()["counts"]
        return counts


def scroll(notebook: Notebook) -> None:
    """
    Scroll by the mouse wheel, for some time.
    """
    notebook.page.locator(".jp-Notebook .jp-Cell").first.hover()
    for _ in range(60):
        notebook.page.mouse.wheel(0, 60)


@pytest.mark.promise("N5")
def test_counts(open_notebook):
    """The server tells what a page has of a notebook, how it scrolls, and that it is gone."""
    notebook = open_notebook(STATEFUL, *[f"# {index}" for index in range(1, MANY)])
    told = Told(notebook.page)
    notebook.run(0)
    first = told.when("counts => counts.stateful === 1")
    notebook.page.evaluate(ACTIVATE)
    notebook.execute("notebook:hide-cell-outputs")
    parked = told.when("counts => counts.parked === 1")
    scroll(notebook)
    scrolled = told.when("counts => counts.scroll_frames > 10")
    notebook.save()
    notebook.execute("application:close")

    assert told.when("counts => counts === null") is None
    assert first is not None
    assert first["path"].endswith("/Untitled.ipynb")
    assert first["cells"] == MANY
    assert 0 < first["rows"] < MANY / 2
    assert first["nodes"] > 100
    assert 0 < first["first_cell"] <= first["first_output"] < 60
    assert (first["parked"], first["errors"]) == (0, 0)
    assert parked is not None
    assert parked["stateful"] == 1
    assert scrolled is not None
    assert 0 < scrolled["fps"] < 200
