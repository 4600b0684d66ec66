"""
Records of runs, as a server writes them.
"""

from __future__ import annotations

import json

from hypothesis import strategies as st

from jupyter_fastpath.tracing.record import Painted, RunRecord


__all__ = ["RUNS", "line", "record"]

SOME_SECONDS = st.none() | st.floats(-1e5, 1e5)
UNIX = st.none() | st.floats(allow_nan=False, allow_infinity=False)
COUNTS = st.integers(0, 10**15)

RUNS = st.builds(
    RunRecord,
    run_id=st.text(),
    kernel_id=st.text(),
    cell_id=st.none() | st.text(),
    path=st.none() | st.text(),
    status=st.none() | st.text(),
    **{f"ts_{name}": UNIX for name in ("client_send", "server_recv", "done")},
    **dict.fromkeys(("first_output", "duration", "end_to_end"), SOME_SECONDS),
    **dict.fromkeys(("messages_in", "bytes_out", "merged", "lost"), COUNTS),
    peak_memory=st.none() | COUNTS,
    painted=st.none() | st.builds(Painted, SOME_SECONDS, SOME_SECONDS),
)


def record(run_id="r1", **more):
    """Return the record of a run that is done, with all its keys."""
    return {
        "run_id": run_id,
        "kernel_id": "k1",
        "cell_id": "c1",
        "path": "a.ipynb",
        "initiator": "alice",
        "state": "done",
        "position": None,
        "status": "ok",
        "execution_count": 1,
        "ts_client_send": 100.0,
        "ts_server_recv": 100.25,
        "ts_kernel_start": 100.5,
        "ts_first_output": 101.0,
        "ts_done": 103.0,
        "first_output": 0.75,
        "duration": 2.5,
        "end_to_end": 2.75,
        "messages_in": 12,
        "bytes_in": 3400,
        "messages_out": 5,
        "bytes_out": 1500,
        "merged": 7,
        "spilled": 2,
        "lost": 0,
        "peak_memory": None,
        "reason": None,
        "painted": {"first_output": 1.25, "done": 3.5},
    } | more


def line(run_id="r1", **more):
    """Return it as the line of a trace."""
    return json.dumps(record(run_id, **more)).encode()
