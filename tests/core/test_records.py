from __future__ import annotations

import pytest

from jupyter_fastpath.core import records
from jupyter_fastpath.core.message import Message
from jupyter_fastpath.core.state_request import Painted
from tests.simulator import World
from tests.strategies import packed


pytestmark = pytest.mark.promise("K1", "G1")

EPOCH = 1_700_000_000.0


@pytest.fixture
def world():
    """
    Alice has asked for a run, at 0.
    """
    world = World(epoch=EPOCH)
    world.attach("bob", "alice")
    world.execute("r1")
    return world


def news(world):
    """
    Return what is new of runs.
    """
    return world.relay.records.news(world.now)


def test_one_run(world):
    """A run is told of when it is asked for, begins, puts out something, and is done."""
    relay, kernel = world.relay, world.kernel
    stages = [news(world)["r1"]]
    for messages in (
        [kernel.status("busy")],
        [kernel.prints("abc")],
        [kernel.replies(), kernel.status("idle")],
    ):
        world.wait(1.0)
        world.hears(*messages)
        assert relay.records.has_news
        stages.append(news(world)["r1"])
        assert not relay.records.has_news
    asked, begun, _, done = stages

    assert ["queued", "running", "running", "done"] == [s["state"] for s in stages]
    assert [0, 0, 0, None] == [stage["position"] for stage in stages]
    assert {
        "run_id": "r1",
        "kernel_id": "kernel-id",
        "cell_id": "c1",
        "path": None,
        "initiator": "alice",
        "execution_count": None,
        "status": None,
        "reason": None,
        "ts_server_recv": EPOCH,
        "ts_kernel_start": None,
        "ts_first_output": None,
        "ts_done": None,
        "first_output": None,
        "duration": None,
        "end_to_end": None,
        "messages_in": 0,
        "peak_memory": None,
        "painted": None,
    }.items() <= asked.items()
    assert EPOCH + 1 == begun["ts_kernel_start"]
    assert (2.0, 2.0, 3.0) == tuple(
        done[name] for name in ("first_output", "duration", "end_to_end")
    )
    assert ("ok", 3) == (done["status"], done["execution_count"])
    assert 4 == done["messages_in"]
    assert 0 == done["lost"] == done["merged"]
    assert relay.records.get("r1") == done | {
        name: relay.records.get("r1")[name] for name in ("messages_out", "bytes_out")
    }


def test_what_passed(world):
    """What passed of a run is counted: messages and bytes, in and out, merged, spilled."""
    texts = [world.kernel.prints("x" * 100) for _ in range(10)]
    world.runs("r1", *texts)
    world.wait(1.0)
    record = world.relay.records.get("r1")
    sent = [message for who in ("alice", "bob") for message in world.of(who)]
    ours = [message for message in sent if message.run_id == "r1"]

    assert 13 == record["messages_in"]
    assert sum(text.size for text in texts) < record["bytes_in"]
    assert len(ours) == record["messages_out"]
    assert sum(message.size for message in ours) * 0.8 < record["bytes_out"]
    assert world.relay.counters.merged == record["merged"] > 0
    assert world.relay.counters.spilled == record["spilled"] > 0


def test_client_send():
    """When a client has sent its request is told as that says, if it is a time."""
    world = World(epoch=EPOCH)
    world.attach("alice")
    for run_id, date in (("r1", "2026-01-02T03:04:05Z"), ("r2", "soon"), ("r3", 3)):
        header = {"msg_id": run_id, "msg_type": "execute_request", "date": date}
        world.asks(Message("shell", [packed(part) for part in (header, {}, {}, {})]))

    sent = [
        world.relay.records.get(name)["ts_client_send"] for name in ("r1", "r2", "r3")
    ]
    assert [1767323045.0, None, None] == sent


def test_asked_twice(world):
    """A request that comes a second time came when it came first."""
    world.wait(5.0)
    world.execute("r1")

    assert EPOCH == world.relay.records.get("r1")["ts_server_recv"]
    assert 1 == world.relay.open_run_count


