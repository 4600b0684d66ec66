"""
What runs have put out is brought into their notebooks by the server, as long as no page
is there that would do it; and, at its start, what an earlier server could not.
"""

from __future__ import annotations

import asyncio
import contextlib

from typing import TYPE_CHECKING, Any

from tornado.web import HTTPError

from .core.homecoming import Brought, bring_home
from .core.journal import Journal
from .shared_document import NotShared


if TYPE_CHECKING:
    from collections.abc import Coroutine, Hashable
    from logging import Logger

    from .core.homecoming import RunOutput
    from .hub import KernelHub
    from .hubs import KernelHubs
    from .notebook_files import NotebookFiles, Written
    from .saves import Saved
    from .shared_document import SharedDocuments, SharedNotebook


__all__ = ["HOMECOMING", "Homecoming"]

# The key in the settings of the server's application.
HOMECOMING = "fastpath_homecoming"

NOT_FOUND = 404

# Seconds until it is tried again to bring home what kernels that are gone have left,
# each time twice as many.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0

# Seconds for which a cell is shown as running by a page that has not told yet that it
# runs, at the most: its request may be on its way.
ON_ITS_WAY = 2.0

# Seconds for which a server that stops waits for a contents manager.
LONGEST_STOP = 20.0

# Seconds by which clocks of file systems may be off.
SLACK = 0.05


