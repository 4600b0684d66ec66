"""
How notebooks are written.
"""

from __future__ import annotations

from jupyter_fastpath.core.writing import WritingRules


def test_defaults():
    """If nobody sets anything, nothing is written twice, and nobody waits for threads."""
    assert WritingRules(skip_unchanged=True, off_loop=True) == WritingRules()
