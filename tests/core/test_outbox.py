from __future__ import annotations

import itertools

import pytest

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from jupyter_fastpath.core import outbox as module
from jupyter_fastpath.core.coalescer import coalesce
from jupyter_fastpath.core.outbox import MANY, MAX_IN_FLIGHT, Outbox
from jupyter_fastpath.core.throttle import Pace, Throttle
from tests.simulator import tokens
from tests.strategies import kernel_messages, make, stream


@pytest.fixture
def outbox():
    """
    An outbox in which nothing waits.
    """
    return Outbox()


def test_empty(outbox):
    """
    Where nothing waits there is nothing to send, and no timer to do it.
    """
    assert [] == outbox.take(1.0)
    assert outbox.get_timer() is None
    assert 0 == outbox.size
    assert not outbox.is_pressed


@pytest.mark.promise("B1")
def test_merged_when_it_leaves(outbox):
    """
    What waited leaves at its time, merged and in order.
    """
    sent = [stream("a"), stream("b"), make("status"), stream("c")]
    for message in sent:
        outbox.put(message, 1.0, None)
    assert sum(message.size for message in sent) == outbox.size
    assert [] == outbox.take(0.9)

    assert coalesce(sent) == outbox.take(1.0)
    assert (0, None) == (outbox.size, outbox.get_timer())


@pytest.mark.promise("A9", "B2")
def test_urgent_takes_all_with_it(outbox):
    """
    A message that is due earlier shortens the wait of all before it, and passes none.
    """
    outbox.put(stream("a"), 5.0, None)
    outbox.put(make("display_data"), 1.0, None)
    outbox.put(stream("b"), 7.0, None)

    assert 1.0 == outbox.get_timer()
    assert [stream("a"), make("display_data"), stream("b")] == outbox.take(1.0)


@pytest.mark.promise("A6")
def test_hurry(outbox):
    """
    What waits can be made to leave now; where nothing waits nothing is due.
    """
    outbox.hurry(1.0)
    assert outbox.get_timer() is None
    outbox.put(stream("a"), 5.0, None)
    outbox.hurry(2.0)

    assert [stream("a")] == outbox.take(2.0)


def test_throttles_are_told_of_text(outbox):
    """
    Each throttle that something waited for is told of the text that left, and once.
    """
    pace = Pace(0.0, 0.0, messages_per_second=1.0)
    paced, other = Throttle(pace), Throttle(pace)
    outbox.put(stream("a"), 0.0, paced)
    outbox.put(make("status"), 0.0, None)
    outbox.put(stream("b"), 0.0, paced)
    outbox.take(1.0)
    outbox.put(stream("c"), 1.0, None)
    outbox.take(1.0)

    assert 3.0 == paced.open_at
    assert 0.0 == other.open_at


@pytest.mark.promise("C4")
def test_few_at_a_time(outbox):
    """
    If only a few may leave at once, the rest stays due, and in order.
    """
    chunks = [chunk(name) for name in "abcde"]
    for message in chunks:
        outbox.put(message, 0.0, None)

    assert chunks[:2] == outbox.take(1.0, 2)
    assert (1.0, 3 * 600) == (outbox.get_timer(), outbox.size)
    assert chunks[2:4] == outbox.take(1.0, 2)
    assert chunks[4:] == outbox.take(1.0, 2)
    assert outbox.get_timer() is None


# ---- pressure


@pytest.fixture
def small(monkeypatch):
    """
    At most a thousand bytes on their way.
    """
    monkeypatch.setattr(module, "MAX_IN_FLIGHT", 1000)


def chunk(name, size=600):
    """
    Return a message of *size* bytes that merges with none.
    """
    message = make("display_data", {name: ""})
    return make("display_data", {name: "x" * (size - message.size)})


@pytest.mark.promise("F1", "F2")
def test_pressed(outbox, small):
    """
    No more is put on its way than is bounded; the rest waits until something has left.
    """
    chunks = [chunk(name) for name in "abc"]
    for message in chunks:
        outbox.put(message, 0.0, None)

    assert chunks[:2] == outbox.take(0.0)
    assert outbox.is_pressed
    assert outbox.get_timer() is None
    assert [] == outbox.take(5.0)
    assert 600 == outbox.size
    assert 6.0 == outbox.drained(6.0)
    assert not outbox.is_pressed
    assert chunks[2:] == outbox.take(6.0)


@pytest.mark.promise("F2")
def test_how_long_it_was_pressed(outbox, small):
    """
    A drain tells how long the socket had been full, when it is so no more.
    """
    for name in "abc":
        outbox.put(chunk(name, 1000 if name == "c" else 300), 0.0, None)
    outbox.take(2.0)

    assert [0.0, 0.0, 5.0] == [outbox.drained(now) for now in (3.0, 4.0, 7.0)]


