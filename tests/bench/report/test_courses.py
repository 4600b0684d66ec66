from __future__ import annotations

import pytest

from jupyter_fastpath.bench.raw import Raw
from jupyter_fastpath.bench.report.courses import arrivals, memory
from jupyter_fastpath.bench.results import Round


pytestmark = pytest.mark.promise("G2")


def went(subject, **series):
    """Return a round of *subject* that has these series."""
    return Round(
        scenario="any", subject=subject, numbers={}, raw=Raw(series=dict(series))
    )


def test_arrivals():
    """Each round has a line, and what is told is the median of when all was there."""
    rounds = [
        went("stock", received_characters=[(0.0, 0.0), (2.0, 90.0)]),
        went("stock", received_characters=[(0.0, 0.0), (4.0, 100.0), (5.0, 100.0)]),
        went("fastpath", received_characters=[(0.0, 0.0), (1.0, 100.0)]),
    ]
    ((chart,),) = [group.charts for group in arrivals(rounds)]

    assert ["stock", "stock", "fastpath"] == [
        line.subject for line in chart.panels[0].lines
    ]
    assert ["95 after 3 s", "100 after 1 s"] == [fact.text for fact in chart.facts]


def test_memory():
    """All that is memory is drawn, with its unit, and what is text is not."""
    series = {
        name: [(0.0, 5.0), (1.0, 9.0), (2.0, 7.0)]
        for name in ("server_mb", "heap_mb", "nodes", "painted_mb", "key_to_paint_ms")
    }
    ((server, heap, nodes),) = [
        group.charts for group in memory([went("stock", **series)])
    ]

    assert ["server", "heap", "nodes"] == [each.title for each in (server, heap, nodes)]
    assert ["MB", "MB", "nodes"] == [
        each.panels[0].y.label for each in (server, heap, nodes)
    ]
    assert "at most 9 MB, at the end 7" == server.facts[0].text


def test_nothing():
    """Without series, and with empty ones, there are no pictures."""
    rounds = [went("stock"), went("fastpath", server_mb=[], received_characters=[])]

    assert [] == [*arrivals(rounds), *memory(rounds)]
