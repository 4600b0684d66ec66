from __future__ import annotations

import pytest

from jupyter_fastpath.bench.report.over_links import above_round_trips
from jupyter_fastpath.bench.results import Results


pytestmark = pytest.mark.promise("G2")

ABOVE = "first_output_p50_above_rtt_ms"


def over(*links):
    """Return results over links, each its name, what it was, and what was above it."""
    results = Results()
    for name, link, above in links:
        results.links[name] = link
        for subject in ("stock", "fastpath"):
            results.add(f"eval over {name}", subject, {ABOVE: above})
    return results


def test_lines():
    """What is above the round trip is drawn by it, with what is asked for."""
    results = over(
        ("80 ms", {"rtt": 0.08}, 15.0),
        ("20 ms", {"rtt": 0.02}, -1.0),
    )
    ((chart,),) = [group.charts for group in above_round_trips(results)]
    stock, ours = chart.panels[0].lines

    assert ("stock", "fastpath") == (stock.subject, ours.subject)
    assert ((20.0, -1.0), (80.0, 15.0)) == ours.points
    assert 30 == chart.panels[0].bound


@pytest.mark.parametrize(
    "links",
    [
        (),
        (("20 ms", {"rtt": 0.02}, 1.0),),
        (("20 ms", {"rtt": 0.02}, 1.0), ("80 ms", {"rtt": "far"}, 1.0)),
        (("20 ms", {"rtt": 0.02}, 1.0), ("80 ms", None, 1.0)),
        (("20 ms", {"rtt": 0.02}, 1.0), ("80 ms", {"rtt": 1e300}, 1.0)),
    ],
)
def test_nothing(links):
    """Of fewer than two links that are links there is no picture."""
    assert [] == list(above_round_trips(over(*links)))
