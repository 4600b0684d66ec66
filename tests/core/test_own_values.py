from __future__ import annotations

import json

import pytest

from jupyter_fastpath.core.errors import MalformedWord
from jupyter_fastpath.core.own_values import OwnValues


# Deeper than JSON may be.
DEEP: list[object] = []
for _ in range(100_000):
    DEEP = [DEEP]


@pytest.fixture
def own():
    """
    The values of a server that has stored all it had, which was nothing.
    """
    values = OwnValues("a")
    list(values.take_all(10))
    return values


def test_change(own):
    """A change is stored and said with its number, and waits no more."""
    own.put("x", {"n": 1})

    changes = own.take(10)

    assert (2, {"x": b'[2,{"n":1}]'}, []) == (
        changes.number,
        changes.stored,
        changes.gone,
    )
    assert {"server": "a", "number": 2, "changes": {"x": {"n": 1}}} == json.loads(
        changes.word
    )
    assert 0 == own.waiting


def test_newest_only(own):
    """Of what could not be said yet only the newest is, for each topic."""
    for n in range(100):
        own.put("x", n)

    assert 1 == own.waiting
    assert {"x": b"[2,99]"} == own.take(10).stored


def test_gone(own):
    """What is gone is not stored, and is said to be."""
    own.put("x", 1)
    own.put("x", None)

    changes = own.take(10)

    assert ({}, ["x"]) == (changes.stored, changes.gone)
    assert {"x": None} == json.loads(changes.word)["changes"]


def test_sign_of_life(own):
    """Who has nothing to say has the same number as before."""
    assert 1 == own.take(10).number == own.take(10).number


def test_most(own):
    """No more is taken than was asked for, and the rest waits in its order."""
    for topic in "abc":
        own.put(topic, 1)

    assert ["a", "b"] == list(own.take(2).stored)
    assert ["c"] == list(own.take(2).stored)


def test_all():
    """At first all is stored, in parts of one number, and what changes after waits."""
    own = OwnValues("a")
    for topic in "abc":
        own.put(topic, 1)
    own.put("c", None)

    parts = own.take_all(1)
    first = next(parts)
    own.put("b", 2)

    assert [{"a": b"[1,1]"}, {"b": b"[1,1]"}] == [first, *parts]
    assert {"server": "a", "number": 1, "kind": "stored", "changes": {}} == json.loads(
        own.finish().word
    )
    assert {"b": b"[2,2]"} == own.take(10).stored


def test_lost(own):
    """While it is not known what is stored, nothing waits; then all is stored anew."""
    own.put("x", 1)
    own.take(10)
    own.put("y", 1)
    own.lost()
    for n in range(100):
        own.put(f"run/{n}", n)
        own.put(f"run/{n}", None)

    assert 0 == own.waiting
    assert [{"x": b"[3,1]", "y": b"[3,1]"}] == list(own.take_all(10))


def test_leave(own):
    """The last word says that a server has left."""
    assert "left" == json.loads(own.leave().word)["kind"]


@pytest.mark.parametrize(
    ("topic", "value"),
    [("x", object()), ("x", DEEP), ("x", "\ud800"), ("\ud800", 1)],
    ids=["no JSON", "too deep", "no text", "no name"],
)
def test_cannot_be_said(own, topic, value):
    """What is no JSON is refused, and harms nothing."""
    with pytest.raises(MalformedWord):
        own.put(topic, value)

    assert 0 == own.waiting
