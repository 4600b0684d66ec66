from __future__ import annotations

import pytest

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from jupyter_fastpath.core.board import Board
from jupyter_fastpath.core.glob import matches


pytestmark = pytest.mark.promise("K1")


@pytest.fixture
def board():
    """
    A board on which alice watches the topics of kernels, bob nothing.
    """
    board = Board()
    board.watch("alice", "kernels/*")
    return board


def test_last_value_first(board):
    """Who begins to watch is told what is there, and then what changes."""
    board.publish("kernels/a", 1, 0.0)

    assert board.watch("bob", "kernels/*")
    assert board.take("bob") == {"kernels/a": 1}
    assert board.publish("kernels/b", 2, 0.0) == ["bob"]
    assert board.take("bob") == {"kernels/b": 2}
    assert board.take("bob") == {}


def test_newest_only(board):
    """Who is slow is told the newest value, and woken once."""
    woken = [board.publish("kernels/a", value, 0.0) for value in range(3)]

    assert woken == [["alice"], [], []]
    assert board.take("alice") == {"kernels/a": 2}


def test_same(board):
    """What is published again has not changed."""
    board.publish("kernels/a", {"x": 1}, 0.0)
    board.take("alice")

    assert board.publish("kernels/a", {"x": 1}, 0.0) == []
    assert board.publish("kernels/b", None, 0.0) == []
    assert board.take("alice") == {}


def test_gone(board):
    """What is gone is told as None, and nobody is told it who comes later."""
    board.publish("kernels/a", 1, 0.0)
    board.take("alice")
    board.publish("kernels/a", None, 0.0)

    assert board.take("alice") == {"kernels/a": None}
    assert not board.watch("bob", "**")
    assert (len(board), board.get("kernels/a")) == (0, None)


def test_lifetime(board):
    """A value is gone when its time is over, which begins anew with each."""
    board.publish("kernels/a", 1, 0.0, lifetime=10.0)
    board.publish("kernels/b", 1, 0.0, lifetime=10.0)
    board.publish("kernels/a", 1, 5.0, lifetime=10.0)
    board.publish("kernels/b", 2, 5.0)

    assert board.get_timer() == 10.0
    assert board.ended(10.0) == []
    assert board.get_timer() == 15.0
    assert board.ended(15.0) == ["kernels/a"]
    assert board.get_timer() is None


def test_some_at_a_time(board):
    """Who takes only some gets what changed first, and the rest later."""
    for name in "abc":
        board.publish(f"kernels/{name}", name, 0.0)

    assert list(board.take("alice", board.news("alice", 2))) == [
        "kernels/a",
        "kernels/b",
    ]
    assert list(board.take("alice", board.news("alice", 2))) == ["kernels/c"]


def test_unwatched_meanwhile():
    """Of what is watched no more nothing is taken, though it had been news."""
    board = Board()
    board.watch("alice", "kernels/*")
    board.publish("kernels/a", 1, 0.0)
    news = board.news("alice")
    board.unwatch("alice", "kernels/*")

    assert news == ["kernels/a"]
    assert board.take("alice", news) == {}


def test_unwatch(board):
    """What is not watched any longer is told no more, also not what waits."""
    board.watch("alice", "kernels/a")
    for name in "ab":
        board.publish(f"kernels/{name}", name, 0.0)
    board.publish("saving/c", "c", 0.0)
    board.unwatch("alice", "kernels/*")
    board.unwatch("alice", "unknown")
    board.unwatch("unknown", "kernels/a")

    assert board.take("alice") == {"kernels/a": "a"}
    assert board.patterns("alice") == board.watched() == ["kernels/a"]
    assert board.patterns("unknown") == []


def test_leave(board):
    """Nothing is kept of who has left."""
    board.leave("alice")

    assert board.publish("kernels/a", 1, 0.0) == []
    assert board.watched() == []


def test_is_watched(board):
    """It is known whether somebody watches a topic, whether it is there or not."""
    board.publish("kernels/a", 1, 0.0)
    board.publish("saving/a", 1, 0.0)

    assert board.is_watched("kernels/a")
    assert board.is_watched("kernels/new")
    assert not board.is_watched("saving/a")
    assert not board.is_watched("saving/new")


@given(st.lists(st.integers(0, 3), max_size=200))
def test_memory(values):
    """What waits for somebody is no more than there are topics, however long."""
    board = Board()
    board.watch("alice", "*")
    for index, value in enumerate(values):
        board.publish(str(index % 5), value, 0.0)

    assert len(board.take("alice")) <= 5


NAMES = st.sampled_from(["a", "b", "a/b", "a/c"])
PATTERNS = st.sampled_from(["*", "a/*", "**", "a", "a/b"])
WATCHERS = st.sampled_from(["alice", "bob"])


class Model(RuleBasedStateMachine):
    """
    A board, and for each watcher what it believes after all that it has been told.
    """

    def __init__(self):
        super().__init__()
        self.board = Board()
        self.values: dict[str, int] = {}
        self.watching: dict[str, set[str]] = {"alice": set(), "bob": set()}
        self.believed: dict[str, dict[str, object]] = {"alice": {}, "bob": {}}

    @rule(topic=NAMES, value=st.none() | st.integers(0, 2))
    def publish(self, topic, value):
        """Let a topic have a value, or none."""
        self.board.publish(topic, value, 0.0)
        self.values[topic] = value
        if value is None:
            del self.values[topic]

    @rule(who=WATCHERS, pattern=PATTERNS)
    def watch(self, who, pattern):
        """Begin to watch a pattern."""
        self.board.watch(who, pattern)
        self.watching[who].add(pattern)

    @rule(who=WATCHERS, pattern=PATTERNS)
    def unwatch(self, who, pattern):
        """Cease to watch a pattern: what was believed by it alone is forgotten."""
        self.board.unwatch(who, pattern)
        self.watching[who].discard(pattern)
        believed = self.believed[who]
        self.believed[who] = {t: v for t, v in believed.items() if self.watches(who, t)}

    @rule(who=WATCHERS, most=st.none() | st.integers(1, 3))
    def take(self, who, most):
        """Hear something."""
        if self.watching[who]:
            self.believed[who] |= self.board.take(who, self.board.news(who, most))

    def watches(self, who, topic):
        """Return whether *who* watches *topic*."""
        return any(matches(pattern, topic) for pattern in self.watching[who])

    def teardown(self):
        """Who has heard all believes what is the case."""
        for who, patterns in self.watching.items():
            if patterns:
                self.take(who, None)
            believed = {t: v for t, v in self.believed[who].items() if v is not None}
            expected = {t: v for t, v in self.values.items() if self.watches(who, t)}

            assert believed == expected
            assert all(self.board.is_watched(topic) for topic in expected)


TestModel = Model.TestCase
