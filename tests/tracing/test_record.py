from __future__ import annotations

import contextlib

import pytest

from hypothesis import given
from hypothesis import strategies as st

from jupyter_fastpath.tracing.record import STAGES, BadLine, read

from .records import line, record


pytestmark = pytest.mark.promise("G1")

WRONG = [None, True, -1, 1e300, "", "text", [], {}]


def test_stages():
    """How long each stage took is known from the record of a run."""
    run = read(line())

    assert {
        "client_to_server": 0.25,
        "server_to_kernel_start": 0.25,
        "kernel_start_to_first_output": 0.5,
        "first_output_to_done": 2.0,
        "first_output": 0.75,
        "duration": 2.5,
        "end_to_end": 2.75,
        "first_output_painted": 1.25,
        "done_painted": 3.5,
    } == {stage: measure(run) for stage, measure in STAGES.items()}


def test_unknown_stages():
    """What is not known of a run is not made up, and the rest is read all the same."""
    run = read(b'{"run_id": "r1", "kernel_id": "k1", "painted": null, "new": [1]}')

    assert {None} == {measure(run) for measure in STAGES.values()}


def test_behind_a_log():
    """A record is found behind what a log writes before it."""
    assert "r7" == read(b"[I 2026-11-26 03:00:00 ServerApp] " + line("r7")).run_id


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"Traceback (most recent call last):", "no JSON object"),
        (b'{"run_id": "r1"}', "missing required field `kernel_id`"),
        (line(lost="many"), "Expected `int`, got `str` - at `$.lost`"),
        (line()[:-9], "truncated"),
    ],
)
def test_bad(bad, reason):
    """A line that is no record is refused, and it is said why."""
    with pytest.raises(BadLine) as refusal:
        read(bad)

    assert reason in str(refusal.value)


@given(st.binary() | st.binary().map(lambda tail: b"{" + tail))
def test_garbage(garbage):
    """Whatever a line has, it is read or refused."""
    with contextlib.suppress(BadLine):
        read(garbage)


@given(st.dictionaries(st.sampled_from(sorted(record())), st.sampled_from(WRONG)))
def test_wrong_types(wrong):
    """Whatever a record has at its keys, it is read or refused."""
    with contextlib.suppress(BadLine):
        read(line(**wrong))
