from __future__ import annotations

import contextlib
import io
import json
import pathlib

import pytest

from jupyter_fastpath.bench.page import appended, calm, printed, typed
from jupyter_fastpath.bench.page.appended import KINDS
from jupyter_fastpath.bench.page.evaluated import Evaluation, durations_of, stages
from jupyter_fastpath.bench.page.sizes import FULL_PAGE, QUICK_PAGE
from jupyter_fastpath.bench.page.timeline import printed_bytes


def printed_by(source):
    """Return what code prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(source, {})
    return out.getvalue()


@pytest.fixture
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("_folder")
@pytest.mark.parametrize("kind", appended.KINDS)
def test_pieces(kind):
    """Each piece has 100 bytes and its number at its end, and waits to be asked for."""
    for number in range(2):
        pathlib.Path(f"append-{number}").touch()
    text = printed_by(appended.source_of(kind, 300, 2))

    assert 500 == len(text)
    assert text.removesuffix("\n").removesuffix("\x1b[0m").rstrip().endswith("4")


def test_kinds():
    """All that a profile appends to is known, and the full one leaves out nothing."""
    assert tuple(KINDS) == FULL_PAGE.kinds
    assert set(QUICK_PAGE.kinds) <= set(KINDS)


@pytest.mark.usefixtures("_folder")
def test_print():
    """The print has the lines that are looked for, and tells when it began."""
    text = printed_by(printed.print_of(2))

    assert f"{printed.line(0)}\n{printed.line(1)}\n" == text
    assert 60 == len(printed.line(123)) + 1
    assert 0 < float(pathlib.Path("printed").read_text())


@pytest.mark.usefixtures("_folder")
def test_flood():
    """The flood tells how many lines it has printed."""
    pathlib.Path("go").touch()
    text = printed_by(typed.flood(0.01))
    count, _ = pathlib.Path("printed").read_text().split()

    assert [f"{i} {'x' * 60}" for i in range(int(count))] == text.splitlines()
    assert int(count) == json.loads(pathlib.Path("log").read_text())[-1][1]


@pytest.mark.parametrize("count", [0, 1, 10, 11, 1234])
def test_printed_bytes(count):
    """What a flood has printed is known from the number of its lines."""
    text = "".join(f"{i} xyz\n" for i in range(count))

    assert len(text) == printed_bytes(count, "xyz")


def test_told():
    """Keys that were not painted are missing in the share, and in nothing else."""
    watched = {"keys": [20.0, 40.0], "frames": [0.0, 10.0], "tasks": []}
    numbers = typed.told(watched, "abcd")

    assert (0.5, 20.0, 40.0) == (
        numbers["keys_painted_share"],
        numbers["key_to_paint_p50_ms"],
        numbers["key_to_paint_max_ms"],
    )
    assert (10.0, 0.0) == (numbers["frame_p95_ms"], numbers["longest_task_ms"])


def test_costs():
    """The work for each piece is the difference between two readings, in ms."""
    names = ("TaskDuration", "ScriptDuration", "LayoutDuration", "RecalcStyleDuration")
    readings = [dict.fromkeys(names, value) for value in (1.0, 1.25, 1.75)]
    numbers = appended.costs([tuple(readings[:2]), tuple(readings[1:])])

    assert (375.0, 500.0) == (numbers["busy_mean_ms"], numbers["layout_p95_ms"])


def test_stages():
    """What the page adds is what is not the way to the kernel and back."""
    numbers = stages(durations_of([Evaluation(100.0, 105.0, 125.0, 170.0)]))

    assert (70.0, 5.0, 20.0, 50.0, 3.0) == (
        numbers["key_to_paint_p50_ms"],
        numbers["key_to_request_p50_ms"],
        numbers["round_trip_p50_ms"],
        numbers["page_p50_ms"],
        round(numbers["above_round_trip_p50_frames"], 6),
    )


@pytest.mark.parametrize("source", calm.sources(3, 2).values())
def test_sources(source):
    """What the cells run is Python."""
    assert compile(source, "cell", "exec")
