from __future__ import annotations

import pytest

from hypothesis import given
from hypothesis import strategies as st

from jupyter_fastpath.core import runs
from jupyter_fastpath.core.run import OUTPUT_TYPES, CellDone, RunState
from jupyter_fastpath.core.runs import ONE_WITNESS, TRANSITIONS, RunRegistry
from tests.strategies import BARRIERS, make, request, stream


BUSY = make("status", {"execution_state": "busy"})
IDLE = make("status", {"execution_state": "idle"})
CAUSES = ("busy", "reply", "idle", "silence", "passed_over", "kernel_ended", "told")


def reply(status="ok", **content):
    content = {"status": status} | content
    return make("execute_reply", content, channel="shell")


@pytest.fixture
def registry():
    """
    A registry that knows one run.
    """
    registry = RunRegistry()
    registry.requested(request("r1"), "alice")
    return registry


def after(registry, *messages):
    """
    Return the run after the kernel sent *messages*.
    """
    run = registry.get("r1")
    for message in messages:
        registry.observed(run, message)
    return run


# ---- the table


@pytest.mark.promise("A8")
def test_every_run_can_end():
    """
    From every state there is a way to the end, and none leads back.
    """
    order = list(RunState)

    assert set(RunState) - {RunState.DONE} == {state for state, _ in TRANSITIONS}
    assert set(CAUSES) == {cause for _, cause in TRANSITIONS}
    assert all(
        order.index(state) < order.index(to) for (state, _), to in TRANSITIONS.items()
    )


@pytest.mark.promise("A7", "A8")
@pytest.mark.parametrize(
    "state",
    [one for one in RunState if one not in {RunState.COMPLETE, RunState.DONE}],
)
def test_nothing_outlives_the_kernel(state):
    """
    Whatever a run waits for, it has waited enough when its kernel is gone.
    """
    assert RunState.COMPLETE == TRANSITIONS[state, "kernel_ended"]


@pytest.mark.promise("A8")
def test_silence_needs_a_witness():
    """
    Silence ends no run of which neither reply nor idle has come.
    """
    assert ONE_WITNESS == {state for state, cause in TRANSITIONS if cause == "silence"}


# ---- the life of a run


def test_requested(registry):
    """
    A run is known from its request on, and waits.
    """
    run = registry.get("r1")

    assert ("r1", "c1", "alice") == (run.run_id, run.cell_id, run.initiator)
    assert request("r1").parts[0] == run.request_header
    assert RunState.QUEUED is run.state
    assert [run] == registry.open()
    assert registry.has_open
    assert registry.get("r2") is None


@pytest.mark.promise("Z4")
def test_known_id(registry):
    """
    A run is not given to another client that uses its ID, nor to another cell.
    """
    registry.requested(request("r1", "c2"), "mallory")

    assert ["alice"] == [run.initiator for run in registry.open()]
    assert "c1" == registry.get("r1").cell_id


@pytest.mark.parametrize(
    ("messages", "state"),
    [
        ([BUSY], RunState.RUNNING),
        ([BUSY, stream("a")], RunState.RUNNING),
        ([BUSY, make("comm_msg")], RunState.RUNNING),
        ([make("status", {})], RunState.QUEUED),
        ([make("status", {"execution_state": ["idle"]})], RunState.QUEUED),
        ([BUSY, reply()], RunState.REPLIED),
        ([reply()], RunState.REPLIED),
        ([BUSY, IDLE], RunState.DRAINED),
        ([IDLE], RunState.DRAINED),
        ([BUSY, reply(), IDLE], RunState.COMPLETE),
        ([BUSY, IDLE, reply()], RunState.COMPLETE),
        ([BUSY, IDLE, IDLE], RunState.DRAINED),
        ([BUSY, reply(), reply()], RunState.REPLIED),
        ([BUSY, reply(), BUSY], RunState.REPLIED),
        ([BUSY, reply(), IDLE, BUSY, stream("a")], RunState.COMPLETE),
    ],
)
def test_observed(registry, messages, state):
    """
    Reply and idle end a run in either order, and nothing else does.
    """
    run = after(registry, *messages)

    assert state is run.state
    assert ([run] if state in ONE_WITNESS else []) == registry.halfway()


@pytest.mark.parametrize("first", [reply(), IDLE], ids=["reply", "idle"])
def test_silence(registry, first):
    """
    One witness and silence end a run too.
    """
    run = after(registry, BUSY, first)
    registry.end(run, "silence")

    assert RunState.COMPLETE is run.state
    assert [] == registry.halfway()


@pytest.mark.promise("A2")
def test_told(registry):
    """
    A run that was told is not open any more, but still known.
    """
    run = after(registry, BUSY, reply(execution_count=3), IDLE)

    assert CellDone("r1", "c1", "alice", "ok", 3) == registry.told(run)
    assert RunState.DONE is run.state
    assert not registry.has_open
    assert [] == registry.open()
    assert run is registry.get("r1")


@pytest.mark.promise("A2")
@given(st.lists(st.sampled_from([BUSY, IDLE, reply(), reply("error"), stream("a")])))
def test_once_done_always_done(messages):
    """
    Whatever comes after the end of a run was told does not begin it again.
    """
    registry = RunRegistry()
    registry.requested(request("r1"), "alice")
    run = after(registry, BUSY, reply(), IDLE)
    registry.told(run)
    after(registry, *messages)

    assert RunState.DONE is run.state
    assert [] == registry.halfway()


