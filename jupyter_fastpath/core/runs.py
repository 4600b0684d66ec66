"""
The life of a run, from its ``execute_request`` to its completion.

A run has ended when both its witnesses have spoken: the ``execute_reply`` and
``status: idle``. Shell and IOPub are two sockets, so they come in either order,
and IOPub may lose a message. That is why one witness and a while of silence
will do as well, why a later request may be the witness of an earlier one, and why
the end of the kernel is the end of all its runs.
"""

from __future__ import annotations

import itertools

from collections import deque
from typing import TYPE_CHECKING, Any

from .message import HEADER
from .run import OUTPUT_TYPES, CellDone, Run, RunState


if TYPE_CHECKING:
    from .message import Message


__all__ = ["RunRegistry"]

_S = RunState
TRANSITIONS: dict[tuple[RunState, str], RunState] = {
    (_S.QUEUED, "busy"): _S.RUNNING,
    (_S.QUEUED, "reply"): _S.REPLIED,
    (_S.QUEUED, "idle"): _S.DRAINED,
    (_S.QUEUED, "passed_over"): _S.COMPLETE,
    (_S.QUEUED, "kernel_ended"): _S.COMPLETE,
    (_S.RUNNING, "reply"): _S.REPLIED,
    (_S.RUNNING, "idle"): _S.DRAINED,
    (_S.RUNNING, "passed_over"): _S.COMPLETE,
    (_S.RUNNING, "kernel_ended"): _S.COMPLETE,
    (_S.REPLIED, "idle"): _S.COMPLETE,
    (_S.REPLIED, "silence"): _S.COMPLETE,
    (_S.REPLIED, "passed_over"): _S.COMPLETE,
    (_S.REPLIED, "kernel_ended"): _S.COMPLETE,
    (_S.DRAINED, "reply"): _S.COMPLETE,
    (_S.DRAINED, "silence"): _S.COMPLETE,
    (_S.DRAINED, "passed_over"): _S.COMPLETE,
    (_S.DRAINED, "kernel_ended"): _S.COMPLETE,
    (_S.COMPLETE, "told"): _S.DONE,
}

# The causes that a kernel may name itself.
STATES = frozenset({"busy", "idle"})

# What the status of a reply means; of any other a run's end is told by its output.
# Kernels of old say "abort".
STATUSES = {"ok": "ok", "error": "error", "aborted": "aborted", "abort": "aborted"}

ONE_WITNESS = frozenset({_S.REPLIED, _S.DRAINED})

# How many ended runs are remembered: output of their threads may still come,
# and a cell knows by them which of its runs is the latest.
MAX_ENDED = 1000


