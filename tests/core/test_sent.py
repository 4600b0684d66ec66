from __future__ import annotations

import pytest

from jupyter_fastpath.core import sent as module
from jupyter_fastpath.core.sent import MAX_BYTES, MAX_REMEMBERED, Sent
from tests.strategies import make, stream


BUSY = make("status", {"execution_state": "busy"}).placed(0, 0)
TEXT = stream("a").placed(1, 0)
REPLY = make("execute_reply", channel="shell")
ASKS = make("input_request", channel="stdin")
IDLE = make("status", {"execution_state": "idle"}).placed(2, 0)
DONE = make("cell_done").placed(3, 0)
RUN = [BUSY, TEXT, ASKS, REPLY, IDLE, DONE]


@pytest.fixture
def sent():
    """
    What is remembered of one run, of which nothing has left the socket yet.
    """
    return after(RUN)


def after(messages, drained=0):
    """
    Return what is remembered after *messages*, of which some have left the socket.
    """
    sent, position = Sent(0), 0
    for message in messages:
        position = message.end or position
        sent.left(message, position)
    for _ in range(drained):
        sent.drained()
    return sent


def published(message):
    """
    Return whether all clients are sent *message*, so that it can be read again.
    """
    return message.position is not None


def test_counted(sent):
    """
    All that left is counted, and as long as it is not off how large it is.
    """
    sizes = [sum(message.size for message in RUN)]
    for message in RUN:
        sent.drained()
        sizes.append(sizes[-1] - message.size)
        assert sizes[-1] == sent.in_flight

    assert (6, 6, 0) == (sent.count, sent.unconfirmed, sent.in_flight)


@pytest.mark.promise("F1")
@pytest.mark.parametrize(
    ("count", "position"), [(0, 0), (1, 1), (2, 2), (3, 2), (4, 2), (5, 3), (6, 4)]
)
def test_confirmed(sent, count, position):
    """
    What has arrived is forgotten, and from where on more may be wanted is known.
    """
    sent.confirmed(count)

    assert (6, 6 - count) == (sent.count, sent.unconfirmed)
    assert position == sent.position
    assert list(range(count, 7)) == [n for n in range(9) if sent.is_known(n)]


def test_confirmed_twice(sent):
    """
    A confirmation that comes late says nothing new, and more cannot be confirmed.
    """
    for count in (4, 2, 99):
        sent.confirmed(count)

    assert (6, 0, 4) == (sent.count, sent.unconfirmed, sent.position)


@pytest.mark.promise("F4")
@pytest.mark.parametrize("count", range(7))
def test_take_back(sent, count):
    """
    What was not published has to leave again, at its place; the rest can be read again.
    """
    sent.confirmed(count)
    alone = sent.take_back()

    assert [m for m in RUN[count:] if not published(m)] == [m for _, m in alone]
    assert {2} >= {position for position, _ in alone}
    assert (count, 0, 0) == (sent.count, sent.unconfirmed, sent.in_flight)


@pytest.mark.promise("A8", "F4")
@pytest.mark.parametrize("drained", range(7))
def test_believe(drained):
    """
    What has left counts as arrived, and what would leave a cell at [*] is told again.
    """
    sent = after(RUN, drained)
    again = sent.believe(None)
    harmless = [m for m in RUN[:drained] if m not in (TEXT, ASKS)]

    assert [m.parts for m in harmless] == [m.parts for m in again]
    assert {None} >= {m.position for m in again}
    assert (6, 6 - drained) == (sent.count, sent.unconfirmed)
    assert [m for m in RUN[drained:] if not published(m)] == [
        m for _, m in sent.take_back()
    ]
    assert drained == sent.count


@pytest.mark.promise("A8")
@pytest.mark.parametrize(
    "message",
    [
        make("status", {"execution_state": "restarting"}),
        make("status"),
        make("status", {"execution_state": ["busy"]}),
        make("display_data"),
        make("comm_msg"),
        make("cell_start"),
        make("input_request", channel="stdin"),
    ],
    ids=lambda message: f"{message.msg_type} {message.content}",
)
def test_harmful_twice(message):
    """
    What a page would do twice is not told again when it may have arrived.
    """
    assert [] == after([message.placed(0, 0)], 1).believe(None)


def test_believe_in_vain(sent):
    """
    A confirmation may come before the socket tells that it took a message.
    """
    sent.confirmed(4)

    assert [] == sent.believe(None)
    assert 2 == sent.unconfirmed


@pytest.mark.promise("F4")
def test_believe_a_client(sent):
    """
    A client that counts otherwise than we do is counted on from its own number.
    """
    for _ in range(2):
        sent.drained()
    sent.believe(100)
    sent.take_back()

    assert 100 == sent.count


@pytest.mark.promise("F1")
def test_bounded(monkeypatch):
    """
    However many messages are not confirmed, and however large, memory is bounded.
    """
    monkeypatch.setattr(module, "MAX_REMEMBERED", 3)
    monkeypatch.setattr(module, "MAX_BYTES", 2 * REPLY.size)

    assert 3 == after([TEXT] * 10).unconfirmed
    assert 2 == after([REPLY] * 10).unconfirmed
    assert [False, True] == [after([REPLY] * 3).is_known(n) for n in (0, 1)]


@pytest.mark.promise("F1")
def test_bounds():
    """
    Between two pings no client is sent as much as is remembered.
    """
    assert (100_000, 8 * 1024 * 1024) == (MAX_REMEMBERED, MAX_BYTES)
