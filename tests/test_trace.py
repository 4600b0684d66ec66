"""
What is written down for reports of bugs.
"""

from __future__ import annotations

import json

import pytest

from jupyter_fastpath.core.message import Message
from jupyter_fastpath.trace import FROM_KERNEL, Trace


@pytest.fixture
def message():
    """Output of a run that says something private."""
    header = {"msg_id": "m1", "msg_type": "stream", "session": "kernel"}
    content = {"name": "stdout", "text": "secret"}
    parts = (header, {"msg_id": "r1"}, {}, content)
    return Message("iopub", [json.dumps(part).encode() for part in parts])


@pytest.mark.promise("G6")
def test_lines_without_contents(tmp_path, message):
    """
    Each message is one JSON object that says what it was, and nothing of what it said.
    """
    path = tmp_path / "trace.jsonl"
    trace = Trace(path)
    trace.note(FROM_KERNEL, "k1", 12.5, message)
    trace.note(FROM_KERNEL, "k1", 12.6, message)
    trace.close()
    lines = [json.loads(line) for line in path.read_text().splitlines()]

    assert [12.5, 12.6] == [line["now"] for line in lines]
    assert ("k1", "stream", "r1") == tuple(
        lines[0][key] for key in ("kernel_id", "msg_type", "run_id")
    )
    assert "secret" not in path.read_text()


def test_repr_says_closed(tmp_path):
    """
    A trace that is closed says so.
    """
    trace = Trace(tmp_path / "trace.jsonl")
    trace.close()

    assert "closed" in repr(trace)
