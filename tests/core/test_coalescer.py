from __future__ import annotations

import itertools

import pytest

from hypothesis import given
from hypothesis import strategies as st

from jupyter_fastpath.core import coalescer
from jupyter_fastpath.core.coalescer import MAX_MERGED, coalesce, since
from jupyter_fastpath.core.message import CONTENT, Message
from jupyter_fastpath.core.splitter import MAX_TEXT, split
from tests.simulator import gaps
from tests.strategies import BARRIERS, kernel_messages, make, stream


def transcript(sent):
    """
    Return what a reader ends up with, with no trace of how text was cut.
    """
    seen = []
    for message in sent:
        if message.stream is None:
            seen.append((message.channel, message.parts))
            continue
        key = (
            message.channel,
            message.run_id,
            message.header.session,
            message.parts[2],
            message.stream.name,
        )
        seen.extend((key, letter) for letter in message.stream.text)
    return seen


def in_runs(sent):
    """
    Return the messages of *sent* with numbers, as a relay gives them.
    """
    numbers = {}
    for message in sent:
        if not message.run_id:
            yield message
            continue
        numbers.setdefault(message.run_id, itertools.count())
        yield message.numbered(next(numbers[message.run_id]))


@pytest.mark.promise("B1")
@given(st.lists(kernel_messages, max_size=20))
def test_reader_cannot_tell(sent):
    """
    Coalescing changes neither the text nor the order that a reader sees.
    """
    assert transcript(sent) == transcript(coalesce(sent))


@pytest.mark.promise("B1")
@given(st.lists(kernel_messages, max_size=20))
def test_idempotent(sent):
    """
    There is nothing left to merge after merging.
    """
    once = coalesce(sent)

    assert once == coalesce(once)


@pytest.mark.promise("B1")
@given(st.lists(kernel_messages, max_size=20), st.integers(0, 20))
def test_merging_in_steps(sent, at):
    """
    Merging what came first, and later the rest with it, gives the same.
    """
    assert coalesce(sent) == coalesce([*coalesce(sent[:at]), *sent[at:]])


@pytest.mark.promise("A3")
@given(st.lists(kernel_messages, max_size=20))
def test_events(sent):
    """
    A merged message counts for all that it is made of, so that numbers have no gaps.
    """
    numbered = list(in_runs(sent))
    merged = coalesce(numbered)

    assert [] == gaps(message.stamped for message in merged)
    assert len(sent) == sum(message.events for message in merged)
    assert len(sent) == sum(message.events for message in coalesce(merged))


@pytest.mark.promise("B1", "A9")
@given(st.sampled_from(BARRIERS), st.sampled_from(["r1", "r2", None]))
def test_barriers(msg_type, run_id):
    """
    Text never crosses any other message, of whatever run that is.
    """
    sent = [stream("a"), make(msg_type, run_id=run_id), stream("b")]

    assert sent == coalesce(sent)


@pytest.mark.promise("B1")
@pytest.mark.parametrize(
    "other",
    [
        stream("b", "stderr"),
        stream("b", run_id="r2"),
        stream("b", run_id=None),
        stream("b", session="restarted"),
        stream("b", metadata={"a": 1}),
        stream("b", buffers=[b""]),
        stream("b", channel="shell"),
        stream("b").numbered(1),
        stream("b").placed(1, era=1),
        make("stream", {"name": "stdout"}),
        make("stream", {"name": "stdout", "text": "\ud800"}),
    ],
    ids=[
        "name",
        "run",
        "no run",
        "session",
        "metadata",
        "buffers",
        "channel",
        "number",
        "era",
        "no text",
        "unreadable text",
    ],
)
def test_kept_apart(other):
    """
    Text of another kind is not merged, neither with what is before nor what is after.
    """
    sent = [stream("a"), other, stream("c")]

    assert sent == coalesce(sent)


