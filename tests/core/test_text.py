"""
How much of a text is seen, where it may be cut, and what its end is.
"""

from __future__ import annotations

import math

from itertools import pairwise

import pytest

from hypothesis import given
from hypothesis import strategies as st

from jupyter_fastpath.core.notebook import TextOutput
from jupyter_fastpath.core.text import (
    LONGEST_LINE,
    MOST_STRETCHES,
    Tail,
    TextMeter,
    byte_size,
    encoded,
    first_bytes,
    fitting,
    last_bytes,
)


# Texts in which much happens: lines, what writes over itself, characters of all sizes.
TEXTS = st.text(alphabet="ab\n\n\r\bé€😀", max_size=12)


def seen(chunks):
    """
    Return what is seen of a text that is written in *chunks*.
    """
    output = TextOutput("stdout")
    for chunk in chunks:
        output.add(chunk)
    return output.text


@given(st.lists(st.lists(TEXTS, max_size=6), max_size=4))
def test_meter(outputs):
    """What is counted is what is seen, whatever writes over itself, in all outputs."""
    meter = TextMeter()
    for chunks in outputs:
        meter.begin()
        for chunk in chunks:
            meter.add(chunk)

    assert meter.size == sum(byte_size(seen(chunks)) for chunks in outputs)
    assert meter.lines == "".join(map("".join, outputs)).count("\n")


def test_longest_line():
    """Of a line without an end no more is remembered than a bar may write over."""
    meter = TextMeter()
    meter.add("x" * (LONGEST_LINE + 1))
    meter.add("\rab")

    assert meter.size == LONGEST_LINE + 3


@given(TEXTS, st.integers(0, 40))
def test_bytes(text, size):
    """The first and the last bytes are whole characters, and as many as there is room for."""
    first, last = first_bytes(text, size), last_bytes(text, size)

    assert text.startswith(first)
    assert text.endswith(last)
    for part in (first, last):
        assert byte_size(part) <= size
        assert byte_size(part) > min(size, byte_size(text)) - 4


def test_surrogate():
    """Half a character, which a kernel may send, has a size."""
    assert byte_size("\ud800") == len(encoded("\ud800")) == 3


@pytest.mark.parametrize(
    ("text", "size", "lines", "head"),
    [
        ("ab\ncd\nef", 100, math.inf, "ab\ncd\nef"),
        ("ab\ncd\nef", 7, math.inf, "ab\ncd\n"),
        ("ab\ncd\nef", 5, math.inf, "ab\n"),
        ("ab\ncd\nef", 2, math.inf, "ab"),
        ("ab\ncd\nef", 0, math.inf, ""),
        ("abcdef", 4, math.inf, "abcd"),
        ("ab\ncd\nef", 100, 1, "ab\n"),
        ("ab\ncd\nef", 100, 0, ""),
        ("a\u2028b\nc\rd\ne", 100, 1, "a\u2028b\n"),
        ("éé", 3, math.inf, "é"),
    ],
)
def test_fitting(text, size, lines, head):
    """What fits is whole lines, unless not even one does."""
    assert fitting(text, size, lines) == head


@given(
    st.lists(st.tuples(st.sampled_from(["stdout", "stderr"]), TEXTS), max_size=20),
    st.integers(0, 30),
)
def test_tail(pieces, limit):
    """The end of what was written is its end, and no more than it may be."""
    tail = Tail(limit)
    for name, text in pieces:
        tail.add(name, text)
    is_all, taken = tail.is_all, tail.take()
    whole = "".join(text for _, text in pieces)
    end = "".join(text for _, text in taken)
    names = [name for name, _ in taken]

    assert whole.endswith(end)
    assert byte_size(end) <= limit
    assert is_all == (byte_size(whole) <= limit)
    assert not is_all or end == whole
    assert all(one != two for one, two in pairwise(names))
    assert tail.take() == []


def test_tail_of_lines():
    """An end that is not all begins with a line, if it has several."""
    tail = Tail(10)
    for line in ("first\n", "second\n", "third\n"):
        tail.add("stdout", line)

    assert not tail.is_all
    assert tail.take() == [("stdout", "third\n")]


def test_tail_of_many_stretches():
    """Streams that take turns for ever leave no more outputs than a page can bear."""
    tail = Tail(1_000_000)
    for i in range(1000):
        tail.add("stdout" if i % 2 else "stderr", f"{i}\n")

    assert len(tail.take()) == MOST_STRETCHES


def test_tail_of_nothing():
    """Nothing written is all there is, whatever the limit."""
    tail = Tail(0)
    tail.add("stdout", "")
    tail.add("stderr", "")

    assert tail.is_all
    assert tail.take() == []
