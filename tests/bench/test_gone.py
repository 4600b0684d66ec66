from __future__ import annotations

import pytest

from jupyter_fastpath.bench.gone import Writes


def test_writes():
    """Each write counts once, with the size that the file had after it."""
    writes = Writes()
    for seconds, size in ((1, 0), (1, 0), (5, 10), (5.1, 20), (5.1, 20), (9, 40)):
        writes.look(int(seconds * 1e9), size)
    numbers = writes.numbers(4.0)

    assert writes.sizes == [20, 40]
    assert numbers["writes"] == 2
    assert numbers["written_mb"] == pytest.approx(60e-6)
    assert numbers["written_over_each_2_s"] == 1.0


def test_no_writes():
    """What was never written has no size."""
    assert Writes().numbers(4.0) == {"writes": 0}
