from __future__ import annotations

import itertools

from collections import defaultdict

import pytest

from hypothesis import given
from hypothesis import strategies as st

from jupyter_fastpath.core import store as module
from jupyter_fastpath.core.store import (
    MANY,
    MANY_BYTES,
    REST,
    SPILL_INTERVAL,
    TOO_MANY_BYTES,
    Store,
)
from tests.simulator import gaps, tokens
from tests.strategies import kernel_messages, make, stream


EVERYTHING = 1 << 60


@pytest.fixture
def store():
    """
    A store that keeps a thousand bytes in memory of what the spool has.
    """
    return Store(1000)


def texts(messages):
    """
    Return the text of each message.
    """
    return [message.content["text"] for message in messages]


def take(store, now):
    """
    Return the messages that *store* gives the spool at that time.
    """
    spill = store.take(now)
    return [] if spill is None else spill.messages


def test_empty(store):
    """
    Where nothing was published there is nothing to be had.
    """
    assert (0, 0, []) == (store.start, store.end, store.read(0, EVERYTHING))
    assert ([], None) == (take(store, 9.0), store.get_timer())
    assert not store.is_pressed


@pytest.mark.promise("B1", "F4")
def test_read(store):
    """
    What was published is read from any position on, neighbouring text merged.
    """
    placed = [
        store.put(stream(letter).numbered(n), 0.0) for n, letter in enumerate("abc")
    ]
    store.put(make("status"), 0.0)

    assert [0, 1, 2] == [message.position for message in placed]
    assert (0, 4) == (store.start, store.end)
    for position, text in enumerate(["abc", "bc", "c"]):
        found, status = store.read(position, EVERYTHING)
        assert {"name": "stdout", "text": text} == found.content
        assert (position, position, 3) == (found.position, found.event_idx, found.end)
        assert ("status", 3) == (status.msg_type, status.position)
    assert [] == store.read(4, EVERYTHING)


def test_read_a_bit(store):
    """
    No more is read than asked for, but for the message that is larger.
    """
    for n in range(3):
        store.put(make("display_data", msg_id=str(n)), 0.0)
    size = make("display_data", msg_id="0").size

    assert [1, 1, 2, 3] == [
        len(store.read(0, wanted)) for wanted in (1, size, size + 1, EVERYTHING)
    ]


@pytest.mark.promise("I1")
def test_seal(store):
    """
    Nothing is merged across the moment of which somebody was told.
    """
    store.put(stream("a"), 0.0)
    store.put(stream("b"), 0.0)
    store.seal()
    store.put(stream("c"), 0.0)

    assert ["ab", "c"] == texts(store.read(0, EVERYTHING))
    assert ["ab", "c"] == texts(take(store, 1.0))


# ---- the spool


@pytest.mark.promise("D7")
def test_spill(store):
    """
    What is published goes to the spool soon, all of it, merged, and once.
    """
    store.put(stream("a"), 1.0)
    store.put(stream("b"), 1.05)
    assert 1.0 + SPILL_INTERVAL == store.get_timer()
    assert [] == take(store, 1.0)
    assert ["ab"] == texts(take(store, 1.1))
    assert ([], None) == (take(store, 9.0), store.get_timer())
    store.put(stream("c"), 2.0)

    assert ["c"] == texts(take(store, 3.0))
    assert ["ab", "c"] == texts(store.read(0, EVERYTHING))


@pytest.mark.promise("D7")
def test_hurry(store):
    """
    What the spool does not have can be made to go there now.
    """
    store.hurry(0.0)
    assert store.get_timer() is None
    store.put(stream("a"), 1.0)
    store.hurry(1.0)

    assert ["a"] == texts(take(store, 1.0))


@pytest.mark.promise("F1")
def test_much_goes_to_the_spool_at_once(store):
    """
    A flood goes to the spool when it is large, and not when it is old.
    """
    store.put(stream("x" * MANY_BYTES), 1.0)

    assert 1.0 == store.get_timer()
    assert 1 == len(take(store, 1.0))


