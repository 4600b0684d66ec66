"""
The README says what the code does.
"""

from __future__ import annotations

from tests.readme import README, renewed


def test_config_table():
    """
    The table of settings is the one that the traits give.
    """
    text = README.read_text()

    assert renewed(text) == text
