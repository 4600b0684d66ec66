from __future__ import annotations

import itertools
import re

import pytest

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from jupyter_fastpath.core import coalescer, outbox, requests, splitter, store
from jupyter_fastpath.core.clients import Paces
from jupyter_fastpath.core.instructions import Fetch, ToClient
from jupyter_fastpath.core.limits import Limits
from jupyter_fastpath.core.message import METADATA, Message
from jupyter_fastpath.core.relay import FLOOD, STRAGGLING, Counters, Relay
from jupyter_fastpath.core.rules import Rules
from jupyter_fastpath.core.run import OUTPUT_TYPES, CellDone, CellStart
from jupyter_fastpath.core.silence import CONFIRMING
from jupyter_fastpath.core.splitter import MAX_TEXT
from jupyter_fastpath.core.terms import Terms
from jupyter_fastpath.core.throttle import Pace
from tests.simulator import (
    AUTHORED,
    FakeClient,
    FakeKernel,
    World,
    gaps,
    place_of,
    tokens,
)
from tests.strategies import make, request


START = CellStart("r1", "c1", "alice")
FAST = Paces(Pace(0.02, 0.02), Pace(0.1, 0.1))


def done(status="ok", count=3, run_id="r1"):
    return CellDone(run_id, "c1", "alice", status, count)


@pytest.fixture
def world():
    """
    Bob watches what Alice runs.
    """
    return with_run()


def with_run(**terms):
    """
    Return a world in which Alice has asked for a run, and Bob watches.
    """
    world = World(**{"paces": FAST} | terms)
    world.attach("bob", "alice")
    world.execute("r1")
    return world


def types(messages):
    return [message.msg_type for message in messages]


# ---- who is sent what, and when


@pytest.mark.promise("A9")
def test_requests_reach_the_kernel(world):
    """
    What a client sends goes to the kernel as it is.
    """
    message = request("i1", msg_type="inspect_request")
    world.asks(message)

    assert [request("r1"), message] == world.to_kernel
    assert world.to_kernel[-1] is message
    assert 2 == world.relay.counters.from_clients


@pytest.mark.promise("A9")
def test_refused_types():
    """
    What clients may not send is kept from the kernel, counted, and told.
    """
    world = with_run(rules=Rules(allowed_types=frozenset({"execute_request"})))
    world.asks(request("m1", msg_type="comm_msg"))

    assert [request("r1")] == world.to_kernel
    assert 1 == world.relay.counters.refused
    assert ["a client may not send 'comm_msg' on shell"] == world.warnings


@pytest.mark.promise("Z4")
def test_refused_channel(world):
    """
    A client that speaks where only kernels do is not heard, which is counted and told.
    """
    message = Message("iopub", request("r2").parts)
    world.asks(message)

    assert [request("r1")] == world.to_kernel
    assert 1 == world.relay.counters.refused
    assert ["a client may not send 'execute_request' on iopub"] == world.warnings


@pytest.mark.promise("Z4")
def test_too_many_runs():
    """
    A run too many ends at once, with an error that says why, and the others go on.
    """
    world = with_run(limits=Limits(runs=2))
    for run_id in ("r2", "r3", "r3"):
        world.execute(run_id, "c3")
    told = [m for m in world.of("alice") if m.run_id == "r3"]

    assert [request("r1"), request("r2", "c3")] == world.to_kernel
    assert 1 == world.relay.counters.over_limit
    assert [*("cell_start", "error", "execute_reply", "status", "cell_done")] == types(
        told
    )
    assert "TooManyRuns" == told[1].content["ename"]
    assert "2 others wait" in told[1].content["evalue"]
    assert ("error", "idle") == (
        told[-1].content["status"],
        told[-2].content["execution_state"],
    )
    world.runs("r1")
    world.runs("r2")
    world.execute("r4")

    assert "r4" == world.to_kernel[-1].msg_id


@pytest.mark.promise("Z4")
def test_too_many_clients():
    """
    Who has been away for longest makes room for one more; nobody who is here does.
    """
    world = World(limits=Limits(clients=2))
    relay = world.relay
    for client_id in ("alice", "bob"):
        assert relay.admits(client_id, 0.0)
        world.attach(client_id)
    assert relay.admits("bob", 0.0)
    assert not relay.admits("carol", 0.0)
    assert 1 == relay.counters.turned_away
    for now, client_id in enumerate(("bob", "alice")):
        relay.detach(client_id, float(now), may_return=True)
    assert relay.admits("carol", 2.0)

    assert ["alice"] == relay.clients.ids()
    assert 1 == relay.counters.turned_away


@pytest.mark.promise("Z4")
def test_refused_run():
    """
    A run that the kernel is not asked for is not waited for.
    """
    world = with_run(rules=Rules(allowed_types=frozenset({"comm_msg"})))

    assert not world.relay.has_open_runs
    assert [] == world.to_kernel


@pytest.mark.promise("B2", "C4")
def test_first_output_leaves_at_once(world):
    """
    The first output of a run goes to who started it, at once, and only what follows waits.
    """
    world.hears(world.kernel.status("busy"), world.kernel.prints("a"))
    assert ("a", "") == (world.text("alice"), world.text("bob"))
    world.hears(world.kernel.prints("b"))
    world.hears(world.kernel.prints("c"))
    assert "a" == world.text("alice")
    assert 0.02 == world.relay.get_timer()
    world.wait(0.02)
    assert "abc" == world.text("alice")
    world.wait(0.2)

    assert ("abc", "abc") == (world.text("alice"), world.text("bob"))
    assert [1, 2] == [m.events for m in world.of("alice", "stream")]


@pytest.mark.promise("A3", "B3", "B8", "F1")
def test_much_text_at_once(world):
    """
    Text that the kernel sends at once is many messages for clients, and one of the kernel.
    """
    text = "x" * (20 * MAX_TEXT)
    whole = world.kernel.prints(text)
    world.runs("r1", whole)
    world.drain_all()
    world.wait(1.0)
    world.drain_all()

    for client_id in ("alice", "bob"):
        sent = world.of(client_id)
        texts = world.of(client_id, "stream")
        assert text == world.text(client_id)
        assert [] == gaps(sent)
        assert {whole.msg_id} == {message.msg_id for message in texts}
        assert [MAX_TEXT] * 20 == [len(m.content["text"]) for m in texts]
    assert 4 == world.relay.counters.from_kernel
    assert 0 == world.relay.counters.lost
    assert [START, done()] == world.changes


@pytest.mark.promise("B2")
def test_first_output_of_every_run_leaves_at_once(world):
    """
    However much was just printed, the first output of the next run does not wait.
    """
    for n in range(20):
        world.hears(world.kernel.prints(str(n)))
    world.execute("r2", "c2")
    world.hears(world.kernel.prints("mine", run_id="r2"))

    assert world.text("alice").endswith("19mine")


@pytest.mark.promise("B2")
def test_first_output_passes_a_shut_throttle(world):
    """
    Text of a thread of an earlier run does not hold back the first output of the next.
    """
    world.execute("r2", "c2")
    world.runs("r1", world.kernel.prints("a"))
    world.hears(world.kernel.status("busy", run_id="r2"))
    world.hears(world.kernel.prints("late"))
    world.hears(world.kernel.prints("held back"))
    world.hears(world.kernel.prints("mine", run_id="r2"))
    assert world.text("alice").endswith("mine")
    world.hears(world.kernel.prints("more", run_id="r2"))

    assert world.text("alice").endswith("mine")


@pytest.mark.promise("B2")
def test_output_of_others_delays_nothing(world):
    """
    To be sent what somebody else runs does not hold back one's own output.
    """
    world.execute("r2", "c2", "bob")
    world.hears(world.kernel.prints("bob's", run_id="r2"))
    world.wait(0.05)
    world.hears(world.kernel.prints("mine"))

    assert "bob'smine" == world.text("alice")


@pytest.mark.promise("C4")
@pytest.mark.parametrize("initiator", ["alice", "bob"])
def test_initiator_is_served_first(world, initiator):
    """
    If all are due at once, who started the latest run comes first.
    """
    world.execute("r2", "c2", initiator)
    world.hears(world.kernel.says("comm_msg", run_id="nobody's"))
    world.now = 1.0
    world.hears(world.kernel.says("display_data", run_id="r2"))

    assert initiator == world.order[0][0]


@pytest.mark.promise("C4")
def test_all_end_up_with_the_same(world):
    """
    Who only watches gets coarser batches, and in the end all of it.
    """
    for n in range(100):
        world.hears(world.kernel.prints(f"{n}\n"))
        world.wait(0.005)
    world.wait(1.0)

    assert world.text("alice") == world.text("bob")
    assert "".join(f"{n}\n" for n in range(100)) == world.text("bob")
    assert len(world.of("bob")) < len(world.of("alice")) < 100


@pytest.mark.promise("A9")
def test_replies_go_to_who_asked(world):
    """
    What is not on IOPub goes to who asked, and to nobody else.
    """
    world.hears(
        world.kernel.replies(), world.kernel.says("input_request", channel="stdin")
    )
    world.wait(1.0)

    assert ["cell_start", "execute_reply", "input_request"] == types(world.of("alice"))
    assert ["cell_start"] == types(world.of("bob"))
    assert {None} == {place_of(m) for m in world.of("alice")[1:]}


