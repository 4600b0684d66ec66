from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jupyter_fastpath.tracing.finished import FinishedRuns

from .records import record


def told(run_id="r1", **more):
    """Return what a server says of a run, by topic."""
    return {f"kernels/k1/runs/{run_id}": record(run_id, **more)}


def test_painted():
    """A run whose page has painted the end is told of at once."""
    runs = FinishedRuns(2.0)
    runs.take(told(), 10.0)

    assert [record()] == runs.due(10.0)
    assert [] == runs.due(99.0)


def test_waits_for_the_page():
    """A run waits for its page to paint its end, and is told of with that."""
    runs = FinishedRuns(2.0)
    runs.take(told(painted={"first_output": 0.1, "done": None}), 10.0)
    assert [] == runs.due(11.9)
    assert 12.0 == runs.get_timer()
    runs.take(told(), 11.9)

    assert [record()] == runs.due(11.9)
    assert runs.get_timer() is None


def test_without_a_page():
    """A run that nobody paints does not wait longer, whatever else becomes of it."""
    runs = FinishedRuns(2.0)
    runs.take(told(painted=None), 10.0)
    runs.take(told(painted=None, peak_memory=1), 11.0)

    assert [record(painted=None, peak_memory=1)] == runs.due(12.0)


def test_unfinished():
    """A run that is not done is not told of."""
    runs = FinishedRuns(0.0)
    runs.take(told(state="running") | told("r2", state="queued"), 10.0)

    assert [] == runs.due(99.0)
    assert runs.get_timer() is None


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"), st.sampled_from(["queued", "running", "done"])
        )
    )
)
def test_once(changes):
    """However often a server speaks of a run, it is told of once, if it is done."""
    runs = FinishedRuns(0.0)
    due = []
    for now, (run_id, state) in enumerate(changes):
        runs.take(told(run_id, state=state), float(now))
        due += [run["run_id"] for run in runs.due(float(now))]

    assert sorted({run_id for run_id, state in changes if state == "done"}) == sorted(
        due
    )


def test_forgotten():
    """What the server has forgotten takes no memory."""
    runs = FinishedRuns(0.0)
    runs.take(told(), 10.0)
    runs.due(10.0)
    runs.take({"kernels/k1/runs/r1": None}, 11.0)
    runs.take(told(), 12.0)

    assert [record()] == runs.due(12.0)
