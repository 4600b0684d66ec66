"""
``jupyter fastpath trace``, as one types it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from jupyter_fastpath.cli import main
from jupyter_fastpath.tracing.table import HEADINGS
from tests.command import COMMAND

from .records import line


PATIENCE = 60.0


@pytest.fixture
def path(tmp_path):
    """
    A trace of three runs.
    """
    path = tmp_path / "runs.jsonl"
    lines = [
        line("r1"),
        b"nonsense",
        line("r2", status="error"),
        line("r3", cell_id=None),
    ]
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


def ids(out):
    return [json.loads(one)["run_id"] for one in out.splitlines()]


@pytest.mark.promise("G1")
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], ["r1", "r2", "r3"]),
        (["--status", "error"], ["r2"]),
        (["--status", "error", "--status", "ok"], ["r1", "r2", "r3"]),
        (["--cell", "c1"], ["r1", "r2"]),
        (["--kernel", "k2"], []),
        (["--path", "*.ipynb", "--slower", "2.7"], ["r1", "r2", "r3"]),
        (["--slower", "3"], []),
    ],
)
def test_json(path, options, expected, capsys):
    """A file is read, those of its runs that are asked for are shown, and bad lines are told of."""
    assert 0 == main(["trace", str(path), "--json", *options])
    told = capsys.readouterr()

    assert expected == ids(told.out)
    assert "1 of 4 lines are no records of runs" in told.err


def test_columns(path, capsys):
    """Without options there are columns."""
    assert 0 == main(["trace", str(path)])
    assert [HEADINGS, *3 * ["k1"]] == [
        one if one == HEADINGS else one.split()[2]
        for one in capsys.readouterr().out.splitlines()
    ]


def test_summary(path, capsys):
    """A summary is a table, or an object."""
    assert 0 == main(["trace", str(path), "--summary"])
    assert "runs: 3 (ok 2, error 1)" in capsys.readouterr().out
    assert 0 == main(["trace", str(path), "--summary", "--json"])
    assert 3 == json.loads(capsys.readouterr().out)["runs"]


def test_no_file(tmp_path, capsys):
    """A file that is not there is told of, and the exit code is 1."""
    assert 1 == main(["trace", str(tmp_path / "none")])
    assert "No such file" in capsys.readouterr().err


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "nonsense"])
def test_no_server(url, capsys):
    """A server that is not there is told of, and the exit code is 1."""
    assert 1 == main(["trace", "--url", url])
    assert f"the server at {url} does not tell of runs" in capsys.readouterr().err


@pytest.fixture
def start(tmp_path):
    """
    Run the trace in a process of its own, which ends with the test.
    """
    started = []
    environment = os.environ | {"JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime")}

    def begin(*options):
        process = subprocess.Popen(
            [sys.executable, "-c", COMMAND, "trace", *map(str, options)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def test_nobody_runs(start):
    """Where no server runs and no file is named, it is said what to name."""
    process = start()
    _, err = process.communicate(timeout=PATIENCE)

    assert 1 == process.returncode
    assert "no server runs here: name one by --url, or a FILE" in err


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C would end us, too")
def test_follow(start, path):
    """A file is followed, also to the one that takes its place, until Ctrl-C."""
    process = start(path, "--follow", "--json")
    before = [process.stdout.readline() for _ in range(3)]
    path.rename(path.with_suffix(".1"))
    path.write_bytes(line("r4") + b"\n")
    after = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    rest, err = process.communicate(timeout=PATIENCE)

    assert ["r1", "r2", "r3", "r4"] == ids("".join([*before, after]))
    assert ("", 0) == (rest, process.returncode)
    assert "Traceback" not in err


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C would end us, too")
def test_follow_summary(start, tmp_path):
    """A summary of what is followed comes with Ctrl-C; a file that is not there is waited for."""
    path = tmp_path / "later.jsonl"
    process = start(path, "--follow", "--summary")
    assert f"waiting for {path}\n" == process.stderr.readline()
    path.write_bytes(line() + b"\nnonsense\n")
    assert "line 2 is no record" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=PATIENCE)

    assert 0 == process.returncode
    assert "runs: 1 (ok 1)" in out


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break otherwise there")
def test_enough(start, tmp_path):
    """Who has read enough, as `head` does, is no error."""
    path = tmp_path / "many.jsonl"
    path.write_bytes((line() + b"\n") * 10_000)
    process = start(path, "--json")
    process.stdout.readline()
    process.stdout.close()

    assert 0 == process.wait(timeout=PATIENCE)
    assert "" == process.stderr.read()
