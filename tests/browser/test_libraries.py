"""
Outputs of real libraries in a large notebook, whose rows come and go.
"""

from __future__ import annotations

import pytest

from .stateful import COUNTING, IS_FOUND, MANY, Stateful, sources


pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def scroll(stateful: Stateful) -> None:
    """
    Scroll to the other end and back, often.
    """
    for _ in range(20):
        stateful.to_end()
        stateful.to_top()
    stateful.is_kept()


def move(stateful: Stateful) -> None:
    """
    Move each cell with state, both while it is in view and while it is not.
    """
    for index in stateful.INDICES:
        stateful.move(index, index + 1)
        stateful.is_kept()
        stateful.move(index + 1, index)
        stateful.is_kept()
    stateful.to_end()
    for index in stateful.INDICES:
        stateful.move_away(index)
    stateful.look_at_all()
    stateful.is_kept()


@pytest.mark.promise("N2", "N3")
def test_libraries(open_notebook, browser):
    """Plots, widgets, frames, films and pictures are the same, with all that one has done with them, after long scrolling, moves, other tabs and other runs; no script runs twice, and other cells find them."""
    notebook = open_notebook(*sources(browser))
    stateful = Stateful(notebook)
    notebook.page.evaluate(COUNTING)
    notebook.run_all()
    stateful.wait_for_count(MANY - 1, MANY)
    stateful.use()

    scroll(stateful)
    move(stateful)

    stateful.go_away()
    stateful.is_kept()

    stateful.does("notebook:run-cell", 1)
    stateful.wait_for_count(1, MANY + 1)
    stateful.is_kept()

    stateful.to_end()
    stateful.does("notebook:run-cell", MANY - 1)
    notebook.page.wait_for_function(IS_FOUND)
    stateful.to_top()
    stateful.is_kept()

    stateful.use()
