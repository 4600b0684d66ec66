from __future__ import annotations

import pytest

from hypothesis import given
from hypothesis import strategies as st

from jupyter_fastpath.core.saved import compacted
from jupyter_fastpath.core.shared import Change, change_of


pytestmark = pytest.mark.promise("I6")


def text(content, name="stdout"):
    """
    Return an output of text.
    """
    return {"output_type": "stream", "name": name, "text": content}


def rich(content):
    """
    Return an output that is no text.
    """
    data = {"text/plain": content}
    return {"output_type": "display_data", "data": data, "metadata": {}}


OUTPUTS = st.lists(
    st.one_of(
        st.builds(
            text, st.text("ab\n", max_size=4), st.sampled_from(["stdout", "stderr"])
        ),
        st.builds(rich, st.text("ab", max_size=2)),
    ),
    max_size=4,
)


def changed(present, change):
    """
    Return *present* after a change.
    """
    if change is None:
        return present
    kept = [dict(output) for output in present[: change.kept]]
    if change.text:
        kept[-1]["text"] += change.text
    return kept + change.added


@given(OUTPUTS, OUTPUTS)
def test_looks_as_wanted(present, wanted):
    """After the change the cell looks as it is wanted, and a second one is none."""
    after = changed(present, change_of(present, wanted))

    assert compacted(wanted) == compacted(after)
    assert change_of(after, wanted) is None


def test_text_goes_on():
    """Text that goes on is appended; what comes after it is added."""
    present = [rich("a"), text("1\n")]
    wanted = [rich("a"), text("1\n2\n"), rich("b")]

    assert Change(2, "2\n", [rich("b")]) == change_of(present, wanted)


def test_more():
    """What is there already stays."""
    assert Change(1, added=[rich("b")]) == change_of(
        [rich("a")], [rich("a"), rich("b")]
    )


def test_less():
    """What should not be there goes."""
    assert Change(1) == change_of([rich("a"), rich("b")], [rich("a")])


@pytest.mark.parametrize(
    ("present", "wanted"),
    [
        (text("1"), text("12", "stderr")),
        (text("2"), text("12")),
        (text("1"), rich("12")),
        (rich("1"), rich("12")),
        (text(["1"]), text("12")),
    ],
    ids=["other stream", "other text", "other type", "no text", "lines"],
)
def test_another_output(present, wanted):
    """What is another output takes the place of the one that is there."""
    assert Change(0, added=[wanted]) == change_of([present], [wanted])


def test_text_before_others():
    """Only the text of the last output goes on."""
    present = [text("1"), rich("a")]
    wanted = [text("12"), rich("a")]

    assert Change(0, added=wanted) == change_of(present, wanted)


def test_same_to_the_eye():
    """What looks the same stays, though it is in more outputs than one."""
    assert change_of([text("1"), text("2")], [text("12")]) is None


def test_added_by_page():
    """What a page has added to what a run has put out stays, and is no change."""
    drawn = rich("a") | {"data": rich("a")["data"] | {"image/png": "drawn"}}

    assert change_of([drawn], [rich("a")]) is None
    assert Change(1, added=[rich("b")]) == change_of([drawn], [rich("a"), rich("b")])
    assert Change(0, added=[rich("b")]) == change_of([drawn], [rich("b")])
