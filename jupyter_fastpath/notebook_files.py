"""
Notebooks as any contents manager has them: read, changed, and written if nobody else
has changed them meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jupyter_core.utils import ensure_async

from .core.errors import LostRace
from .core.journal import version_of


if TYPE_CHECKING:
    from collections.abc import Callable

    from .saves import NotebookSaves


__all__ = ["NotebookFiles", "Written"]

# How often it is tried to be faster than who else changes a notebook.
ATTEMPTS = 5


# The IDs and sources of the cells of a notebook.
Sources = list[tuple[str | None, str]]


@dataclass(frozen=True)
class Written:
    """
    A notebook was written.

    Attributes:
        before: The version of which it was made, if the contents manager tells any.

        after: The version that this made, if that is known: somebody else may have
            written at once after it.
    """

    before: str | None
    after: str | None


class NotebookFiles:
    """
    The notebooks of a contents manager.

    Args:
        contents_manager: The contents manager, which may be of any kind.

        saves: What all saves go through.
    """

    def __init__(self, contents_manager: Any, saves: NotebookSaves) -> None:
        self._contents_manager = contents_manager
        self._saves = saves

    async def change(
        self, path: str, change: Callable[[dict[str, Any]], bool]
    ) -> Written | None:
        """
        Change the newest version of the notebook at *path*.

        Args:
            path: Where it is.

            change: Changes a notebook, and returns whether it has; it may be called
                more than once, for a newer version each time.

        Returns:
            None if there was nothing to change.

        Raises:
            LostRace: Others have changed it, again and again.

            HTTPError: It cannot be read or written; 404 if it is not there.
        """
        async with self._saves.alone(path) as save:
            for _ in range(ATTEMPTS):
                model = await self._get(path, content=True)
                before = version_of(model)
                if not change(model["content"]):
                    return None
                if await self.version(path) != before:
                    continue
                sources = _sources(model["content"])
                await save(_to_save(model["content"]))
                return Written(before, await self._version_with(path, sources))
        raise LostRace(path)

    async def version(self, path: str) -> str | None:
        """
        Return what tells the present version of a notebook from any other, if anything.
        """
        return version_of(await self._get(path, content=False))

    async def _version_with(self, path: str, sources: Sources) -> str | None:
        """Return the present version if it has these *sources*, as was saved."""
        # Read as a whole: by its time alone it may be what came just after.
        model = await self._get(path, content=True)
        return version_of(model) if _sources(model["content"]) == sources else None

    async def modified_at(self, path: str) -> float:
        """
        Return the Unix time at which a notebook was changed last.
        """
        model = await self._get(path, content=False)
        return float(model["last_modified"].timestamp())

    async def _get(self, path: str, *, content: bool) -> dict[str, Any]:
        get = self._contents_manager.get
        asked = {"content": content, "type": "notebook"}
        try:
            model = await ensure_async(get(path, require_hash=True, **asked))
        except TypeError:
            # Contents managers of before Jupyter Server 2.11 know no hashes.
            model = await ensure_async(get(path, **asked))
        found: dict[str, Any] = model
        return found


def _to_save(content: dict[str, Any]) -> dict[str, Any]:
    return {"type": "notebook", "format": "json", "content": content}


def _sources(content: dict[str, Any]) -> Sources:
    return [(cell.get("id"), cell["source"]) for cell in content["cells"]]