@pytest.mark.promise("A9")
def test_prompt_comes_after_the_text(world):
    """
    A request for input takes the text before it along.
    """
    world.hears(world.kernel.prints("a"))
    world.hears(
        world.kernel.prints("name: "),
        world.kernel.says("input_request", channel="stdin"),
    )

    assert "input_request" == world.of("alice")[-1].msg_type
    assert "aname: " == world.text("alice")


def test_unclaimed(world):
    """
    A reply to a client that has left for good goes to nobody, and is counted.
    """
    world.detach("alice", may_return=False)
    world.hears(world.kernel.replies(), world.kernel.prints("a"))
    world.wait(1.0)

    assert 1 == world.relay.counters.unclaimed
    assert "a" == world.text("bob")


@pytest.mark.promise("A9")
def test_other_parents(world):
    """
    What answers no run goes to everybody as it is.
    """
    message = world.kernel.says("comm_msg", run_id="unheard of", buffers=[b"\0"])
    orphan = world.kernel.status("starting", run_id=None)
    world.hears(message, orphan)
    world.wait(1.0)

    for client_id in ("alice", "bob"):
        assert [message.parts, orphan.parts] == [m.parts for m in world.of(client_id)]


def test_own_requests(world):
    """
    What the hub itself was answered is nobody else's business.
    """
    world.hears(
        world.kernel.status("busy", run_id="own", client="hub"),
        world.kernel.replies(run_id="own", client="hub"),
    )
    world.wait(1.0)

    assert [] == world.order
    assert 2 == world.relay.counters.from_kernel


def test_no_own_session():
    """
    A relay that is told no session of a hub passes on what has no parent.
    """
    relay = Relay(Terms("kernel-id"))
    relay.attach("alice", 0.0)
    relay.receive_from_kernel(FakeKernel().status("starting", run_id=None), 0.0)

    done = relay.instructions(1.0)
    assert ["alice"] == [sent.client_id for sent in done if isinstance(sent, ToClient)]


@pytest.mark.promise("A9")
def test_tracebacks_are_redacted():
    """
    Where tracebacks are not shown, nobody is sent one.
    """
    world = with_run(rules=Rules(traceback_replacement="ask the administrator"))
    error = {"ename": "ValueError", "evalue": "secret", "traceback": ["secret"]}
    world.hears(
        world.kernel.says("error", error),
        world.kernel.says(
            "execute_reply", {"status": "error"} | error, channel="shell"
        ),
    )
    world.wait(1.0)
    sent = b"".join(part for _, message in world.order for part in message.parts)

    assert b"secret" not in sent
    assert ["ask the administrator"] == world.of("bob", "error")[0].content["traceback"]


@pytest.mark.promise("A4")
def test_stale_output(world):
    """
    Output of a replaced run goes to nobody; its status, comms and updates still do.
    """
    world.execute("r2")
    kept = [
        world.kernel.status("busy"),
        world.kernel.says("comm_msg"),
        world.kernel.says("update_display_data"),
    ]
    world.hears(*kept)
    world.hears(*(world.kernel.says(msg_type) for msg_type in OUTPUT_TYPES))
    world.hears(world.kernel.prints("new", run_id="r2"))
    world.wait(1.0)

    for client_id in ("alice", "bob"):
        assert tokens(kept) == tokens(world.of(client_id))[:3]
        assert "new" == world.text(client_id)
        assert [] == gaps(world.of(client_id))
    assert len(OUTPUT_TYPES) == world.relay.counters.stale


@pytest.mark.promise("A4", "A7")
def test_stale_run_ends(world):
    """
    A replaced run ends like any other.
    """
    world.execute("r2")
    world.runs("r1", world.kernel.prints("old"))
    world.runs("r2", world.kernel.prints("new", run_id="r2"))

    assert [done(), done(run_id="r2")] == world.changes[1::2]
    assert "new" == world.text("alice")


def test_counters(world):
    """
    All that came and went is counted.
    """
    world.hears(*(world.kernel.prints("abc") for _ in range(10)))
    world.wait(1.0)

    assert (
        Counters(
            from_clients=1,
            to_kernel=1,
            from_kernel=10,
            to_clients=4,
            bytes_to_clients=world.relay.counters.bytes_to_clients,
            merged=18,
            spilled=2,
        )
        == world.relay.counters
    )
    stamped = sum(message.size for _, message in world.order)
    assert 0 < world.relay.counters.bytes_to_clients < stamped
    assert 2 == len(world.relay.clients)


def test_flooding(world):
    """
    A kernel floods when it sends nothing but text, until it sends anything else.
    """
    assert not world.relay.is_flooding
    world.hears(*(world.kernel.prints("x") for _ in range(FLOOD)))
    assert world.relay.is_flooding
    world.hears(world.kernel.says("comm_msg"))

    assert not world.relay.is_flooding


@pytest.mark.promise("A7", "A8")
def test_reply_finds_its_way(world, monkeypatch):
    """
    However much clients send while a run is open, its reply goes to who asked for it.
    """
    monkeypatch.setattr(requests, "MAX_REMEMBERED", 3)
    for n in range(5):
        world.asks(request(f"m{n}", msg_type="comm_msg"), "bob")
    world.runs("r1")

    assert 1 == len(world.of("alice", "execute_reply"))
    assert 0 == world.relay.counters.unclaimed


# ---- the start and the end of runs


@pytest.mark.promise("A1", "A3")
def test_cell_start(world):
    """
    The start of a run is told before its first message, as its number 0.
    """
    world.relay.author.path = "a.ipynb"
    world.hears(world.kernel.status("busy"))
    world.wait(1.0)

    assert [START] == world.changes
    for client_id in ("alice", "bob"):
        start, busy = world.of(client_id)
        assert ("cell_start", "status") == (start.msg_type, busy.msg_type)
        assert [("r1", 0, 1), ("r1", 1, 1)] == [place_of(start), place_of(busy)]
        assert ("r1", "a.ipynb") == (start.content["run_id"], start.content["path"])
        assert "kernel" == start.header.session == busy.header.session


@pytest.mark.promise("A2", "A6", "A8")
@pytest.mark.parametrize("reply_first", [True, False])
def test_cell_done(world, reply_first):
    """
    The end of a run is told after reply and idle, whichever comes first, and all output.
    """
    reply, idle = world.kernel.replies(), world.kernel.status("idle")
    world.hears(world.kernel.status("busy"), *map(world.kernel.prints, "abc"))
    first, second = (reply, idle) if reply_first else (idle, reply)
    world.hears(first)
    assert [START] == world.changes
    world.hears(second)
    assert [START, done()] == world.changes
    assert "cell_done" == world.of("alice")[-1].msg_type
    world.wait(20.0)

    for client_id in ("alice", "bob"):
        assert "cell_done" == world.of(client_id)[-1].msg_type
        assert "abc" == world.text(client_id)
        assert [] == gaps(world.of(client_id))
        content = world.of(client_id)[-1].content
        assert ("ok", 3) == (content["status"], content["execution_count"])
    assert [START, done()] == world.changes
    assert not world.relay.has_open_runs


@pytest.mark.promise("A2", "A7")
@pytest.mark.parametrize(
    ("status", "content", "verdict"),
    [
        ("error", {"ename": "ValueError"}, "error"),
        ("error", {"ename": "KeyboardInterrupt"}, "interrupted"),
        ("aborted", {}, "aborted"),
        ("abort", {}, "aborted"),
    ],
)
def test_verdicts(world, status, content, verdict):
    """
    A run that fails, is interrupted or aborted ends with that verdict, told once.
    """
    content = {"status": status} | content
    world.hears(
        world.kernel.status("busy"),
        world.kernel.says("execute_reply", content, channel="shell"),
        world.kernel.status("idle"),
    )

    assert [START, done(verdict, None)] == world.changes


@pytest.mark.promise("A7")
def test_aborted_queue(world):
    """
    Runs that the kernel aborts after an error each end, though they never were busy.
    """
    world.execute("r2", "c1")
    world.execute("r3", "c1")
    world.runs("r1", status="error")
    for run_id in ("r2", "r3"):
        world.runs(run_id, status="aborted")

    assert ["error", "aborted", "aborted"] == [c.status for c in world.changes[1::2]]
    assert ["r1", "r2", "r3"] == [c.run_id for c in world.changes[1::2]]
    assert not world.relay.has_open_runs


@pytest.mark.promise("A7")
@pytest.mark.parametrize("by_message", [True, False])
def test_interrupted(world, by_message):
    """
    An interrupt is the verdict of the run that it hits, and of none that waits.
    """
    world.execute("r2", "c1")
    world.hears(world.kernel.status("busy"))
    if by_message:
        world.asks(request("i1", msg_type="interrupt_request"), "bob")
    else:
        world.relay.kernel_interrupted()
    world.runs("r1", status="error")
    world.runs("r2", status="error")

    assert ["interrupted", "error"] == [c.status for c in world.changes[1::2]]


