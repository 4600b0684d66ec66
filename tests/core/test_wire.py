from __future__ import annotations

import json
import random
import struct
import sys
import tracemalloc

from types import SimpleNamespace

import pytest

from hypothesis import example, given
from hypothesis import strategies as st
from jupyter_client.session import DELIM, Session
from jupyter_server.services.kernels.connection.base import (
    deserialize_binary_message,
    deserialize_msg_from_ws_v1,
    serialize_msg_to_ws_v1,
)
from jupyter_server.services.kernels.connection.channels import (
    ZMQChannelsWebsocketConnection,
)

from jupyter_fastpath.core.errors import MalformedFrame
from jupyter_fastpath.core.message import CHANNELS, Message, pack, unpack
from jupyter_fastpath.core.wire import (
    LEGACY,
    MAX_HEADER,
    MAX_PARTS,
    SUBPROTOCOL,
    V1,
)
from tests.strategies import channels, json_objects, packed, session_messages


HEADER = b'{"msg_id": "m1", "msg_type": "comm_msg", "session": "alice"}'
SIMPLE = Message("shell", [HEADER, b"{}", b"{}", b'{"a": 1}'])
WITH_BUFFERS = Message("shell", [*SIMPLE.parts, b"one", b"", b"three"])
CODECS = pytest.mark.parametrize("codec", [V1, LEGACY], ids=["v1", "legacy"])

client_parts = st.builds(
    lambda header, others, buffers: [header, *others, *buffers],
    st.just(HEADER),
    st.lists(json_objects.map(pack), min_size=3, max_size=3),
    st.lists(st.binary(max_size=20), max_size=3),
)


def stock_legacy(parts, channel):
    """
    Return the frame that Jupyter Server makes of a kernel's message.
    """
    stock = SimpleNamespace(session=Session(key=b""))
    reserialize = ZMQChannelsWebsocketConnection._reserialize_reply  # noqa: SLF001
    return reserialize(stock, [DELIM, b"", *parts], channel=channel)


def v1_frame(count, offsets, body=b""):
    return struct.pack(f"<{1 + len(offsets)}Q", count, *offsets) + body


def legacy_frame(count, offsets, body=b""):
    return struct.pack(f"!{1 + len(offsets)}I", count, *offsets) + body


# ---- the same as Jupyter Server


def test_subprotocol():
    """
    The name of the newer protocol is the one that Jupyter Server knows.
    """
    assert ZMQChannelsWebsocketConnection.kernel_ws_protocol is not None
    assert "v1.kernel.websocket.jupyter.org" == SUBPROTOCOL


@pytest.mark.promise("A9")
@given(session_messages(), channels)
def test_v1_writes_the_same_bytes(parts, channel):
    """
    A message of a kernel becomes the v1 frame that Jupyter Server makes of it.
    """
    assert serialize_msg_to_ws_v1(parts, channel) == V1.encode(Message(channel, parts))


@pytest.mark.promise("A9")
@given(st.lists(st.binary(max_size=20), min_size=4, max_size=7), channels)
def test_v1_carries_anything(parts, channel):
    """
    Parts need not be JSON to become the same v1 frame, and Jupyter Server reads it.
    """
    frame = V1.encode(Message(channel, parts))

    assert serialize_msg_to_ws_v1(parts, channel) == frame
    assert (channel, parts) == deserialize_msg_from_ws_v1(frame)


@pytest.mark.promise("A9")
@given(session_messages(), channels)
def test_legacy_writes_the_same_bytes(parts, channel):
    """
    A message of a kernel becomes the legacy frame that Jupyter Server makes of it.
    """
    assert stock_legacy(parts, channel) == LEGACY.encode(Message(channel, parts))


