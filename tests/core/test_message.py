from __future__ import annotations

import json
import sys

import pytest

from hypothesis import given
from hypothesis import strategies as st

from jupyter_fastpath.core.message import (
    CONTENT,
    MAX_METADATA,
    METADATA,
    Header,
    Message,
    Stream,
    pack,
    unpack,
)
from tests.strategies import json_objects, kernel_messages, make, packed, stream


garbage = st.one_of(
    st.binary(max_size=40),
    st.text().map(packed),
    st.integers(1, 2000).map(lambda depth: b"[" * depth),
    st.integers(1, 2000).map(lambda depth: b'{"a":' * depth + b"1" + b"}" * depth),
    st.sampled_from([b"null", b"[]", b"{", b"\xff", b'"\\ud800"', b"1" * 5000]),
    st.just(b'{"msg_id": 1, "msg_type": [], "session": "\\ud800"}'),
)


@given(json_objects)
def test_pack(value):
    """
    A packed object is JSON without blanks, and is unpacked to what it was.
    """
    assert json.dumps(value, separators=(",", ":")) == pack(value).decode()
    assert value == unpack(pack(value))


@given(garbage)
def test_unpack_garbage(part):
    """
    What is no JSON object counts as an empty one.
    """
    try:
        value = json.loads(part)
    except (ValueError, RecursionError):
        value = {}

    assert (value if isinstance(value, dict) else {}) == unpack(part)


def test_known_parts():
    """
    A message tells what its header, its parent and its content say.
    """
    message = make("status", {"execution_state": "busy"}, msg_id="m7")

    assert Header("m7", "status", "kernel") == message.header
    assert Header("r1", "execute_request", "alice") == message.parent
    assert ("m7", "status", "r1") == (message.msg_id, message.msg_type, message.run_id)
    assert {"execution_state": "busy"} == message.content
    assert sum(map(len, message.parts)) == message.size


@pytest.mark.parametrize(
    ("part", "header"),
    [
        (b"{}", Header()),
        (b"[]", Header()),
        (b"garbage", Header()),
        (b"[" * 2000, Header()),
        (b'{"msg_id": 5, "msg_type": "status"}', Header("5", "status", "")),
        (b'{"msg_id": "a\\ud800"}', Header("a?", "", "")),
        (b'{"msg_id": "a", "username": 1}', Header("a", "", "")),
    ],
)
def test_odd_headers(part, header):
    """
    An odd header says as much as can be read of it.
    """
    message = Message("iopub", [part, part, b"{}", b"{}"])

    assert (header, header) == (message.header, message.parent)


def test_null_says_nothing():
    """
    A null in a header counts as if it were not there.
    """
    part = b'{"msg_id": "a", "msg_type": null, "session": null}'

    assert Header("a", "", "") == Message("iopub", [part]).header


@pytest.mark.parametrize(
    ("msg_type", "told", "state"),
    [
        ("status", "busy", "busy"),
        ("status", None, None),
        ("status", ["idle"], None),
        ("stream", "idle", None),
    ],
)
def test_state(msg_type, told, state):
    """
    The state is the text that a status tells, and nothing else.
    """
    assert state == make(msg_type, {"execution_state": told}).state


@pytest.mark.promise("Z4")
def test_odd_stream_name():
    """
    The name of a stream can be written down, whatever it is.
    """
    message = make("stream", {"name": "a\ud800", "text": "hi"})

    assert message.stream_name == "a?"


@pytest.mark.promise("A9", "Z4")
@given(st.lists(garbage, min_size=4, max_size=5), st.sampled_from([None, 0]))
def test_garbage_is_passed_on(parts, event_idx):
    """
    Nothing that a kernel sends makes a message raise, and its parts stay as they are.
    """
    message = Message("iopub", parts, event_idx)

    assert isinstance(message.header, Header)
    assert isinstance(message.parent, Header)
    assert isinstance(message.content, dict)
    assert message.stream is None
    assert message.cell_id is None or isinstance(message.cell_id, str)
    changed = {METADATA} if event_idx == 0 else set()
    assert [part for i, part in enumerate(parts) if i not in changed] == [
        part for i, part in enumerate(message.stamped.parts) if i not in changed
    ]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (stream("hi"), Stream("stdout", "hi")),
        (stream("hi", "stderr"), Stream("stderr", "hi")),
        (stream("hi", buffers=[b""]), None),
        (make("display_data", {"name": "stdout", "text": "hi"}), None),
        (make("stream", {"name": "stdout"}), None),
        (make("stream", {"name": "stdout", "text": 1}), None),
        (stream("\ud800"), None),
    ],
)
def test_stream(message, expected):
    """
    Only a stream without buffers, with a name and with readable text is one to merge.
    """
    assert expected == message.stream


@pytest.mark.parametrize(
    ("metadata", "cell_id"),
    [
        (b'{"cellId": "c1"}', "c1"),
        (b'{"cellId": 1}', None),
        (b"{}", None),
        (b"[]", None),
        (b'{"cellId": "c1", "x": "%s"}' % (b"x" * MAX_METADATA), None),
    ],
)
def test_cell_id(metadata, cell_id):
    """
    The cell of a request is what its metadata call so, if they are not huge.
    """
    message = Message("shell", [b"{}", b"{}", metadata, b"{}"])

    assert cell_id == message.cell_id


@pytest.mark.promise("A3")
@pytest.mark.parametrize(
    ("message", "metadata"),
    [
        (stream("a"), {}),
        (stream("a", metadata={"x": 1}), {"x": 1}),
        (stream("a").numbered(0), {"fastpath": {"run_id": "r1", "event_idx": 0}}),
        (
            stream("a", metadata={"x": 1, "fastpath": "mine"}).numbered(7),
            {"x": 1, "fastpath": {"run_id": "r1", "event_idx": 7}},
        ),
        (
            Message("iopub", stream("ab").parts, 7, events=2),
            {"fastpath": {"run_id": "r1", "event_idx": 7, "events": 2}},
        ),
    ],
)
def test_stamped(message, metadata):
    """
    A message of a run goes out with its run and number; other metadata is kept.
    """
    stamped = message.stamped

    assert metadata == unpack(stamped.parts[METADATA])
    assert message.parts[CONTENT:] == stamped.parts[CONTENT:]
    assert message.parts[:METADATA] == stamped.parts[:METADATA]


def test_without_run_is_untouched():
    """
    A message of no run goes out as it came in.
    """
    message = stream("a")

    assert message.stamped is message


@given(kernel_messages, st.integers(0, 100))
def test_numbered(message, event_idx):
    """
    A numbered message is the same but for its number, and knows what was decoded.
    """
    header = message.header
    numbered = message.numbered(event_idx)

    assert Message("iopub", message.parts, event_idx) == numbered
    assert header is numbered.header
    assert message.event_idx is None


def test_with_part():
    """
    A copy with another part forgets what it knew of the old one.
    """
    message = stream("a")
    assert message.stream == Stream("stdout", "a")
    changed = message.with_part(CONTENT, stream("b").parts[CONTENT])

    assert stream("b") == changed
    assert Stream("stdout", "b") == changed.stream
    assert stream("a") == message


def test_deep_metadata_can_be_stamped():
    """
    Metadata nested as deep as can be read do not keep a message from being numbered.
    """
    for depth in range(sys.getrecursionlimit() - 100, sys.getrecursionlimit() + 1):
        metadata = b'{"a":' * depth + b"1" + b"}" * depth
        message = Message("iopub", [b"{}", b"{}", metadata, b"{}"], 3)

        assert b'"event_idx":3' in message.stamped.parts[METADATA]
