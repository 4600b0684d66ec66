from __future__ import annotations

import pytest

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from jupyter_fastpath.core.errors import MalformedWord
from jupyter_fastpath.core.other_servers import OtherServers, decode_stored
from jupyter_fastpath.core.own_values import OwnValues
from jupyter_fastpath.core.word import MARK, Word


@pytest.fixture
def others():
    """
    A server "a" is known, which has stored x under number 5.
    """
    servers = OtherServers()
    servers.read("a", b"5", {"x": (5, 1)}, now=0.0)
    return servers


def changed(number: int, **changes: object) -> Word:
    """
    Return that "a" has changed something.
    """
    return Word("a", number, "changed", changes)


def test_read():
    """What is stored is told."""
    stored = {"x": (4, 1), "y": (5, {"n": 2})}

    assert [("a", "x", 1), ("a", "y", {"n": 2})] == OtherServers().read(
        "a", b"5", stored, now=0.0
    )


def test_heard(others):
    """What follows on the last change is told as it is."""
    word = changed(6, x=2, y=None)

    assert not others.has_to_read(word)
    assert [("a", "x", 2), ("a", "y", None)] == others.heard(word, now=1.0)


def test_older_word(others):
    """What was said before the rest was read changes nothing."""
    word = changed(5, x=0)

    assert not others.has_to_read(word)
    assert [] == others.heard(word, now=1.0)


def test_older_value(others):
    """What was read and is newer than what is heard stays."""
    others.read("a", b"6", {"x": (8, 3), "y": (6, 1)}, now=1.0)

    assert [("a", "y", 2)] == others.heard(changed(7, x=2, y=2), now=1.0)
    assert [] == others.heard(changed(8, x=3), now=1.0)
    assert [("a", "x", 4)] == others.heard(changed(9, x=4), now=1.0)


def test_read_again(others):
    """Reading again tells only what is new, and what is gone."""
    stored = {"x": (5, 1), "y": (7, 1)}

    assert [("a", "y", 1)] == others.read("a", b"7", stored, now=1.0)
    assert [("a", "x", None)] == others.read("a", b"7", {"y": (7, 1)}, now=1.0)


@pytest.mark.parametrize(
    "word",
    [
        Word("b", 1),
        Word("b", 1, "stored"),
        changed(7, x=2),
        changed(6),
        Word("a", 6, "stored"),
    ],
)
def test_has_to_read(others, word):
    """All is read of who is not known, whose words were missed, or who stored anew."""
    assert others.has_to_read(word)


@pytest.mark.parametrize(
    "word", [Word("b", 9, "left"), changed(5), Word("a", 5, "stored")]
)
def test_has_not_to_read(others, word):
    """Nothing is read of who leaves, is alive, or stored what was read already."""
    assert not others.has_to_read(word)


def test_unknown(others):
    """Who says something and has stored nothing is nobody."""
    assert [] == others.heard(Word("b", 2, "changed", {"x": 1}), now=0.0)
    assert [] == others.read("b", None, {}, now=0.0)
    assert [] == others.silent_since(100.0)[1:]


def test_left(others):
    """All is gone of who leaves."""
    assert [("a", "x", None)] == others.heard(Word("a", 5, "left"), now=1.0)
    assert [] == others.heard(Word("a", 5, "left"), now=1.0)


def test_expired(others):
    """All is gone of whom nothing is stored any more."""
    assert [("a", "x", None)] == others.read("a", None, {}, now=1.0)


def test_silent(others):
    """Who was not heard since some time is named, until a sign of life."""
    assert [] == others.silent_since(0.0)
    assert ["a"] == others.silent_since(1.0)

    others.heard(changed(5), now=2.0)

    assert [] == others.silent_since(1.0)


@pytest.mark.parametrize(
    ("topic", "raw"),
    [(b"x", b"1"), (b"x", b"[1]"), (b"x", b'["1",1]'), (b"\xff", b"[1,1]")],
)
def test_garbage(topic, raw):
    """What none of us has stored is refused by name."""
    with pytest.raises(MalformedWord):
        decode_stored(topic, raw)


def test_no_mark(others):
    """So is a mark that is no number."""
    with pytest.raises(MalformedWord):
        others.read("a", b"x", {}, now=1.0)


class Exchange(RuleBasedStateMachine):
    """
    One server says and stores what it has; another hears and reads it, or misses it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.own, self.others = OwnValues("a"), OtherServers()
        self.published: dict[str, int] = {}
        self.known: dict[str, object] = {}
        self.stored: dict[bytes, bytes] = {}
        self.said: list[bytes] = []
        self.lose()

    @rule(topic=st.sampled_from("xyz"), value=st.integers(0, 9))
    def publish(self, topic, value):
        """A value changes."""
        self.own.put(topic, value)
        self.published[topic] = value

    @rule(topic=st.sampled_from("xyz"))
    def withdraw(self, topic):
        """A topic is gone."""
        self.own.put(topic, None)
        self.published.pop(topic, None)

    @rule()
    def say(self):
        """What waits is stored and said, one topic at a time, or a sign of life."""
        self.perform(self.own.take(1))

    @rule()
    def lose(self):
        """What was stored is gone, and is stored anew."""
        self.own.lost()
        self.stored.clear()
        for part in self.own.take_all(1):
            self.keep(part)
        self.perform(self.own.finish())

    @rule()
    def read(self):
        """The other reads, earlier than it would have to."""
        found = [decode_stored(*one) for one in self.stored.items() if one[0] != MARK]
        self.learn(self.others.read("a", self.stored[MARK], dict(found), 0.0))

    @precondition(lambda self: self.said)
    @rule()
    def miss(self):
        """The other misses something."""
        del self.said[0]

    @precondition(lambda self: self.said)
    @rule()
    def hear(self):
        """The other hears something."""
        word = Word.decode(self.said.pop(0))
        if self.others.has_to_read(word):
            self.read()
        self.learn(self.others.heard(word, 0.0))

    def perform(self, changes):
        """Store and say."""
        self.keep(changes.stored)
        self.stored[MARK] = b"%d" % changes.number
        for topic in changes.gone:
            self.stored.pop(topic.encode(), None)
        self.said.append(changes.word)

    def keep(self, values):
        """Store."""
        self.stored.update({topic.encode(): raw for topic, raw in values.items()})

    def learn(self, changes):
        """Take what the other server is told."""
        self.known.update({topic: value for _, topic, value in changes})

    def teardown(self):
        """In the end, the other knows the newest values, and no more."""
        while self.own.waiting:
            self.say()
        self.say()
        while self.said:
            self.hear()

        assert self.published == {
            topic: value for topic, value in self.known.items() if value is not None
        }


TestExchange = Exchange.TestCase
