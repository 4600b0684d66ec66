from __future__ import annotations

import pytest

from jupyter_fastpath.core.percentile import percentile


@pytest.mark.parametrize(
    ("percent", "expected"), [(1, 1), (50, 10), (95, 19), (100, 20)]
)
def test_percentile(percent, expected):
    """A percentile is one of the values, by nearest rank."""
    assert expected == percentile(list(range(20, 0, -1)), percent)


def test_percentile_of_one():
    """One value is all of its percentiles."""
    assert [7, 7] == [percentile([7], 50), percentile([7], 95)]