def test_unpressed_drain(outbox):
    """
    A drain of a socket that was not full held nothing back.
    """
    outbox.put(stream("a"), 0.0, None)
    outbox.take(0.0)

    assert 0.0 == outbox.drained(9.0)


@pytest.mark.promise("B3")
def test_larger_than_the_bound(outbox, small):
    """
    A message larger than all that may be on its way is sent whole, and alone.
    """
    huge, after = chunk("a", 5000), chunk("b")
    outbox.put(huge, 0.0, None)
    outbox.put(after, 0.0, None)

    assert [huge] == outbox.take(0.0)
    outbox.drained(0.0)
    assert [after] == outbox.take(0.0)


@pytest.mark.promise("F1")
def test_bound():
    """
    A megabyte on its way is enough for any socket.
    """
    assert 1024 * 1024 == MAX_IN_FLIGHT


@pytest.mark.promise("B3")
def test_what_is_held_back_is_paced(outbox, small):
    """
    What did not fit on the way keeps to the limits when it does.
    """
    throttle = Throttle(Pace(0.0, 0.0, bytes_per_second=100.0))
    for n in range(4):
        message = stream("x" * 600, run_id=f"r{n}")
        outbox.put(message, 0.0, throttle)
    first = outbox.take(0.0)
    for _ in first:
        outbox.drained(0.0)
    seconds = sum(message.size for message in first) / 100.0

    assert [] == outbox.take(0.0)
    assert seconds == pytest.approx(outbox.get_timer())


# ---- memory


@pytest.mark.promise("F1")
def test_many_are_merged_in_place(outbox):
    """
    A flood for a client that cannot take it needs the memory of its text, not more.
    """
    one = stream("x")
    for _ in range(10 * MANY):
        outbox.put(one, 1.0, None)

    text = len("x") * 10 * MANY
    assert outbox.size < text + one.size * MANY
    assert text == sum(len(message.content["text"]) for message in outbox.take(1.0))


@pytest.mark.promise("F1")
def test_what_cannot_be_merged_is_not_tried_often(outbox, monkeypatch):
    """
    Merging in vain is tried when twice as much waits, and not for each message.
    """
    tries = []
    monkeypatch.setattr(module, "MANY", 4)
    monkeypatch.setattr(
        module, "coalesce", lambda all_: tries.append(len(all_)) or coalesce(all_)
    )
    outbox = Outbox()
    for _ in range(100):
        outbox.put(make("status"), 1.0, None)

    assert [4, 8, 16, 32, 64] == tries
    assert 100 == len(outbox.take(1.0))
    for _ in range(4):
        outbox.put(make("status"), 1.0, None)
    assert [4, 8, 16, 32, 64, 100, 4] == tries


# ---- behind, away, and back


class Feed:
    """
    What plays the part of a relay: it publishes, and has all that was published.
    """

    def __init__(self, outbox):
        self.outbox = outbox
        self.published = []
        self.era = 0

    @property
    def end(self):
        """
        Return the position of the next message.
        """
        return len(self.published)

    def publish(self, message, due_at=0.0, throttle=None):
        """
        Put *message* with its place among all.
        """
        self.published.append(message.placed(self.end, self.era))
        self.outbox.put(self.published[-1], due_at, throttle)

    def tell(self, message, due_at=0.0):
        """
        Put *message* for this client alone: nothing is merged across it.
        """
        self.era += 1
        self.outbox.put(message, due_at, None)

    def serve(self, now, most=None):
        """
        Give the outbox what it wants, at most so many messages of the kernel.
        """
        position = self.outbox.wants(now)
        if position is not None:
            found = self.published[position:][:most]
            self.outbox.fetched(position, coalesce(found), position + len(found))


@pytest.fixture
def feed(outbox):
    """
    What the outbox reads on from.
    """
    return Feed(outbox)


@pytest.mark.promise("A5", "B3", "F4")
def test_take_back(outbox, feed):
    """
    What had not left a broken socket is sent again, before what waited, and merged anew.
    """
    feed.publish(stream("a"))
    feed.publish(stream("b", "stderr"))
    outbox.take(0.0)
    outbox.drained(0.0)
    feed.publish(stream("c", "stderr"), 9.0)

    assert 1 == outbox.take_back(2.0)
    assert (2.0, 1) == (outbox.get_timer(), outbox.wants(2.0))
    feed.serve(2.0)
    (message,) = outbox.take(2.0)
    assert {"name": "stderr", "text": "bc"} == message.content