def test_legacy_writes_the_same_numbers():
    """
    Numbers that are none become what Jupyter Server makes of them.
    """
    content = (
        b'{"a": NaN, "b": -Infinity, "c": 1e999, "d": 1.0, "e": 12345678901234567890}'
    )
    header = b'{"msg_id": "m", "msg_type": "error", "date": "", "version": "5.3"}'
    parts = [header, b"{}", b"{}", content]

    assert stock_legacy(parts, "iopub") == LEGACY.encode(Message("iopub", parts))


@pytest.mark.promise("A9")
@given(client_parts, channels)
def test_v1_reads_the_same(parts, channel):
    """
    What a client sends by v1 is read as Jupyter Server reads it.
    """
    frame = serialize_msg_to_ws_v1(parts, channel)

    assert deserialize_msg_from_ws_v1(frame) == (channel, V1.decode(frame).parts)
    assert Message(channel, parts) == V1.decode(frame)


@pytest.mark.promise("A9")
@given(client_parts, channels)
def test_legacy_reads_the_same(parts, channel):
    """
    What a client sends by the legacy protocol is read as Jupyter Server reads it.
    """
    frame = LEGACY.encode(Message(channel, parts))
    is_text = isinstance(frame, str)
    stock = json.loads(frame) if is_text else deserialize_binary_message(frame)
    message = LEGACY.decode(frame)
    header, parent, metadata, content, *buffers = message.parts

    assert stock["channel"] == message.channel
    assert stock["header"] == unpack(header)
    assert stock["parent_header"] == unpack(parent)
    assert stock["metadata"] == unpack(metadata)
    assert stock["content"] == unpack(content)
    assert stock["buffers"] == buffers


@CODECS
@given(client_parts, channels)
def test_round_trip(codec, parts, channel):
    """
    What is written is read again as it was, buffers byte for byte.
    """
    message = Message(channel, [pack(unpack(parts[0])), *parts[1:]])

    assert message == codec.decode(codec.encode(message))


def test_legacy_defaults():
    """
    A legacy frame that names no channel is for shell, and a missing part is empty.
    """
    for channel in ({}, {"channel": None}, {"channel": ""}):
        frame = json.dumps({"header": unpack(HEADER)} | channel)
        message = LEGACY.decode(frame)

        assert Message("shell", [pack(unpack(HEADER)), *[b"{}"] * 3]) == message


# ---- what is refused


@pytest.mark.promise("Z4")
@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        ("text", "frame"),
        (b"", "size"),
        (b"\6" + b"\0" * 6, "size"),
        (v1_frame(5, [48] * 5), "count: 5 "),
        (v1_frame(0, []), "count: 0 "),
        (v1_frame(10_000_000, [56] * 6), "count: 10000000 "),
        (v1_frame(2**63, [56] * 6), "count: 9223372036854775808 "),
        (v1_frame(MAX_PARTS + 3, [0] * (MAX_PARTS + 3)), "count: 4099 "),
        (v1_frame(7, [56] * 6), "count: 7 offsets do not fit"),
        (v1_frame(6, [57] * 6, b"x"), "offsets: the first is 57, not 56"),
        (v1_frame(6, [55] * 6), "offsets: the first is 55, not 56"),
        (v1_frame(6, [56, 58, 57, 58, 58, 58], b"xx"), "offsets: they do not ascend"),
        (v1_frame(6, [56, 56, 56, 56, 56, 57]), "size: 56 bytes, not 57"),
        (v1_frame(6, [56, 56, 56, 56, 56, 2**64 - 1]), "size: 56 bytes, not 1844"),
        (v1_frame(6, [56] * 6, b"more"), "size: 60 bytes, not 56"),
        (v1_frame(6, [56] * 6), "channel: there is no ''"),
        (V1.encode(Message("radio", SIMPLE.parts)), "channel: there is no 'radio'"),
        (V1.encode(Message("x" * 99, SIMPLE.parts)), "channel: there is no 'x{20}'$"),
        (V1.encode(Message("shell", [b"{}"] * 4)), "parts"),
        (V1.encode(Message("shell", [b"[" * 4000] * 4)), "parts"),
        (V1.encode(Message("shell", [b'{"msg_id": "m"}'] * 4)), "parts"),
        (V1.encode(Message("shell", [b'{"msg_type": "m"}'] * 4)), "parts"),
        (V1.encode(Message("shell", [b" " * (MAX_HEADER + 1)] * 4)), "size: a header"),
    ],
)
def test_v1_refuses(frame, reason):
    """
    A frame that is not of the v1 protocol is refused with what is wrong about it.
    """
    with pytest.raises(MalformedFrame, match=reason):
        V1.decode(frame)


