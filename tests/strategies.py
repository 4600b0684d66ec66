"""
Kernel messages, made by hand and by hypothesis.
"""

from __future__ import annotations

import json

from hypothesis import strategies as st
from jupyter_client.session import Session

from jupyter_fastpath.core.message import CHANNELS, Message


# Everything that is no text, as far as it matters in which order it comes.
BARRIERS = (
    "clear_output",
    "comm_close",
    "comm_msg",
    "comm_open",
    "display_data",
    "error",
    "execute_input",
    "execute_result",
    "status",
    "unheard_of",
    "update_display_data",
)


def packed(value):
    """
    Return *value* as a kernel writes it.
    """
    return json.dumps(value).encode()


def make(
    msg_type,
    content=None,
    *,
    run_id="r1",
    channel="iopub",
    msg_id="m",
    session="kernel",
    asked="execute_request",
    client="alice",
    metadata=None,
    buffers=(),
):
    """
    Return what a kernel says in answer to *run_id*, or to nobody if that is None.
    """
    header = {"msg_id": msg_id, "msg_type": msg_type, "session": session}
    parent = {"msg_id": run_id, "msg_type": asked, "session": client}
    parts = (header, parent if run_id else {}, metadata or {}, content or {})
    return Message(channel, [*map(packed, parts), *buffers])


def stream(text, name="stdout", **options):
    """
    Return *text* as a kernel prints it.
    """
    return make("stream", {"name": name, "text": text}, **options)


def request(
    run_id, cell_id="c1", *, client="alice", msg_type="execute_request", policy=None
):
    """
    Return what a client sends to have a cell executed, or to have something else.
    """
    header = {"msg_id": run_id, "msg_type": msg_type, "session": client}
    metadata = {"cellId": cell_id} if cell_id else {}
    if policy is not None:
        metadata["fastpath"] = {"policy": policy}
    return Message("shell", [packed(part) for part in (header, {}, metadata, {})])


channels = st.sampled_from(sorted(CHANNELS))
run_ids = st.sampled_from(["r1", "r2", None])
names = st.sampled_from(["stdout", "stderr"])
texts = st.text(max_size=8)
buffers = st.lists(st.binary(max_size=8), max_size=2)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
json_objects = st.dictionaries(st.text(), json_values, max_size=4)

plain_texts = st.builds(stream, texts)
odd_texts = st.builds(
    stream,
    texts,
    name=names,
    run_id=run_ids,
    session=st.sampled_from(["kernel", "restarted"]),
    metadata=st.sampled_from([{}, {"a": 1}]),
    buffers=st.sampled_from([(), (b"b",)]),
)
other_messages = st.builds(make, st.sampled_from(BARRIERS), run_id=run_ids)
# Mostly text that merges, as that of a kernel does, and now and then what is different.
kernel_messages = st.sampled_from(
    [*[plain_texts] * 6, odd_texts, other_messages]
).flatmap(lambda messages: messages)


@st.composite
def session_messages(draw):
    """
    Return parts that jupyter_client's own `Session` made, dates and all.
    """
    session = Session(key=b"")
    msg_type = draw(st.sampled_from([*BARRIERS, "stream", "execute_reply"]))
    parent = draw(st.sampled_from([None, session.msg("execute_request")]))
    message = session.msg(
        msg_type, draw(json_objects), parent, metadata=draw(json_objects)
    )
    _, _, *parts = session.serialize(message)
    return [*parts, *draw(buffers)]
