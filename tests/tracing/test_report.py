from __future__ import annotations

import json

from jupyter_fastpath.tracing.report import (
    Columns,
    JsonLines,
    JsonSummary,
    Report,
    TableSummary,
)
from jupyter_fastpath.tracing.selection import Selection
from jupyter_fastpath.tracing.table import HEADINGS

from .records import line


def shown(form, *lines, capsys, **chosen):
    """Return what is printed for *lines*."""
    report = Report(Selection(**chosen), form)
    for one in lines:
        report.take(one)
    report.end()
    return capsys.readouterr()


def test_json(capsys):
    """As JSON the lines of the runs that are asked for are as they were."""
    odd = b'{ "kernel_id" :"k","run_id":"\\u00e9", "unknown": 1.50 }'
    out = shown(JsonLines(), odd, line(), capsys=capsys, kernel="k").out

    assert odd.decode() + "\n" + line().decode() + "\n" == out


def test_columns(capsys):
    """In columns there is a line of headings, and one for each run."""
    headings, *rows = shown(
        Columns(), line(), b"", line(), line(path="other"), capsys=capsys, path="a*"
    ).out.splitlines()

    assert HEADINGS == headings
    assert 2 == len(rows)


def test_no_columns(capsys):
    """Without a run there are no headings."""
    assert "" == shown(Columns(), line(), capsys=capsys, kernel="other").out


def test_summary(capsys):
    """A summary is of the runs that are asked for."""
    out = shown(
        TableSummary(), line(), line(status="error"), capsys=capsys, statuses=("ok",)
    ).out

    assert "runs: 1 (ok 1)" in out


def test_json_summary(capsys):
    """A summary is an object as well."""
    assert 1 == json.loads(shown(JsonSummary(), line(), capsys=capsys).out)["runs"]


def test_bad_lines(capsys):
    """Lines that are no records are counted; the first are named; the others are shown."""
    bad = [b"\x1b[2J nonsense"] * 7
    told = shown(Columns(), line(), *bad, line(), capsys=capsys)

    assert 3 == len(told.out.splitlines())
    assert [
        *(f"line {i} is no record of a run: no JSON object" for i in range(2, 7)),
        "7 of 9 lines are no records of runs",
    ] == told.err.splitlines()
