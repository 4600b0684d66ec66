from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from jupyter_fastpath.bench.report.chart import Axis, Chart, Form, Line, Panel
from jupyter_fastpath.bench.report.drawing import drawn, ticked
from jupyter_fastpath.bench.report.style import Scheme, inks


pytestmark = pytest.mark.promise("G2")

X, Y = Axis("ms"), Axis("MB")
POINTS = ((0.0, 0.0), (1.0, 0.5), (20.0, 1.0))


def chart_of(*lines, x=X, y=Y):
    """Return a chart with these lines."""
    return Chart("any", x, (Panel(y, lines),), ())


def texts(svg):
    """Return all words of a picture."""
    return [text.strip() for text in ET.fromstring(svg).itertext() if text.strip()]


@pytest.mark.parametrize("scheme", Scheme)
def test_colors(scheme):
    """A subject has its own color of the scheme in each picture."""
    chart = chart_of(Line("stock", POINTS), Line("fastpath", POINTS, Form.DOTS))
    svg = drawn(chart, scheme).decode()

    for ink in inks(["stock", "fastpath"]).values():
        assert ink.on(scheme) in svg
    assert inks(["floor"])["floor"].on(scheme) not in svg


def test_words():
    """Axes have their units, and lines of one subject their names; subjects are told beside the picture."""
    lines = (
        Line("stock", POINTS, Form.DASHES, "printed"),
        Line("stock", POINTS, Form.CURVE, "painted"),
        Line("stock", POINTS, Form.CURVE, "painted"),
    )
    words = texts(drawn(chart_of(*lines), Scheme.LIGHT))

    assert {"ms", "MB", "printed", "painted"} < set(words)
    assert 1 == words.count("painted")
    assert "stock" not in words


def test_share():
    """What is a part of a whole is told in percent."""
    svg = drawn(
        chart_of(Line("stock", POINTS), y=Axis("share", is_share=True)), Scheme.DARK
    )

    assert {"0%", "50%", "100%"} < set(texts(svg))


def test_powers():
    """By powers of ten there are ticks between them, unless there are very many."""
    few, many = (
        texts(
            drawn(
                chart_of(
                    Line("stock", ((1.0, 1.0), (most, 2.0))), x=Axis("ms", is_log=True)
                ),
                Scheme.LIGHT,
            )
        )
        for most in (100.0, 1e5)
    )

    assert {"1", "2", "5", "10", "20", "50", "100"} < set(few)
    assert "100k" in many
    assert "5" not in many


def test_level():
    """An axis goes as far as is asked for, so that pictures can be compared."""
    own = drawn(chart_of(Line("stock", POINTS)), Scheme.LIGHT)
    wide = drawn(chart_of(Line("stock", POINTS), x=Axis("ms", most=90.0)), Scheme.LIGHT)

    assert "80" not in texts(own)
    assert "80" in texts(wide)


def test_small():
    """Words keep all their digits, and lines those that can be seen."""
    points = tuple((i / 7, (i % 3) / 90) for i in range(9))
    svg = drawn(chart_of(Line("stock", points)), Scheme.LIGHT)
    paths = [each.get("d") for each in ET.fromstring(svg).iter() if "d" in each.attrib]

    assert "0.005" in texts(svg)
    assert not re.search(r"\.\d{3}", " ".join(paths))


def test_again():
    """The same chart gives the same picture, byte by byte."""
    chart = chart_of(Line("stock", POINTS))

    assert drawn(chart, Scheme.LIGHT) == drawn(chart, Scheme.LIGHT)


@pytest.mark.parametrize("most", [0.0, -1e14, 1e14, 1e-300])
@pytest.mark.parametrize("least", [0.0, -1e14])
def test_odd(least, most):
    """Values that nothing has are drawn all the same, without a warning."""
    line = Line("stock", ((0.0, least), (1.0, most)))

    assert drawn(chart_of(line), Scheme.LIGHT).startswith(b"<?xml")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.5, "0.5"), (5000, "5000"), (20_000, "20k"), (5e6, "5M"), (-3e4, "-30k")],
)
def test_ticked(value, text):
    """A tick has few digits."""
    assert text == ticked(value)
