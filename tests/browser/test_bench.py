"""
The benchmark of the page measures a real one, and says all that it should.
"""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from jupyter_fastpath.bench.main import measure
from jupyter_fastpath.bench.profiles import QUICK
from jupyter_fastpath.bench.report import Results


pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

TINY = dataclasses.replace(
    QUICK, page=dataclasses.replace(QUICK.page, flood_seconds=0.5, evaluations=2)
)


@pytest.mark.promise("G2")
def test_evaluation():
    """Each stage of an evaluation is told for stock and for ours, and the sum is right."""
    results = Results()
    rounds = [("page-eval", "stock"), ("page-eval", "fastpath")]
    asyncio.run(measure(rounds, TINY, results))
    columns = results.values["page-eval"]
    stages = ("key_to_paint", "key_to_request", "round_trip", "page")

    assert ([], []) == (results.failures, results.losses)
    assert {"stock", "fastpath"} == set(columns)
    for column in columns.values():
        assert {f"{stage}_p50_ms" for stage in stages} < set(column)
        assert 0 < column["round_trip_p50_ms"][0] < column["key_to_paint_p50_ms"][0]


@pytest.mark.promise("G2")
def test_typing():
    """While a cell floods each key is painted, and no line is lost."""
    results = Results()
    asyncio.run(measure([("page-typing", "fastpath")], TINY, results))
    numbers = results.values["page-typing"]["fastpath"]

    assert ([], []) == (results.failures, results.losses)
    assert ([1.0], [1.0]) == (numbers["keys_painted_share"], numbers["lines_share"])
    assert 0 < numbers["printed_lines"][0]
    assert 0 < numbers["frame_p95_ms"][0]
