from __future__ import annotations

import pytest

from jupyter_fastpath.core import outbox
from jupyter_fastpath.core.clients import MOST_IN_TURN, Clients, Paces
from jupyter_fastpath.core.runs import OUTPUT_TYPES
from jupyter_fastpath.core.throttle import Pace
from tests.strategies import BARRIERS, make, stream


PACES = Paces(Pace(0.1, 0.1), Pace(0.5, 0.5), away_bytes=1000)


@pytest.fixture
def clients():
    """
    Alice and Bob.
    """
    clients = Clients(PACES)
    for client_id in ("alice", "bob"):
        clients.attach(client_id, 0.0)
    return clients


def texts(clients, now, first=None):
    """
    Return who is sent what at *now*: text, or the type of what is no text.
    """
    return [
        (client_id, message.content.get("text", message.msg_type))
        for client_id, message in clients.take(now, first)
    ]


def test_known(clients):
    """
    A client is known from when it was attached until it has gone for good.
    """
    clients.detach("bob", None)

    assert "alice" in clients
    assert "bob" not in clients
    assert 1 == len(clients)
    assert clients.get_timer() is None


@pytest.mark.promise("B2")
def test_first_leaves_at_once(clients):
    """
    The first output of a run leaves at once though text before it had to wait.
    """
    clients.put_first("alice", stream("a"), 1.0)
    assert [("alice", "a")] == texts(clients, 1.0)
    clients.put_urgent("alice", stream("b"), 1.01)
    assert [] == texts(clients, 1.01)
    clients.put_first("alice", stream("c"), 1.02)

    assert [("alice", "bc")] == texts(clients, 1.02)


@pytest.mark.promise("B2")
def test_text_is_paced(clients):
    """
    Text that follows text waits; what is no text does not, and takes it along.
    """
    clients.put_urgent("alice", stream("a"), 1.0)
    assert [("alice", "a")] == texts(clients, 1.0)
    clients.put_urgent("alice", stream("b"), 1.01)
    assert 1.1 == clients.get_timer()
    clients.put_urgent("alice", make("status"), 1.02)

    assert [("alice", "b"), ("alice", "status")] == texts(clients, 1.02)


@pytest.mark.promise("C4")
def test_others_are_sent_coarser_batches(clients):
    """
    Who only watches is sent everything a little later, and in larger pieces.
    """
    clients.put_relaxed(stream("a"), 1.0, besides="alice")
    assert [] == texts(clients, 1.0)
    assert [("bob", "a")] == texts(clients, 1.1)
    clients.put_relaxed(make("status"), 1.2, besides="alice")
    clients.put_relaxed(stream("b"), 1.3, besides="alice")

    assert 1.6 == pytest.approx(clients.get_timer())
    assert [("bob", "status"), ("bob", "b")] == texts(clients, 1.61)


def test_relaxed_for_all(clients):
    """
    What nobody waits for goes to everybody.
    """
    clients.put_relaxed(stream("a"), 1.0, besides=None)

    assert [("alice", "a"), ("bob", "a")] == texts(clients, 2.0)


@pytest.mark.promise("A6")
def test_hurry(clients):
    """
    What waits for whatever client can be made to leave now.
    """
    clients.put_relaxed(stream("a"), 1.0, besides=None)
    clients.hurry(1.0)

    assert [("alice", "a"), ("bob", "a")] == texts(clients, 1.0)


@pytest.mark.promise("C4")
@pytest.mark.parametrize("first", ["alice", "bob"])
def test_first_comes_first(clients, first):
    """
    Who is to come first does so, in whatever order clients came.
    """
    clients.put_relaxed(stream("a"), 1.0, besides=None)
    others = {"alice", "bob"} - {first}

    assert [(first, "a"), (others.pop(), "a")] == texts(clients, 2.0, first)


@pytest.mark.promise("C4")
@pytest.mark.parametrize("first", ["alice", None])
def test_others_are_served_a_few_at_a_time(clients, first):
    """
    Who comes first is sent all at once; the others a few in each turn, and in order.
    """
    count = MOST_IN_TURN + 5
    for n in range(count):
        clients.put_relaxed(make("status", msg_id=str(n)), 1.0, besides=None)
    turns = [list(clients.take(2.0, first)) for _ in range(4)]

    first_turn = count + MOST_IN_TURN if first else MOST_IN_TURN
    assert first_turn == len(turns[0])
    assert 2 * count == sum(map(len, turns))
    for client_id in ("alice", "bob"):
        sent = [m.msg_id for turn in turns for id_, m in turn if id_ == client_id]
        assert [str(n) for n in range(count)] == sent


@pytest.mark.promise("B2")
def test_first_begins_a_burst(clients):
    """
    With the first output of a run text is sent as often again as in the beginning.
    """
    clients = Clients(Paces(Pace(0.1, 0.8)))
    clients.attach("alice", 0.0)
    for now in range(1, 20):
        clients.put_urgent("alice", stream("a"), now)
        texts(clients, now)
    clients.put_first("alice", stream("b"), 30.0)
    texts(clients, 30.0)
    clients.put_urgent("alice", stream("c"), 30.0)

    assert 30.1 == pytest.approx(clients.get_timer())


# ---- pressure


