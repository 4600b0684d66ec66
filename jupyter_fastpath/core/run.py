"""
One execution of one cell, and what is told of it.
"""

from __future__ import annotations

import enum

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .tally import Tally


if TYPE_CHECKING:
    from .message import Message


__all__ = ["OUTPUT_TYPES", "CellDone", "CellStart", "Run", "RunState"]


class RunState(enum.Enum):
    """Where a run stands."""

    QUEUED = enum.auto()  # the execute_request left for the kernel
    RUNNING = enum.auto()  # status: busy arrived
    REPLIED = enum.auto()  # execute_reply arrived, status: idle did not
    DRAINED = enum.auto()  # status: idle arrived, execute_reply did not
    COMPLETE = enum.auto()  # nothing more is waited for
    DONE = enum.auto()  # its cell_done has been told


STAGES = {RunState.QUEUED: "queued", RunState.DONE: "done"}

# What a cell shows. Everything else of a replaced run still has to arrive:
# status drives the kernel indicator, comms drive widgets, and an update of a
# display may be meant for another cell.
OUTPUT_TYPES = frozenset(
    {"stream", "display_data", "execute_result", "error", "clear_output"}
)


@dataclass
class Run:
    """
    One execution of one cell.

    Attributes:
        run_id: The ``msg_id`` of the ``execute_request``.

        cell_id: The cell it was sent for, if the client said so.

        initiator: The client that sent it.

        request_header: The serialized header of the ``execute_request``.

        session: The session in that header, which is public.

        subshell_id: The subshell it runs in; None for the main one.

        asks: The ``input_request`` that it waits to be answered, if it does.

        end: The position after its ``cell_done``, when that is told.

        is_durable: Whether its output is in the notebook, as far as that is known.

        saved_by: The client that saved the notebook with it.

        policy: What the cell has as the policy of its output.

        is_cut: Whether something of its output is nowhere but in the spool.

        home_idx: How many of its messages the server has brought into the notebook
            itself; None if it has not.

        reason: Why its kernel died, as far as that is known, if that was its end.

        tally: What is measured of it.

        is_contested: Whether more than one may have written its output into a document
            that they share.
    """

    run_id: str
    cell_id: str | None
    initiator: str
    request_header: bytes
    session: str = ""
    subshell_id: str | None = None
    state: RunState = RunState.QUEUED
    status: str | None = None
    execution_count: int | None = None
    next_event_idx: int = 0
    has_started: bool = False
    has_output: bool = False
    has_error: bool = False
    has_reply: bool = False
    has_idle: bool = False
    was_interrupted: bool = False
    asks: Message | None = None
    end: int | None = None
    is_durable: bool = False
    saved_by: str | None = None
    policy: object = None
    is_cut: bool = False
    home_idx: int | None = None
    is_contested: bool = False
    reason: str | None = None
    tally: Tally = field(default_factory=Tally)

    def take_number(self) -> int:
        """Return the number of the next message of this run."""
        self.next_event_idx += 1
        return self.next_event_idx - 1

    @property
    def stage(self) -> str:
        """Where it stands, as it is told: ``queued``, ``running`` or ``done``."""
        return STAGES.get(self.state, "running")

    @property
    def verdict(self) -> str:
        """How the run ended, as far as anybody knows."""
        # Of what an interrupt has ended some kernels say that they have aborted it.
        if self.was_interrupted and self.status in {None, "error", "aborted"}:
            return "interrupted"
        return self.status or ("error" if self.has_error else "ok")

    @property
    def done(self) -> CellDone:
        """What is told of the end of the run."""
        return CellDone(
            self.run_id,
            self.cell_id,
            self.session,
            self.verdict,
            self.execution_count,
            self.reason,
        )


@dataclass(frozen=True)
class CellStart:
    """The kernel took up a run."""

    run_id: str
    cell_id: str | None
    initiator: str


@dataclass(frozen=True)
class CellDone:
    """The kernel is through with a run; no more output will follow."""

    run_id: str
    cell_id: str | None
    initiator: str
    status: str
    execution_count: int | None
    reason: str | None = None