@pytest.mark.promise("A7")
def test_interrupted_and_redacted():
    """
    An interrupt is told even where tracebacks, and with them names of errors, are not.
    """
    world = with_run(rules=Rules(traceback_replacement="no"))
    content = {"status": "error", "ename": "KeyboardInterrupt", "traceback": ["x"]}
    world.hears(
        world.kernel.status("busy"),
        world.kernel.says("execute_reply", content, channel="shell"),
        world.kernel.status("idle"),
    )

    assert [START, done("interrupted", None)] == world.changes


@pytest.mark.promise("A3")
def test_late_output(world):
    """
    Output of a thread that outlives its run still arrives, and is numbered on.
    """
    world.runs("r1", world.kernel.prints("a"))
    world.wait(1.0)
    world.hears(world.kernel.prints("late"))
    world.wait(1.0)

    assert ("alate", "alate") == (world.text("alice"), world.text("bob"))
    assert [] == gaps(world.of("bob"))
    assert [START, done()] == world.changes


@pytest.mark.promise("A2")
def test_second_reply(world):
    """
    A run whose witnesses speak twice ends once.
    """
    world.runs("r1")
    world.runs("r1")

    assert [START, done()] == world.changes
    assert 1 == len(world.of("alice", "cell_done"))


# ---- lost witnesses


@pytest.mark.promise("A8")
def test_reply_and_silence(world):
    """
    If idle stays away, a kernel that is found silent twice is made good for.
    """
    world.hears(world.kernel.status("busy"), world.kernel.prints("a"))
    world.hears(world.kernel.replies())
    world.wait(0.5)
    assert 2.0 == world.relay.get_timer()
    world.fire()
    assert [START] == world.changes
    assert 2.0 + CONFIRMING == world.relay.get_timer()
    world.fire()

    assert [START, done()] == world.changes
    idle, last = world.of("alice")[-2:]
    assert ("status", "cell_done") == (idle.msg_type, last.msg_type)
    assert {"execution_state": "idle"} == idle.content
    assert ("kernel", "r1") == (idle.header.session, idle.run_id)
    assert AUTHORED in idle.msg_id
    assert not world.relay.has_open_runs
    world.wait(1.0)
    assert [] == gaps(world.of("alice")) + gaps(world.of("bob"))
    assert "cell_done" == world.of("bob")[-1].msg_type


@pytest.mark.promise("A8")
def test_idle_and_silence(world):
    """
    If the reply stays away for longer, it is made good for whom it was meant for.
    """
    world.hears(world.kernel.status("busy"), world.kernel.status("idle"))
    world.wait(9.9)
    assert [START] == world.changes
    assert 10.0 == world.relay.get_timer()
    world.wait(1.0)

    assert [START, done("ok", None)] == world.changes
    (reply,) = world.of("alice", "execute_reply")
    assert ("aborted", "shell") == (reply.content["status"], reply.channel)
    assert "kernel" == reply.header.session
    assert [] == world.of("bob", "execute_reply")
    assert "cell_done" == world.of("alice")[-1].msg_type


@pytest.mark.promise("A8")
def test_the_last_witness_after_all(world):
    """
    A witness that speaks after it was given up is passed on, and the run not ended again.
    """
    world.hears(world.kernel.status("busy"), world.kernel.status("idle"))
    world.wait(20.0)
    world.hears(world.kernel.replies())

    assert 2 == len(world.of("alice", "execute_reply"))
    assert [START, done("ok", None)] == world.changes


@pytest.mark.promise("A8")
def test_a_kernel_that_speaks_is_not_silent(world):
    """
    As long as the kernel says anything it is not silent, not even after a first finding.
    """
    world.hears(world.kernel.status("busy"), world.kernel.replies())
    world.wait(1.5)
    world.hears(world.kernel.prints("a"))
    world.wait(1.9)
    world.fire()
    assert (3.5, 3.5 + CONFIRMING) == (world.now, world.relay.get_timer())
    world.hears(world.kernel.prints("b"))
    world.wait(0.2)
    assert 5.5 == world.relay.get_timer()
    world.wait(1.7)
    assert [START] == world.changes
    world.hears(world.kernel.status("idle"))

    assert [START, done()] == world.changes
    assert 1 == len(world.of("alice", "cell_done"))


@pytest.mark.promise("A8")
def test_shorter_grace_first(world):
    """
    Of two runs that wait for a witness each waits for as long as is its due.
    """
    world.execute("r2", "c2")
    world.hears(world.kernel.status("idle"), world.kernel.replies(run_id="r2"))
    world.wait(3.0)
    assert ["r2"] == [c.run_id for c in world.changes if isinstance(c, CellDone)]
    assert 10.0 == world.relay.get_timer()
    world.wait(8.0)

    assert ["r2", "r1"] == [c.run_id for c in world.changes if isinstance(c, CellDone)]


@pytest.mark.promise("A2", "A8")
def test_overtaken(world):
    """
    A run whose idle was lost is over when the next run of the same shell begins.
    """
    world.execute("r2", "c2")
    world.hears(world.kernel.status("busy"), world.kernel.replies())
    assert [START] == world.changes
    world.hears(world.kernel.status("busy", run_id="r2"))
    world.wait(1.0)

    assert [START, done()] == world.changes[:2]
    assert ["r1", "r1", "r2"] == [
        m.run_id for m in world.of("bob") if m.msg_type in {"cell_start", "cell_done"}
    ]
    assert ["busy", "idle"] == [
        m.content["execution_state"]
        for m in world.of("bob", "status")
        if m.run_id == "r1"
    ]
    assert ["run r1 has ended without its 'status: idle'"] == world.warnings


@pytest.mark.promise("A2", "A8")
def test_not_overtaken(world):
    """
    A reply may be here before what was published: a run before that one does not end it.
    """
    world.execute("r2", "c2")
    world.hears(world.kernel.replies(run_id="r2"))
    world.hears(world.kernel.status("busy"), world.kernel.prints("early"))
    world.hears(world.kernel.status("busy", run_id="r2"))
    world.hears(world.kernel.prints("late", run_id="r2"))
    assert [] == [c for c in world.changes if isinstance(c, CellDone)]
    world.hears(world.kernel.status("idle", run_id="r2"))
    world.wait(1.0)

    assert ["early", "late"] == [m.content["text"] for m in world.of("bob", "stream")]
    assert ["r2"] == [c.run_id for c in world.changes if isinstance(c, CellDone)]
    assert [] == world.warnings


def test_silence_of_a_running_cell(world):
    """
    A run of which no witness has spoken may be silent for as long as it likes.
    """
    world.hears(world.kernel.status("busy"))
    world.wait(1000.0)

    assert [START] == world.changes
    assert world.timer_at is None


def asked(world):
    """
    Return what the server itself has asked the kernel.
    """
    return [m for m in world.to_kernel if m.header.session == "hub"]


def answered(world, asking):
    """
    Let the kernel answer what the server itself has asked.
    """
    options = {"run_id": asking.msg_id, "client": "hub"}
    world.hears(world.kernel.status("busy", **options), world.kernel.replies(**options))
    world.hears(world.kernel.status("idle", **options))


@pytest.mark.promise("A8")
@pytest.mark.parametrize(
    ("messages", "count", "verdict"),
    [
        ((), None, "aborted"),
        (("busy",), None, "ok"),
        (("busy", "error"), None, "error"),
        (("busy", "idle"), None, "ok"),
        (("busy", "reply"), 3, "ok"),
    ],
    ids=["never taken up", "both lost", "failed", "reply lost", "idle lost"],
)
def test_passed_over(messages, count, verdict):
    """
    A run is over, whatever was lost of it, when its kernel answers a later request.
    """
    world = with_run(idle_grace=1000.0)
    world.relay.kernel_ready(in_order=True)
    say = {
        "error": lambda: world.kernel.says("error", {"ename": "ZeroDivisionError"}),
        "reply": world.kernel.replies,
    }
    for message in messages:
        status = say.get(message, lambda state=message: world.kernel.status(state))
        world.hears(status())
    world.wait(20.0)
    (asking,) = asked(world)
    assert ("shell", "execute_request") == (asking.channel, asking.msg_type)
    assert not any(isinstance(change, CellDone) for change in world.changes)
    answered(world, asking)
    world.wait(1.0)

    assert [START, done(verdict, count)] == world.changes
    assert {"reply", "idle"} == {
        {"execute_reply": "reply"}.get(m.msg_type, m.content.get("execution_state"))
        for m in world.of("alice")[-3:-1]
    } or messages == ("busy", "idle")
    assert 1 == len(world.of("alice", "execute_reply"))
    assert "cell_done" == world.of("alice")[-1].msg_type == world.of("bob")[-1].msg_type
    assert 0 == world.relay.counters.lost
    assert world.timer_at is None


