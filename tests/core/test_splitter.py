from __future__ import annotations

import json
import re

from itertools import pairwise

import pytest

from hypothesis import example, given
from hypothesis import strategies as st

from jupyter_fastpath.core import splitter
from jupyter_fastpath.core.message import CONTENT, METADATA, Message
from jupyter_fastpath.core.notebook import fold
from jupyter_fastpath.core.splitter import MARGIN, MAX_TEXT, split
from tests.strategies import make, stream


def spelled(text):
    """
    Return *text* as JSON with an escape for each half of each surrogate pair, and all else.
    """
    units = text.encode("utf-16-be", "surrogatepass").hex().upper()
    return '"' + re.sub("(....)", r"\\u\1", units) + '"'


def plain(text):
    """
    Return *text* as JSON with no more escapes than there must be.
    """
    return json.dumps(text, ensure_ascii=False)


# All that is of more than one byte, and what looks like a part of that.
texts = st.text(st.sampled_from('a\\\\\\u8"\r\n\x1bäd\ud7ff\u2028😀')) | st.text()
spellings = st.sampled_from([plain, json.dumps, spelled])


def written(literal, name='"stdout"'):
    """
    Return a message whose text is that JSON *literal*.
    """
    content = f'{{"name": {name}, "text": {literal}}}'
    return Message("iopub", [*stream("").parts[:CONTENT], content.encode()])


def pieces(message, most=MAX_TEXT):
    """
    Return what becomes of *message* if *most* bytes of text are not too long.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(splitter, "MAX_TEXT", most)
        return split(message)


def read(messages):
    """
    Return the texts of *messages*, as whoever reads one after another.
    """
    return [message.stream.text for message in messages]


def literals(messages):
    """
    Return the texts of *messages* as they are on the wire.
    """
    contents = (message.parts[CONTENT] for message in messages)
    return [re.search(rb'"text": ?"(.*)"', content)[1] for content in contents]


@pytest.mark.promise("B3")
@given(texts, spellings, st.integers(1, 30))
@example("\\" * 100, plain, 7)
@example("\\ud83d😀" * 20, json.dumps, 12)
@example("😀" * 50, spelled, 1)
def test_exact(text, spelling, most):
    """
    However text is spelled and wherever it is cut, each piece can be read, and all are the text.
    """
    assert text == "".join(read(pieces(written(spelling(text)), most)))


@given(texts, spellings, st.integers(1, 30))
def test_untouched_bytes(text, spelling, most):
    """
    The text stays spelled as the kernel did.
    """
    found = pieces(written(spelling(text)), most)

    assert spelling(text)[1:-1].encode() == b"".join(literals(found))


@pytest.mark.promise("F1")
@given(texts, spellings, st.integers(1, 30))
def test_bounded(text, spelling, most):
    """
    No piece is much longer than the bound, and only the last may be shorter.
    """
    found = pieces(written(spelling(text)), most)
    sizes = [len(literal) for literal in literals(found)]

    assert all(most <= size <= most + MARGIN for size in sizes[:-1])
    assert sizes[-1] <= most + MARGIN


@given(texts, st.sampled_from([plain, json.dumps]), st.integers(1, 30))
@example("\r\n" * 20, plain, 2)
def test_ends_of_lines(text, spelling, most):
    """
    A line does not end in two pieces, for who looks at one at a time.
    """
    found = read(pieces(written(spelling(text)), most))

    assert not any(
        one.endswith("\r") and two.startswith("\n") for one, two in pairwise(found)
    )


@pytest.mark.promise("B1")
@given(st.text("ab\n\r\b"), st.integers(1, 8))
def test_same_outputs(text, most):
    """
    The pieces make the outputs that the whole makes.
    """
    whole = written(plain(text))
    frozen = [outputs.freeze() for outputs in fold([whole]).values()]

    assert frozen == [
        outputs.freeze() for outputs in fold(pieces(whole, most)).values()
    ]


@pytest.mark.promise("B3")
def test_parts():
    """
    A piece has the headers, the metadata and the name of the whole.
    """
    text = "x" * (3 * MAX_TEXT + 1)
    whole = stream(text, "stderr", metadata={"a": 1}, msg_id="k_1_7")
    found = split(whole)

    assert [MAX_TEXT, MAX_TEXT, MAX_TEXT, 1] == list(map(len, read(found)))
    assert {"stderr"} == {message.stream.name for message in found}
    assert all(whole.parts[:CONTENT] == message.parts[:CONTENT] for message in found)
    assert ["iopub"] * 4 == [message.channel for message in found]
    assert b'{"a": 1}' == found[-1].parts[METADATA]


LONG = "x" * (MAX_TEXT + 1)


@pytest.mark.parametrize(
    "message",
    [
        stream("x" * (MAX_TEXT - 100)),
        stream(LONG, buffers=[b""]),
        make("display_data", {"name": "stdout", "text": LONG}),
        make("stream", {"name": "stdout", "text": LONG, "more": 1}),
        make("stream", {"name": LONG}),
        make("stream", {"name": "stdout", "text": [LONG]}),
        make("stream", {"name": LONG, "text": ""}),
        stream("\ud800" + LONG),
        written("[" * MAX_TEXT),
        written('"' + LONG),
    ],
    ids=[
        "short",
        "buffers",
        "type",
        "more than a stream",
        "no text",
        "no string",
        "long name",
        "half a surrogate pair",
        "deep",
        "cut short",
    ],
)
def test_left_alone(message):
    """
    What is not too long, or is no plain text that can be read, is passed on as it is.
    """
    assert split(message)[0] is message
    assert 1 == len(split(message))


@given(texts)
def test_short(text):
    """
    A message of the usual size is not even looked into.
    """
    message = written(plain(text))

    assert split(message)[0] is message
    assert {"channel", "parts"} <= message.__dict__.keys()
    assert not {"header", "stream", "content"} & message.__dict__.keys()
