from __future__ import annotations

import pytest

from jupyter_fastpath.bench.raw import Raw
from jupyter_fastpath.bench.report.floods import floods
from jupyter_fastpath.bench.results import Round


pytestmark = pytest.mark.promise("G2")


def followed(subject, **series):
    """Return a round of *subject* that has these series."""
    return Round(
        scenario="any", subject=subject, numbers={}, raw=Raw(series=dict(series))
    )


def test_flood():
    """Stock and ours have a picture each, on the same axes, with printed and painted in one panel."""
    rounds = [
        followed(
            "stock",
            printed_mb=[(0.0, 0.0), (1.0, 2.0)],
            received_mb=[(0.0, 0.0), (9.0, 8.0)],
            painted_mb=[(0.0, 0.0), (8.0, 2.0), (9.0, 2.0)],
            key_to_paint_ms=[(0.5, 10.0), (0.6, 900.0)],
        ),
        followed(
            "fastpath",
            printed_mb=[(0.0, 0.0), (1.0, 4.0)],
            painted_mb=[(0.0, 0.0), (1.5, 4.0)],
            key_to_paint_ms=[(0.5, 5.0)],
        ),
    ]
    ((stock, ours),) = [group.charts for group in floods(rounds)]

    assert stock.x == ours.x
    assert 9.0 == stock.x.most
    assert [panel.y for panel in stock.panels] == [panel.y for panel in ours.panels]
    assert [4.0, 8.0, 900.0] == [panel.y.most for panel in ours.panels]
    assert [False, False, True] == [panel.y.is_log for panel in ours.panels]
    assert ["printed", "painted"] == [line.label for line in ours.panels[0].lines]
    assert {"fastpath"} == {line.subject for p in ours.panels for line in p.lines}
    assert "printed 2 MB after 1 s, painted 2 MB after 8 s" == stock.facts[0].text


def test_without_keys():
    """What was not followed has no panel."""
    ((chart,),) = [
        group.charts for group in floods([followed("stock", painted_mb=[(0.0, 0.0)])])
    ]

    assert ["text, MB"] == [panel.y.label for panel in chart.panels]


@pytest.mark.parametrize("points", [[], [(0.0, 1e300)]])
def test_nothing(points):
    """Without what was painted there is no picture."""
    assert [] == list(floods([followed("stock", painted_mb=points)]))