@pytest.mark.promise("A8")
def test_no_replies(world):
    """
    A kernel that never replies, not even to the server, leaves no run open.
    """
    world.relay.kernel_ready(in_order=True)
    for state in ("busy", "idle"):
        world.hears(world.kernel.status(state))
    world.wait(20.0)
    (asking,) = asked(world)
    for state in ("busy", "idle"):
        options = {"run_id": asking.msg_id, "client": "hub"}
        world.hears(world.kernel.status(state, **options))
    assert [START] == world.changes
    world.wait(20.0)

    assert [START, done("ok", None)] == world.changes
    assert (world.timer_at, 1) == (None, len(world.of("alice", "execute_reply")))


@pytest.mark.promise("A8")
def test_a_busy_kernel_is_asked_seldom(world):
    """
    A cell that is silent for a day is silent for a day, and the kernel is asked seldom.
    """
    world.relay.kernel_ready(in_order=True)
    world.hears(world.kernel.status("busy"))
    world.wait(86_400.0)

    assert [START] == world.changes
    assert 7 == len(asked(world))
    world.hears(world.kernel.replies(), world.kernel.status("idle"))
    for asking in asked(world):
        answered(world, asking)

    assert [START, done()] == world.changes


@pytest.mark.promise("A8")
def test_idle_alone_is_not_believed(world):
    """
    If the kernel can be asked, 'idle' is no end: some code says so and replies later.
    """
    world.relay.kernel_ready(in_order=True)
    world.hears(world.kernel.status("busy"), world.kernel.status("idle"))
    world.wait(3600.0)
    assert [START] == world.changes
    world.hears(world.kernel.replies())

    assert [START, done()] == world.changes


@pytest.mark.promise("A8")
def test_asked_after_the_run(world):
    """
    A kernel that has been silent for long is not asked as soon as it is given a run.
    """
    world.relay.kernel_ready(in_order=True)
    world.runs()
    world.wait(100.0)
    world.execute("r2", "c2")
    world.wait(9.9)
    assert [] == asked(world)
    world.wait(0.2)

    assert 1 == len(asked(world))
    assert len(world.to_kernel) == world.relay.counters.to_kernel == 3


@pytest.mark.promise("A8")
def test_asked_and_died(world):
    """
    What a kernel was asked is forgotten with it, and the next one is not taken for it.
    """
    world.relay.kernel_ready(in_order=True)
    world.wait(20.0)
    world.ends("kernel_restarted")
    world.execute("r2", "c2")
    world.wait(100.0)
    (asking,) = asked(world)
    answered(world, asking)

    assert ["r1"] == [c.run_id for c in world.changes if isinstance(c, CellDone)]


@pytest.mark.promise("A8")
def test_asked_in_subshell():
    """
    The answer of the main shell says nothing of a run in a subshell.
    """
    world = with_run()
    message = request("r2", "c2")
    header = message.parts[0].replace(b"}", b', "subshell_id": "s1"}')
    world.asks(message.with_part(0, header))
    world.relay.kernel_ready(in_order=True)
    world.wait(20.0)
    (asking,) = asked(world)
    answered(world, asking)

    assert ["r1"] == [c.run_id for c in world.changes if isinstance(c, CellDone)]


# ---- the end of the kernel


@pytest.mark.promise("A7", "A8")
@pytest.mark.parametrize("verdict", ["kernel_died", "kernel_restarted"])
def test_kernel_ended(world, verdict):
    """
    With the kernel end all its runs, running and queued, each with all that it lacks.
    """
    world.execute("r2", "c1")
    world.hears(world.kernel.status("busy"), world.kernel.prints("a"))
    world.ends(verdict)
    world.wait(1.0)

    assert [
        START,
        done(verdict, None),
        CellStart("r2", "c1", "alice"),
        done(verdict, None, "r2"),
    ] == world.changes
    assert ["execute_reply", "status", "cell_done"] == types(world.of("alice"))[-3:]
    assert {"r1", "r2"} == {m.run_id for m in world.of("alice", "execute_reply")}
    assert [{"execution_state": "idle"}] * 2 == [
        m.content for m in world.of("bob", "status")[-2:]
    ]
    assert {"kernel"} == {m.header.session for m in world.of("alice", "status")}
    assert [] == gaps(world.of("alice")) + gaps(world.of("bob"))
    assert not world.relay.has_open_runs
    assert world.timer_at is None


@pytest.mark.promise("A2", "A7")
@pytest.mark.parametrize(
    ("messages", "verdict"),
    [("reply", "ok"), ("idle", "kernel_died"), ("nothing", "kernel_died")],
)
def test_kernel_ended_halfway(world, messages, verdict):
    """
    What a kernel had said of a run before it ended still counts, and is not said twice.
    """
    world.hears(world.kernel.status("busy"))
    if messages == "reply":
        world.hears(world.kernel.replies())
    if messages == "idle":
        world.hears(world.kernel.status("idle"))
    world.ends("kernel_died")

    assert [verdict] == [c.status for c in world.changes[1:]]
    assert ["execute_reply"] == types(world.of("alice", "execute_reply"))
    states = [m.content["execution_state"] for m in world.of("alice", "status")]
    assert ["busy", "idle"] == states


@pytest.mark.promise("A7")
def test_interrupted_and_died(world):
    """
    A kernel that does not survive an interrupt died.
    """
    world.hears(world.kernel.status("busy"))
    world.relay.kernel_interrupted()
    world.ends("kernel_died")

    assert [START, done("kernel_died", None)] == world.changes


def test_no_runs_to_end(world):
    """
    When a kernel ends of which nobody waits for anything, nobody is told of runs.
    """
    world.runs("r1")
    world.ends("kernel_restarted")

    assert [START, done()] == world.changes


@pytest.mark.parametrize("state", ["restarting", "dead"])
def test_announce(world, state):
    """
    All clients are told that the kernel restarts or is dead, after all that it said.
    """
    world.hears(world.kernel.prints("a"))
    world.hears(world.kernel.prints("b"))
    world.relay.announce(state, world.now)
    world.turn()

    for client_id in ("alice", "bob"):
        last = world.of(client_id)[-1]
        assert ({"execution_state": state}, "") == (last.content, last.run_id)
        assert "kernel" == last.header.session
        assert "ab" == world.text(client_id)


@pytest.mark.promise("A9")
def test_sessions_follow_the_kernel(world):
    """
    What the server writes after a restart has the session of the new kernel.
    """
    world.hears(world.kernel.status("busy"))
    world.ends("kernel_restarted")
    world.execute("r2", "c1")
    world.runs("r2")

    sessions = {m.run_id: m.header.session for m in world.of("alice", "cell_done")}
    assert {"r1": "kernel", "r2": "kernel+"} == sessions


def test_kernel_without_session(world):
    """
    A kernel that names no session keeps the one that it had.
    """
    world.hears(world.kernel.status("busy"))
    world.hears(make("comm_msg", session=""))

    assert "kernel" == world.relay.author.session


# ---- loss


MARKER = re.compile(r"\[fastpath\] ([\d,]+) messages")


def markers(world, client_id):
    return MARKER.findall(world.text(client_id))


@pytest.mark.promise("B8")
def test_loss_is_told(world):
    """
    What was lost is told with its number, in the output, before the end of the run.
    """
    world.hears(world.kernel.status("busy"), world.kernel.prints("a"))
    world.kernel.skip(1234)
    world.hears(world.kernel.replies(), world.kernel.status("idle"))
    world.wait(STRAGGLING - 0.01)
    assert [START] == world.changes
    world.wait(1.0)

    for client_id in ("alice", "bob"):
        assert ["1,234"] == markers(world, client_id)
        assert ["stream", "cell_done"] == types(world.of(client_id))[-2:]
        assert "stderr" == world.of(client_id, "stream")[-1].content["name"]
        assert [] == gaps(world.of(client_id))
    assert [START, done()] == world.changes
    assert 1234 == world.relay.counters.lost
    assert ["1,234"] == MARKER.findall("".join(world.warnings))


@pytest.mark.promise("A2", "A6", "B8")
def test_stragglers(world):
    """
    Messages that were numbered early and come late are waited for, and are not lost.
    """
    world.hears(world.kernel.status("busy"))
    late = world.kernel.prints("late")
    world.hears(world.kernel.replies(), world.kernel.status("idle"))
    world.wait(0.1)
    assert [START] == world.changes
    world.hears(late)
    world.wait(1.0)

    assert [START, done()] == world.changes
    assert ("late", "late") == (world.text("alice"), world.text("bob"))
    assert ["stream", "cell_done"] == types(world.of("bob"))[-2:]
    assert 0 == world.relay.counters.lost


@pytest.mark.promise("A2", "A6", "B8")
def test_stragglers_after_a_stall(world):
    """
    After a stall of the server the time is over before its sockets were read: they are.
    """
    world.hears(world.kernel.status("busy"))
    late = world.kernel.prints("late")
    world.hears(world.kernel.replies(), world.kernel.status("idle"))
    world.now += 10 * STRAGGLING
    world.hears(world.kernel.says("comm_msg", run_id="widget"), late)
    world.wait(1.0)

    assert 0 == world.relay.counters.lost
    assert ["stream", "cell_done"] == types(
        m for m in world.of("bob") if m.run_id == "r1"
    )[-2:]


