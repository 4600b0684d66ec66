from __future__ import annotations

import dataclasses

import pytest

from jupyter_fastpath.core.instructions import (
    Emit,
    Fetch,
    Spill,
    ToClient,
    ToKernel,
    Warn,
)
from jupyter_fastpath.core.run import CellStart
from tests.strategies import stream


@pytest.mark.parametrize(
    "instruction",
    [
        ToKernel(stream("a")),
        ToClient("alice", stream("a")),
        Spill([stream("a")]),
        Fetch("alice", 5, 1000),
        Emit(CellStart("r1", "c1", "alice")),
        Warn("!"),
    ],
    ids=repr,
)
def test_plain_values(instruction):
    """
    An instruction equals its copy, and nobody can change it afterwards.
    """
    name = dataclasses.fields(instruction)[0].name

    assert dataclasses.replace(instruction) == instruction
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(instruction, name, None)
