"""
What is kept of one kernel for pages that take up its runs, and for how long.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import sys
import time

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import psutil

from .core.homecoming import RunOutput
from .core.message import HEADER, unpack
from .core.notebook import Outputs, fold
from .core.run import OUTPUT_TYPES, RunState
from .database import insert_cut, select_codes


if TYPE_CHECKING:
    from .core.message import Message
    from .core.notebook import Part, TextOutput
    from .core.relay import Relay
    from .core.run import Run
    from .relay_loop import RelayLoop
    from .spool import Spool


__all__ = ["Recovery"]

_T = TypeVar("_T")

FindPath = Callable[[str], Awaitable[str | None]]

# What is told first of a run whose output may not be whole.
DOUBT = {
    "output_type": "stream",
    "name": "stderr",
    "text": "[fastpath] the server's disk has failed: some output may be missing\n",
}

# How many messages may come before it is looked what nobody needs any more.
MANY = 5000


class Recovery:
    """
    Tells what the runs of one kernel have put out, and forgets it when it may.

    Args:
        relay: The relay of the kernel.

        turning: The loop that turns it.

        spool: Where everything is that was published.

        find_path: Returns the path of the notebook of a kernel, if it has one.
    """

    def __init__(
        self, relay: Relay, turning: RelayLoop, spool: Spool, find_path: FindPath
    ) -> None:
        self._relay = relay
        self._turning = turning
        self._spool = spool
        self._find_path = find_path
        self._looking: asyncio.Task[None] | None = None
        self._path: str | None = None
        self._pruned_at = 0
        self._homeless: set[str] = set()  # runs whose cell was not found
        own = psutil.Process()
        spool.note(kernel_id=relay.kernel_id, pid=own.pid, started_at=own.create_time())

    def look_up_path(self) -> None:
        """
        Find out to which notebook the kernel belongs by now.
        """
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look_up_path())

    async def get_path(self) -> str | None:
        """
        Return the path of the notebook to which the kernel belongs by now.
        """
        await self._look_up_path()
        return self._relay.author.path

    async def _look_up_path(self) -> None:
        path = await self._find_path(self._relay.kernel_id)
        self._relay.author.path = path
        if path is not None and path != self._path:
            self._path = path
            self._spool.note(path=path)

    @property
    def path(self) -> str | None:
        """The notebook to which the kernel belongs, as far as that is known."""
        return self._relay.author.path

    def run_done(self) -> None:
        """
        Look after everything when a run is done.
        """
        if self._relay.store.end - self._pruned_at >= MANY:
            self.prune()

    async def runs(self, client_id: str) -> list[dict[str, Any]]:
        """
        Return the runs whose output is not known to be in the notebook.

        Args:
            client_id: Who asks.

        Returns:
            The runs as ``docs/protocol.md`` has them.
        """
        self._spill()
        told = [self._told(run, client_id) for run in self._relay.kept()]
        folded, doubted = await self._fold([run["run_id"] for run in told])
        for run in told:
            run_id = run["run_id"]
            outputs = folded.get(run_id, Outputs())
            run["outputs"] = _frozen(outputs, is_doubted=run_id in doubted)
            run["clears_next"] = outputs.clears_next
        return told

    async def text(self, run_id: str, part: Part) -> TextOutput | None:
        """
        Return a part of a text that a run has put out; None if there is no such text.
        """
        self._spill()
        folded, _ = await self._fold([run_id], part)
        outputs = folded.get(run_id)
        return None if outputs is None else outputs.get_text(part.index)

    async def ask(self, question: Callable[[sqlite3.Connection], _T]) -> _T:
        """
        Ask the spool something, when it has all of so far.
        """
        self._spill()
        return await asyncio.wrap_future(self._spool.ask(question))

    async def orphans(self) -> list[RunOutput]:
        """
        Return what runs have put out so far that no page owns which is there, and that
        the server has not brought home.
        """
        return await self._outputs_of(self._relay.checkpoints.orphans())

    def still_orphans(self, runs: list[RunOutput]) -> list[RunOutput]:
        """
        Return those of *runs* that no page has come to own meanwhile.
        """
        found = {run.run_id for run in self._relay.checkpoints.orphans()}
        return [run for run in runs if run.run_id in found]

    async def contested(self) -> list[RunOutput]:
        """
        Return what runs have put out that have ended and may have had more than one
        writer.
        """
        return await self._outputs_of(self._relay.contested())

    async def _outputs_of(self, found: list[Run]) -> list[RunOutput]:
        if not found:
            return []
        self._spill()
        counts = {run.run_id: run.next_event_idx for run in found}
        folded, doubted = await self._fold(list(counts))
        codes = await self.ask(partial(select_codes, run_ids=list(counts)))
        return [
            RunOutput(
                run.run_id,
                str(run.cell_id),
                codes.get(run.run_id),
                _frozen(
                    folded.get(run.run_id, Outputs()), is_doubted=run.run_id in doubted
                ),
                run.execution_count if run.state is RunState.DONE else None,
                counts[run.run_id],
                run.state is RunState.DONE,
            )
            for run in found
            # Of what cannot be read now, the notebook may have more.
            if run.run_id not in doubted or run.run_id in folded
        ]

    def brought_home(self, runs: list[RunOutput], left: list[RunOutput]) -> None:
        """
        Note that of *runs* all but those *left* are in the notebook as they are here.
        """
        counts = {run.run_id: run.count for run in runs}
        for run in self._relay.kept():
            run.home_idx = counts.get(run.run_id, run.home_idx)
        self._homeless -= counts.keys()
        self._homeless |= {run.run_id for run in left}

    def shared(self, runs: list[RunOutput]) -> None:
        """
        Note that the server has written of *runs* into a document that pages share.
        """
        self._contest({run.run_id for run in runs}, is_contested=True)

    def settled(self, runs: list[RunOutput]) -> None:
        """
        Note that the shared document has of *runs* what they have put out.
        """
        self._contest({run.run_id for run in runs}, is_contested=False)

    def _contest(self, run_ids: set[str], *, is_contested: bool) -> None:
        for run in self._relay.kept():
            if run.run_id in run_ids:
                run.is_contested = is_contested

    def note_cut(self, run_id: str) -> None:
        """
        Note that something of a run is nowhere but in the spool.
        """
        self._spool.ask(partial(insert_cut, run_ids=[run_id]))

    def _spill(self) -> None:
        """Give the spool all of so far, and let nothing be merged across now."""
        store = self._relay.store
        store.seal()
        store.hurry(asyncio.get_running_loop().time())
        self._turning.turn()

    async def _fold(
        self, run_ids: list[str], part: Part | None = None
    ) -> tuple[dict[str, Outputs], set[str]]:
        """Return the outputs of those runs, and of which some may be missing."""
        folded: dict[str, Outputs] = {}
        with contextlib.suppress(sqlite3.Error, OSError):
            folded = await asyncio.wrap_future(self._spool.fold(run_ids, part))
            if not self._spool.has_failed:
                return folded, set()
        known = self._fold_memory(set(run_ids), part)
        return folded | known, set(run_ids) - known.keys()

    def _fold_memory(self, run_ids: set[str], part: Part | None) -> dict[str, Outputs]:
        """Return the outputs of those of the runs of which memory has everything."""
        store = self._relay.store
        messages = store.read(store.start, sys.maxsize) or []
        begun = {message.run_id for message in messages if message.event_idx == 0}
        whole = run_ids & begun
        outputs = fold(
            (
                message
                for message in messages
                if message.msg_type == "update_display_data"
                or (message.run_id in whole and message.msg_type in OUTPUT_TYPES)
            ),
            part,
        )
        return {run_id: outputs[run_id] for run_id in whole}

    def _told(self, run: Run, client_id: str) -> dict[str, Any]:
        return {
            "run_id": run.run_id,
            "cell_id": run.cell_id,
            "initiator": run.session,
            "state": run.stage,
            "status": run.verdict if run.state is RunState.DONE else None,
            "execution_count": run.execution_count,
            "cursor": run.next_event_idx,
            "is_owner": self._relay.owner_of(run) == client_id,
            "is_seen": self._relay.is_seen(run, client_id),
            "request": unpack(run.request_header),
            "input_request": None if run.asks is None else _asking(run.asks),
        }

    def saved(self, *, is_shared: bool) -> None:
        """
        Note that the notebook was saved, as the owner of its runs has it, or as a room
        has it whose document *is shared*.
        """
        self.note_saved()
        before = [run.run_id for run in self._relay.kept()]
        self._relay.notebook_saved(is_shared=is_shared)
        after = {run.run_id for run in self._relay.kept()}
        self._prune([run_id for run_id in before if run_id not in after])

    def note_saved(self) -> None:
        """
        Note for who finds the spool that the notebook as it is now is known here.
        """
        self._spool.note(saved_at=time.time())

    def prune(self) -> None:
        """
        Drop what neither a client nor a page that comes may ask for.
        """
        self._prune([])

    def _prune(self, durable: list[str]) -> None:
        floor = self._relay.clients.floor
        end = self._pruned_at = self._relay.store.end
        floor = end if floor is None else floor
        needed = [run.run_id for run in self._relay.needed(floor)]
        self._spool.prune(needed, durable, floor)

    def close(self) -> None:
        """
        Leave what is not in the notebook to who opens it next.
        """
        if self._looking is not None:
            self._looking.cancel()
        self._spill()
        away = [run.run_id for run in self._relay.kept() if not self._is_home(run)]
        home = [run.run_id for run in self._relay.kept() if self._is_home(run)]
        self._prune(home)
        self._spool.close(remove=not away and not self._relay.cut_runs())

    def _is_home(self, run: Run) -> bool:
        return run.home_idx == run.next_event_idx and run.run_id not in self._homeless


def _frozen(outputs: Outputs, *, is_doubted: bool) -> list[dict[str, Any]]:
    return [*([DOUBT] if is_doubted else []), *outputs.freeze()]


def _asking(message: Message) -> dict[str, Any]:
    header = unpack(message.parts[HEADER])
    return {"header": header, "content": message.content}