@pytest.mark.promise("F4")
def test_take_back_by_cursor(outbox, feed):
    """
    A client that counts is sent what it has not got, though it had left the socket.
    """
    for name in "abc":
        feed.publish(make("comm_msg", {"name": name}))
    feed.tell(make("input_request", channel="stdin"))
    for _ in outbox.take(0.0):
        outbox.drained(0.0)

    assert 4 == outbox.sent.count
    assert 3 == outbox.take_back(1.0, 1)
    assert 1 == outbox.sent.count
    feed.serve(1.0)
    again = outbox.take(1.0)
    assert [*feed.published[1:], make("input_request", channel="stdin")] == again
    assert (4, 3) == (outbox.sent.count, outbox.reached)


@pytest.mark.promise("F4")
def test_unknown_cursor(outbox, feed):
    """
    What a client cannot have got is not believed, and counted on from all the same.
    """
    feed.publish(make("comm_msg"))
    outbox.take(0.0)
    outbox.sent.confirmed(1)

    assert [False, True, False] == [
        outbox.sent.is_known(cursor) for cursor in (0, 1, 7)
    ]
    assert 0 == outbox.take_back(1.0, 7)
    outbox.put_next(make("gap"), 1.0)
    feed.serve(1.0)
    assert [make("gap")] == outbox.take(1.0)
    assert 8 == outbox.sent.count


@pytest.mark.promise("F4")
def test_take_back_nothing(outbox, feed):
    """
    A socket that had taken everything leaves nothing to be sent again.
    """
    feed.publish(stream("a"))
    outbox.take(0.0)
    outbox.drained(0.0)

    assert 0 == outbox.take_back(1.0)
    feed.serve(1.0)
    assert [] == outbox.take(1.0)
    assert outbox.get_timer() is None


@pytest.mark.promise("F4")
def test_take_back_relieves(outbox, feed, small):
    """
    A socket that is gone presses no more.
    """
    feed.publish(chunk("a", 2000))
    outbox.take(0.0)
    assert outbox.is_pressed
    outbox.take_back(1.0)

    assert not outbox.is_pressed
    feed.serve(1.0)
    assert feed.published == outbox.take(1.0)


@pytest.mark.promise("F1", "B3")
def test_falls_behind(outbox, feed, monkeypatch):
    """
    Who has more to get than may wait reads on; what is for it alone keeps its place.
    """
    monkeypatch.setattr(module, "MAX_WAITING", 1500)
    reply = make("execute_reply", channel="shell")
    chunks = [chunk(name) for name in "abcd"]
    feed.publish(chunks[0])
    feed.tell(reply)
    for message in chunks[1:]:
        feed.publish(message)
    feed.tell(reply)
    assert 0 == outbox.size
    assert 0 == outbox.wants(0.0)
    seen = []
    while outbox.get_timer() is not None:
        feed.serve(0.0, 2)
        seen += outbox.take(0.0)

    published = feed.published
    assert [published[0], reply, *published[1:], reply] == seen
    assert 4 == outbox.reached


def test_wants_when_it_is_due(outbox, feed, monkeypatch):
    """
    A client that has fallen behind is given something when it is due, and not before.
    """
    monkeypatch.setattr(module, "MAX_WAITING", 10)
    feed.publish(stream("a"), 3.0)

    assert [None, 0] == [outbox.wants(now) for now in (2.9, 3.0)]
    outbox.reading()
    assert (None, None) == (outbox.wants(3.0), outbox.get_timer())
    outbox.fetched(0, feed.published, 1)
    assert (None, 3.0) == (outbox.wants(3.0), outbox.get_timer())
    assert feed.published == outbox.take(3.0)
    assert outbox.get_timer() is None


def test_not_wanted_any_more(outbox, feed):
    """
    What comes when nobody waits for it any more is let go.
    """
    feed.publish(stream("a"))
    outbox.fetched(7, [stream("x")], 8)

    assert feed.published == outbox.take(0.0)


@pytest.mark.promise("F1")
def test_floor(outbox, feed):
    """
    What a client has got for certain it will not want again.
    """
    feed.publish(stream("a"))
    feed.publish(make("status"))
    outbox.take(0.0)
    floors = [outbox.sent.position]
    for count in (1, 2):
        outbox.sent.confirmed(count)
        floors.append(outbox.sent.position)

    assert [0, 1, 2] == floors


# ---- all together


