from __future__ import annotations

import pytest

from jupyter_fastpath.core import requests
from jupyter_fastpath.core.requests import Requests
from tests.strategies import make, request


def reply(run_id):
    return make("execute_reply", run_id=run_id, channel="shell")


def test_who_asked():
    """
    It is known who sent a message, and nobody is made up for one that nobody sent.
    """
    known = Requests()
    known.sent(request("r1"), "alice")
    known.sent(request("r2"), "bob")

    assert ["alice", "bob", None] == [
        known.client_of(id_) for id_ in ("r1", "r2", "r3")
    ]


@pytest.mark.promise("Z4")
def test_first_keeps_the_id():
    """
    Who takes an ID of somebody else does not get what that one is answered.
    """
    known = Requests()
    known.sent(request("r1"), "alice")
    known.sent(request("r1"), "mallory")

    assert "alice" == known.client_of("r1")
    assert 1 == known.outstanding


def test_outstanding():
    """
    A request waits for its reply, other messages wait for nothing.
    """
    known = Requests()
    known.sent(request("r1"), "alice")
    known.sent(request("i1", msg_type="inspect_request"), "alice")
    known.sent(request("m1", msg_type="comm_msg"), "alice")
    known.sent(request("p1", msg_type="input_reply"), "alice")
    assert 2 == known.outstanding
    known.replied(reply("r1"))
    known.replied(reply("r1"))
    known.replied(reply("unheard of"))

    assert 1 == known.outstanding


def test_forget_outstanding():
    """
    After a restart nothing is outstanding, yet everybody is still known.
    """
    known = Requests()
    known.sent(request("r1"), "alice")
    known.forget_outstanding()

    assert 0 == known.outstanding
    assert "alice" == known.client_of("r1")


@pytest.mark.promise("Z4")
def test_what_is_never_answered_is_bounded(monkeypatch):
    """
    Requests that a kernel never answers take no more memory than others.
    """
    monkeypatch.setattr(requests, "MAX_REMEMBERED", 3)
    known = Requests()
    for n in range(9):
        known.sent(request(f"r{n}"), "alice")

    assert [None] * 3 + ["alice"] * 6 == [known.client_of(f"r{n}") for n in range(9)]
    assert 3 == known.outstanding


def test_only_a_reply_is_a_reply():
    """
    A request for input does not answer the request that it belongs to.
    """
    known = Requests()
    known.sent(request("r1"), "alice")
    known.replied(make("input_request", run_id="r1", channel="stdin"))

    assert 1 == known.outstanding


@pytest.mark.promise("Z4")
@pytest.mark.parametrize("all_at_once", [True, False])
def test_memory_is_bounded(monkeypatch, all_at_once):
    """
    Of more than are remembered of those that wait for nothing the oldest are forgotten.
    """
    monkeypatch.setattr(requests, "MAX_REMEMBERED", 3)
    known = Requests()
    for n in range(5):
        known.sent(request(f"m{n}", msg_type="comm_msg"), "alice")
    assert [None, None, "alice", "alice", "alice"] == [
        known.client_of(f"m{n}") for n in range(5)
    ]
    for n in range(5):
        known.sent(request(f"r{n}"), "alice")
        if not all_at_once:
            known.replied(reply(f"r{n}"))
    known.forget_outstanding()

    assert 3 == sum(known.client_of(f"r{n}") == "alice" for n in range(5))
    assert 0 == sum(known.client_of(f"m{n}") == "alice" for n in range(5))