@pytest.mark.promise("A6", "B8")
def test_stragglers_are_not_waited_for_again(world):
    """
    A run whose threads go on to speak waits for what is missing no longer than others.
    """
    world.hears(world.kernel.status("busy"))
    world.kernel.skip(1)
    world.runs("r1")
    for _ in range(5):
        world.wait(STRAGGLING / 5)
        world.hears(world.kernel.prints("x"))
    world.wait(0.01)

    assert [START, done()] == world.changes
    assert ["1"] == markers(world, "alice")


@pytest.mark.promise("A7", "B8")
def test_loss_after_restart(world):
    """
    The numbers of a kernel begin anew, and what the old one owed explains nothing.
    """
    world.asks(request("i1", msg_type="inspect_request"), "bob")
    world.hears(world.kernel.status("busy"))
    world.ends("kernel_restarted")
    world.execute("r2", "c2")
    world.hears(world.kernel.status("busy", run_id="r2"))
    world.kernel.skip(1)
    world.runs("r2")
    world.wait(1.0)

    assert ["1"] == markers(world, "alice")


@pytest.mark.promise("B8")
def test_loss_is_told_once(world):
    """
    What was told is not told again at the end of the next run.
    """
    world.hears(world.kernel.status("busy"))
    world.kernel.skip(3)
    world.runs("r1")
    world.wait(1.0)
    world.execute("r2", "c2")
    world.runs("r2")
    world.wait(1.0)

    assert ["3"] == markers(world, "bob")
    assert 3 == world.relay.counters.lost


@pytest.mark.promise("B8")
def test_two_runs_straggle(world):
    """
    If two runs end while something is missing, it is told in the first alone.
    """
    world.execute("r2", "c2")
    world.hears(world.kernel.status("busy"))
    world.kernel.skip(3)
    world.runs("r1")
    world.runs("r2")
    world.wait(1.0)

    assert ["3"] == markers(world, "bob")
    assert ["r1", "r2"] == [m.run_id for m in world.of("bob", "cell_done")]


@pytest.mark.promise("B8")
def test_replies_on_their_way_are_not_lost(world):
    """
    The number of a reply that is still on its way is not missed.
    """
    world.asks(request("i1", msg_type="inspect_request"), "bob")
    world.hears(world.kernel.status("busy"))
    late = world.kernel.replies(run_id="i1", msg_type="inspect_reply")
    world.runs("r1")
    assert [START, done()] == world.changes
    world.hears(late)

    assert 0 == world.relay.counters.lost


@pytest.mark.promise("B8")
@pytest.mark.parametrize("asked", ["complete_request", "execute_request"])
def test_foreign_answers_are_not_lost(world, asked):
    """
    What another client of the kernel was answered is not missed.
    """
    foreign = {"run_id": "theirs", "asked": asked, "client": "console"}
    world.hears(world.kernel.status("busy", **foreign))
    world.kernel.skip(1 if asked == "complete_request" else 5)
    world.hears(world.kernel.status("idle", **foreign))
    world.runs("r1")

    assert [START, done()] == world.changes
    assert 0 == world.relay.counters.lost


@pytest.mark.promise("B8")
def test_loss_before_readiness(world):
    """
    What a kernel published before we listened was not lost.
    """
    world.hears(world.kernel.status("starting", run_id=None))
    world.kernel.skip(9)
    world.hears(world.kernel.status("idle", run_id=None))
    world.relay.kernel_ready()
    world.runs("r1")

    assert [START, done()] == world.changes
    assert 0 == world.relay.counters.lost


@pytest.mark.promise("A7", "B8")
def test_loss_and_restart(world):
    """
    A run that waits for stragglers ends with its kernel, and the loss is told even so.
    """
    world.hears(world.kernel.status("busy"))
    world.kernel.skip(3)
    world.runs("r1")
    world.ends("kernel_restarted")
    world.execute("r2", "c2")
    world.runs("r2")
    world.wait(1.0)

    assert ["r1", "r2"] == [m.run_id for m in world.of("bob", "cell_done")]
    assert ["3"] == markers(world, "bob")


@pytest.mark.promise("A7")
def test_straggling_run_ends_with_its_kernel(world):
    """
    A run that waits for stragglers ends with its kernel, as it had ended.
    """
    world.hears(world.kernel.status("busy"))
    world.kernel.skip(3)
    world.runs("r1")
    assert [START] == world.changes
    world.ends("kernel_restarted")
    assert [START, done()] == world.changes
    world.wait(1.0)

    assert [START, done()] == world.changes
    assert world.timer_at is None


# ---- clients that come and go


@pytest.mark.promise("B3", "F4")
def test_away(world):
    """
    A client that comes back gets what it missed, and what was on its way, once.
    """
    world.hears(world.kernel.status("busy"), world.kernel.prints("a"))
    world.drain_all()
    world.wait(0.1)
    world.hears(world.kernel.prints("b"))
    assert 1 == len(world.clients["alice"].wire)
    world.detach("alice", may_return=True)
    world.hears(world.kernel.prints("c"), world.kernel.replies())
    world.hears(world.kernel.status("idle"))
    world.wait(60.0)
    world.attach("alice")
    world.wait(1.0)
    world.drain_all()
    seen = world.clients["alice"].reached

    assert "abc" == "".join(m.content["text"] for m in seen if m.msg_type == "stream")
    assert ["execute_reply", "status", "cell_done"] == types(seen)[-3:]
    assert [] == gaps(seen)
    assert 2 == world.relay.counters.resent


@pytest.mark.promise("A8")
@pytest.mark.parametrize("is_confirmed", [False, True])
def test_lost_in_the_socket(world, is_confirmed):
    """
    Replies and ends that a broken connection had taken are sent again unless confirmed.
    """
    world.runs("r1", world.kernel.prints("a"))
    world.execute("r2", "c2")
    world.hears(world.kernel.status("busy", run_id="r2"))
    world.drain_all()
    if is_confirmed:
        world.pong("alice")
    before = len(world.of("alice"))
    world.detach("alice", may_return=True)
    world.hears(world.kernel.prints("b", run_id="r2"))
    world.attach("alice")
    again = [
        m.content.get("execution_state", m.msg_type) for m in world.of("alice")[before:]
    ]
    ends = ["busy", "execute_reply", "idle", "cell_done", "busy"]

    assert [*([] if is_confirmed else ends), "stream"] == again
    assert (0 if is_confirmed else 5) == world.relay.counters.resent
    assert {"a", "b"} == {m.content["text"] for m in world.of("alice", "stream")}
    assert [] == gaps(world.clients["alice"].reached)


@pytest.mark.promise("F1")
def test_expired(world):
    """
    A client that stays away for longer than it may gets nothing of what it missed.
    """
    world.detach("alice", may_return=True)
    world.hears(world.kernel.prints("a"))
    world.wait(3600.0)
    assert world.timer_at is None
    world.attach("alice")
    world.hears(world.kernel.prints("b"))
    world.wait(1.0)

    assert ("b", "ab") == (world.text("alice"), world.text("bob"))


@pytest.mark.promise("F1")
@pytest.mark.parametrize("terms", [{"may_return": False}, {"away_seconds": 0.0}])
def test_nothing_is_kept(terms):
    """
    For a client that will not come back, or need not be waited for, nothing is kept.
    """
    may_return = terms.pop("may_return", True)
    world = with_run(**terms)
    world.relay.detach("alice", world.now, may_return=may_return)
    del world.clients["alice"]
    world.hears(world.kernel.prints("a"))
    assert 1 == len(world.relay.clients)
    world.attach("alice")
    world.wait(1.0)

    assert "" == world.text("alice")


SMALL = {"memory_bytes": 1000}


def cut_world(kept=10):
    """
    Return a world in which Alice has missed more than is kept.
    """
    world = with_run(**SMALL)
    world.hears(world.kernel.status("busy"), world.kernel.prints("a"))
    world.wait(1.0)
    world.drain_all()
    world.detach("alice", may_return=True)
    world.runs("r1", *(display(world, n) for n in range(100)))
    world.execute("r2", "c2", "bob")
    world.hears(*(display(world, n, run_id="r2") for n in range(100)))
    world.wait(1.0)
    world.forget(kept)
    return world


def display(world, n, **options):
    return world.kernel.says("display_data", {"data": f"{n:0100}"}, **options)


@pytest.mark.promise("B3", "F1", "F4")
def test_cut(world):
    """
    Beyond what is kept for a client that is away, output is cut and a marker tells so.
    """
    world = cut_world()
    world.attach("alice")
    kept = world.of("alice", "display_data")
    (count,) = markers(world, "alice")
    (marker,) = [m for m in world.of("alice", "stream") if AUTHORED in m.msg_id]

    assert [f"{n:0100}" for n in range(90, 100)] == [m.content["data"] for m in kept]
    assert int(count) == world.relay.counters.cut
    assert world.relay.store.end - 3 - 10 == int(count)
    assert "SpoolConfig.bytes" in marker.content["text"]
    assert ("stderr", "r1") == (marker.content["name"], marker.run_id)
    assert [] == markers(world, "bob")


