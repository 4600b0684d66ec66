from __future__ import annotations

from datetime import datetime, timezone

import pytest

from hypothesis import given
from hypothesis import strategies as st

from jupyter_fastpath.core import journal as module
from jupyter_fastpath.core.journal import Journal, version_of


pytestmark = pytest.mark.promise("I3")

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)


@pytest.fixture
def journal():
    """
    A journal of two writes, one after the other.
    """
    journal = Journal()
    journal.noted("a.ipynb", "v1", "v2")
    journal.noted("a.ipynb", "v2", "v3")
    return journal


@pytest.mark.parametrize(
    ("since", "present", "leads"),
    [
        ("v1", "v3", True),
        ("v2", "v3", True),
        ("v3", "v3", True),
        ("v1", "v2", False),
        ("v3", "v1", False),
        ("other", "v3", False),
        ("v1", "other", False),
    ],
)
def test_leads(journal, since, present, leads):
    """Only the server's writes, one after the other, lead from one version to another."""
    assert journal.leads("a.ipynb", since, present) is leads


def test_others_between(journal):
    """What somebody else has written in between is not the server's."""
    journal.noted("a.ipynb", "theirs", "v5")

    assert not journal.leads("a.ipynb", "v1", "v5")
    assert journal.leads("a.ipynb", "theirs", "v5")


def test_of_another_notebook(journal):
    """The writes of one notebook say nothing of another."""
    assert not journal.leads("b.ipynb", "v1", "v3")


def test_bounded(monkeypatch, journal):
    """Only of so many notebooks is it remembered."""
    monkeypatch.setattr(module, "MOST_NOTEBOOKS", 1)
    journal.noted("b.ipynb", "v1", "v2")

    assert journal.leads("b.ipynb", "v1", "v2")
    assert not journal.leads("a.ipynb", "v1", "v3")


@given(st.lists(st.booleans(), max_size=20), st.data())
def test_any_order(is_ours, data):
    """Whoever writes in whatever order: versions lead to the present one as long as nobody else wrote."""
    journal = Journal()
    for number, ours in enumerate(is_ours):
        if ours:
            journal.noted("a", f"{number}", f"{number + 1}")
    since = data.draw(st.integers(0, len(is_ours)))

    leads = journal.leads("a", f"{since}", f"{len(is_ours)}")
    assert leads == all(is_ours[since:])


@pytest.mark.parametrize(
    ("model", "version"),
    [
        ({"hash": "abc", "last_modified": MOMENT}, "abc"),
        ({"hash": None, "last_modified": MOMENT}, "2026-01-02T03:04:05Z"),
        ({"last_modified": "2026-01-02T03:04:05Z"}, "2026-01-02T03:04:05Z"),
        ({"last_modified": None}, None),
        ({}, None),
    ],
)
def test_version(model, version):
    """The version is the hash, or else the time as the REST API has it."""
    assert version_of(model) == version
