from __future__ import annotations

from dataclasses import asdict

from hypothesis import given
from hypothesis import strategies as st

from jupyter_fastpath.core.counters import Counters


COUNTS = st.builds(Counters, **dict.fromkeys(asdict(Counters()), st.integers(0)))


@given(COUNTS, COUNTS)
def test_add(some, more):
    """All that two relays have counted is the sum of it, name by name."""
    before = asdict(some)
    some.add(more)

    assert {name: before[name] + count for name, count in asdict(more).items()} == (
        asdict(some)
    )
