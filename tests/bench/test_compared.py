from __future__ import annotations

import pytest

from jupyter_fastpath.bench.compared import compared
from jupyter_fastpath.bench.results import Results


pytestmark = pytest.mark.promise("G2")


def results_of(surroundings=None, **numbers):
    """Return results in which a run took so many ms, by subject."""
    results = Results(surroundings=surroundings or {})
    for subject, value in numbers.items():
        results.add("eval", subject, {"idle_p50_ms": value, "exact_ok": 1.0})
    return results


def test_rows():
    """What has changed is told, and beside it by how much stock has."""
    old = results_of(fastpath=4.0, stock=40.0)
    new = results_of(fastpath=8.0, stock=44.0)

    assert "| idle p50 ms | 4 | 8 | 2 | 1.1 |" in list(compared(old, new))


def test_not_measured():
    """What one of them has not is no row, or a dash."""
    rows = list(compared(results_of(fastpath=4.0), results_of(fastpath=2.0)))

    assert "| idle p50 ms | 4 | 2 | 0.5 | - |" in rows
    assert not any("|" in row for row in compared(results_of(stock=1.0), results_of()))


def test_another_machine():
    """Numbers of another machine are told to be that."""
    old = results_of({"processor": "fast", "tornado": "6.4"}, fastpath=1.0)
    new = results_of({"processor": "slow", "tornado": "6.5"}, fastpath=1.0)
    lines = list(compared(old, new))

    assert "- ANOTHER MACHINE: processor fast -> slow" in lines
    assert "- changed: tornado 6.4 -> 6.5" in lines
