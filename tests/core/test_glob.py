from __future__ import annotations

import pytest

from jupyter_fastpath.core.glob import matches


@pytest.mark.promise("K1", "H1")
@pytest.mark.parametrize(
    ("glob", "text", "expected"),
    [
        ("a", "a", True),
        ("a", "ab", False),
        ("*", "ab", True),
        ("*", "a/b", False),
        ("a/*", "a/b", True),
        ("a/*", "a/", True),
        ("a/*/c", "a/b/c", True),
        ("a/*/c", "a/b/b/c", False),
        ("**", "a/b", True),
        ("a/**", "a/b/c", True),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("a.c", "abc", False),
        ("[a]", "a", False),
        ("a*", "a\n", True),
    ],
)
def test_matches(glob, text, expected):
    """A star stands for anything within a part, two for anything, all else for itself."""
    assert matches(glob, text) is expected
