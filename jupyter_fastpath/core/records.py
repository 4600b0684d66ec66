"""
The record of each run of one kernel: when it was where, and how much passed of it.

``docs/protocol.md`` has its form.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .message import unpack
from .run import RunState


if TYPE_CHECKING:
    from .authored import Author
    from .message import Message
    from .run import Run
    from .runs import RunRegistry
    from .state_request import Painted


__all__ = ["Records"]

# How many runs that are done are told of.
MANY = 100

# Of how many that wait it is told each time how many are before them; of all, each
# so many seconds.
FEW_WAITING = 20
ALL_WAITING = 1.0

COUNTED = (
    "messages_in",
    "bytes_in",
    "messages_out",
    "bytes_out",
    "merged",
    "spilled",
    "lost",
    "peak_memory",
)


class Records:
    """
    What is told of the runs of one kernel, and of which there is something new to tell.

    Args:
        author: Who knows the kernel and its notebook.

        runs: The runs.

    Attributes:
        has_news: Whether there is something new to tell.
    """

    def __init__(self, author: Author, runs: RunRegistry) -> None:
        self._author = author
        self._runs = runs
        self._changed: dict[str, None] = {}
        self._positions: dict[str, int] = {}  # as they were told
        self._all_told_at = 0.0
        self._done: deque[str] = deque()
        self.has_news = False

    # ---- what happened

    def requested(self, run_id: str, now: float) -> None:
        """
        Note that a run was asked for.
        """
        run = self._runs.get(run_id)
        if run is not None and run.tally.received is None:
            run.tally.received = now
            self._change(run)

    def arrived(self, run_id: str, at: float) -> None:
        """
        Note when the request of a run came, which had to wait for its kernel.
        """
        run = self._runs.get(run_id)
        if run is not None:
            run.tally.received = at

    def begun(self, run: Run, now: float) -> None:
        """
        Note that the kernel has taken up *run*.
        """
        if run.state is not RunState.COMPLETE:
            # Else it was passed over.
            run.tally.begun = now
        self._change(run)

    def put_out(self, run: Run, now: float) -> None:
        """
        Note the first output of *run*.
        """
        run.tally.first_output = now
        self._change(run)

    def done(self, run: Run, now: float) -> None:
        """
        Note that *run* is done.
        """
        run.tally.done = now
        self._done.append(run.run_id)
        self._positions.pop(run.run_id, None)
        self._change(run)

    def sent(self, message: Message) -> None:
        """
        Count what was sent to a client.
        """
        run = self._runs.get(message.run_id)
        if run is not None:
            run.tally.went(message)

    def spilled(self, messages: list[Message]) -> None:
        """
        Count what was given to the spool.
        """
        for message in messages:
            run = self._runs.get(message.run_id)
            if run is not None:
                run.tally.spilled += 1

    def peaked(self, run_id: str, peak: int | None) -> None:
        """
        Note how much memory the kernel took at most during a run.
        """
        run = self._runs.get(run_id)
        if run is not None and peak is not None:
            run.tally.peak_memory = peak
            self._change(run)

    def painted(self, painted: Painted) -> None:
        """
        Note when a page has painted what a run has put out.
        """
        run = self._runs.get(painted.run_id)
        if run is not None:
            run.tally.painted = painted
            self._change(run)

    def passed(self) -> None:
        """
        Let what runs be told again, since it has gone on.
        """
        for run in self._runs.open():
            if run.has_started:
                self._change(run)

    def _change(self, run: Run) -> None:
        self._changed[run.run_id] = None
        self.has_news = True

    # ---- what is told

    def queue(self) -> tuple[dict[str, Any] | None, int]:
        """
        Return which run the kernel is at, and since when, and how many wait behind it.
        """
        unfinished = self._runs.open()
        run = next((run for run in unfinished if run.has_started), None)
        if run is None:
            return None, len(unfinished)
        since = self._unix(run.tally.begun)
        told = {"run_id": run.run_id, "cell_id": run.cell_id, "since": since}
        return told, len(unfinished) - 1

    def news(self, now: float) -> dict[str, dict[str, Any] | None]:
        """
        Return the records of which there is something new to tell, by the IDs of the
        runs, with None for what is too old to be told of, and count them as told.
        """
        changed, self._changed = self._changed, {}
        self.has_news = False
        changed.update(dict.fromkeys(self._moved(now)))
        found = filter(None, map(self._runs.get, changed))
        told: dict[str, dict[str, Any] | None] = {
            run.run_id: self.record(run) for run in found
        }
        while len(self._done) > MANY:
            told[self._done.popleft()] = None
        return told

    def _moved(self, now: float) -> list[str]:
        """Note how many runs are before each; return where that has changed."""
        waiting = self._runs.open()
        if now - self._all_told_at < ALL_WAITING:
            waiting = waiting[:FEW_WAITING]
        else:
            self._all_told_at = now
        moved = []
        for position, run in enumerate(waiting):
            if self._positions.get(run.run_id) != position:
                self._positions[run.run_id] = position
                moved.append(run.run_id)
        return moved

    def get(self, run_id: str) -> dict[str, Any] | None:
        """
        Return the record of a run, if it is known.
        """
        run = self._runs.get(run_id)
        return None if run is None else self.record(run)

    def record(self, run: Run) -> dict[str, Any]:
        """
        Return the record of *run*.
        """
        tally = run.tally
        return {
            "run_id": run.run_id,
            "kernel_id": self._author.kernel_id,
            "cell_id": run.cell_id,
            "path": self._author.path,
            "initiator": run.session,
            "state": run.stage,
            "position": self._positions.get(run.run_id),
            "status": run.verdict if run.state is RunState.DONE else None,
            "execution_count": run.execution_count,
            "reason": run.reason,
            "ts_client_send": _date(run.request_header),
            "ts_server_recv": self._unix(tally.received),
            "ts_kernel_start": self._unix(tally.begun),
            "ts_first_output": self._unix(tally.first_output),
            "ts_done": self._unix(tally.done),
            "first_output": _between(tally.received, tally.first_output),
            "duration": _between(tally.begun, tally.done),
            "end_to_end": _between(tally.received, tally.done),
            **{name: getattr(tally, name) for name in COUNTED},
            "painted": _plain(tally.painted),
        }

    def _unix(self, at: float | None) -> float | None:
        return None if at is None else self._author.unix_time(at)


def _between(start: float | None, stop: float | None) -> float | None:
    return None if start is None or stop is None else round(stop - start, 6)


def _plain(painted: Painted | None) -> dict[str, float | None] | None:
    if painted is None:
        return None
    return {"first_output": painted.first_output, "done": painted.done}


def _date(header: bytes) -> float | None:
    """Return the Unix time that a header has as its date, by the client's clock."""
    try:
        date = str(unpack(header)["date"])
        return datetime.fromisoformat(date.replace("Z", "+00:00")).timestamp()
    except (KeyError, ValueError, OverflowError):
        return None
