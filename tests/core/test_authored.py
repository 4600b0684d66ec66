from __future__ import annotations

import datetime as dt

import pytest

from jupyter_client.session import Session

from jupyter_fastpath.core.authored import Author
from jupyter_fastpath.core.message import HEADER, METADATA, PARENT_HEADER, unpack
from jupyter_fastpath.core.run import CellDone, CellStart, Run
from tests.strategies import request


START = CellStart("r1", "c1", "alice")
DONE = CellDone("r1", "c1", "alice", "ok", 3)


@pytest.fixture
def author():
    """
    An author that the kernel has lent its session.
    """
    author = Author("kernel-id", epoch=1_700_000_000.0)
    author.session = "kernel"
    return author


@pytest.fixture
def run():
    """
    A run with seven messages so far.
    """
    header = request("r1").parts[HEADER]
    return Run("r1", "c1", "alice", header, next_event_idx=7)


@pytest.mark.promise("A1")
def test_cell_start(author, run):
    """
    The start of a run is told with all that is known of it.
    """
    author.path = "a.ipynb"
    message = author.lifecycle(author.account(START, 2.5), run, 2.5)

    assert "cell_start" == message.msg_type
    assert {
        "run_id": "r1",
        "cell_id": "c1",
        "initiator": "alice",
        "kernel_id": "kernel-id",
        "path": "a.ipynb",
        "ts_server": 1_700_000_002.5,
    } == message.content


@pytest.mark.promise("A2")
def test_cell_done(author, run):
    """
    The end of a run is told with the same, its status and its count.
    """
    message = author.lifecycle(author.account(DONE, 2.5), run, 2.5)

    assert "cell_done" == message.msg_type
    assert {
        "run_id": "r1",
        "cell_id": "c1",
        "initiator": "alice",
        "status": "ok",
        "execution_count": 3,
        "reason": None,
        "kernel_id": "kernel-id",
        "path": None,
        "ts_server": 1_700_000_002.5,
    } == message.content


@pytest.mark.promise("A3")
def test_numbers(author, run):
    """
    What is written on IOPub is the next message of its run, a reply is not.
    """
    messages = [
        author.lifecycle(author.account(START, 0.0), run, 0.0),
        author.reply(run, 0.0),
        author.status("idle", 0.0, run),
        author.stderr("!", 0.0, run),
        author.status("dead", 0.0),
        author.stderr("!", 0.0, None),
    ]

    assert [7, None, 8, 9, None, None] == [message.event_idx for message in messages]
    assert 10 == run.next_event_idx


@pytest.mark.promise("A8", "A9")
def test_headers(author, run):
    """
    A message is the kernel's and answers the request, in headers that Jupyter can read.
    """
    messages = [author.reply(run, 2.5), author.status("idle", 2.5, run)]
    headers = [unpack(message.parts[HEADER]) for message in messages]

    assert ["kernel_fastpath_1", "kernel_fastpath_2"] == [h["msg_id"] for h in headers]
    assert {"kernel"} == {h["session"] for h in headers}
    assert {"fastpath"} == {h["username"] for h in headers}
    assert {"2023-11-14T22:13:22.500000Z"} == {h["date"] for h in headers}
    assert [run.request_header] * 2 == [m.parts[PARENT_HEADER] for m in messages]
    assert [b"{}"] * 2 == [m.parts[METADATA] for m in messages]


def test_jupyter_reads_it(author, run):
    """
    What is written is a message to jupyter_client, with a date.
    """
    parts = author.status("idle", 2.0, run).parts
    message = Session(key=b"").deserialize([b"", *parts])

    assert "status" == message["msg_type"]
    assert dt.timedelta(0) == message["header"]["date"].utcoffset()
    assert {"execution_state": "idle"} == message["content"]


def test_texts(author, run):
    """
    A marker is text on stderr, a reply says that the run was aborted.
    """
    marker, reply = author.stderr("!", 0.0, run), author.reply(run, 0.0)

    assert ("stream", "iopub") == (marker.msg_type, marker.channel)
    assert {"name": "stderr", "text": "!"} == marker.content
    assert ("execute_reply", "shell") == (reply.msg_type, reply.channel)
    assert {"status": "aborted"} == reply.content


@pytest.mark.promise("A3")
def test_aside(author, run):
    """
    What is said to one client only belongs to the run, and takes no number from it.
    """
    messages = [author.aside("!", 0.0, run), author.aside("!", 0.0, None)]

    assert [run.request_header, b"{}"] == [m.parts[PARENT_HEADER] for m in messages]
    assert {None} == {m.event_idx for m in messages}
    assert {"stream"} == {m.msg_type for m in messages}
    assert 7 == run.next_event_idx


@pytest.mark.promise("A2", "A8", "B3")
@pytest.mark.parametrize(
    ("ends", "places"),
    [
        ((), [(10, 30)]),
        ((12,), [(10, 11), (11, 11), (11, 30)]),
        ((11, 30), [(10, 10), (10, 10), (10, 11), (11, 29), (29, 30)]),
    ],
)
def test_missing(author, run, ends, places):
    """
    What is missing is told with its number and the ends of runs, each in its place.
    """
    ended = [Run(f"e{end}", "c1", "bob", run.request_header, end=end) for end in ends]
    aside, *endings = author.missing(10, 30, 0.0, run, ended)

    assert aside.content["text"].startswith("[fastpath] 20 messages")
    assert ["status", "cell_done"] * len(ends) == [m.msg_type for m in endings]
    assert [f"e{end}" for end in ends] == [
        message.content["run_id"] for message in endings[1::2]
    ]
    assert places == [(m.position, m.end) for m in (aside, *endings)]
    assert {None} == {m.event_idx for m in (aside, *endings)}


@pytest.mark.promise("A8")
@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("ok", "ok"),
        ("error", "error"),
        ("aborted", "aborted"),
        ("kernel_died", "error"),
    ],
)
def test_outcome(author, run, status, told):
    """
    A reply that is told again says how the run has ended, as far as replies can.
    """
    run.status, run.execution_count = status, 3
    reply = author.outcome(run, 0.0)

    assert {"status": told, "execution_count": 3} == reply.content
    assert ("shell", "execute_reply", None) == (
        reply.channel,
        reply.msg_type,
        reply.event_idx,
    )


def test_without_run(author):
    """
    What belongs to no run has no parent.
    """
    message = author.status("restarting", 0.0)

    assert b"{}" == message.parts[PARENT_HEADER]
    assert {"execution_state": "restarting"} == message.content


def test_before_the_kernel_spoke():
    """
    As long as the session of the kernel is not known its ID stands for it.
    """
    message = Author("kernel-id", 0.0).status("dead", 0.0)

    assert "kernel-id" == message.header.session


def test_has_written(author, run):
    """
    What the server has written is told from what a kernel has.
    """
    assert Author.has_written(author.stream("stdout", "x", 2.5, run))
    assert Author.has_written(author.status("idle", 2.5))
    assert not Author.has_written(request("r1"))
