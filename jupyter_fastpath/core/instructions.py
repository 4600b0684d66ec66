"""
What a relay asks its hub to do: plain values, to be compared, logged and replayed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any


if TYPE_CHECKING:
    from .message import Message
    from .run import CellDone, CellStart
    from .withheld import Withheld


__all__ = [
    "Emit",
    "Fetch",
    "Instruction",
    "Save",
    "Spill",
    "ToClient",
    "ToKernel",
    "Warn",
]


@dataclass(frozen=True)
class ToKernel:
    """Send *message* to the kernel."""

    message: Message


@dataclass(frozen=True)
class ToClient:
    """Send *message* to the client of that ID."""

    client_id: str
    message: Message


@dataclass(frozen=True)
class Spill:
    """Write *messages*, and what was *withheld*, to the spool, behind what it has."""

    messages: list[Message]
    withheld: list[Withheld] = field(default_factory=list)


@dataclass(frozen=True)
class Fetch:
    """Read from the spool, from *position* on, some *size* bytes for that client."""

    client_id: str
    position: int
    size: int


@dataclass(frozen=True)
class Emit:
    """Tell who listens on the server about *change*, and all that clients are told."""

    change: CellStart | CellDone
    account: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Warn:
    """Tell the administrator."""

    text: str


@dataclass(frozen=True)
class Save:
    """Bring what runs have put out that no page owns into the notebook."""


Instruction = ToKernel | ToClient | Spill | Fetch | Emit | Warn | Save