def test_positions(world, monkeypatch):
    """How many are before each that waits is told of a few at once, of all each second."""
    monkeypatch.setattr(records, "FEW_WAITING", 3)
    for number in range(2, 8):
        world.execute(f"r{number}", f"c{number}")
    world.wait(5.0)
    first = [record["position"] for record in news(world).values()]
    world.runs("r1")
    soon = {name: record["position"] for name, record in news(world).items()}
    world.wait(1.0)
    later = {name: record["position"] for name, record in news(world).items()}

    assert list(range(7)) == first
    assert {"r1": None, "r2": 0, "r3": 1, "r4": 2} == soon
    assert {"r5": 3, "r6": 4, "r7": 5} == later


def test_queue(world):
    """It is told which run the kernel is at, and how many wait."""
    assert (None, 1) == world.relay.records.queue()
    world.execute("r2", "c2")
    world.wait(1.0)
    world.hears(world.kernel.status("busy"))

    running = {"run_id": "r1", "cell_id": "c1", "since": EPOCH + 1}
    assert (running, 1) == world.relay.records.queue()


def test_passed_over(world):
    """A run that never began has no time for which it ran."""
    world.execute("r2", "c2")
    world.hears(world.kernel.status("busy"))
    world.relay.kernel_ended("kernel_died", world.now, "exit code 3")
    world.turn()
    told = news(world)

    assert ("kernel_died", 0.0) == (told["r1"]["status"], told["r1"]["duration"])
    assert ("kernel_died", None) == (told["r2"]["status"], told["r2"]["duration"])
    assert ("exit code 3", None) == (told["r1"]["reason"], told["r2"]["reason"])


def test_reason(world):
    """A cell that ran when its kernel died says why, and one that waited does not."""
    world.execute("r2", "c2")
    world.hears(world.kernel.status("busy"))
    world.relay.kernel_ended("kernel_died", world.now, "exit code 3")
    world.turn()
    (error,) = world.of("alice", "error")
    types = [
        message.msg_type for message in world.of("alice") if message.run_id == "r1"
    ]

    assert "r1" == error.run_id
    assert "KernelDied" == error.content["ename"]
    assert "exit code 3" in error.content["evalue"]
    assert ["error", "execute_reply", "status", "cell_done"] == types[-4:]
    assert ["exit code 3", None] == [
        message.content["reason"] for message in world.of("alice", "cell_done")
    ]


def test_killed_at_once(world):
    """A run says why its kernel died also if it could not even say that it had begun."""
    world.execute("r2", "c2")
    world.relay.kernel_ended("kernel_died", world.now, "exit code 3")
    world.turn()

    assert ["r1"] == [message.run_id for message in world.of("alice", "error")]
    assert world.relay.records.get("r2")["reason"] is None


def test_reported(world):
    """What is reported of a run later on is told, and of no run nothing is."""
    world.runs("r1")
    news(world)
    world.relay.records.peaked("r1", 1000)
    world.relay.records.painted(Painted("kernel-id", "r1", 0.1, 0.2))
    told = news(world)
    for run_id in ("r2", "r1"):
        world.relay.records.peaked(run_id, None)
    world.relay.records.painted(Painted("kernel-id", "r2"))
    world.relay.records.arrived("r2", 0.0)

    assert 1000 == told["r1"]["peak_memory"]
    assert {"first_output": 0.1, "done": 0.2} == told["r1"]["painted"]
    assert {} == news(world)
    assert world.relay.records.get("r2") is None


def test_arrived(world):
    """The time that a request waited for its kernel counts."""
    world.wait(5.0)
    world.execute("r2", "c2")
    world.relay.records.arrived("r2", 1.0)

    assert EPOCH + 1 == world.relay.records.get("r2")["ts_server_recv"]


def test_passed(world):
    """What runs can be told again, what waits need not be."""
    world.execute("r2", "c2")
    world.hears(world.kernel.status("busy"))
    news(world)
    world.relay.records.passed()

    assert ["r1"] == list(news(world))


def test_oldest(world):
    """Of runs that are done only the newest are told of."""
    world.runs("r1")
    for number in range(2, records.MANY + 3):
        world.execute(f"r{number}")
        world.runs(f"r{number}")
    told = news(world)

    assert [name for name, record in told.items() if record is None] == ["r1", "r2"]
