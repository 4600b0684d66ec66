from __future__ import annotations

import pytest

from jupyter_fastpath.core import unconfirmed as module
from jupyter_fastpath.core.unconfirmed import MAX_KEPT, Unconfirmed
from tests.strategies import make, stream


pytestmark = pytest.mark.promise("A8")

REPLY = make("execute_reply", channel="shell", msg_id="reply")
IDLE = make("status", {"execution_state": "idle"}, msg_id="idle")
DONE = make("cell_done", msg_id="done")


@pytest.fixture
def unconfirmed():
    """
    A client to which nothing has left.
    """
    return Unconfirmed()


def test_what_is_kept(unconfirmed):
    """
    Replies, states and ends are kept, in their order; whatever would harm twice is not.
    """
    debugged = make("debug_reply", channel="control")
    asked = make("input_request", channel="stdin")
    for message in (
        stream("a"),
        REPLY,
        asked,
        make("display_data"),
        debugged,
        IDLE,
        DONE,
    ):
        unconfirmed.left(message)

    assert 7 == unconfirmed.count
    assert [REPLY, debugged, IDLE, DONE] == unconfirmed.take_back()
    assert [] == unconfirmed.take_back()


def test_confirmed(unconfirmed):
    """
    What left before a ping that was answered is not kept, and what left later is.
    """
    for message in (stream("a"), REPLY, IDLE, DONE):
        unconfirmed.left(message)
    unconfirmed.confirmed(3)
    unconfirmed.confirmed(1)

    assert [DONE] == unconfirmed.take_back()
    unconfirmed.confirmed(99)
    assert 4 == unconfirmed.count


def test_bounds(unconfirmed, monkeypatch):
    """
    Of very many, or of large ones, the latest are kept.
    """
    for number in range(MAX_KEPT + 5):
        unconfirmed.left(make("cell_done", msg_id=str(number)))
    kept = unconfirmed.take_back()
    assert (MAX_KEPT, "5") == (len(kept), kept[0].msg_id)
    monkeypatch.setattr(module, "MAX_BYTES", REPLY.size + IDLE.size)
    for message in (DONE, REPLY, IDLE):
        unconfirmed.left(message)

    assert [REPLY, IDLE] == unconfirmed.take_back()