@pytest.mark.promise("B1")
def test_merged():
    """
    Neighbours become one message with the header of the last and the text of all.
    """
    first = stream("ä", msg_id="m1").numbered(4)
    last = stream("", msg_id="m3").numbered(6)
    sent = [first, stream("\r\b", msg_id="m2").numbered(5), last]
    (merged,) = coalesce(sent)

    assert {"name": "stdout", "text": "ä\r\b"} == merged.content
    assert last.parts[:3] == merged.parts[:3]
    assert (4, 3, "iopub") == (merged.event_idx, merged.events, merged.channel)
    assert first == stream("ä", msg_id="m1").numbered(4)


def test_nothing():
    """
    Nothing merges to nothing.
    """
    assert [] == coalesce([])


@given(kernel_messages)
def test_single_message_is_passed_on_untouched(message):
    """
    A message that merges with nothing is not decoded and encoded again.
    """
    assert coalesce([message])[0] is message


@pytest.mark.promise("F1")
def test_large_messages_are_not_made_larger():
    """
    Text is merged up to the bound, and what would go beyond becomes a message of its own.
    """
    chunk = stream("x" * (MAX_MERGED // 4))
    merged = coalesce([chunk] * 8)

    assert [3, 3, 2] == [message.events for message in merged]
    assert all(len(message.parts[CONTENT]) <= MAX_MERGED for message in merged)
    assert 8 * chunk.stream.text == "".join(m.stream.text for m in merged)


def test_pieces_are_not_merged_again():
    """
    What was split because it was long goes on as it is, and is not decoded.
    """
    pieces = split(stream("x" * (2 * MAX_TEXT)))
    merged = coalesce(pieces)

    assert 2 == len(merged)
    assert all(one is two for one, two in zip(pieces, merged, strict=True))
    assert not any("stream" in message.__dict__ for message in merged)


@given(st.lists(kernel_messages, max_size=20), st.integers(1, 200))
def test_bounded(sent, most):
    """
    However small the bound, it changes only into how many messages text is cut.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(coalescer, "MAX_MERGED", most)
        merged = coalesce(sent)

    assert transcript(sent) == transcript(merged)
    assert all(
        message.events == 1 or len(message.parts[CONTENT]) <= most for message in merged
    )


def test_deep_neighbour():
    """
    A stream that is too deep to be read is nobody's neighbour.
    """
    content = b'{"name": "stdout", "text": ' + b"[" * 5000
    deep = Message("iopub", [*stream("a").parts[:3], content])

    assert [deep, deep] == coalesce([deep, deep])


# ---- from a position on


@pytest.mark.promise("F4")
@given(st.lists(kernel_messages, min_size=1, max_size=20), st.data())
def test_since(sent, data):
    """
    What is cut off the end of a merged message is what its own messages merge to.
    """
    placed = [message.placed(n, 0) for n, message in enumerate(in_runs(sent))]
    merged = data.draw(st.sampled_from(coalesce(placed)))
    position = data.draw(st.integers(merged.position, merged.end - 1))
    (tail,) = coalesce(placed[position : merged.end])
    rest = since(merged, position)

    assert (tail.event_idx, tail.position) == (rest.event_idx, rest.position)
    assert (tail.events, tail.end) == (rest.events, rest.end)
    assert tail.content == rest.content
    assert tail.parts[:3] == rest.parts[:3]


@pytest.mark.promise("F4")
def test_since_the_beginning():
    """
    From its beginning on, and from before, a message is what it is.
    """
    message = make("display_data").placed(5, 0)

    assert since(message, 5) is since(message, 4) is message


@given(st.lists(st.builds(stream, st.text(max_size=3)), min_size=2), st.data())
def test_since_twice(sent, data):
    """
    What was cut off merges with what follows, and can be cut again.
    """
    placed = [message.placed(n, 0) for n, message in enumerate(sent)]
    first = data.draw(st.integers(0, len(sent) - 1))
    second = data.draw(st.integers(first, len(sent) - 1))
    (whole,) = coalesce(placed)

    assert since(whole, second) == since(since(whole, first), second)