@pytest.mark.promise("A8", "B3")
@pytest.mark.parametrize("counts", [False, True])
def test_cut_output_only(counts):
    """
    However much is cut, the end of a run is told to who was away.
    """
    world = cut_world()
    world.attach("alice", counts=counts)

    assert ["execute_reply"] == types(world.of("alice", "execute_reply"))
    (end,) = world.of("alice", "cell_done")
    assert ("r1", "ok", 3) == (
        end.run_id,
        end.content["status"],
        end.content["execution_count"],
    )
    states = [m.content["execution_state"] for m in world.of("alice", "status")]
    assert "idle" == states[-1]
    assert ["status", "cell_done"] == types(
        m for m in world.of("alice")[-12:-10] if m.run_id == "r1"
    )


@pytest.mark.promise("A3")
def test_marker_leaves_no_gap_for_others(world):
    """
    What one client is told of its own gap takes no number from what all others get.
    """
    world = cut_world()
    world.attach("alice")
    world.hears(world.kernel.prints("b"))
    world.wait(1.0)

    assert [] == gaps(world.of("bob"))


@pytest.mark.promise("B3", "F4", "I3")
@pytest.mark.parametrize("count", range(8))
def test_cut_is_told_once(count):
    """
    Who breaks off while being told of what is missing is told of the rest, once.
    """
    world = cut_world()
    for drained in (count, 1000):
        world.attach("alice", counts=True)
        wire = world.clients["alice"].wire
        for _ in range(min(drained, len(wire))):
            world.drain("alice")
        world.detach("alice", may_return=True)
    seen = world.clients["alice"].seen
    told = [m for m in seen if AUTHORED in m.msg_id]

    is_halfway = 1 <= count <= 3
    assert [2 if is_halfway else 1] == [len([m for m in told if m.stream])]
    assert 1 == types(told).count("cell_done")
    assert "idle" in [m.content.get("execution_state") for m in told]
    assert 1 == len([m for m in seen if m.msg_type == "execute_reply"])
    assert 10 == len([m for m in seen if m.msg_type == "display_data"])


@pytest.mark.promise("B3")
def test_cut_without_run(world):
    """
    A client that never asked for a run is told of its gap all the same.
    """
    world = with_run(**SMALL)
    world.attach("carol")
    world.detach("carol", may_return=True)
    world.hears(*(display(world, n) for n in range(100)))
    world.wait(1.0)
    world.forget(1)
    world.attach("carol")
    (marker,) = world.of("carol", "stream")

    assert ["100"] == markers(world, "carol")
    assert "" == marker.run_id


@pytest.mark.promise("B3")
def test_nothing_is_left(world):
    """
    If a spool has nothing at all, what memory has is sent, and what is missing told.
    """
    world = cut_world(kept=1)
    world.spool.clear()
    start = world.relay.store.start
    world.attach("alice")

    assert [str(start - 3)] == markers(world, "alice")
    assert world.relay.store.end - start == len(world.of("alice", "display_data"))


@pytest.mark.promise("F1", "F4")
def test_read_from_the_spool(world):
    """
    What memory has no longer comes from the spool, and nobody else waits for it.
    """
    world = cut_world(kept=1000)
    world.attach("alice")
    world.wait(1.0)

    assert 200 == len(world.of("alice", "display_data"))
    assert [] == markers(world, "alice")
    assert 0 == world.relay.counters.cut
    assert [] == gaps(world.clients["alice"].reached)


def test_fetched_for_nobody():
    """
    What was read for a client that has gone meanwhile is let go.
    """
    world = cut_world(kept=1000)
    world.relay.attach("alice", world.now)
    (fetch,) = [i for i in world.relay.instructions(world.now) if isinstance(i, Fetch)]
    found = world.read(fetch.position, fetch.size)
    world.detach("alice", may_return=False)
    world.relay.fetched("alice", fetch.position, found, world.now)
    world.wait(1.0)

    assert ("alice", 3) == (fetch.client_id, fetch.position)
    assert 0 == world.relay.counters.cut


@pytest.mark.promise("A9", "F4")
def test_what_is_for_one_alone_keeps_its_place(world):
    """
    A request for input comes between the texts between which it came, for who was away.
    """
    world.detach("alice", may_return=True)
    world.hears(world.kernel.status("busy"), world.kernel.prints("name: "))
    world.hears(world.kernel.says("input_request", channel="stdin"))
    world.hears(world.kernel.prints("a thread's"))
    world.wait(1.0)
    world.attach("alice")

    assert ["stream", "input_request", "stream"] == types(world.of("alice"))[-3:]


@pytest.mark.promise("A3", "I1")
@pytest.mark.parametrize("is_away", [False, True])
def test_nothing_is_merged_across_what_was_told(world, is_away):
    """
    After a page was told how far its outputs go, no message has numbers on both sides.
    """
    world.hears(*map(world.kernel.prints, "abc"))
    if is_away:
        world.detach("bob", may_return=True)
    world.relay.store.seal()
    (run,) = world.relay.kept()
    cursor = run.next_event_idx
    world.hears(*map(world.kernel.prints, "def"))
    if is_away:
        world.attach("bob")
    world.wait(1.0)

    assert 4 == cursor
    assert [("r1", 1, 3), ("r1", 4, 3)] == [
        place_of(message) for message in world.of("bob", "stream")
    ]


# ---- clients that count


@pytest.mark.promise("F4", "I3")
def test_cursor():
    """
    A client that counts is sent exactly what it has not got, as often as it breaks off.
    """
    world = World(paces=FAST)
    world.attach("alice", "bob", counts=True)
    world.execute("r1")
    world.hears(world.kernel.status("busy"))
    for letter in "abcdef":
        world.hears(world.kernel.prints(letter))
        world.wait(0.1)
        world.drain("alice")
        world.detach("alice", may_return=True)
        world.attach("alice", counts=True)
    world.runs("r1")
    world.drain_all()
    seen = world.clients["alice"].seen

    assert "abcdef" == "".join(m.content["text"] for m in seen if m.stream)
    assert ["execute_reply", "status", "cell_done"] == types(seen)[-3:]
    assert 1 == len([m for m in seen if m.msg_type == "execute_reply"])
    assert [] == gaps(seen)


@pytest.mark.promise("F4")
@pytest.mark.parametrize("is_known", [True, False])
def test_gap(is_known):
    """
    If it cannot be known what a client misses, that is the next thing it is told.
    """
    world = with_run()
    world.hears(world.kernel.status("busy"), world.kernel.prints("a"))
    client_id = "bob" if is_known else "carol"
    world.attach(client_id)
    world.wait(1.0)
    before = len(world.of(client_id))
    if not is_known:
        world.detach(client_id, may_return=False)
        world.clients.pop(client_id, None)
        before = 0
    world.hears(world.kernel.prints("b"))
    world.clients.setdefault(client_id, FakeClient())
    world.relay.attach(client_id, world.now, 1000)
    world.hears(world.kernel.prints("c"))
    world.wait(1.0)
    gap, *others = world.of(client_id)[before:]

    assert ("gap", {"cursor": 1000}, "") == (gap.msg_type, gap.content, gap.run_id)
    assert place_of(gap) is None
    assert "c" in others[-1].content["text"]
    assert 1000 + 1 + len(others) == world.relay.clients.taken(client_id)
    assert 1 == world.relay.counters.gaps
    assert int(is_known) == world.relay.counters.resumed  # once, before


@pytest.mark.promise("I3")
def test_no_gap():
    """
    A client that counts and is new misses nothing, and no other is told of anything.
    """
    world = with_run()
    world.attach("carol", counts=True)
    world.hears(world.kernel.prints("a"))
    world.wait(1.0)

    assert [] == world.of("carol", "gap") + world.of("bob", "gap")
    assert "a" == world.text("carol")
    assert (0, 0) == (world.relay.counters.gaps, world.relay.counters.resumed)


@pytest.mark.promise("F4")
@pytest.mark.parametrize("counts", [True, False])
def test_resumed(world, counts):
    """
    A client that comes back and is taken up where it left is counted, each time.
    """
    for count in (1, 2):
        world.detach("alice", may_return=True)
        world.attach("alice", counts=counts)

        assert (0, count) == (world.relay.counters.gaps, world.relay.counters.resumed)


# ---- pages that come anew


@pytest.mark.promise("I1", "K4")
def test_greeted_with_the_state(world):
    """
    Who comes anew is told first what the kernel is busy with.
    """
    world.hears(world.kernel.status("busy"), world.kernel.prints("a"))
    world.attach("carol")
    world.hears(world.kernel.prints("b"))
    world.wait(1.0)
    busy, text = world.of("carol")

    assert ({"execution_state": "busy"}, "r1") == (busy.content, busy.run_id)
    assert "b" == text.content["text"]


def test_not_greeted_by_the_dead(world):
    """
    Of a kernel that has said nothing yet there is nothing to be told.
    """
    world.hears(world.kernel.status("busy"))
    world.ends("kernel_restarted")
    world.attach("carol")
    world.wait(1.0)

    assert [] == world.of("carol")


