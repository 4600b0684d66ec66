"""
The README says what the code does.
"""

from __future__ import annotations

import pytest

from tests.measured import ROWS, latest
from tests.readme import renewed, renewed_pages


@pytest.mark.parametrize("path", renewed_pages(), ids=lambda path: path.name)
def test_renewed(path):
    """
    The settings are those of the traits, and the numbers those of the newest results.
    """
    assert renewed_pages()[path] == path.read_text()


def test_renewed_part():
    """
    Only what is between the comments changes.
    """
    text = "before\n<!-- x -->\nold\n<!-- /x -->\nafter\n"

    assert "before\n<!-- x -->\n\nnew\n<!-- /x -->\nafter\n" == renewed(text, x="new")


def test_traceable():
    """
    Each number of the front tables is in the results, with the load it was measured at.
    """
    _, results = latest()

    for row in ROWS:
        assert results.median(row.scenario, "fastpath", row.number) is not None, row
    assert all(each.began and each.seconds for each in results.rounds)
