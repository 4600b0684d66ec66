from __future__ import annotations

import pytest

from jupyter_fastpath.bench.raw import Raw
from jupyter_fastpath.bench.report.distributions import distributions
from jupyter_fastpath.bench.results import Round


pytestmark = pytest.mark.promise("G2")


def sampled(subject, **samples):
    """Return a round of *subject* that has these samples."""
    return Round(scenario="any", subject=subject, numbers={}, raw=Raw(samples))


def test_curves():
    """Each subject has one curve of all its rounds, which goes from nothing to all."""
    rounds = [
        sampled("stock", idle_ms=[4.0, 1.0]),
        sampled("fastpath", idle_ms=[1.0]),
        sampled("stock", idle_ms=[2.0, 3.0]),
    ]
    ((chart,),) = [group.charts for group in distributions("eval", rounds)]
    stock, ours = chart.panels[0].lines

    assert ("stock", "fastpath") == (stock.subject, ours.subject)
    assert ((1.0, 0.0), (1.0, 0.25), (2.0, 0.5), (3.0, 0.75), (4.0, 1.0)) == (
        stock.points
    )
    assert "p50 2, p95 4 ms (n = 4)" == chart.facts[0].text


def test_thinned():
    """Of very many values the picture has some, and both ends of them."""
    rounds = [sampled("stock", idle_ms=[float(i) for i in range(5000)])]
    ((chart,),) = [group.charts for group in distributions("eval", rounds)]
    points = chart.panels[0].lines[0].points

    assert len(points) < 300
    assert ((0.0, 0.0), (4999.0, 1.0)) == (points[0], points[-1])
    assert all(
        share == pytest.approx(value / 5000, abs=0.01) for value, share in points
    )


@pytest.mark.parametrize(
    ("values", "is_log"),
    [([5.0, 40.0], False), ([5.0, 60.0], True), ([0.0, 9.0], False)],
)
def test_scale(values, is_log):
    """What spans more than a decade is drawn by powers of ten."""
    (group,) = distributions("eval", [sampled("stock", idle_ms=values)])

    assert is_log == group.charts[0].x.is_log


@pytest.mark.parametrize(
    ("scenario", "names", "titles"),
    [
        (
            "eval",
            ("enqueue_ms", "idle_ms", "busy_ms", "clicked_first_output_ms", "new_ms"),
            ["clicked first output", "idle", "new"],
        ),
        ("page-eval", ("page_ms", "key_to_paint_ms"), ["key to paint", "page"]),
        (
            "eval over 20 ms",
            ("idle_ms", "clicked_first_output_ms"),
            ["clicked first output"],
        ),
        ("eval", ("frames",), []),
    ],
)
def test_chosen(scenario, names, titles):
    """What is looked at first comes first, and what says nothing is left to the tables."""
    rounds = [sampled("stock", **{name: [1.0] for name in names})]
    charts = [
        each for group in distributions(scenario, rounds) for each in group.charts
    ]

    assert titles == [chart.title for chart in charts]


@pytest.mark.parametrize("values", [[], [1e300], [float("nan")]])
def test_nothing(values):
    """There is no picture of no values, nor of those that are none."""
    assert [] == list(distributions("eval", [sampled("stock", idle_ms=values)]))
