from __future__ import annotations

import pytest

from jupyter_fastpath.bench.session import growth


pytestmark = pytest.mark.promise("G2")


def test_growth():
    """What still grows in the end is told, and what has filled up before is not."""
    steady = [60.0] * 20 + [70.0] * 80
    growing = [float(number) for number in range(100)]

    assert 0.0 == growth("server", steady)["server_still_growing_mb_per_1000"]
    assert 1000.0 == growth("server", growing)["server_still_growing_mb_per_1000"]
    assert (60.0, 70.0) == (
        growth("server", steady)["server_first_mb"],
        growth("server", steady)["server_last_mb"],
    )


@pytest.mark.parametrize("count", [2, 7])
def test_few(count):
    """A session of a few runs grows by what it grows."""
    assert 5.0 == growth("heap", [5.0] * count)["heap_last_mb"]