@pytest.mark.promise("F1", "F2")
def test_deferred(clients, monkeypatch):
    """
    A client whose socket is full waits, is counted, and is sent less often from then on.
    """
    monkeypatch.setattr(outbox, "MAX_IN_FLIGHT", 10)
    clients.put_urgent("alice", stream("a"), 1.0)
    clients.put_relaxed(stream("b"), 1.0, besides="alice")
    texts(clients, 1.0)
    assert (1, 1.1) == (clients.deferred, clients.get_timer())
    assert clients.drained("alice", 1.5)
    clients.put_urgent("alice", stream("c"), 1.5)
    assert [("alice", "c"), ("bob", "b")] == texts(clients, 1.5)
    assert clients.drained("alice", 1.5)
    clients.put_urgent("alice", stream("d"), 1.5)

    assert 2.0 == clients.get_timer()


@pytest.mark.promise("A8")
def test_confirmed(clients):
    """
    What a client has got for certain is not sent to it again, what it was sent later is.
    """
    idle = make("status", {"execution_state": "idle"}, msg_id="idle")
    done = make("cell_done", msg_id="done")
    counts = []
    for message in (stream("a"), idle, done):
        counts.append(clients.taken("alice"))
        clients.put_urgent("alice", message, 1.0)
        list(clients.take(1.0, "alice"))
    for _ in counts:
        clients.drained("alice", 1.0)
    clients.confirmed("alice", counts[-1])

    assert [0, 1, 2] == counts
    assert 3 == clients.taken("alice")
    assert 1 == clients.attach("alice", 2.0)
    assert [("alice", done)] == list(clients.take(2.0, "alice"))


def test_drained_without_pressure(clients):
    """
    A drain of a socket that was not full lets nothing go.
    """
    clients.put_urgent("alice", stream("a"), 1.0)
    texts(clients, 1.0)

    assert not clients.drained("alice", 1.5)
    assert 0 == clients.deferred


# ---- away


@pytest.mark.promise("B3", "F4")
def test_away(clients):
    """
    For a client that is away everything is kept, and sent when it is back.
    """
    clients.put_urgent("alice", stream("a"), 1.0)
    texts(clients, 1.0)
    clients.detach("alice", 10.0)
    clients.put_urgent("alice", stream("b"), 2.0)
    assert [] == texts(clients, 5.0)
    assert (1, 10.0) == (len(clients), clients.get_timer())

    assert 1 == clients.attach("alice", 6.0)
    assert (0, 0) == clients.get_cut("alice")
    assert [("alice", "ab")] == texts(clients, 6.0)


@pytest.mark.promise("F1")
def test_expire(clients):
    """
    A client that stays away for too long is forgotten, and no other.
    """
    clients.detach("alice", 10.0)
    clients.expire(9.9)
    assert "alice" in clients
    clients.expire(10.0)

    assert "alice" not in clients
    assert "bob" in clients


@pytest.mark.promise("B3", "F1")
def test_cut():
    """
    Of the output that does not fit into what is kept the number and size are told.
    """
    clients = Clients(PACES)
    clients.attach("alice", 0.0)
    clients.detach("alice", 10.0)
    large = stream("x" * 2000)
    clients.put_urgent("alice", large, 1.0)
    clients.put_urgent("alice", stream("cut"), 1.0)
    clients.put_first("alice", stream("cut"), 1.0)
    clients.put_relaxed(stream("cut"), 1.0, besides=None)
    count, size = clients.get_cut("alice")
    clients.attach("alice", 2.0, stream("marker", "stderr"))

    assert (3, 3 * stream("cut").size) == (count, size)
    assert (0, 0) == clients.get_cut("alice")
    assert [("alice", "x" * 2000), ("alice", "marker")] == texts(clients, 2.0)


def test_marker_takes_the_place_of_what_was_cut():
    """
    What was not kept is told where it is missing, before all that came after it.
    """
    clients = Clients(PACES)
    clients.attach("alice", 0.0)
    clients.detach("alice", 10.0)
    clients.put_urgent("alice", stream("x" * 2000), 1.0)
    clients.put_urgent("alice", stream("cut"), 1.0)
    clients.put_urgent("alice", make("status"), 1.0)
    clients.put_urgent("alice", stream("cut"), 1.0)
    clients.attach("alice", 2.0, stream("marker", "stderr"))

    assert ["stream", "stream", "status"] == [
        message.msg_type for _, message in clients.take(2.0, "alice")
    ]


@pytest.mark.promise("A9", "B3")
@pytest.mark.parametrize("msg_type", [*BARRIERS, "stream", "cell_done"])
def test_only_output_is_cut(msg_type):
    """
    However much is kept already, nothing but output is cut.
    """
    clients = Clients(PACES)
    clients.attach("alice", 0.0)
    clients.detach("alice", 10.0)
    clients.put_urgent("alice", stream("x" * 2000), 1.0)
    clients.put_urgent("alice", make(msg_type), 1.0)

    assert (msg_type in OUTPUT_TYPES) == bool(clients.get_cut("alice")[0])


@pytest.mark.promise("B3")
def test_only_who_is_away_is_cut(clients):
    """
    A client that is slow but there is not cut, however much waits for it.
    """
    for _ in range(3):
        clients.put_urgent("alice", stream("x" * 2000), 1.0)

    assert (0, 0) == clients.get_cut("alice")
    assert [("alice", "x" * 6000)] == texts(clients, 1.0)


def test_paces():
    """
    By default who only watches is sent to less often, and 64 MB are kept.
    """
    paces = Paces()

    assert paces.initiator.longest < paces.collaborator.shortest
    assert 64 * 1024 * 1024 == paces.away_bytes
