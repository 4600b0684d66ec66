from __future__ import annotations

import math

import pytest

from jupyter_fastpath.core import outbox
from jupyter_fastpath.core.clients import MOST_IN_TURN, Clients, Paces
from jupyter_fastpath.core.throttle import Pace
from tests.strategies import make, stream


PACES = Paces(Pace(0.1, 0.1), Pace(0.5, 0.5))


@pytest.fixture
def clients():
    """
    Alice and Bob.
    """
    clients = Clients(PACES)
    for client_id in ("alice", "bob"):
        clients.attach(client_id, 0, 0.0)
    return clients


def published(clients, *messages, start=0):
    """
    Give all who have fallen behind *messages*, which begin at position *start*.
    """
    placed = [message.placed(start + n, 0) for n, message in enumerate(messages)]
    for client_id, position in clients.behind(math.inf):
        end = start + len(placed)
        clients.fetched(client_id, position, placed[position - start :], end)


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
    clients.attach("alice", 0, 0.0)
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
    assert clients.attach("alice", 9, 2.0)
    published(clients)
    assert [("alice", done)] == list(clients.take(2.0, "alice"))
    assert 1 == clients.resent


def test_drained_without_pressure(clients):
    """
    A drain of a socket that was not full lets nothing go.
    """
    clients.put_urgent("alice", stream("a"), 1.0)
    texts(clients, 1.0)

    assert not clients.drained("alice", 1.5)
    assert 0 == clients.deferred


# ---- away


@pytest.mark.promise("B3", "F1", "F4")
def test_away(clients):
    """
    For a client that is away its place is kept, from which on it reads when it is back.
    """
    messages = [stream("a"), stream("b", "stderr"), stream("c", "stderr")]
    clients.put_urgent("alice", messages[0].placed(0, 0), 1.0)
    assert [("alice", "a")] == texts(clients, 1.0)
    clients.drained("alice", 1.0)
    clients.detach("alice", 10.0)
    for n in (1, 2):
        clients.put_urgent("alice", messages[n].placed(n, 0), 2.0)
    assert [] == texts(clients, 5.0)
    assert [] == clients.behind(5.0)
    assert (1, 10.0) == (len(clients), clients.get_timer())
    assert clients.is_away("alice")

    assert clients.attach("alice", 3, 6.0)
    assert not clients.is_away("alice")
    assert [("alice", 1)] == clients.behind(6.0)
    clients.reading("alice")
    assert [] == clients.behind(6.0)
    clients.fetched("alice", 1, [messages[n].placed(n, 0) for n in (1, 2)], 3)
    assert [("alice", "bc")] == texts(clients, 6.0)
    assert [] == clients.behind(6.0)


@pytest.mark.promise("F4")
def test_cursor(clients):
    """
    Of a client that counts it is known what it misses, unless it counts what never was.
    """
    known = [clients.attach("carol", 0, 0.0, cursor) for cursor in (0, 0, 1)]

    assert [True, True, False] == known
    assert not clients.attach("dave", 0, 0.0, 7)
    assert 7 == clients.taken("dave")


@pytest.mark.promise("F4")
def test_counting_client(clients):
    """
    A client that counts is sent exactly what it has not got, though the socket took it.
    """
    messages = [stream("a"), make("status"), stream("b")]
    clients.attach("carol", 0, 0.0, 0)
    for n, message in enumerate(messages):
        clients.put_urgent("carol", message.placed(n, 0), 1.0)
    assert 3 == len(texts(clients, 1.0, "carol"))
    for _ in messages:
        clients.drained("carol", 1.0)

    assert clients.attach("carol", 3, 2.0, 1)
    assert 2 == clients.resent
    published(clients, *messages)
    assert [("carol", "status"), ("carol", "b")] == texts(clients, 2.0)
    assert 3 == clients.taken("carol")


def test_put_next(clients):
    """
    What a client has to know before anything else comes before what it missed.
    """
    clients.put_urgent("alice", stream("a").placed(0, 0), 1.0)
    texts(clients, 1.0)
    clients.attach("alice", 1, 2.0)
    clients.put_next("alice", make("gap"), 2.0)
    published(clients, stream("a"))

    assert [("alice", "gap"), ("alice", "a")] == texts(clients, 2.0)


@pytest.mark.promise("I2")
def test_heir(clients):
    """
    Of those who take up runs that they have not started it is whoever came first.
    """
    assert clients.heir is None
    for client_id in ("carol", "dave"):
        clients.attach(client_id, 0, 0.0, 0)
    assert "carol" == clients.heir
    clients.detach("carol", 9.0)
    assert "carol" == clients.heir
    clients.expire(9.0)

    assert "dave" == clients.heir


def test_has_taken(clients):
    """
    A client that is here has what was put into its socket, one that is away may not.
    """
    clients.put_urgent("alice", stream("a").placed(0, 0), 1.0)
    texts(clients, 1.0)

    assert clients.has_taken("alice", 1)
    assert not clients.has_taken("alice", 2)
    clients.detach("alice", 10.0)
    assert not clients.has_taken("alice", 1)


@pytest.mark.promise("F1")
def test_floor(clients):
    """
    What all have got for certain nobody will want again.
    """
    clients.put_relaxed(stream("a").placed(0, 0), 1.0, besides=None)
    texts(clients, 2.0)
    floors = [clients.floor]
    for client_id in ("alice", "bob"):
        clients.confirmed(client_id, 1)
        floors.append(clients.floor)

    assert [0, 0, 1] == floors
    assert Clients(PACES).floor is None


def test_expires(clients):
    """
    It is known beforehand whether somebody has been away for too long.
    """
    clients.detach("alice", 10.0)

    assert [False, True] == [clients.expires(now) for now in (9.9, 10.0)]


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


def test_paces():
    """
    By default who only watches is sent to less often.
    """
    paces = Paces()

    assert paces.initiator.longest < paces.collaborator.shortest