@pytest.mark.promise("Z4")
@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        ("", "parts: not JSON"),
        ("{", "parts: not JSON"),
        ("[" * 100_000, "parts: not JSON"),
        ("1" * 100_000, "parts: not JSON"),
        ("[]", "parts: not a JSON object"),
        ("{}", "parts: the header"),
        ('{"header": 1}', "parts: the header"),
        ('{"header": {"msg_id": "m"}}', "parts: the header"),
        ('{"channel": "radio"}', "channel: there is no 'radio'"),
        ('{"channel": 1}', "channel: there is no '1'"),
        ('{"channel": ["shell"]}', "channel: there is no"),
        ('{"channel": {"shell": 1}}', "channel: there is no"),
        ('{"header": "%s"}' % ("x" * MAX_HEADER), "size: a header"),
        (b"", "size"),
        (b"\0\0\1", "size"),
        (legacy_frame(0, []), "count: 0 "),
        (legacy_frame(2**32 - 1, [8]), "count: 4294967295 "),
        (legacy_frame(10_000_000, [8]), "count: 10000000 "),
        (legacy_frame(MAX_PARTS + 1, [0] * (MAX_PARTS + 1)), "count: 4097 "),
        (legacy_frame(2, [12]), "count: 2 offsets do not fit"),
        (legacy_frame(1, [9], b"{}"), "offsets: the first is 9, not 8"),
        (legacy_frame(1, [7], b"{}"), "offsets: the first is 7, not 8"),
        (legacy_frame(2, [12, 11], b"{}"), "offsets: they do not ascend"),
        (legacy_frame(2, [12, 99], b"{}"), "offsets: they do not ascend"),
        (legacy_frame(1, [8], b"\xff"), "parts: not JSON"),
        (legacy_frame(1, [8]), "parts: not JSON"),
    ],
)
def test_legacy_refuses(frame, reason):
    """
    A frame that is not of the legacy protocol is refused with what is wrong about it.
    """
    with pytest.raises(MalformedFrame, match=reason):
        LEGACY.decode(frame)


@pytest.mark.parametrize("count", [0, 1, MAX_PARTS - 4])
def test_as_many_buffers_as_may_be(count):
    """
    Thousands of buffers are no mistake.
    """
    message = Message("shell", [*SIMPLE.parts, *[b"x"] * count])

    assert message == V1.decode(V1.encode(message))
    if count:
        framed = Message("shell", LEGACY.decode(LEGACY.encode(message)).parts)
        assert message.parts[4:] == framed.parts[4:]


@CODECS
@pytest.mark.promise("Z4")
@given(frame=st.binary() | st.text())
@example(frame=b"\xff" * 8)
@example(frame=b"\x06" + b"\0" * 55)
@example(frame="[" * 10_000)
@example(frame='{"header": {"msg_id": "\\ud800", "msg_type": "a"}}')
def test_garbage(codec, frame):
    """
    Garbage is decoded or refused, and nothing else happens.
    """
    try:
        assert codec.decode(frame).channel in CHANNELS
    except MalformedFrame:
        pass


@CODECS
@pytest.mark.promise("Z4")
@given(data=st.data())
def test_mutated(codec, data):
    """
    A good frame with some bytes changed is decoded or refused, nothing else happens.
    """
    frame = codec.encode(WITH_BUFFERS)
    edits = st.lists(
        st.tuples(st.integers(0, len(frame) - 1), st.binary(max_size=8)), max_size=4
    )
    for at, new in data.draw(edits):
        frame = frame[:at] + new + frame[at + data.draw(st.integers(0, 8)) :]
    try:
        assert codec.decode(frame).msg_id
    except MalformedFrame:
        pass


