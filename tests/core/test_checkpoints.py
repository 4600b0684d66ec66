from __future__ import annotations

import pytest

from jupyter_fastpath.core.cadence import Tempo
from jupyter_fastpath.core.checkpoints import PATIENCE, SHORT_PATIENCE
from tests.simulator import World


pytestmark = pytest.mark.promise("D1", "D5")


@pytest.fixture
def world():
    """
    A page that asks for runs, and a kernel.
    """
    world = World(tempo=Tempo(), away_seconds=1000.0)
    world.attach("alice", counts=True)
    return world


def begin(world, run_id="r1", cell_id="c1"):
    """
    Have a run begin that prints.
    """
    world.execute(run_id, cell_id)
    busy = world.kernel.status("busy", run_id=run_id)
    world.hears(busy, world.kernel.prints("x", run_id=run_id))


def end(world, run_id="r1"):
    """
    Have it end.
    """
    world.hears(world.kernel.replies(run_id=run_id))
    world.hears(world.kernel.status("idle", run_id=run_id))


def reasons(world, client_id="alice"):
    """
    Return for which reasons a client was told that saving is due.
    """
    return [message.content["reason"] for message in world.of(client_id, "save_due")]


def bring_home(world):
    """
    Have the server bring home what is there.
    """
    for run in world.relay.checkpoints.orphans():
        run.home_idx = run.next_event_idx


def test_owner_is_told(world):
    """The page that owns the runs saves them: seldom while they run, at once when all are done."""
    begin(world)
    world.execute("r2", "c2")
    world.wait(4.9)
    assert reasons(world) == []
    world.wait(0.1)
    end(world)
    world.wait(1.0)
    assert reasons(world) == ["running"]
    world.runs("r2")

    assert reasons(world) == ["running", "done"]
    assert world.saves == []
    types = [message.msg_type for message in world.clients["alice"].sent]
    assert types[-2:] == ["cell_done", "save_due"]


def test_nobody_is_there(world):
    """What no page owns the server saves: soon after the page is gone, seldom while cells run, and at once in the end."""
    begin(world)
    world.detach("alice", may_return=False)
    assert world.saves == []
    world.wait(PATIENCE)
    assert world.saves == [PATIENCE]
    bring_home(world)
    world.hears(world.kernel.prints("y"))
    world.wait(20.0)
    bring_home(world)
    end(world)

    assert world.saves == [PATIENCE, PATIENCE + 15.0, world.now]


def test_gone_before_the_end(world):
    """A page that has just gone may be loaded again: the server waits for a moment."""
    begin(world)
    world.detach("alice", may_return=False)
    end(world)
    assert world.saves == []
    world.attach("bob", counts=True)
    world.wait(PATIENCE)

    assert world.saves == []
    assert reasons(world, "bob") == ["done"]


def test_end_after_it_is_gone(world):
    """A run that ends then is saved sooner than what was there before."""
    begin(world)
    world.detach("alice", may_return=False)
    end(world)
    world.wait(PATIENCE)

    assert world.saves == [SHORT_PATIENCE]


def test_asleep(world):
    """A page that is away saves nothing, though it may return; what it is told when it does is that saving is due."""
    begin(world)
    world.detach("alice", may_return=True)
    world.wait(PATIENCE)
    assert world.saves == [PATIENCE]
    bring_home(world)
    world.attach("alice", counts=True)
    end(world)

    assert world.saves == [PATIENCE]
    assert reasons(world) == ["done"]


def test_done_before_it_is_gone(world):
    """Output that a page has not saved before it goes is brought home."""
    begin(world)
    end(world)
    world.detach("alice", may_return=False)
    world.wait(PATIENCE)

    assert world.saves == [PATIENCE]


def test_saved_by_its_owner(world):
    """What a page has saved is not brought home when it goes."""
    begin(world)
    end(world)
    world.drain_all()
    world.relay.notebook_saved()
    world.detach("alice", may_return=False)
    world.wait(100.0)

    assert world.saves == []


def test_overwritten(world):
    """If somebody saves the notebook who does not own the runs, they are brought home again."""
    begin(world)
    end(world)
    world.relay.checkpoints.overwritten(world.now)
    world.detach("alice", may_return=False)
    world.wait(PATIENCE)
    bring_home(world)
    world.wait(100.0)
    assert world.saves == [PATIENCE]
    world.relay.checkpoints.overwritten(world.now)
    world.turn()

    assert world.saves == [PATIENCE, world.now]
    assert len(world.relay.checkpoints.orphans()) == 1


def test_failed(world):
    """What could not be brought home is tried again."""
    begin(world)
    end(world)
    world.detach("alice", may_return=False)
    world.wait(PATIENCE)
    world.relay.checkpoints.failed(world.now)
    world.wait(1.0)

    assert world.saves == [PATIENCE, PATIENCE + 1.0]


def test_slow_saves(world):
    """How long saves take, and how large they are, is heeded while cells run."""
    begin(world)
    world.wait(5.0)
    world.relay.checkpoints.saved(0, 20.0, world.now)
    world.hears(world.kernel.prints("y"))
    world.wait(199.0)
    assert reasons(world) == ["running"]
    world.wait(1.0)

    assert reasons(world) == ["running", "running"]


def test_no_cell(world):
    """What runs for no cell has no notebook that could be saved."""
    begin(world, cell_id=None)
    end(world)
    world.wait(100.0)
    assert reasons(world) == []
    world.detach("alice", may_return=False)
    world.wait(100.0)

    assert world.saves == []


def test_late_output(world):
    """What a thread puts out when its run is done is saved too."""
    begin(world)
    end(world)
    world.hears(world.kernel.prints("late"))
    world.wait(100.0)

    assert reasons(world) == ["done", "done"]


def test_all_are_told(world):
    """What the server has written, all clients are told, also one that is away."""
    world.attach("bob")
    world.detach("bob", may_return=True)
    world.relay.tell_all("notebook_written", {"by": "server"}, world.now)
    world.turn()
    world.attach("bob")

    told = [world.of(name, "notebook_written") for name in ("alice", "bob")]
    assert [[message.content for message in each] for each in told] == [
        [{"by": "server"}],
        [{"by": "server"}],
    ]
