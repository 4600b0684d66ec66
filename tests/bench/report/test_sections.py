from __future__ import annotations

import pytest

from jupyter_fastpath.bench.report.sections import sections
from jupyter_fastpath.bench.results import Results
from jupyter_fastpath.bench.standing import Standing


pytestmark = pytest.mark.promise("G2")


def test_standings():
    """What is better and worse than stock is counted and named, and what stock did not keep."""
    results = Results()
    results.add("flush", "stock", {"idle_ok": 0.0, "wall_s": 1.0, "messages": 9.0})
    results.add("flush", "fastpath", {"idle_ok": 1.0, "wall_s": 2.0, "messages": 1.0})
    (section,) = sections(results)

    assert {Standing.BETTER: 1, Standing.WORSE: 1} == section.counts
    assert ["wall s"] == section.worse
    assert ("idle",) == section.broken
    assert section.promises.is_kept


def test_of_its_own():
    """A scenario has its own rounds, and what is drawn of them."""
    results = Results()
    for scenario in ("flush", "burst"):
        results.add(scenario, "stock", {"wall_s": 1.0})
    results.rounds[1].raw.went("server_mb", [(0.0, 1.0)])
    flush, burst = sections(results)

    assert ("flush", "burst") == (flush.table.scenario, burst.table.scenario)
    assert () == flush.groups
    assert ["Memory"] == [group.title for group in burst.groups]


def test_nothing():
    """A round that has nothing is told without anything."""
    results = Results()
    results.add("flush", "stock", {})
    (section,) = sections(results)

    assert ((), (), None, ()) == (
        section.table.rows,
        section.groups,
        section.promises,
        section.broken,
    )
    assert [] == list(sections(Results()))