@pytest.mark.promise("A8", "I1")
@pytest.mark.parametrize(
    ("status", "told"), [("ok", "ok"), ("error", "error"), ("aborted", "aborted")]
)
def test_greeted_with_ends(world, status, told):
    """
    Who comes anew under its old name is told how the runs have ended that it started.
    """
    world.runs("r1", status=status)
    world.execute("r2", "c2", "bob")
    world.runs("r2")
    world.detach("alice", may_return=False)
    world.attach("alice")
    state, reply, idle, end = world.of("alice")

    assert "status" == state.msg_type == idle.msg_type
    assert {"status": told, "execution_count": 3} == reply.content
    assert {"r1"} == {m.run_id for m in (reply, idle, end)}
    assert ("cell_done", status) == (end.msg_type, end.content["status"])
    assert {None} == {place_of(m) for m in (reply, idle, end)}


# ---- owners


@pytest.mark.promise("I2")
@pytest.mark.parametrize("may_return", [True, False])
def test_owner(world, may_return):
    """
    When who started a run has gone for good, who takes it up is told to care for it.
    """
    world.attach("carol", counts=True)
    (run,) = world.relay.kept()
    world.detach("alice", may_return=may_return)
    if may_return:
        assert "alice" == world.relay.owner_of(run)
        world.wait(3600.0)
    (owner,) = world.of("carol", "cell_owner")

    assert "carol" == world.relay.owner_of(run)
    assert ({"run_ids": ["r1"]}, "", None) == (
        owner.content,
        owner.run_id,
        place_of(owner),
    )
    assert [] == world.of("bob", "cell_owner")


@pytest.mark.promise("A9", "I4")
def test_input_is_asked_for_by_the_heir(world):
    """
    What a run asks for whose client has gone, is asked who takes it up; and kept.
    """
    world.attach("carol", counts=True)
    world.detach("alice", may_return=False)
    asking = world.kernel.says("input_request", channel="stdin")
    world.hears(world.kernel.status("busy"), asking)
    (run,) = world.relay.kept()

    assert [asking] == world.of("carol", "input_request")
    assert asking == run.asks
    world.asks(request("i1", None, client="carol", msg_type="input_reply"), "carol")
    assert run.asks is None


@pytest.mark.promise("D7", "I1")
def test_saved(world):
    """
    What its owner was sent to the end is not kept any more when the notebook is saved.
    """
    world.hears(world.kernel.status("busy"))
    world.relay.notebook_saved()
    assert ["r1"] == [run.run_id for run in world.relay.kept()]
    world.runs("r1")
    world.relay.notebook_saved()

    assert [] == world.relay.kept()


@pytest.mark.promise("F1", "F2")
def test_slow_client(world):
    """
    A client that takes nothing gets nothing more, delays nobody, and loses nothing.
    """
    line = "x" * 1000
    world.attach("carol")
    for _ in range(3000):
        world.hears(world.kernel.prints(line))
        world.wait(0.001)
        for client_id in ("alice", "bob"):
            while world.clients[client_id].wire:
                world.drain(client_id)
    world.wait(1.0)
    carol = world.clients["carol"].wire
    assert 1 == world.relay.counters.deferred
    assert outbox.MAX_IN_FLIGHT <= sum(m.size for m in carol)
    assert sum(m.size for m in carol) < 1.5 * outbox.MAX_IN_FLIGHT
    assert 3000 * line == world.text("alice") == world.text("bob")
    world.drain_all()
    world.wait(2.0)
    world.drain_all()

    assert 3000 * line == world.text("carol")


# ---- limits


@pytest.mark.promise("B3")
@pytest.mark.parametrize(
    ("pace", "seconds"),
    [
        (Pace(0.01, 0.01, messages_per_second=2), 10),
        (Pace(0.01, 0.01, bytes_per_second=10_000), 100),
    ],
    ids=["messages", "bytes"],
)
def test_limits_pace(pace, seconds):
    """
    A limit makes text late, and lets all of it arrive.
    """
    world = with_run(paces=Paces(pace, pace))
    lines = [f"{n:099}\n" for n in range(1000)]
    for line in lines:
        world.hears(world.kernel.prints(line))
        world.wait(0.01)
    soon = world.text("alice")
    world.wait(200.0)

    assert "".join(lines) == world.text("alice") == world.text("bob")
    assert "".join(lines).startswith(soon)
    assert len(world.of("alice", "stream")) <= 2 + 2 * seconds
    assert len(soon) <= 2 + len("".join(lines))


@pytest.mark.promise("B3")
@pytest.mark.parametrize("rate", [1000, 10_000])
def test_bytes_per_second(rate):
    """
    At any time no more was sent than the limit allows for, and what left in one go.
    """
    world = with_run(paces=Paces(Pace(0.01, 0.01, bytes_per_second=rate)))
    allowed = []
    for _ in range(300):
        world.hears(world.kernel.prints("x" * 100))
        world.wait(0.01)
        # All but the last message, without the numbers that were stamped on them.
        sent = [m.size - len(m.parts[METADATA]) for m in world.of("alice", "stream")]
        allowed.append(sum(sent[:-1]) <= rate * world.now)

    assert len(sent) > 1
    assert all(allowed)


# ---- whatever happens


CLIENTS = st.sampled_from(["alice", "bob", "carol"])
SMALL_FLIGHT = 3000
SAYINGS = (
    "clear_output",
    "comm_msg",
    "display_data",
    "execute_result",
    "unheard_of",
    "update_display_data",
)


