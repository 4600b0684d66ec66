from __future__ import annotations

import pytest

from jupyter_fastpath.bench.budget import BUDGET, budgets
from jupyter_fastpath.bench.record import Record
from jupyter_fastpath.bench.results import Results


pytestmark = pytest.mark.promise("C1")


def results_of(**milliseconds):
    """Return results in which each stage took so long, by subject."""
    results = Results()
    for subject, each in milliseconds.items():
        numbers = {f"{stage}_p50_ms": each for stage in BUDGET}
        results.add("eval", subject, numbers)
    return results


def test_every_stage():
    """There is a budget for every stage that is measured, and for no other."""
    assert Record("m", 0.0).stages.keys() == BUDGET.keys()


@pytest.mark.parametrize(
    ("ours", "verdict"),
    [(3.5, "+0.50 of 1.5 ms, kept"), (4.51, "+1.51 of 1.5 ms, EXCEEDED")],
)
def test_lines(ours, verdict):
    """Each stage is told with what it adds to the floor, and whether it may."""
    lines = list(budgets(results_of(floor=3.0, fastpath=ours)))

    assert len(BUDGET) == len(lines)
    assert f"idle: {verdict}" == lines[-1]


def test_nothing_to_compare():
    """Without the floor nothing can be said."""
    assert [] == list(budgets(results_of(fastpath=3.0)))
    assert [] == list(budgets(Results()))