@given(
    field=st.sampled_from(
        ["channel", "header", "parent_header", "metadata", "content"]
    ),
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=4,
    ),
)
def test_wrong_types(field, value):
    """
    A field of any other type than it should have is refused or passed on.
    """
    described = {"header": unpack(HEADER), "channel": "shell", field: value}
    frame = json.dumps(described)
    try:
        assert LEGACY.decode(frame).channel in CHANNELS
    except MalformedFrame:
        pass


# ---- what a kernel may send


def deeper(frames, function):
    """
    Return what *function* returns when it is called from so many frames below.
    """
    return deeper(frames - 1, function) if frames else function()


@pytest.mark.promise("A9")
def test_legacy_passes_on_what_cannot_be_read():
    """
    A legacy client is sent the part of a kernel's message that can be read.
    """
    frame = LEGACY.encode(Message("iopub", [HEADER, b"\xff", b"[]", b"{"]))

    assert ({}, {}, {}) == tuple(
        json.loads(frame)[name] for name in ("parent_header", "metadata", "content")
    )


@pytest.mark.promise("Z4")
def test_legacy_passes_on_what_is_deep():
    """
    Content nested as deep as can be read does not keep a message from being written.
    """
    for depth in range(sys.getrecursionlimit() - 100, sys.getrecursionlimit() + 1):
        content = b'{"a":' * depth + b"1" + b"}" * depth
        message = Message("iopub", [HEADER, b"{}", b"{}", content])
        assert isinstance(message.content, dict)
        frame = deeper(5, lambda: LEGACY.encode(message))  # noqa: B023

        assert not message.content or content.decode() in frame.replace(" ", "")
        assert '"msg_id": "m1"' in frame


# ---- a hundred thousand hostile frames


class Attacker:
    """
    Makes hostile frames, always the same ones.
    """

    COUNTS = (0, 1, 5, 7, 4098, 4099, 10**7, 2**31, 2**32 - 1, 2**63, 2**64 - 1)
    FIELDS = ("channel", "header", "parent_header", "metadata", "content", "buffers")
    VALUES = (None, 0, -1, 1e300, True, "", "radio", "\ud800", [], [1], {}, {"a": [{}]})
    NESTS = ("[", '{"a":', '[{"a":', "[[],")

    def __init__(self, seed):
        self._random = random.Random(seed)
        self._kinds = (
            self.noise,
            self.text,
            self.count,
            self.offset,
            self.truncated,
            self.flipped,
            self.spliced,
            self.nested,
            self.mistyped,
        )
        self._good = {
            V1: [V1.encode(SIMPLE), V1.encode(WITH_BUFFERS)],
            LEGACY: [LEGACY.encode(SIMPLE), LEGACY.encode(WITH_BUFFERS)],
        }

    def frame(self):
        """Return a codec and a frame to try it with."""
        codec = self._random.choice((V1, LEGACY))
        return codec, self._random.choice(self._kinds)(codec)

    def good(self, codec):
        return self._random.choice(self._good[codec])

    def binary(self, codec):
        return self._good[codec][1]

    def noise(self, codec):
        return self._random.randbytes(self._random.randrange(200))

    def text(self, codec):
        letters = '{}[]",:0123456789eE.-\\untrlsafheadr \ud800\x00\xff'
        return "".join(self._random.choices(letters, k=self._random.randrange(200)))

    def count(self, codec):
        size = 8 if codec is V1 else 4
        count = self._random.choice((*self.COUNTS, self._random.randrange(20)))
        order = "little" if codec is V1 else "big"
        count %= 256**size
        return count.to_bytes(size, order) + self.binary(codec)[size:]

    def offset(self, codec):
        frame, size = self.binary(codec), 8 if codec is V1 else 4
        order = "little" if codec is V1 else "big"
        at = size * self._random.randrange(1, 9 if codec is V1 else 5)
        near = self._random.randrange(len(frame) + 9)
        offset = self._random.choice((*self.COUNTS, near, near)) % 256**size
        return frame[:at] + offset.to_bytes(size, order) + frame[at + size :]

    def truncated(self, codec):
        frame = self.good(codec)
        return frame[: self._random.randrange(len(frame))]

    def flipped(self, codec):
        frame = bytearray(self.binary(codec))
        for _ in range(self._random.randrange(1, 9)):
            frame[self._random.randrange(len(frame))] = self._random.randrange(256)
        return bytes(frame)

    def spliced(self, codec):
        one, two = self.binary(codec), self.binary(self._random.choice((V1, LEGACY)))
        return (
            one[: self._random.randrange(len(one))]
            + two[self._random.randrange(len(two)) :]
        )

    def nested(self, codec):
        nest = self._random.choice(self.NESTS) * self._random.choice((9, 990, 3000))
        if codec is V1:
            parts = [*SIMPLE.parts]
            parts[self._random.randrange(4)] = nest.encode()
            return V1.encode(Message("shell", parts))
        text = f'{{"{self._random.choice(self.FIELDS)}":{nest}'
        body = text.encode()
        return self._random.choice((text, nest, legacy_frame(1, [8], body)))

    def mistyped(self, codec):
        described = {"header": unpack(HEADER), "channel": "shell"}
        for _ in range(self._random.randrange(1, 4)):
            field, value = map(self._random.choice, (self.FIELDS, self.VALUES))
            described[field] = value
        if codec is V1:
            parts = [packed(described.get(name, {})) for name in self.FIELDS[1:5]]
            channel = self._random.choice(("shell", "radio", "SHELL", ""))
            return V1.encode(Message(channel, parts))
        return json.dumps(described)