class Homecoming:
    """
    Brings what runs have put out, and no page owns, into their notebooks.

    Args:
        hubs: The hubs of all kernels.

        files: Where notebooks are.

        shared: Where they are instead while pages share them.

        log: Where to tell the administrator.
    """

    def __init__(
        self,
        hubs: KernelHubs,
        files: NotebookFiles,
        shared: SharedDocuments,
        log: Logger,
    ) -> None:
        self._hubs = hubs
        self._files = files
        self._shared = shared
        self._journal = Journal()
        self._log = log
        self._tasks: dict[Hashable, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._failing: set[str] = set()  # paths of which it was told

    def save_due(self, kernel_id: str) -> None:
        """
        Bring home what runs of a kernel have put out by now.
        """
        if not self._start(kernel_id, self._bring(kernel_id)):
            self._again.add(kernel_id)

    def left_behind(self, path: str) -> None:
        """
        Bring home what kernels of the notebook at *path* have left that are gone.
        """
        self._start(("left", path), self._bring_left(path))

    def saved(self, saved: Saved) -> None:
        """
        Note that a notebook was saved, by whomever.
        """
        if saved.is_alone:
            self._hubs.brought_home(saved.path, saved.size, saved.seconds)
        else:
            self._start(object(), self._saved_by_page(saved))

    async def _saved_by_page(self, saved: Saved) -> None:
        with contextlib.suppress(NotShared):
            if document := await self._shared.find(saved.path):
                await self._saved_by_room(saved, document)
                return
        await self._hubs.notebook_saved(saved.path, saved.size, saved.seconds)
        if not saved.is_written or not self._hubs.is_shared(saved.path):
            return
        # If it is gone already, there is nothing to be told of it.
        with contextlib.suppress(HTTPError):
            version = await self._files.version(saved.path)
            if version is not None:
                self._hubs.notebook_written(saved.path, None, version, "page")

    async def _saved_by_room(self, saved: Saved, document: SharedNotebook) -> None:
        # Nothing has changed there for a while: it can be seen whether those who wrote
        # one after the other have got in each other's way.
        for hub in self._hubs.of_notebook(saved.path):
            runs = await hub.recovery.contested()
            if not document.put(runs, mends=True).is_changed:
                hub.recovery.settled(runs)
        await self._hubs.notebook_saved(
            saved.path, saved.size, saved.seconds, is_shared=True
        )

    def attached(self, kernel_id: str) -> None:
        """
        Note that a page has come to a kernel.
        """
        self._start(("attached", kernel_id), self._attached(kernel_id))

    async def _attached(self, kernel_id: str) -> None:
        hub = self._hubs.get(kernel_id)
        path = None if hub is None else await hub.recovery.get_path()
        if path is not None:
            self.opened(path)

    def opened(self, path: str) -> None:
        """
        Have no page show cells of the notebook at *path* as running that do not run.
        """
        self._start(("stale", path), self._clear_stale(path))

    async def _clear_stale(self, path: str) -> None:
        with contextlib.suppress(NotShared):
            if document := await self._shared.find(path):
                await self._clear_stale_in(document, path)

    async def _clear_stale_in(self, document: SharedNotebook, path: str) -> None:
        before = document.running()
        if not before:
            return
        await asyncio.sleep(ON_ITS_WAY)
        stale = [
            cell_id
            for cell_id in document.running()
            if cell_id in before and not await self._hubs.may_run(path, cell_id)
        ]
        if stale:
            document.set_idle(stale)

    async def begin(self) -> None:
        """
        Bring home what earlier servers have left.
        """
        for leftover in await asyncio.to_thread(self._hubs.leftovers.find):
            if leftover.path is not None and not leftover.is_home:
                self._hubs.left_behind(leftover.path)

    async def finish(self) -> None:
        """
        Bring home what there is, and return when that is written.
        """
        for key, task in self._tasks.items():
            if isinstance(key, tuple):
                # It goes on at the next start.
                task.cancel()
        orphans = self._hubs.with_orphans()
        if orphans:
            await self._shared.finish()
        for kernel_id in orphans:
            self._hubs.save_due(kernel_id)
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=LONGEST_STOP)

    def _start(self, key: Hashable, doing: Coroutine[Any, Any, None]) -> bool:
        """Return whether it is done now, since it is not being done already."""
        if key in self._tasks:
            doing.close()
            return False
        self._tasks[key] = task = asyncio.get_running_loop().create_task(doing)
        task.add_done_callback(lambda _: self._ended(key))
        return True

    def _ended(self, key: Hashable) -> None:
        del self._tasks[key]
        if key in self._again:
            assert isinstance(key, str)
            self._again.discard(key)
            self.save_due(key)

    # ---- of kernels that are here

    async def _bring(self, kernel_id: str) -> None:
        hub = self._hubs.get(kernel_id)
        path = None if hub is None else await hub.recovery.get_path()
        if hub is None or path is None:
            return
        if not await self._manages(path, self._bring_runs(hub, path)):
            hub.save_failed()

    async def _bring_runs(self, hub: KernelHub, path: str) -> None:
        document = await self._shared.find(path)
        runs = await hub.recovery.orphans()
        if not runs:
            return
        if document is not None:
            # A page may have come meanwhile, which writes itself.
            runs = hub.recovery.still_orphans(runs)
            hub.recovery.shared(runs)
            left = await self._share(path, document, runs)
            hub.recovery.brought_home(runs, left)
            return
        brought, written = await self._put(path, runs)
        hub.recovery.brought_home(runs, brought.left)
        if written is not None and written.after is not None:
            if written.before is not None:
                self._journal.noted(path, written.before, written.after)
            self._hubs.notebook_written(path, written.before, written.after, "server")

    async def _share(
        self, path: str, document: SharedNotebook, runs: list[RunOutput]
    ) -> list[RunOutput]:
        """Put *runs* into a document, have it saved, and return what is left."""
        brought = document.put(runs)
        if brought.is_changed:
            self._shared.changed(path)
        await self._shared.saved(path)
        return brought.left

    async def _put(
        self, path: str, runs: list[RunOutput]
    ) -> tuple[Brought, Written | None]:
        """Put *runs* into the notebook at *path*."""
        brought = Brought()

        def change(notebook: dict[str, Any]) -> bool:
            nonlocal brought
            brought = bring_home(notebook, runs)
            return brought.is_changed

        try:
            written = await self._files.change(path, change)
        except HTTPError as exc:
            if exc.status_code != NOT_FOUND:
                raise
            # It was deleted, and is not made again.
            return Brought(left=runs), None
        return brought, written

    # ---- of kernels that are gone

    async def _bring_left(self, path: str) -> None:
        pause = FIRST_PAUSE
        while not await self._manages(path, self._bring_leftovers(path)):
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _bring_leftovers(self, path: str) -> None:
        leftovers = self._hubs.leftovers
        found = await asyncio.to_thread(leftovers.of_notebook, path)
        runs = await asyncio.to_thread(leftovers.outputs, found)
        # What runs here is newer.
        runs = [run for run in runs if not self._hubs.have_run(run.cell_id)]
        known_at = max((leftover.known_at for leftover in found), default=0.0)
        if not runs or not await self._is_as_known(path, known_at):
            return
        if document := await self._shared.find(path):
            homeless = await self._share(path, document, runs)
        else:
            homeless = (await self._put(path, runs))[0].left
        left = [run.run_id for run in homeless]
        await asyncio.to_thread(leftovers.brought_home, path, left)

    async def _is_as_known(self, path: str, known_at: float) -> bool:
        """Return whether the file is there, and nobody else has written it since."""
        try:
            return await self._files.modified_at(path) <= known_at + SLACK
        except HTTPError as exc:
            if exc.status_code != NOT_FOUND:
                raise
            return False

    # ---- both

    async def _manages(self, path: str, doing: Coroutine[Any, Any, None]) -> bool:
        """Return whether it could be done; what hinders it is told once."""
        try:
            await doing
        # A contents manager may raise anything.
        except Exception as exc:  # noqa: BLE001
            if path not in self._failing:
                self._failing.add(path)
                self._log.warning("cannot bring output into %s yet: %s", path, exc)
            return False
        self._failing.discard(path)
        return True

    async def is_ours(self, path: str, since: str) -> tuple[str | None, bool]:
        """
        Return the present version of a notebook, and whether nobody but the server has
        changed it since that version; nobody can say that to who may lack output.

        Raises:
            HTTPError: It cannot be read; 404 if it is not there.
        """
        present = await self._files.version(path)
        if present is None or self._hubs.has_dropped(path):
            return present, False
        return present, self._journal.leads(path, since, present)