def test_numbers(registry):
    """
    The messages of a run are numbered from zero.
    """
    run = registry.get("r1")

    assert [0, 1, 2] == [run.take_number() for _ in range(3)]


# ---- how it ended


@pytest.mark.promise("A2", "A7")
@pytest.mark.parametrize(
    ("messages", "verdict", "count"),
    [
        ([], "ok", None),
        ([reply(execution_count=5)], "ok", 5),
        ([reply("error", ename="ValueError", execution_count=5)], "error", 5),
        ([reply("error", ename="KeyboardInterrupt")], "interrupted", None),
        ([reply("aborted")], "aborted", None),
        ([reply("abort")], "aborted", None),
        ([reply(None)], "ok", None),
        ([reply(["ok"])], "ok", None),
        ([reply("x" * 1_000_000)], "ok", None),
        ([make("error", {"ename": "ValueError"}), reply("failed")], "error", None),
        ([make("error", {"ename": "ValueError"})], "error", None),
        ([make("error", {"ename": "ValueError"}), reply()], "ok", None),
        ([make("execute_input", {"execution_count": 4})], "ok", 4),
        ([make("execute_input", {"execution_count": "4"})], "ok", None),
        ([make("execute_input", {})], "ok", None),
        ([reply(execution_count=None)], "ok", None),
    ],
)
def test_verdict(registry, messages, verdict, count):
    """
    A run ended as its reply says, and else as its output looks.
    """
    run = after(registry, *messages)

    assert (verdict, count) == (run.verdict, run.execution_count)


@pytest.mark.promise("A2", "A7")
@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (None, "interrupted"),
        ("error", "interrupted"),
        ("ok", "ok"),
        ("aborted", "interrupted"),
        ("kernel_died", "kernel_died"),
    ],
)
def test_interrupted(registry, status, verdict):
    """
    An interrupted run was interrupted unless it ended in a way that interrupts do not.
    """
    run = registry.get("r1")
    run.was_interrupted, run.status = True, status

    assert verdict == run.verdict


@pytest.mark.promise("A2", "Z4")
@pytest.mark.parametrize("state", [None, ["idle"], "silence", "passed_over", "told"])
def test_no_state(registry, state):
    """
    A state that no kernel has moves no run.
    """
    run = registry.get("r1")
    before = run.state
    registry.observed(run, make("status", {"execution_state": state}))

    assert before is run.state


# ---- which run is whose


@pytest.mark.promise("A4")
@pytest.mark.parametrize("msg_type", [*BARRIERS, "stream"])
def test_stale(registry, msg_type):
    """
    Of a run that a newer one of its cell replaced the output is stale, and only that.
    """
    registry.requested(request("r2"), "alice")
    message = make(msg_type)

    assert (msg_type in OUTPUT_TYPES) == registry.is_stale(registry.get("r1"), message)
    assert not registry.is_stale(registry.get("r2"), message)


@pytest.mark.promise("A4")
@pytest.mark.parametrize("cells", [("c1", "c2"), ("c1", None), (None, None)])
def test_not_stale(cells):
    """
    Runs of different cells, and runs of no cell, replace each other never.
    """
    registry = RunRegistry()
    for run_id, cell_id in zip(("r1", "r2"), cells, strict=True):
        registry.requested(request(run_id, cell_id), "alice")

    assert not registry.is_stale(registry.get("r1"), stream("a"))
    assert not registry.is_stale(registry.get("r2"), stream("a"))


def test_latest_of(registry):
    """
    The latest run of a client is the one that it asked for last.
    """
    registry.requested(request("r2"), "bob")
    registry.requested(request("r3"), "alice")
    registry.requested(request("r4"), "bob")

    assert "r3" == registry.latest_of("alice").run_id
    assert "r4" == registry.latest_of("bob").run_id
    assert registry.latest_of("carol") is None


def test_latest_of_cell(registry):
    """
    The newest run of a cell is the one that was asked for last, by whomever.
    """
    registry.requested(request("r2", "c2"), "bob")
    registry.requested(request("r3", "c2"), "alice")

    assert "r3" == registry.latest_of_cell("c2").run_id
    assert registry.latest_of_cell("c3") is None


@pytest.mark.promise("Z4")
def test_memory_is_bounded(monkeypatch):
    """
    Of many ended runs the oldest are forgotten, whatever their cells, and no open one.
    """
    monkeypatch.setattr(runs, "MAX_ENDED", 2)
    registry = RunRegistry()
    registry.requested(request("open", "c0"), "alice")
    ended = [("r1", "c1"), ("r2", None), ("r3", "c3"), ("r4", "c4"), ("r5", "c5")]
    for run_id, cell_id in [*ended[:3], ("newer", "c3"), *ended[3:]]:
        registry.requested(request(run_id, cell_id), "alice")
    for run_id, _ in ended:
        registry.told(registry.get(run_id))

    assert ["open", "newer", "r4", "r5"] == [
        run_id
        for run_id in ("open", "r1", "r2", "r3", "newer", "r4", "r5")
        if registry.get(run_id)
    ]
    assert not registry.is_stale(registry.get("newer"), stream("a"))
    assert not registry.is_stale(registry.get("r5"), stream("a"))
    assert not registry.is_stale(registry.get("open"), stream("a"))
