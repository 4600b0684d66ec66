from __future__ import annotations

import pytest

from jupyter_fastpath.core.clients import Clients, Paces
from jupyter_fastpath.core.ownership import Ownership
from jupyter_fastpath.core.runs import RunRegistry
from tests.strategies import make, request


@pytest.fixture
def runs():
    """
    A run of Alice and one of Bob.
    """
    runs = RunRegistry()
    runs.requested(request("r1", "c1"), "alice")
    runs.requested(request("r2", "c2", client="bob"), "bob")
    return runs


@pytest.fixture
def clients():
    """
    Alice; and Bob and Carol, who take up runs that they have not started.
    """
    clients = Clients(Paces())
    for client_id, cursor in (("alice", None), ("bob", 0), ("carol", 0)):
        clients.attach(client_id, 0, 0.0, cursor)
    return clients


@pytest.fixture
def ownership(runs, clients):
    """
    Who owns their runs.
    """
    return Ownership(runs, clients)


def owners(ownership, runs):
    """
    Return who owns each run.
    """
    return [ownership.owner_of(run) for run in runs.kept()]


def let_go(ownership, clients, client_id):
    """
    Let a client go for good, and return who was told what.
    """
    told = []
    with ownership.passing(lambda *what: told.append(what)):
        clients.detach(client_id, None)
    return told


@pytest.mark.promise("I2")
def test_initiator_owns(ownership, runs, clients):
    """
    Who started a run owns it, though not connected at the moment.
    """
    clients.detach("alice", 10.0)

    assert ["alice", "bob"] == owners(ownership, runs)


@pytest.mark.promise("I2")
def test_passing(ownership, runs, clients):
    """
    The runs of who has gone for good go to the first who takes them up, who is told.
    """
    assert [("bob", ["r1"])] == let_go(ownership, clients, "alice")
    assert ["bob", "bob"] == owners(ownership, runs)
    assert [("carol", ["r1", "r2"])] == let_go(ownership, clients, "bob")
    assert ["carol", "carol"] == owners(ownership, runs)
    assert [] == let_go(ownership, clients, "carol")

    assert [None, None] == owners(ownership, runs)


def test_nothing_passes(ownership, runs, clients):
    """
    Nobody is told of anything if who goes owned nothing.
    """
    assert [] == let_go(ownership, clients, "carol")


@pytest.mark.promise("K4")
def test_seen(ownership, runs, clients):
    """
    A run is seen by who owns it: if that is here, or has confirmed its end.
    """
    for n, run in enumerate(runs.kept()):
        assert not ownership.is_seen(run, "carol")
        message = make("cell_done", run_id=run.run_id).placed(n, 0)
        clients.put_urgent("bob", message, 0.0)
        run.end = n + 1
    list(clients.take(0.0, "bob"))

    def seen(client_id):
        return [ownership.is_seen(run, client_id) for run in runs.kept()]

    assert ([True, True], [True, False]) == (seen("carol"), seen("bob"))
    clients.confirmed("bob", 2)
    clients.detach("alice", 10.0)
    clients.detach("bob", 10.0)
    assert [False, True] == seen("carol")
    clients.detach("alice", None)

    assert [True, True] == seen("carol")
    clients.detach("bob", None)
    assert [False, False] == seen("carol")


@pytest.mark.promise("D7", "I1")
def test_saved(ownership, runs, clients):
    """
    What its owner was sent to its end is in the notebook when that is saved.
    """
    for n, run_id in enumerate(["r1", "r2"]):
        message = make("cell_done", run_id=run_id).placed(n, 0)
        for client_id in ("alice", "bob"):
            clients.put_urgent(client_id, message, 0.0)
    ownership.saved()
    assert ["r1", "r2"] == [run.run_id for run in runs.kept()]
    for n, run in enumerate(runs.kept()):
        run.end = n + 1
    list(clients.take(0.0, "bob"))
    clients.detach("alice", 10.0)
    ownership.saved()

    assert ["r1"] == [run.run_id for run in runs.kept()]


@pytest.mark.promise("I1", "I3")
def test_saved_and_broken(ownership, runs, clients):
    """
    What a client saved before its connection broke counts as far as it had arrived.
    """
    for n, run_id in enumerate(["r1", "r2"]):
        message = make("cell_done", run_id=run_id).placed(n, 0)
        clients.put_urgent("bob", message, 0.0)
    one, two = runs.kept()
    one.initiator, one.end, two.end = "bob", 1, 2
    list(clients.take(0.0, "bob"))
    ownership.saved()
    assert ([], [one, two]) == (runs.kept(), runs.needed(0))
    clients.confirmed("bob", 1)
    assert [two] == runs.needed(clients.get_floor("bob"))
    ownership.broken("bob")
    assert ([two], [two]) == (runs.kept(), runs.needed(1))
    clients.confirmed("bob", 2)
    ownership.broken("bob")

    assert ([], []) == (runs.kept(), runs.needed(2))


def test_saved_by_nobody(ownership, runs, clients):
    """
    What nobody owns is in no notebook.
    """
    for client_id in ("alice", "bob", "carol"):
        clients.detach(client_id, None)
    for run in runs.kept():
        run.end = 0
    ownership.saved()

    assert 2 == len(runs.kept())


def end_first(runs, end=0):
    """
    Note that all of Alice's run has been told, up to a position.
    """
    run = runs.kept()[0]
    run.end = end
    return run


@pytest.mark.promise("I6")
def test_contested(ownership, runs, clients):
    """A run that has passed on is looked after when it has ended and its owner has it."""
    run = end_first(runs)
    assert [] == ownership.contested()
    let_go(ownership, clients, "alice")
    assert [run] == ownership.contested()
    run.end = 7
    assert [] == ownership.contested()
    run.end = None
    assert [] == ownership.contested()
    run.end = 0
    clients.detach("bob", 10.0)

    assert [] == ownership.contested()


@pytest.mark.promise("I6")
def test_shared_and_saved(ownership, runs, clients):
    """A shared document is not known to have a run right that had more than one writer."""
    run = end_first(runs)
    let_go(ownership, clients, "alice")
    ownership.saved(is_shared=True)
    assert not run.is_durable
    run.is_contested = False
    ownership.saved(is_shared=True)

    assert run.is_durable
