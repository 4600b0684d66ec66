"""
Notebooks that pages share through jupyter-collaboration, as long as a room of theirs is
open.

The shared document is the notebook then. What is put there all pages see, and the room
saves it in its own time; nobody else writes the file.
"""

from __future__ import annotations

import asyncio

from typing import TYPE_CHECKING, Any

from .core.homecoming import Brought, find_cell, saved_outputs
from .core.shared import change_of


if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from jupyter_events import EventLogger
    from jupyter_server.serverapp import ServerApp

    from .core.homecoming import RunOutput


__all__ = ["NotShared", "SharedDocuments", "SharedNotebook"]

EXTENSION = "jupyter_server_ydoc"
SESSION = "https://schema.jupyter.org/jupyter_collaboration/session/v1"

# Seconds in which a room has saved what was put into it, unless something is wrong:
# jupyter-collaboration waits for one in which nothing changes.
PATIENCE = 15.0

# Seconds that a save may take when the server stops, and that all of it may take.
SLACK, LAST = 0.5, 3.0


class NotShared(Exception):
    """Something could not be put into a shared document so that it stays."""


class SharedNotebook:
    """
    The shared document of one notebook, a ``YNotebook`` of jupyter_ydoc.

    Args:
        document: That document, not a copy of it.
    """

    def __init__(self, document: Any) -> None:
        self._document = document

    def put(self, runs: list[RunOutput], *, mends: bool = False) -> Brought:
        """
        Put what *runs* have put out into their cells, and leave everything else alone.

        Args:
            runs: The oldest first.

            mends: Leave also those cells alone that have no outputs any more.
        """
        cells = list(self._document.ycells)
        looks = [
            {name: cell.get(name) for name in ("id", "cell_type")} for cell in cells
        ]
        brought = Brought()
        for run in runs:
            found = find_cell(looks, run)
            if found is None:
                brought.left.append(run)
            elif not mends or len(cells[found]["outputs"]):
                brought.is_changed |= self._put(cells[found], run)
        return brought

    def _put(self, cell: Any, run: RunOutput) -> bool:
        is_changed = self._set_outputs(cell, saved_outputs(run))
        facts: dict[str, Any] = {"execution_count": run.execution_count}
        if run.is_done:
            facts["execution_state"] = "idle"
        for name, value in facts.items():
            if cell.get(name) != value:
                cell[name] = value
                is_changed = True
        return is_changed

    def _set_outputs(self, cell: Any, wanted: list[dict[str, Any]]) -> bool:
        outputs = cell["outputs"]
        change = change_of(self.outputs_of(cell), wanted)
        if change is None:
            return False
        if change.text:
            # In a transaction of its own: a page takes the text for that of the output
            # that is the last when it looks.
            text = outputs[change.kept - 1]["text"]
            text += change.text
        with self._document.ydoc.transaction():
            if change.kept < len(outputs):
                del outputs[change.kept :]
            outputs.extend(_shared(output, cell) for output in change.added)
        return True

    def running(self) -> list[str]:
        """
        Return the cells that all pages show as running or waiting to run.
        """
        return [
            str(cell.get("id"))
            for cell in self._document.ycells
            if cell.get("execution_state") == "running"
        ]

    def set_idle(self, cell_ids: Collection[str]) -> None:
        """
        Have no page show any more that these cells run.
        """
        with self._document.ydoc.transaction():
            for cell in self._document.ycells:
                if cell.get("id") in cell_ids:
                    cell["execution_state"] = "idle"

    @staticmethod
    def outputs_of(cell: Any) -> list[dict[str, Any]]:
        """
        Return the outputs of a shared cell as plain values.
        """
        outputs: list[dict[str, Any]] = cell["outputs"].to_py()
        return outputs


def _shared(output: dict[str, Any], cell: Any) -> Any:
    """Return *output* as a document has it, of the same types as *cell* is."""
    new_map, new_text = type(cell), type(cell["source"])
    if output.get("output_type") == "stream":
        output = output | {"text": new_text(output["text"])}
    return new_map(output)


class SharedDocuments:
    """
    The shared documents of a server, if it has any.

    Args:
        serverapp: The server, which may have jupyter-collaboration.

    Attributes:
        opened: Called with the path of a notebook when a page has come to its room.
    """

    def __init__(self, serverapp: ServerApp) -> None:
        self._serverapp = serverapp
        self._open: set[str] = set()
        self._unsaved: dict[str, asyncio.Event] = {}
        self.opened: Callable[[str], None] = lambda _: None
        assert serverapp.event_logger is not None
        serverapp.event_logger.add_listener(
            schema_id=SESSION, listener=self._session_action
        )

    async def find(self, path: str) -> SharedNotebook | None:
        """
        Return the shared document of the notebook at *path*, if a room of it is open.

        Raises:
            NotShared: It has not been loaded yet.
        """
        for app in self._apps():
            try:
                document = await app.get_document(
                    path=path, content_type="notebook", file_format="json", copy=False
                )
            except RuntimeError:
                # The server stops, and has no rooms any more.
                continue
            if document is not None:
                # Each notebook has a cell.
                if not document.cell_number:
                    raise NotShared("the shared document is not loaded yet")
                return SharedNotebook(document)
        return None

    def _apps(self) -> Collection[Any]:
        apps: dict[str, Any] = self._serverapp.extension_manager.extension_apps
        found: Collection[Any] = apps.get(EXTENSION, ())
        return found

    def changed(self, path: str) -> None:
        """
        Note that something was put into the shared document of a notebook.
        """
        self._unsaved.setdefault(path, asyncio.Event())

    async def saved(self, path: str) -> None:
        """
        Return when a room has saved what was put into its document, if anything was.

        Raises:
            NotShared: It has not.
        """
        if path not in self._unsaved:
            return
        try:
            await asyncio.wait_for(self._unsaved[path].wait(), PATIENCE)
        except asyncio.TimeoutError:
            raise NotShared("its room has not saved the shared document") from None
        if path in self._unsaved:
            del self._unsaved[path]
            raise NotShared("its room was closed before it had saved")

    async def finish(self) -> None:
        """
        Wait for what rooms still save of their own accord, since the server stops.
        """
        for app in self._apps() if self._open else ():
            await asyncio.sleep(min((app.document_save_delay or 0.0) + SLACK, LAST))
        for event in self._unsaved.values():
            event.set()

    async def _session_action(
        self,
        logger: EventLogger,  # noqa: ARG002 (listeners are called with it)
        schema_id: str,  # noqa: ARG002
        data: dict[str, Any],
    ) -> None:
        """Listen to what jupyter-collaboration does to its rooms."""
        path, action = data["path"], data.get("action")
        if action == "initialize":
            self._open.add(path)
            self.opened(path)
        elif action == "save" and path in self._unsaved:
            self._unsaved.pop(path).set()
        elif action == "clean":
            self._open.discard(path)
            if path in self._unsaved:
                self._unsaved[path].set()
