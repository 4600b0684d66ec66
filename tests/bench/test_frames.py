from __future__ import annotations

import json

from jupyter_server.services.kernels.connection.base import (
    deserialize_msg_from_ws_v1,
    serialize_msg_to_ws_v1,
)

from jupyter_fastpath.bench import frames


PARTS = [b'{"msg_id":"1"}', b"{}", b"{}", b'{"code":"2+3"}', b"\0buffer"]


def test_encode():
    """A frame is the very bytes that Jupyter Server would write."""
    frame = frames.encode("shell", PARTS)

    assert serialize_msg_to_ws_v1(PARTS, "shell") == frame


def test_decode():
    """What Jupyter Server writes is read as it was meant."""
    frame = serialize_msg_to_ws_v1(PARTS, "iopub")

    assert ("iopub", PARTS) == frames.decode(frame)


def test_read():
    """The text of a stream, and whose it is, are found."""
    arrival = frames.read(
        "iopub",
        [
            b'{"msg_id":"2","msg_type":"stream"}',
            b'{"msg_id":"1"}',
            b"{}",
            b'{"name":"stdout","text":"hello"}',
        ],
    )

    assert frames.Arrival("iopub", "stream", "1", "stdout", "hello", "") == arrival


def test_read_passes_over_the_rest():
    """Only the content of streams and status is decoded."""
    arrival = frames.read(
        "shell", [b'{"msg_type":"execute_reply"}', b"{}", b"{}", b"not even json"]
    )

    assert frames.Arrival("shell", "execute_reply", "", "", "", "") == arrival


def test_execute_request():
    """Each request has a cell of its own, as no two cells are one."""
    cells = set()
    for _ in range(2):
        frame = frames.encode("shell", frames.execute_request("2+3", "1", "s"))
        _, parts = deserialize_msg_from_ws_v1(frame)
        cells.add(json.loads(parts[2])["cellId"])

    assert 2 == len(cells)
