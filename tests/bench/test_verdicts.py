from __future__ import annotations

import pytest

from jupyter_fastpath.bench.page.scenarios import PAGE_SCENARIOS
from jupyter_fastpath.bench.results import Results
from jupyter_fastpath.bench.scenarios import SCENARIOS
from jupyter_fastpath.bench.verdicts import (
    CHECKS,
    TARGETS,
    Limit,
    judged,
    kept_in,
    table,
)


pytestmark = pytest.mark.promise("G5")

ABSOLUTE = Limit("eval", "idle_p50_ms", most=10)
LEAST = Limit("eval", "fps", least=50)
RATIO = Limit("eval", "idle_p50_ms", most=0.5, over_stock=True)
LINKED = Limit("eval", "idle_p50_ms", most=10, over_link=True)


def results_of(name, scenario="eval", **numbers):
    """Return results in which a number is so much, by subject."""
    results = Results()
    for subject, value in numbers.items():
        results.add(scenario, subject, {name: value})
    return results


@pytest.mark.parametrize(
    ("limit", "name", "numbers", "is_kept"),
    [
        (ABSOLUTE, "idle_p50_ms", {"fastpath": 10.0}, True),
        (ABSOLUTE, "idle_p50_ms", {"fastpath": 10.1, "stock": 1.0}, False),
        (LEAST, "fps", {"fastpath": 50.0}, True),
        (LEAST, "fps", {"fastpath": 49.0}, False),
        (RATIO, "idle_p50_ms", {"fastpath": 10.0, "stock": 20.0}, True),
        (RATIO, "idle_p50_ms", {"fastpath": 11.0, "stock": 20.0}, False),
    ],
)
def test_judged(limit, name, numbers, is_kept):
    """A number is within its limit or is not."""
    (verdict,) = judged(results_of(name, **numbers), [limit])

    assert is_kept == verdict.is_kept


@pytest.mark.parametrize(
    ("limit", "numbers"),
    [
        (ABSOLUTE, {"stock": 1.0}),
        (RATIO, {"fastpath": 1.0}),
        (RATIO, {"fastpath": 1.0, "stock": 0.0}),
        (LINKED, {"fastpath": 1.0}),
    ],
)
def test_nothing_to_judge(limit, numbers):
    """Nothing is said of what was not measured."""
    assert [] == list(judged(results_of("idle_p50_ms", **numbers), [limit]))


def test_over_link():
    """What is asked for over links is asked for over each, and nothing else is."""
    results = results_of("idle_p50_ms", "eval over 20 ms", fastpath=11.0)
    verdicts = list(judged(results, [LINKED, ABSOLUTE]))

    assert ["eval over 20 ms"] == [each.scenario for each in verdicts]
    assert "**not met**" in list(table(verdicts))[-1]


def test_kept_in():
    """A promise that ours broke in one round only is told; stock's are not."""
    results = Results()
    for subject, value in (("stock", 0.0), ("fastpath", 1.0), ("fastpath", 0.0)):
        results.add("flush", subject, {"exact_ok": value, "idle_ok": 1.0})
    (verdict,) = kept_in(results)

    assert ("1 kept", "2", False) == (verdict.value, verdict.asked, verdict.is_kept)


@pytest.mark.parametrize("limit", [*TARGETS, *CHECKS])
def test_known(limit):
    """A limit is one of a scenario that there is, and bounds something."""
    assert limit.scenario in {*SCENARIOS, *PAGE_SCENARIOS}
    assert (limit.most is None) != (limit.least is None)


@pytest.mark.parametrize("limit", CHECKS)
def test_stable(limit):
    """What fails a check is a ratio or a count, and never a time."""
    assert limit.over_stock or not limit.number.endswith(("_ms", "_s"))
