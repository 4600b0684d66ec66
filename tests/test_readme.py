"""
The README says what the code does.
"""

from __future__ import annotations

import pytest

from tests.measured import ROWS, is_known, latest
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
    Each row of the front tables is a number of the results, with when it was measured.
    """
    _, results = latest()
    scenarios = {row.scenario for row in ROWS if is_known(row, results)}

    # A name that no scenario gives would be a row that never is there.
    for row in ROWS:
        assert is_known(row, results) or row.scenario not in scenarios, row
    assert {"eval", "flush", "page-eval", "page-typing"} <= scenarios
    assert all(each.began and each.seconds for each in results.rounds)