class Traffic(RuleBasedStateMachine):
    """
    Whatever arrives whenever, each client gets all of it, once and in order.
    """

    def __init__(self):
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(outbox, "MAX_IN_FLIGHT", SMALL_FLIGHT)
        self.patch.setattr(outbox, "MAX_WAITING", 2 * SMALL_FLIGHT)
        self.patch.setattr(outbox, "MANY", 4)
        self.patch.setattr(store, "MANY", 4)
        self.patch.setattr(coalescer, "MAX_MERGED", 100)
        self.patch.setattr(splitter, "MAX_TEXT", 100)
        self.world = World(paces=FAST, away_seconds=3.0, memory_bytes=2000)
        self.ids = itertools.count()
        self.expected = {}  # client -> tokens
        self.asked = {}  # msg_id -> client
        self.cells = {}  # run_id -> cell
        self.latest = {}  # cell -> run_id
        self.queue = []  # runs that the kernel has not taken up
        self.current = None
        self.silent_runs = set()  # those without output
        self.late = []  # what is on its way on shell
        self.answered = set()  # which requests of the hub were answered
        self.requested = []
        self.state = []  # the last status

    @initialize(in_order=st.booleans())
    def two_come(self, in_order):
        self.in_order = in_order
        self.world.relay.kernel_ready(in_order=in_order)
        self.world.attach("alice", "bob")
        self.follow_clients()

    def teardown(self):
        try:
            self.wind_up()
        finally:
            self.patch.undo()

    # ---- what is to be expected

    def follow_clients(self):
        """Forget the clients that the world has forgotten, and note those who came."""
        for client_id in set(self.expected) - set(self.world.clients):
            del self.expected[client_id]
        for client_id in self.world.clients:
            self.expected.setdefault(client_id, tokens(self.state))

    def is_stale(self, message):
        cell = self.cells.get(message.run_id)
        is_replaced = cell is not None and self.latest[cell] != message.run_id
        return is_replaced and message.msg_type in OUTPUT_TYPES

    def heard(self, *messages):
        for message in messages:
            if message.msg_type == "status":
                self.state = [message]
            for client_id, expected in self.expected.items():
                is_asker = self.asked.get(message.run_id) == client_id
                is_public = message.channel == "iopub" and not self.is_stale(message)
                if is_public or (message.channel != "iopub" and is_asker):
                    expected.extend(tokens([message]))
        self.world.hears(*messages)

    def heard_output(self, *messages):
        """The kernel puts something out: if it is the first, it leaves at once."""
        run_id = messages[0].run_id
        is_first = run_id in self.silent_runs and messages[0].msg_type in OUTPUT_TYPES
        self.heard(*messages)
        if is_first:
            self.silent_runs.discard(run_id)
        client = self.world.clients.get(self.asked[run_id])
        if not is_first or client is None or client.away_until is not None:
            return
        if not self.is_stale(messages[0]):
            has_all = self.expected[self.asked[run_id]] == tokens(client.reached)
            assert has_all or sum(m.size for m in client.wire) >= SMALL_FLIGHT

    @property
    def kernel(self):
        return self.world.kernel

    # ---- clients

    @rule(client_id=CLIENTS)
    def attach(self, client_id):
        # Carol is one that counts what she gets.
        self.world.attach(client_id, counts=client_id == "carol")
        self.follow_clients()

    @precondition(lambda self: len(self.world.relay.clients))
    @rule(data=st.data(), may_return=st.booleans())
    def detach(self, data, may_return):
        self.world.detach(data.draw(self.present()), may_return=may_return)
        self.follow_clients()

    def present(self):
        clients = self.world.clients.items()
        return st.sampled_from([id_ for id_, c in clients if c.away_until is None])

    @precondition(lambda self: len(self.world.relay.clients))
    @rule(data=st.data(), cell=st.sampled_from(["c1", "c2", None]))
    def execute(self, data, cell):
        client_id, run_id = data.draw(self.present()), f"run{next(self.ids)}"
        self.asked[run_id], self.cells[run_id] = client_id, cell
        self.latest[cell] = run_id
        self.queue.append(run_id)
        self.requested.append(run_id)
        self.silent_runs.add(run_id)
        self.world.execute(run_id, cell, client_id)

    @precondition(lambda self: any(c.wire for c in self.world.clients.values()))
    @rule(data=st.data(), count=st.integers(1, 5))
    def drain(self, data, count):
        full = [id_ for id_, client in self.world.clients.items() if client.wire]
        client_id = data.draw(st.sampled_from(full))
        for _ in range(min(count, len(self.world.clients[client_id].wire))):
            self.world.drain(client_id)

    @precondition(lambda self: len(self.world.relay.clients))
    @rule(data=st.data())
    def pong(self, data):
        self.world.pong(data.draw(self.present()))

    # ---- the kernel

    @precondition(lambda self: self.queue and not self.current)
    @rule()
    def kernel_takes_up(self):
        self.current = self.queue.pop(0)
        busy = self.kernel.status("busy", run_id=self.current)
        self.heard(busy, self.kernel.says("execute_input", run_id=self.current))

    @precondition(lambda self: self.current)
    @rule(
        texts=st.lists(st.text(min_size=1, max_size=4), min_size=1, max_size=4),
        times=st.sampled_from([1, 1, 1, 300]),
        name=st.sampled_from(["stdout", "stdout", "stderr"]),
    )
    def kernel_prints(self, texts, times, name):
        self.heard_output(
            *(self.kernel.prints(t * times, name, run_id=self.current) for t in texts)
        )

    @precondition(lambda self: self.current)
    @rule(
        msg_type=st.sampled_from(SAYINGS),
        buffers=st.sampled_from([(), (b"buffer",)]),
    )
    def kernel_says(self, msg_type, buffers):
        self.heard_output(
            self.kernel.says(msg_type, run_id=self.current, buffers=buffers)
        )

    @precondition(lambda self: self.current)
    @rule(order=st.sampled_from(["reply first", "idle first", "reply late"]))
    def kernel_ends_run(self, order):
        run_id, self.current = self.current, None
        reply = self.kernel.replies(run_id=run_id)
        idle = self.kernel.status("idle", run_id=run_id)
        if order == "reply first":
            self.heard(reply)
        self.heard(idle)
        if order == "idle first":
            self.heard(reply)
        if order == "reply late":
            self.late.append(reply)

    @precondition(lambda self: self.late)
    @rule()
    def reply_arrives(self):
        self.heard(self.late.pop(0))

    @precondition(lambda self: not self.current and len(self.world.relay.clients))
    @rule(data=st.data(), is_late=st.booleans())
    def inspect(self, data, is_late):
        client_id, id_ = data.draw(self.present()), f"inspect{next(self.ids)}"
        self.asked[id_] = client_id
        options = {"run_id": id_, "asked": "inspect_request", "client": client_id}
        self.world.asks(request(id_, msg_type="inspect_request"), client_id)
        self.heard(self.kernel.status("busy", **options))
        reply = self.kernel.replies(msg_type="inspect_reply", **options)
        self.heard(self.kernel.status("idle", **options))
        if is_late:
            self.late.append(reply)
        else:
            self.heard(reply)

    @precondition(lambda self: not self.current)
    @rule(asked=st.sampled_from(["execute_request", "inspect_request"]))
    def console_asks(self, asked):
        """Somebody is connected to the kernel that the server knows nothing of."""
        foreign = {"run_id": "theirs", "asked": asked, "client": "console"}
        self.heard(self.kernel.status("busy", **foreign))
        if asked == "execute_request":
            self.heard(self.kernel.prints("theirs", **foreign))
        self.kernel.skip(1)
        self.heard(self.kernel.status("idle", **foreign))

    @precondition(lambda self: not self.current)
    @rule()
    def hub_asks(self):
        own = {"run_id": "own", "asked": "kernel_info_request", "client": "hub"}
        self.world.hears(
            self.kernel.status("busy", **own),
            self.kernel.replies(msg_type="kernel_info_reply", **own),
            self.kernel.status("idle", **own),
        )

    @precondition(lambda self: self.in_order and self.queue and not self.current)
    @rule()
    def kernel_passes_over(self):
        self.queue.pop(0)

    @precondition(lambda self: not (self.current or self.queue or self.late))
    @rule()
    def hub_is_answered(self):
        for asking in asked(self.world):
            if asking.msg_id not in self.answered:
                self.answered.add(asking.msg_id)
                answered(self.world, asking)

    @rule(verdict=st.sampled_from(["kernel_died", "kernel_restarted"]))
    def kernel_ends(self, verdict):
        self.world.ends(verdict)
        self.world.relay.kernel_ready(in_order=self.in_order)
        self.answered.update(asking.msg_id for asking in asked(self.world))
        self.current = None
        self.state = []
        self.queue.clear()
        self.late.clear()
        assert not self.world.relay.has_open_runs

    # ---- time

    @rule(seconds=st.floats(0.0, 0.3) | st.floats(1.0, 5.0))
    def time_passes(self, seconds):
        self.world.wait(seconds)
        self.follow_clients()

    @precondition(lambda self: self.world.relay.get_timer() is not None)
    @rule()
    def timer_fires(self):
        self.world.fire()
        self.follow_clients()
        timer_at = self.world.relay.get_timer()

        assert timer_at is None or timer_at > self.world.now

    # ---- what holds at any time

    @invariant()
    def all_get_a_beginning_of_what_was_said(self):
        for client_id, expected in self.expected.items():
            reached = tokens(self.world.clients[client_id].reached)

            assert expected[: len(reached)] == reached

    @invariant()
    def nothing_waits_without_a_timer(self):
        if self.world.relay.get_timer() is not None:
            return
        for client_id, expected in self.expected.items():
            client = self.world.clients[client_id]
            is_full = sum(m.size for m in client.wire) >= SMALL_FLIGHT

            assert is_full or expected == tokens(client.reached)

    @invariant()
    def numbers_have_no_gaps(self):
        for client in self.world.clients.values():
            assert [] == gaps(client.reached)

    @invariant()
    def runs_end_once(self):
        ended = [c.run_id for c in self.world.changes if isinstance(c, CellDone)]
        begun = [c.run_id for c in self.world.changes if isinstance(c, CellStart)]

        assert len(ended) == len(set(ended))
        assert len(begun) == len(set(begun))
        assert set(ended) <= set(begun) <= set(self.requested)

    @invariant()
    def nothing_follows_the_end_of_a_run(self):
        for client in self.world.clients.values():
            ended = set()
            for message in client.reached:
                is_output = message.msg_type in OUTPUT_TYPES
                assert not (is_output and message.run_id in ended)
                if message.msg_type == "cell_done":
                    assert message.run_id not in ended
                    ended.add(message.run_id)

    @invariant()
    def nothing_is_taken_for_lost(self):
        assert 0 == self.world.relay.counters.lost

    def wind_up(self):
        """Let the kernel end its work and everybody come back: nothing is left over."""
        while self.current or self.queue:
            if not self.current:
                self.kernel_takes_up()
            self.kernel_ends_run("reply first")
        while self.late:
            self.reply_arrives()
        for client_id in list(self.world.clients):
            self.attach(client_id)
        for _ in range(1000):
            self.hub_is_answered()
            self.world.drain_all()
            if self.world.relay.get_timer() is None:
                break
            self.world.fire()

        assert self.world.relay.get_timer() is None
        assert not self.world.relay.has_open_runs
        for client_id, expected in self.expected.items():
            assert expected == tokens(self.world.clients[client_id].reached)
        ended = [c.run_id for c in self.world.changes if isinstance(c, CellDone)]
        assert sorted(self.requested) == sorted(ended)
        self.numbers_have_no_gaps()
        self.nothing_follows_the_end_of_a_run()


TestTraffic = pytest.mark.promise("A2", "A3", "A9", "B1", "B2", "B3", "F4")(
    Traffic.TestCase
)
TestTraffic.settings = settings(stateful_step_count=40)


@pytest.mark.promise("I6")
def test_gap_after_others_wrote():
    """Who comes back after others have written what it ran asks how that is now."""
    world = World()
    world.attach("alice", "bob", counts=True)
    world.execute("r1", "c1")
    world.execute("r2", "c2")
    for client_id in ("alice", "bob"):
        world.detach(client_id, may_return=True)
    for run in world.relay.kept():
        run.is_contested = run.run_id == "r1"
    world.attach("alice", "bob", counts=True)

    assert 1 == len(world.of("alice", "gap"))
    assert [] == world.of("bob", "gap")
    assert (1, 1) == (world.relay.counters.gaps, world.relay.counters.resumed)