def outcome(codec, frame):
    """
    Return the error that decoding raises, if it is one that it should not raise.
    """
    try:
        codec.decode(frame)
    except MalformedFrame:
        return None
    except Exception as exc:  # noqa: BLE001
        return repr(exc)
    return None


@pytest.mark.promise("Z4")
def test_hostile_frames():
    """
    Of a hundred thousand hostile frames none raises another error.
    """
    attacker = Attacker(seed=20261124)
    errors = {}
    for _ in range(100_000):
        codec, frame = attacker.frame()
        error = outcome(codec, frame)
        if error is not None:
            errors.setdefault(error, frame[:80])

    assert {} == errors


@pytest.mark.promise("Z4")
@pytest.mark.parametrize(
    "frame",
    [
        v1_frame(MAX_PARTS + 2, [8 * (MAX_PARTS + 3)] * (MAX_PARTS + 2)),
        v1_frame(MAX_PARTS + 2, [8 * (MAX_PARTS + 3), *range(MAX_PARTS + 1)]),
        V1.encode(Message("shell", [*SIMPLE.parts, *[b"x"] * (MAX_PARTS - 4)])),
        *(
            V1.encode(Message("shell", [header.ljust(MAX_HEADER), b"{}", b"{}", b"{}"]))
            for header in (
                b"[" * MAX_HEADER,
                b'{"msg_id":[' + b"{}," * (MAX_HEADER // 3 - 10) + b"1]}",
                b'{"msg_id":1,"a":[' + b"[]," * (MAX_HEADER // 3 - 10) + b"1]}",
                b'{"msg_id":1,"a":' + b"1" * (MAX_HEADER - 20) + b"}",
            )
        ),
    ],
    ids=["empty", "unsorted", "full", "deep", "objects", "lists", "numbers"],
)
def test_worst_frames(frame):
    """
    The frames that are made to be the most work for their bounds take little memory.
    """
    outcome(V1, frame)
    tracemalloc.start()
    try:
        error = outcome(V1, frame)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert error is None
    assert most < 512 * 1024
