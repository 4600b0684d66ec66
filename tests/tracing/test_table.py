from __future__ import annotations

import pytest

from hypothesis import given

from jupyter_fastpath.tracing.record import read
from jupyter_fastpath.tracing.table import HEADINGS, printable, row, seconds, size

from .records import RUNS, line


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        (None, "-"),
        (0.00123, "1.2 ms"),
        (-0.5, "-500.0 ms"),
        (1.0, "1.00 s"),
        (99.5, "99.50 s"),
        (1234.0, "1,234 s"),
    ],
)
def test_seconds(duration, expected):
    """A duration has as many digits as one reads."""
    assert expected == seconds(duration)


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (None, "-"),
        (999, "999 B"),
        (1500, "1.5 kB"),
        (2.5e9, "2.5 GB"),
        (1e18, "1,000,000.0 TB"),
    ],
)
def test_size(count, expected):
    """A size has as many digits as one reads."""
    assert expected == size(count)


def test_row():
    """A run is a line below its headings."""
    shown = row(read(line(cell_id="0123456789", peak_memory=123_456_789)))
    names, cells = HEADINGS.split(), shown.split()

    assert ["done", "kernel", "cell", "status"] == names[:4]
    assert ["k1", "01234567", "ok", "750.0", "ms", "2.50", "s", "2.75", "s"] == cells[
        2:11
    ]
    assert ["12", "5", "1.5", "kB", "7", "0", "123.5", "MB", "a.ipynb"] == cells[11:]
    assert HEADINGS.index("path") == shown.index("a.ipynb")


@given(RUNS)
def test_any_row(run):
    """Whatever a run is called, its line is one, and moves no cursor."""
    assert row(run).isprintable()


def test_printable():
    """What would move the cursor of a terminal is shown as something."""
    assert "\N{REPLACEMENT CHARACTER}[2Ja b" == printable("\x1b[2Ja b")
    assert "-" == printable("") == printable(None)