class Queue(RuleBasedStateMachine):
    """
    Whatever is put, taken, drained and taken back, it arrives once and in order.

    A client that counts may lose what its socket had taken; of any other only that is
    sent again which had not left.
    """

    def __init__(self):
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(module, "MAX_IN_FLIGHT", 700)
        self.patch.setattr(module, "MAX_WAITING", 1500)
        self.patch.setattr(module, "MANY", 3)
        self.outbox = Outbox()
        self.feed = Feed(self.outbox)
        self.throttle = Throttle(Pace(0.1, 0.2))
        self.now = 0.0
        self.ids = itertools.count()
        self.put_in, self.wire, self.lost, self.seen = [], [], [], []

    @initialize(counts=st.booleans())
    def one_comes(self, counts):
        self.counts = counts

    def teardown(self):
        try:
            self.wind_up()
        finally:
            self.patch.undo()

    @rule(message=kernel_messages, wait=st.floats(0, 1), paced=st.booleans())
    def put(self, message, wait, paced):
        self.put_in.append(message)
        throttle = self.throttle if paced else None
        self.feed.publish(message, self.now + wait, throttle)

    @rule(wait=st.floats(0, 1), msg_type=st.sampled_from(["a_reply", "input_request"]))
    def put_alone(self, wait, msg_type):
        channel = "shell" if msg_type == "a_reply" else "stdin"
        message = make(msg_type, channel=channel, msg_id=f"alone{next(self.ids)}")
        self.put_in.append(message)
        self.feed.tell(message, self.now + wait)

    @rule(most=st.none() | st.integers(1, 4), size=st.none() | st.integers(1, 4))
    def take(self, most, size):
        self.feed.serve(self.now, size)
        taken = self.outbox.take(self.now, most)

        assert most is None or len(taken) <= most
        self.wire += taken
        timer_at = self.outbox.get_timer()

        assert taken or timer_at is None or timer_at > self.now or self.is_behind

    @property
    def is_behind(self):
        return self.outbox.wants(self.now) is not None

    @rule(seconds=st.floats(0, 1))
    def time_passes(self, seconds):
        self.now += seconds

    @precondition(lambda self: self.wire)
    @rule(arrives=st.booleans())
    def drain(self, arrives):
        """The socket has taken a message, and what it took before may have arrived."""
        self.lost.append(self.wire.pop(0))
        if arrives or not self.counts:
            self.seen += self.lost
            self.lost.clear()
        seconds = self.outbox.drained(self.now)

        assert 0.0 <= seconds <= self.now

    @rule(data=st.data())
    def confirm(self, data):
        """A ping comes back that was sent before the last of what has arrived."""
        total = self.outbox.sent.count - len(self.wire) - len(self.lost)
        self.outbox.sent.confirmed(data.draw(st.integers(0, total)))

    @rule()
    def break_off(self):
        lost, cursor = len(self.wire) + len(self.lost), None
        if self.counts:
            cursor = len(self.seen)
            assert self.outbox.sent.is_known(cursor)
        count = self.outbox.take_back(self.now, cursor)

        assert lost == count if self.counts else lost <= count
        self.wire.clear()
        self.lost.clear()

    @rule()
    def fall_behind(self):
        self.outbox.fall_behind()

    @property
    def reached(self):
        reached, replies = [], set()
        for message in (*self.seen, *self.lost, *self.wire):
            is_repeated = not self.counts and message.msg_id in replies
            reached += [] if is_repeated else [message]
            replies |= {message.msg_id} if message.channel == "shell" else set()
        return reached

    @invariant()
    def order_is_kept(self):
        known = tokens(self.reached)

        assert tokens(self.put_in)[: len(known)] == known

    @invariant()
    def nothing_waits_without_a_timer(self):
        if self.outbox.get_timer() is None and not self.outbox.is_pressed:
            assert tokens(self.put_in) == tokens(self.reached)
            assert 0 == self.outbox.size

    @invariant()
    def memory_is_bounded(self):
        assert 0 <= self.outbox.size <= 1500 + 3000

    @invariant()
    def pressed_by_what_is_on_its_way(self):
        is_full = sum(message.size for message in self.wire) >= 700

        assert is_full == self.outbox.is_pressed

    def wind_up(self):
        """Let everything leave and arrive: it is all that was put."""
        for _ in range(1000):
            while self.wire:
                self.drain(arrives=True)
            if self.outbox.get_timer() is None:
                break
            self.now = max(self.now, self.outbox.get_timer())
            self.take(None, None)
        self.seen += self.lost
        self.lost.clear()

        assert tokens(self.put_in) == tokens(self.reached)


TestQueue = pytest.mark.promise("B3", "F1", "F4")(Queue.TestCase)
TestQueue.settings = settings(stateful_step_count=30)


@pytest.mark.promise("B1", "B3")
@given(st.lists(kernel_messages, max_size=30), st.integers(1, 500))
def test_all_of_it_arrives(sent, bound):
    """
    However little may be on its way, all that was put leaves at last, in order.
    """
    outbox, seen = Outbox(), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MAX_IN_FLIGHT", bound)
        for message in sent:
            outbox.put(message, 0.0, None)
        while taken := outbox.take(0.0):
            seen += taken
            for _ in taken:
                outbox.drained(0.0)

    assert tokens(sent) == tokens(seen)
    assert outbox.get_timer() is None
