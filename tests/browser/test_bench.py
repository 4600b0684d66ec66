"""
The benchmark of the page measures a real one, and says all that it should.
"""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from jupyter_fastpath.bench.measuring import Plan, measure
from jupyter_fastpath.bench.page.browser import Browser, require
from jupyter_fastpath.bench.page.stages import STAGES
from jupyter_fastpath.bench.profiles import QUICK
from jupyter_fastpath.bench.results import Results
from jupyter_fastpath.bench.shape import Shape


pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SCROLL = dataclasses.replace(
    QUICK.page.scroll,
    text_cells=40,
    mixed_cells=40,
    frames=15,
    samples=5,
    keys=4,
    kept=1,
    cycles=1,
    live_lines=30,
    first_seconds=3.0,
)
TINY = dataclasses.replace(
    QUICK,
    page=dataclasses.replace(
        QUICK.page,
        flood_seconds=0.5,
        evaluations=2,
        session_runs=5,
        refreshes=1,
        return_patience=60.0,
        cut_seconds=1.0,
        patience=30.0,
        scroll=SCROLL,
    ),
)


def plan(rounds, links=()):
    """Return a plan of these rounds, none of which takes long."""
    return Plan(rounds, TINY, links, browser=Browser(require()))


@pytest.mark.promise("C1")
def test_stages():
    """Each stage of an evaluation is told for stock and for ours, in order, and they add up."""
    results = Results()
    rounds = [("page-stages", "stock"), ("page-stages", "fastpath")]
    asyncio.run(measure(plan(rounds), results))

    assert ([], []) == (results.failures, results.losses)
    assert {"stock", "fastpath"} == set(results.values["page-stages"])
    for each in results.rounds:
        samples = each.raw.samples
        stages = [samples[f"{stage}_ms"] for stage in STAGES]
        totals = [sum(run) for run in zip(*stages, strict=True)]

        assert pytest.approx(totals, abs=0.01) == samples["key_to_paint_ms"]
        assert TINY.page.evaluations == len(totals)
        # The least that clocks of one machine may be wrong.
        assert min(min(stage) for stage in stages) > -1.0
        assert all(each.numbers[f"{stage}_p50_ms"] > 0 for stage in STAGES)


@pytest.mark.full
@pytest.mark.promise("C1", "G3")
def test_stages_over_link():
    """What a link delays is in the way there and in the way back, and in nothing else."""
    results = Results()
    link = Shape(rtt=0.4)
    asyncio.run(measure(plan([("page-stages", "fastpath")], [link]), results))
    numbers = results.values["page-stages over 400 ms"]["fastpath"]

    assert ([], []) == (results.failures, results.losses)
    for stage in STAGES:
        is_delayed = stage in {"request", "response"}
        assert is_delayed == (numbers[f"{stage}_p50_ms"][0] >= 200)


@pytest.mark.full
@pytest.mark.promise("G2")
def test_typing():
    """
    While a cell floods each key is painted and no line is lost, and it is told when how
    much was printed, received and painted.
    """
    results = Results()
    asyncio.run(measure(plan([("page-typing", "fastpath")]), results))
    numbers = results.values["page-typing"]["fastpath"]

    assert ([], []) == (results.failures, results.losses)
    assert ([1.0], [1.0]) == (numbers["keys_painted_share"], numbers["lines_share"])
    assert 0 < numbers["printed_lines"][0]
    assert 0 < numbers["frame_p95_ms"][0]
    series = results.rounds[0].raw.series
    ends = [series[name][-1] for name in ("printed_mb", "received_mb", "painted_mb")]
    printed, received, painted = (value for _, value in ends)
    assert printed == painted < received
    assert len(series["key_to_paint_ms"]) == len(
        results.rounds[0].raw.samples["key_to_paint_ms"]
    )


@pytest.mark.full
@pytest.mark.promise("G2")
def test_session():
    """What a page holds is told for each of many runs of a cell."""
    results = Results()
    asyncio.run(measure(plan([("page-session", "fastpath")]), results))
    (round_,) = results.rounds

    assert [] == results.failures
    assert TINY.page.session_runs == len(round_.raw.series["heap_mb"])
    assert 0 < round_.numbers["heap_first_mb"]
    assert 0 < round_.numbers["nodes_last"]


@pytest.mark.promise("G2")
@pytest.mark.parametrize("scenario", ["page-refresh", "page-cut"])
def test_interrupted(scenario):
    """After a refresh, and after the network was gone, the page has every line."""
    results = Results()
    asyncio.run(measure(plan([(scenario, "fastpath")]), results))
    numbers = results.values[scenario]["fastpath"]

    assert ([], []) == (results.failures, results.losses)
    assert [1.0] == numbers["lines_share"]
    assert 0 < numbers["printed_lines"][0]
    came = {"page-refresh": "cells_to_text_p50_ms", "page-cut": "back_to_more_s"}
    assert 0 < numbers[came[scenario]][0]


@pytest.mark.full
@pytest.mark.promise("G4")
def test_large():
    """A large notebook is opened, typed into and scrolled through, and all keeps its state."""
    results = Results()
    asyncio.run(measure(plan([("scroll-mixed", "fastpath")]), results))
    numbers = results.values["scroll-mixed"]["fastpath"]
    promises = {name for name in numbers if name.endswith("_ok")}

    assert [] == results.failures
    # JupyterLab does not always come to where it is sent.
    assert [] == [
        name for name in promises if numbers[name] != [1.0] and "shown" not in name
    ]
    assert 40.0 == numbers["cells"][0] >= numbers["dom_top_cells"][0] > 0
    assert 0 < numbers["open_to_first_cell_s"][0] < numbers["open_to_first_key_s"][0]
    assert 0 < numbers["scroll_fps"][0]


@pytest.mark.full
@pytest.mark.promise("G4")
@pytest.mark.parametrize(
    ("kind", "phases"), [("edit", ("edit", "move")), ("live", ("rest", "glide"))]
)
def test_steady(kind, phases):
    """What is in view is looked at while a notebook is edited above, and while a cell prints there."""
    results = Results()
    asyncio.run(measure(plan([(f"scroll-{kind}", "fastpath")]), results))
    numbers = results.values[f"scroll-{kind}"]["fastpath"]

    assert [] == results.failures
    for phase in phases:
        assert [1.0] == numbers[f"{phase}_done_ok"]
    assert any(name.endswith("shift_px") for name in numbers)