@pytest.mark.promise("F1")
def test_pressed(store):
    """
    When so much waits for the spool that it cannot keep up, the kernel should wait.
    """
    for n in range(TOO_MANY_BYTES // MANY_BYTES):
        assert not store.is_pressed
        store.put(stream("x" * MANY_BYTES), n)
        take(store, n)
    assert store.is_pressed
    store.put(stream("x"), 99.0)
    store.saved()

    assert not store.is_pressed


@pytest.mark.promise("F1")
def test_eviction(store):
    """
    Of what the spool has the oldest leave memory when it is more than memory may have.
    """
    size = store.put(make("display_data", {"0": "x" * 300}), 0.0).size
    for n in range(1, 6):
        store.put(make("display_data", {str(n): "x" * 300}), 0.0)
    take(store, 1.0)
    store.put(make("display_data", {"6": "x" * 300}), 1.0)
    assert 0 == store.start
    store.saved()

    assert store.start * size >= 7 * size - 1000
    assert store.read(store.start - 1, EVERYTHING) is None
    left = store.read(store.start, EVERYTHING)
    assert [str(n) for n in range(store.start, 7)] == [min(m.content) for m in left]


@pytest.mark.promise("B3")
def test_not_saved_is_not_evicted(store):
    """
    What the spool does not have yet stays, however much it is.
    """
    for n in range(3):
        store.put(stream("x" * 5000, run_id=f"r{n}"), n)
        take(store, n + 0.5)
    starts = [store.start]
    for _ in range(3):
        store.saved()
        starts.append(store.start)

    assert [0, 1, 2, 3] == starts
    assert 3 == store.end


def test_little_is_not_evicted(store):
    """
    What is less than memory may have stays there, though the spool has it.
    """
    store.put(stream("a"), 0.0)
    take(store, 1.0)
    store.saved()

    assert ["a"] == texts(store.read(0, EVERYTHING))


@pytest.mark.promise("F1")
def test_rest(store):
    """
    When a kernel has been silent for a while memory has nothing, unless only memory has it.
    """
    store.put(stream("a"), 0.0)
    take(store, 1.0)
    store.saved()
    store.put(stream("b"), 10.0)
    take(store, 11.0)
    store.put(stream("c"), REST - 1.0)
    store.saved()
    assert 0 == store.start
    assert store.get_timer() < REST
    take(store, REST)
    starts = [store.start]
    take(store, 2 * REST - 1.0)
    starts.append(store.start)
    store.saved()
    take(store, store.get_timer())
    starts.append(store.start)

    assert [0, 2, 3] == starts
    assert (None, []) == (store.get_timer(), store.read(3, EVERYTHING))


@pytest.mark.promise("B3")
def test_no_rest(store):
    """
    What the spool may not have stays in memory.
    """
    store.put(stream("a"), 0.0)
    take(store, 1.0)
    store.saved(is_certain=False)
    take(store, 9 * REST)

    assert ["a"] == texts(store.read(0, EVERYTHING))
    assert store.get_timer() is None


@pytest.mark.promise("F1")
def test_saved_is_not_kept_decoded(store):
    """
    What the spool has takes no more memory than it has bytes.
    """
    store.put(stream("a"), 0.0)
    (taken,) = take(store, 1.0)
    (before,) = store.read(0, EVERYTHING)
    text = before.text
    store.saved()
    (after,) = store.read(0, EVERYTHING)

    assert taken is before
    assert (before, "a") == (after, text)
    assert "stream" in vars(before)
    assert not {"stream", "content", "header"} & set(vars(after))


@pytest.mark.promise("F1")
def test_flood_is_merged(store):
    """
    A flood of small messages takes the memory of its text.
    """
    one = stream("x")
    for _ in range(2 * MANY + 5):
        store.put(one, 0.0)

    assert [MANY, MANY, 5] == [m.events for m in store.read(0, EVERYTHING)]


# ---- all together


SIZES = st.sampled_from([0, 300, 1000, EVERYTHING])


def numbered(messages):
    """
    Return *messages* with numbers within their runs, as a relay gives them.
    """
    numbers = defaultdict(itertools.count)
    return [
        message.numbered(next(numbers[message.run_id])) if message.run_id else message
        for message in messages
    ]


def live(store, sent, draw):
    """
    Put what is *sent* into *store*, doing now and then what else is done to it, and
    return what the spool has got.
    """
    spool, on_the_way = [], []
    times = {"take": 1.0, "rest": 2 * REST}
    for message in sent:
        store.put(message, 0.0)
        step = draw(st.sampled_from(["", "", "", "take", "saved", "seal", "rest"]))
        if step == "seal":
            store.seal()
        elif step in times and (taken := take(store, times[step])):
            on_the_way.append(taken)
        elif step == "saved" and on_the_way:
            spool += on_the_way.pop(0)
            store.saved()
    return spool


@pytest.mark.promise("B1", "B3", "F4")
@given(st.data())
def test_read_from_anywhere(data):
    """
    However it was merged, spilled and evicted, from any position on it is all there.
    """
    store = Store(data.draw(SIZES))
    sent = numbered(data.draw(st.lists(kernel_messages, max_size=30)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MANY", 4)
        spool = live(store, sent, data.draw)
        position = data.draw(st.integers(0, len(sent)))
        found = store.read(position, EVERYTHING)

    has = sum(message.events for message in spool)
    assert tokens(sent[:has]) == tokens(spool)
    assert store.start <= has <= store.end == len(sent)
    assert (position < store.start) == (found is None)
    if found is not None:
        assert tokens(sent[position:]) == tokens(found)
        assert [] == gaps(message.stamped for message in found)
        ends = [position, *(message.end for message in found)]
        assert ends[:-1] == [message.position for message in found]


@pytest.mark.promise("F4")
@given(st.lists(kernel_messages, min_size=1, max_size=20), st.integers(1, 900))
def test_read_in_pieces(sent, size):
    """
    Read a bit at a time, from where the last bit ended, it is all there.
    """
    store, position, found = Store(0), 0, []
    for message in sent:
        store.put(message, 0.0)
    while piece := store.read(position, size):
        found += piece
        position = piece[-1].end

    assert position == store.end == len(sent)
    assert tokens(sent) == tokens(found)
