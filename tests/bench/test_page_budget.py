from __future__ import annotations

import pytest

from jupyter_fastpath.bench.page.stages import STAGES
from jupyter_fastpath.bench.page_budget import PAGE_BUDGET, page_budgets
from jupyter_fastpath.bench.results import Results
from jupyter_fastpath.bench.tables import document


pytestmark = pytest.mark.promise("C1")


def results_of(scenario, **milliseconds):
    """Return results in which each stage took so long, by subject."""
    results = Results(links={"80 ms": {"rtt": 0.08}})
    for subject, each in milliseconds.items():
        results.add(scenario, subject, {f"{stage}_p50_ms": each for stage in STAGES})
    return results


def test_every_stage():
    """There is a budget for every stage, and together they are what is asked for."""
    assert STAGES == tuple(PAGE_BUDGET)
    assert 120 == sum(PAGE_BUDGET.values())


def test_lines():
    """Each stage is told of ours and of stock, and whether it may take so long."""
    results = results_of("page-stages", stock=5.0, fastpath=6.0)
    ((scenario, lines),) = page_budgets(results)
    verdicts = ["kept" if 6.0 <= each else "EXCEEDED" for each in PAGE_BUDGET.values()]

    assert "page-stages" == scenario
    assert {"kept", "EXCEEDED"} == set(verdicts)
    assert [
        f"{stage}: 6.00 of {budget:g} ms, {verdict}; stock 5.00 ms"
        for (stage, budget), verdict in zip(PAGE_BUDGET.items(), verdicts, strict=True)
    ] == lines


def test_over_link():
    """Over a link the ways there and back may take half of its round trip more."""
    results = results_of("page-stages over 80 ms", fastpath=41.0)
    ((_, lines),) = page_budgets(results)

    assert f"request: 41.00 of {PAGE_BUDGET['request'] + 40:g} ms, kept" in lines
    assert f"paint: 41.00 of {PAGE_BUDGET['paint']:g} ms, EXCEEDED" in lines


@pytest.mark.parametrize(
    ("scenario", "subject"), [("eval", "fastpath"), ("page-stages", "stock")]
)
def test_nothing(scenario, subject):
    """Nothing is said of what was not measured."""
    assert [] == list(page_budgets(results_of(scenario, **{subject: 1.0})))


def test_document():
    """The budgets are told below the tables."""
    told = document(results_of("page-stages", stock=5.0, fastpath=6.0))
    _, heading, lines = told.partition("### page-stages: what each stage may take\n\n")

    assert heading
    assert lines.startswith("- enqueue: 6.00 of")
