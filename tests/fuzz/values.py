"""
What looks like parts of messages, notebooks and requests, and is not.
"""

from __future__ import annotations

from hypothesis import strategies as st

from jupyter_fastpath.core.marker import MARKER
from jupyter_fastpath.core.message import CHANNELS, Message
from tests.strategies import BARRIERS, json_values, packed

from .mutations import mutated


__all__ = ["MESSAGES", "NOTEBOOKS", "VALUES", "WORDS", "packed_or_garbage"]

NUMBERS = st.sampled_from([-1, 0, 1, 2**31, 2**63, 2**64, 1e308, float("nan")])
WORDS = st.sampled_from(
    [
        *("", "r1", "r2", "c1", "alice", "kernel", "hub", "stdout", "ok", "error"),
        *("busy", "idle", "aborted", "a" * 5000, "\ud800", "\x00", "kernel_77_3"),
    ]
)
VALUES = st.one_of(WORDS, NUMBERS, json_values)

# What is asked for in parts of messages, by whomever.
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "msg_id": VALUES,
        "msg_type": st.sampled_from(
            [*BARRIERS, "stream", "execute_reply", "input_request", "kernel_info_reply"]
        )
        | VALUES,
        "session": VALUES,
        "date": VALUES,
        "subshell_id": VALUES,
    },
)
PARENTS = st.fixed_dictionaries(
    {},
    optional={
        "msg_id": st.sampled_from(["r1", "r2"]) | VALUES,
        "msg_type": st.just("execute_request") | VALUES,
        "session": st.just("alice") | VALUES,
    },
)
IN_CONTENTS = (
    *("execution_state", "status", "execution_count", "name", "text", "data", "code"),
    *("metadata", "transient", "wait", "prompt", "password", "payload"),
)
CONTENTS = st.fixed_dictionaries({}, optional=dict.fromkeys(IN_CONTENTS, VALUES))
METADATA = st.fixed_dictionaries(
    {}, optional={"fastpath": VALUES, "cellId": VALUES, "deletedCells": VALUES}
)


def packed_or_garbage(values):
    """
    Return a strategy for the bytes of *values*, sometimes damaged or none of JSON.
    """
    whole = st.builds(packed, values)
    return st.one_of(whole, whole.flatmap(mutated), st.binary(max_size=40))


MESSAGES = st.builds(
    lambda channel, parts, buffers: Message(channel, [*parts, *buffers]),
    st.sampled_from(sorted(CHANNELS)),
    st.tuples(*map(packed_or_garbage, (HEADERS, PARENTS, METADATA, CONTENTS))),
    st.lists(st.binary(max_size=8), max_size=2),
)

# What says of itself that something was cut.
MARKERS = st.fixed_dictionaries(
    {
        MARKER: VALUES
        | st.fixed_dictionaries(
            {"kind": st.sampled_from(["text", "rich", "outputs"]) | VALUES},
            optional=dict.fromkeys(
                ("total_bytes", "kept_bytes", "start", "run_id", "kernel_id"), VALUES
            ),
        )
    }
)
IN_OUTPUTS = ("name", "text", "data", "metadata", "traceback")
OUTPUTS = st.fixed_dictionaries(
    {"output_type": st.sampled_from(["stream", "display_data", "error"]) | VALUES},
    optional=dict.fromkeys(IN_OUTPUTS, VALUES) | {"data": VALUES | MARKERS},
)
OWN = st.fixed_dictionaries({}, optional={"policy": VALUES})
CELLS = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["code", "markdown"]) | VALUES},
    optional={
        "id": WORDS,
        "metadata": st.fixed_dictionaries({}, optional={"fastpath": OWN | VALUES}),
        "source": VALUES,
        "outputs": st.lists(OUTPUTS | VALUES, max_size=3) | VALUES,
        "execution_count": VALUES,
    },
)
NOTEBOOKS = st.fixed_dictionaries(
    {"cells": st.lists(CELLS | VALUES, max_size=4)},
    optional={
        "metadata": st.fixed_dictionaries({}, optional={"fastpath": OWN | VALUES}),
        "nbformat": VALUES,
    },
)
