"""
Whose notebook the output of a run belongs into.

The initiator's, as long as that is there or may come back. After that, of those who
say that they take up runs which they have not started, who came first.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .clients import Clients
    from .run import Run
    from .runs import RunRegistry


__all__ = ["Ownership"]


class Ownership:
    """
    Who owns the runs of one kernel.

    Args:
        runs: The runs.

        clients: Who may own them.
    """

    def __init__(self, runs: RunRegistry, clients: Clients) -> None:
        self._runs = runs
        self._clients = clients

    def owner_of(self, run: Run) -> str | None:
        """
        Return the client that owns *run*, if any does.
        """
        is_here = run.initiator in self._clients
        return run.initiator if is_here else self._clients.heir

    def present_owner_of(self, run: Run) -> str | None:
        """
        Return the client that owns *run*, if any does and its connection is not broken.
        """
        owner = self.owner_of(run)
        return None if owner is None or self._clients.is_away(owner) else owner

    def is_seen(self, run: Run, client_id: str) -> bool:
        """
        Return whether somebody other than a client owns *run*, and has got how it ended
        or is there to get it.
        """
        owner = self.owner_of(run)
        if owner is None or owner == client_id or run.end is None:
            return False
        is_here = not self._clients.is_away(owner)
        return is_here or self._clients.get_floor(owner) >= run.end

    @contextmanager
    def passing(self, tell: Callable[[str, list[str]], None]) -> Iterator[None]:
        """
        Let clients go meanwhile, and *tell* the heir which runs are its own then.
        """
        before = [(run, self.owner_of(run)) for run in self._runs.kept()]
        yield
        heir = self._clients.heir
        inherited = [
            run.run_id
            for run, owner in before
            if owner != heir and self.owner_of(run) == heir
        ]
        if inherited and heir is not None:
            tell(heir, inherited)
            self._contest(inherited)

    def _contest(self, run_ids: list[str]) -> None:
        for run in self._runs.kept():
            run.is_contested |= run.run_id in run_ids

    def contested(self) -> list[Run]:
        """
        Return the runs that have ended and have had more than one writer, but now have
        an owner that was sent all of them.
        """
        return [run for run in self._runs.kept() if self._is_contested(run)]

    def _is_contested(self, run: Run) -> bool:
        owner = self.present_owner_of(run)
        if not run.is_contested or run.end is None or owner is None:
            return False
        return self._clients.has_taken(owner, run.end)

    def others_wrote(self, client_id: str) -> bool:
        """
        Return whether somebody else has written of what a client has run, meanwhile.
        """
        runs = self._runs.kept()
        return any(run.is_contested and run.initiator == client_id for run in runs)

    def saved(self, *, is_shared: bool = False) -> None:
        """
        Note that the notebook was saved as its owner has it.

        If the document *is shared*, that is known of no run with more than one writer.
        """
        for run in self._runs.kept():
            owner = self.owner_of(run)
            is_unsure = is_shared and run.is_contested
            if run.end is not None and owner is not None and not is_unsure:
                run.is_durable = self._clients.has_taken(owner, run.end)
                run.saved_by = owner if run.is_durable else None

    def broken(self, client_id: str) -> None:
        """
        Note that what a client was sent and has not confirmed may not have arrived.

        What it saved meanwhile may be without that.
        """
        floor = self._clients.get_floor(client_id)
        for run in self._runs.saved_by(client_id):
            run.is_durable = run.end is not None and run.end <= floor
