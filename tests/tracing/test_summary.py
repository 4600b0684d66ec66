from __future__ import annotations

import pytest

from hypothesis import given
from hypothesis import strategies as st

from jupyter_fastpath.tracing.record import read
from jupyter_fastpath.tracing.summary import Summary

from .records import RUNS, line


pytestmark = pytest.mark.promise("G1")


def summed(runs):
    """Return what is told of *runs*."""
    summary = Summary()
    for run in runs:
        summary.add(run)
    return summary


def test_stages():
    """Of each stage the median, the 95th percentile and the most are told, by nearest rank."""
    runs = [read(line(f"r{i}", end_to_end=i / 10)) for i in range(1, 101)]
    summary = summed([*runs, read(line(end_to_end=None))])
    stage = {"runs": 100, "p50": 5.0, "p95": 9.5, "max": 10.0}

    assert stage == summary.as_json["stages"]["end_to_end"]
    assert 101 == summary.as_json["runs"]


def test_counts():
    """Messages and bytes are summed up, and how the runs ended is counted."""
    statuses = ("ok", "error", "ok", None)
    told = summed(read(line(status=status)) for status in statuses).as_json

    assert {"ok": 2, "error": 1, "unknown": 1} == told["statuses"]
    assert (48, 13_600, 20, 6000) == tuple(
        told[name] for name in ("messages_in", "bytes_in", "messages_out", "bytes_out")
    )
    assert (28, 8, 0) == (told["merged"], told["spilled"], told["lost"])


def test_lines():
    """The table has a line for each stage that is known, and then what was counted."""
    assert [
        "stage runs p50 p95 max",
        "client to server 1 250.0 ms 250.0 ms 250.0 ms",
        "server to kernel start 1 250.0 ms 250.0 ms 250.0 ms",
        "kernel start to first output 1 500.0 ms 500.0 ms 500.0 ms",
        "first output to done 1 2.00 s 2.00 s 2.00 s",
        "first output 1 750.0 ms 750.0 ms 750.0 ms",
        "duration 1 2.50 s 2.50 s 2.50 s",
        "end to end 1 2.75 s 2.75 s 2.75 s",
        "first output painted 1 1.25 s 1.25 s 1.25 s",
        "done painted 1 3.50 s 3.50 s 3.50 s",
        "",
        "runs: 1 (ok 1)",
        "from kernels: 12 messages, 3.4 kB",
        "to clients: 5 messages, 1.5 kB",
        "merged: 7, spilled: 2, lost: 0",
    ] == [" ".join(told.split()) for told in summed([read(line())]).lines()]


def test_nothing():
    """Of no runs it is told that there were none."""
    assert "runs: 0 (none)" in list(Summary().lines())


@given(st.lists(RUNS), st.randoms())
def test_order(runs, random):
    """What is told of runs does not depend on their order, and is in itself in order."""
    told = summed(runs).as_json
    random.shuffle(runs)
    again = summed(runs).as_json
    again["statuses"] = {name: again["statuses"][name] for name in told["statuses"]}

    assert told == again
    for numbers in told["stages"].values():
        assert numbers["p50"] <= numbers["p95"] <= numbers["max"]
