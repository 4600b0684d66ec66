from __future__ import annotations

import pytest

from hypothesis import given
from hypothesis import strategies as st

from jupyter_fastpath.core.numbering import MAX_AHEAD, MAX_DIGITS, Numbering
from tests.strategies import make


def observing(*numbers, origin="kernel_77"):
    """
    Return what has seen messages of the kernel with those numbers.
    """
    numbering = Numbering()
    for number in numbers:
        numbering.observed(make("status", msg_id=f"{origin}_{number}"))
    return numbering


@pytest.mark.promise("B8")
@pytest.mark.parametrize(
    ("numbers", "missing"),
    [
        ([], 0),
        ([7], 0),
        ([7, 8, 9], 0),
        ([7, 9, 8], 0),
        ([7, 9], 1),
        ([7, 9, 20], 11),
        ([9, 7, 8], 0),
    ],
)
def test_missing(numbers, missing):
    """
    What is missing is what the numbers leave out, in whatever order they come.
    """
    assert missing == observing(*numbers).missing(outstanding=0)


def reply(number):
    """
    Return a reply with that number.
    """
    return make("execute_reply", channel="shell", msg_id=f"kernel_77_{number}")


@pytest.mark.promise("B8")
def test_ahead():
    """
    What was published before a reply that has overtaken it is not missing, unless nothing comes.
    """
    numbering = observing(1, 2)
    numbering.observed(reply(9))
    assert 0 == numbering.missing(0)

    numbering.observed(make("status", msg_id="kernel_77_5"))
    assert 2 == numbering.missing(0)

    numbering.observed(make("status", msg_id="kernel_77_10"))
    assert 5 == numbering.missing(0)

    numbering.observed(reply(20))
    numbering.catch_up()
    assert 14 == numbering.missing(0)


@pytest.mark.promise("Z4")
def test_many_ahead():
    """
    A kernel that only replies does not have numbers be kept without end.
    """
    numbering = observing(1)
    for number in range(3, 2 * MAX_AHEAD):
        numbering.observed(reply(number))

    assert 1 == numbering.missing(0)


@pytest.mark.promise("B8")
def test_outstanding():
    """
    A number may be that of a reply that is still on its way.
    """
    numbering = observing(1, 5)

    assert [3, 1, 0, 0] == [numbering.missing(n) for n in (0, 2, 3, 4)]


@pytest.mark.promise("B8")
def test_answered_elsewhere():
    """
    What another client of the kernel was answered is not missing.
    """
    numbering = observing(1, 2, 4)
    assert 1 == numbering.missing(0)
    numbering.answered_elsewhere("complete_request")

    assert 0 == numbering.missing(0)


@pytest.mark.promise("B8")
def test_foreign_execution():
    """
    After somebody else's execution counting begins anew, as input may have been asked.
    """
    numbering = observing(1, 2, 9)
    numbering.answered_elsewhere("execute_request")
    assert 0 == numbering.missing(0)
    for number in (10, 12):
        numbering.observed(make("status", msg_id=f"kernel_77_{number}"))

    assert 1 == numbering.missing(0)


@pytest.mark.promise("B8")
def test_settle():
    """
    After settling only what follows counts, and what comes late is let pass.
    """
    numbering = observing(1, 5)
    numbering.settle()
    for number in (3, 6, 2, 8):
        numbering.observed(make("status", msg_id=f"kernel_77_{number}"))

    assert 1 == numbering.missing(0)


def test_settle_before_anything():
    """
    Settling before the first message changes nothing.
    """
    numbering = Numbering()
    numbering.settle()
    for number in (5, 7):
        numbering.observed(make("status", msg_id=f"kernel_77_{number}"))

    assert 1 == numbering.missing(0)


@pytest.mark.promise("B8", "Z4")
@pytest.mark.parametrize(
    "msg_id",
    [
        "",
        "_",
        "__",
        "9",
        "kernel_9",
        "3f5c-11ee",
        "kernel_77_",
        "kernel_77_-9",
        "kernel_77_9.0",
        "kernel_77_²",
        f"kernel_77_{'9' * (MAX_DIGITS + 1)}",
        f"kernel_77_{'9' * 10_000}",
        "kernel_78_9",
        "other_77_9",
    ],
)
def test_no_numbers(msg_id):
    """
    An ID without number, or of a forked process, is not counted.
    """
    numbering = observing(1, 2)
    numbering.observed(make("status", msg_id=msg_id))

    assert 0 == numbering.missing(0)


@pytest.mark.promise("B8")
@given(st.integers(1, 40), st.data())
def test_never_too_many(count, data):
    """
    In whatever order messages arrive, no more is missing than was lost.
    """
    numbers = range(5, 5 + count)
    lost = data.draw(st.sets(st.sampled_from(numbers)))
    arrived = data.draw(st.permutations([n for n in numbers if n not in lost]))
    numbering = observing(*arrived)

    assert numbering.missing(0) <= len(lost)
    assert 0 == numbering.missing(len(lost))


@pytest.mark.promise("B8")
@given(st.integers(2, 40), st.data())
def test_exactly_as_many(count, data):
    """
    If the first and the last arrive, all that was lost between is missing.
    """
    lost = data.draw(st.sets(st.integers(1, count - 2))) if count > 2 else set()
    between = [n for n in range(1, count - 1) if n not in lost]
    numbering = observing(0, *data.draw(st.permutations([*between, count - 1])))

    assert len(lost) == numbering.missing(0)
