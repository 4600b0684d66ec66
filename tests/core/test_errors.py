from __future__ import annotations

from jupyter_fastpath.core import errors
from jupyter_fastpath.core.errors import (
    FastpathError,
    LostRace,
    MalformedFrame,
    MalformedWord,
    PolicyError,
)


def test_one_base():
    """
    Whoever catches FastpathError catches everything that we raise on purpose.
    """
    raised = {getattr(errors, name) for name in errors.__all__}

    assert {
        FastpathError,
        LostRace,
        MalformedFrame,
        MalformedWord,
        PolicyError,
    } == raised
    assert all(issubclass(error, FastpathError) for error in raised)