class RunRegistry:
    """
    All runs of one kernel that somebody may still ask about.
    """

    def __init__(self) -> None:
        self._runs: dict[str, Run] = {}
        self._open: dict[str, Run] = {}  # those whose cell_done is not told
        self._halfway: dict[str, Run] = {}  # those with one witness
        self._latest: dict[str, str] = {}  # cell_id -> run_id
        self._ended: deque[str] = deque()

    def get(self, run_id: str) -> Run | None:
        """
        Return the run of that ID, if it is known.
        """
        return self._runs.get(run_id)

    def open(self) -> list[Run]:
        """
        Return the runs whose end has not been told, oldest first.
        """
        return list(self._open.values())

    def kept(self) -> list[Run]:
        """
        Return the runs whose output is not known to be in a notebook, oldest first.
        """
        return [
            run
            for run in self._runs.values()
            if run.cell_id is not None
            and not run.is_durable
            and self._latest.get(run.cell_id) == run.run_id
        ]

    def saved_by(self, client_id: str) -> list[Run]:
        """
        Return the runs that are in the notebook as that client saved it.
        """
        return [run for run in self._runs.values() if run.saved_by == client_id]

    def needed(self, floor: int) -> list[Run]:
        """
        Return the runs that are kept, or may have to be again as far as clients have
        confirmed no more than what is before *floor*.
        """
        unsure = (run for run in self._runs.values() if run.is_durable)
        again = (run for run in unsure if run.end and run.end > floor)
        return [*self.kept(), *again, *self.cut()]

    def cut(self) -> list[Run]:
        """
        Return the runs of which something was cut, each the newest of its cell.
        """
        return [
            run
            for run in self._runs.values()
            if run.is_cut and self._latest.get(run.cell_id or "") in {None, run.run_id}
        ]

    def ended_between(self, start: int, stop: int) -> list[Run]:
        """
        Return the runs whose ends were told from position *start* to *stop*.
        """
        ended = (self._runs[run_id] for run_id in self._ended)
        return [run for run in ended if run.end and start < run.end <= stop]

    @property
    def current(self) -> Run | None:
        """
        The run that the kernel is at, or has to be: what says that may be on its way.
        """
        begun = (run for run in self._open.values() if run.has_started)
        return next(begun, next(iter(self._open.values()), None))

    @property
    def has_open(self) -> bool:
        """Whether there is a run whose end has not been told."""
        return bool(self._open)

    @property
    def open_count(self) -> int:
        """How many runs there are whose end has not been told."""
        return len(self._open)

    def halfway(self) -> list[Run]:
        """
        Return the runs of which one witness has spoken and the other has not.
        """
        return list(self._halfway.values())

    def overtaken_by(self, run: Run) -> list[Run]:
        """
        Return the runs that must be over, since *run*, asked for later, has begun.

        A shell runs one at a time, and what it publishes comes in order: whoever
        has replied, and whose ``status: idle`` is not here by now, has lost it.
        """
        before = itertools.takewhile(
            lambda other: other is not run, self._open.values()
        )
        return [
            other
            for other in before
            if other.run_id in self._halfway
            and other.has_reply
            and other.subshell_id == run.subshell_id
        ]

    def latest_of(self, initiator: str) -> Run | None:
        """
        Return the run that a client asked for last, if it asked for any.
        """
        runs = (run for run in reversed(self._runs.values()))
        return next((run for run in runs if run.initiator == initiator), None)

    def latest_of_cell(self, cell_id: str) -> Run | None:
        """
        Return the newest run of a cell, if it is known.
        """
        return self._runs.get(self._latest.get(cell_id, ""))

    def is_stale(self, run: Run, message: Message) -> bool:
        """
        Return whether this is output of a run that a newer one replaced.
        """
        if run.cell_id is None:
            return False
        if self._latest.get(run.cell_id) == run.run_id:
            return False
        return message.msg_type in OUTPUT_TYPES

    def requested(self, message: Message, initiator: str) -> None:
        """
        Register the run that an ``execute_request`` asks for.

        An ID that is known already is not given to another client.
        """
        if message.msg_id in self._runs:
            return
        run = Run(
            message.msg_id,
            message.cell_id,
            initiator,
            message.parts[HEADER],
            message.header.session,
            message.header.subshell_id,
            policy=message.policy,
        )
        self._runs[run.run_id] = self._open[run.run_id] = run
        if run.cell_id is not None:
            self._latest[run.cell_id] = run.run_id

    def observed(self, run: Run, message: Message) -> None:
        """
        Follow a message of *run* from the kernel.
        """
        msg_type = message.msg_type
        if msg_type == "status":
            state = message.state or ""
            run.has_idle |= state == "idle"
            if state in STATES:
                self._advance(run, state)
        elif msg_type == "execute_reply":
            _take_outcome(run, message.content)
            self._advance(run, "reply")
        elif msg_type in OUTPUT_TYPES:
            run.has_output = True
            run.has_error |= msg_type == "error"
        elif msg_type == "execute_input":
            _take_count(run, message.content)
        elif msg_type == "input_request":
            run.asks = message

    def answered(self) -> None:
        """
        Note that whoever asked for input has got it.
        """
        for run in self._open.values():
            run.asks = None

    def end(self, run: Run, cause: str) -> None:
        """
        Note that nothing more is to be expected of *run*, because of *cause*.
        """
        self._advance(run, cause)

    def told(self, run: Run) -> CellDone:
        """
        Note that *run* is done, and return what is to be told of it.
        """
        self._advance(run, "told")
        run.asks = None
        del self._open[run.run_id]
        self._ended.append(run.run_id)
        if len(self._ended) > MAX_ENDED:
            self._forget(self._ended.popleft())
        return run.done

    def _advance(self, run: Run, cause: str) -> None:
        run.state = TRANSITIONS.get((run.state, cause), run.state)
        if run.state in ONE_WITNESS:
            self._halfway[run.run_id] = run
        else:
            self._halfway.pop(run.run_id, None)

    def _forget(self, run_id: str) -> None:
        run = self._runs.pop(run_id)
        if run.cell_id is not None and self._latest[run.cell_id] == run_id:
            del self._latest[run.cell_id]


def _take_outcome(run: Run, content: dict[str, Any]) -> None:
    status = content.get("status")
    run.status = STATUSES.get(status) if isinstance(status, str) else None
    run.was_interrupted |= content.get("ename") == "KeyboardInterrupt"
    run.has_reply = True
    _take_count(run, content)


def _take_count(run: Run, content: dict[str, Any]) -> None:
    count = content.get("execution_count")
    if isinstance(count, int):
        run.execution_count = count
