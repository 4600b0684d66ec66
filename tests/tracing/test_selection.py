from __future__ import annotations

import pytest

from jupyter_fastpath.tracing.record import read
from jupyter_fastpath.tracing.selection import Selection

from .records import line


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({}, True),
        ({"kernel": "k1"}, True),
        ({"kernel": "k"}, True),
        ({"kernel": "k2"}, False),
        ({"cell": "c"}, True),
        ({"cell": "c11"}, False),
        ({"path": "a.ipynb"}, True),
        ({"path": "*.ipynb"}, True),
        ({"path": "b*"}, False),
        ({"statuses": ("error", "ok")}, True),
        ({"statuses": ("error",)}, False),
        ({"slower": 2.75}, True),
        ({"slower": 2.76}, False),
        ({"kernel": "k1", "slower": 3.0}, False),
    ],
)
def test_has(chosen, expected):
    """A run is asked for if all that is asked is true of it."""
    assert expected is Selection(**chosen).has(read(line()))


@pytest.mark.parametrize(
    "chosen", [{"cell": "c"}, {"path": "a"}, {"statuses": ("ok",)}, {"slower": 0.1}]
)
def test_unknown(chosen):
    """What is not known of a run is nothing that could be asked for."""
    assert not Selection(**chosen).has(read(b'{"run_id": "r1", "kernel_id": "k1"}'))
