"""
When the output of one kernel's runs is saved, and who does that: the pages that own
them, and the server for those that no page owns.
"""

from __future__ import annotations

import math

from typing import TYPE_CHECKING

from .cadence import Cadence
from .instructions import Save


if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .authored import Author
    from .cadence import Tempo
    from .message import Message
    from .ownership import Ownership
    from .run import Run
    from .runs import RunRegistry


__all__ = ["Checkpoints"]

# Seconds for which a page may be gone before the server takes its place: it may just
# be loaded again. And before that saves what is done meanwhile.
PATIENCE, SHORT_PATIENCE = 4.0, 2.0


class Checkpoints:
    """
    When the output of one kernel's runs is saved.

    Args:
        tempo: How often while they run.

        runs: The runs.

        ownership: Who owns them.

        author: Who writes to clients.

        tell: Sends a client a message.
    """

    def __init__(
        self,
        tempo: Tempo,
        runs: RunRegistry,
        ownership: Ownership,
        author: Author,
        tell: Callable[[str, Message, float], None],
    ) -> None:
        self._cadence = Cadence(tempo)
        self._runs = runs
        self._ownership = ownership
        self._author = author
        self._tell = tell
        self._settled_at = -math.inf

    # ---- what happens

    def started(self, run: Run, now: float) -> None:
        """
        Note that the kernel has taken up *run*.
        """
        if [run] == [other for other in self._runs.open() if other.has_started]:
            self._cadence.run_began()
        self.observed(run, now)

    def observed(self, run: Run, now: float) -> None:
        """
        Note that *run* has put something out.
        """
        if run.cell_id is not None:
            self._cadence.changed(now)

    def done(self, run: Run, now: float) -> None:
        """
        Note that *run* is done.
        """
        self.observed(run, now)
        if run.cell_id is not None and not self._runs.has_open:
            self._cadence.ended(max(now, self._settled_at))

    def left(self, now: float) -> None:
        """
        Note that a client has gone, for good or for a while.
        """
        self._settled_at = now + SHORT_PATIENCE
        if self.orphans():
            self._cadence.ended(now + PATIENCE)

    def saved(self, size: int, seconds: float, now: float) -> None:
        """
        Note that the notebook was saved: so many bytes, in so many *seconds*.
        """
        self._cadence.saved(size, seconds, now)

    def overwritten(self, now: float) -> None:
        """
        Note that somebody has saved the notebook who does not own the runs: what the
        server has brought home may not be in it any more.
        """
        brought = [run for run in self._runs.kept() if run.home_idx is not None]
        for run in brought:
            run.home_idx = None
        if brought:
            self._cadence.ended(now)

    def failed(self, now: float) -> None:
        """
        Note that the server could not save what it should have.
        """
        self._cadence.failed(now)

    # ---- what follows

    def orphans(self) -> list[Run]:
        """
        Return the runs that no page owns that is there, and whose output the server
        has not brought home as it is now.
        """
        return [
            run
            for run in self._unsaved()
            if self._ownership.present_owner_of(run) is None
        ]

    def _unsaved(self) -> list[Run]:
        return [
            run
            for run in self._runs.kept()
            if run.has_started and run.home_idx != run.next_event_idx
        ]

    def due(self, now: float) -> Iterator[Save]:
        """
        Tell the pages that own runs when they should save them, and yield what the
        server is to do.
        """
        due_at = self._cadence.get_timer()
        if due_at is None or due_at > now:
            return
        self._cadence.save_began()
        owners = {self._ownership.present_owner_of(run) for run in self._unsaved()}
        for client_id in sorted(owner for owner in owners if owner is not None):
            self._tell(client_id, self._save_due(now), now)
        if None in owners:
            yield Save()

    def _save_due(self, now: float) -> Message:
        reason = "running" if self._runs.has_open else "done"
        content = {"path": self._author.path, "reason": reason}
        return self._author.write("save_due", content, now, None)

    def get_timer(self) -> float | None:
        """
        Return when something is due, if at all.
        """
        return self._cadence.get_timer()
