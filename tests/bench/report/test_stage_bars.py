from __future__ import annotations

import io

import pytest

from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from jupyter_fastpath.bench.page.stages import STAGES
from jupyter_fastpath.bench.report.stage_bars import draw_stages, stages_figure
from jupyter_fastpath.bench.results import Results


pytestmark = pytest.mark.promise("C1")

VALUES = (5.0, 0.2, 0.3, 0.4, 20.0, 10.0, 4.0, 16.0)


def results_of(*subjects):
    """Return results in which the stages of these took VALUES."""
    results = Results()
    numbers = {f"{name}_p50_ms": v for name, v in zip(STAGES, VALUES, strict=True)}
    for subject in subjects:
        results.add("page-stages", subject, numbers)
    return results


def texts(axes):
    """Return what is written in and above the bars."""
    return [text.get_text().strip() for text in axes.texts]


def test_bars():
    """Stock is above ours; stages follow each other, each with its value, and then the sum."""
    axes = stages_figure(results_of("stock", "fastpath")).axes[0]
    edges = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in axes.patches]

    assert ["fastpath", "stock"] == [each.get_text() for each in axes.get_yticklabels()]
    assert [*(f"{value:.1f}" for value in VALUES), "56"] * 2 == texts(axes)
    assert [0.0, *(right for _, right in edges[:7])] == [left for left, _ in edges[:8]]
    assert pytest.approx(sum(VALUES)) == edges[7][1]


def test_values_apart():
    """Values that have no room in their bars stand above them, none on another."""
    axes = stages_figure(results_of("stock")).axes[0]
    heights = [axes.texts[index].get_position()[1] for index in range(6)]

    assert 0.25 < heights[1] < heights[2] < heights[3]
    assert [0.0] * 3 == [heights[0], *heights[4:]]


def test_any_ground():
    """The picture has no ground of its own, and nothing in it is black on that."""
    figure = stages_figure(results_of("fastpath"))
    (axes,) = figure.axes
    figure.savefig(file := io.BytesIO(), format="svg")

    assert b"</svg>" in file.getvalue()
    assert (0.0, 0.0) == (figure.patch.get_alpha(), axes.patch.get_alpha())
    beside = [
        axes.xaxis.label,
        *axes.get_legend().get_texts(),
        *axes.get_yticklabels(),
        *axes.get_xticklabels(),
    ]
    assert {"#808080"} == {to_hex(text.get_color()) for text in beside}


def test_legend():
    """Each stage is named once, whoever was measured."""
    axes = Figure().subplots()
    draw_stages(results_of("fastpath", "stock"), axes)

    assert [name.replace("_", " ") for name in STAGES] == [
        text.get_text() for text in axes.get_legend().get_texts()
    ]


def test_nothing():
    """Of what was not measured there are no bars."""
    axes = Figure().subplots()
    draw_stages(results_of("stock"), axes, "page-stages over 80 ms")

    assert [] == list(axes.patches)
