"""
What the server itself has written into notebooks, so that a page which knows an older
version can tell whether anybody else has changed it since.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Any


__all__ = ["Journal", "version_of"]

# How many notebooks are remembered, and how many writes of each.
MOST_NOTEBOOKS = 1000
MOST_WRITES = 1000


def version_of(model: dict[str, Any]) -> str | None:
    """
    Return what tells this version of a file from any other, by its contents *model*.

    The hash of the file, or, from a contents manager that has none, the time at which
    it was modified, as the REST API has it.
    """
    if model.get("hash"):
        return str(model["hash"])
    modified = model.get("last_modified")
    if modified is None:
        return None
    if isinstance(modified, str):
        return modified
    return str(modified.isoformat().replace("+00:00", "Z"))


class Journal:
    """
    The writes of the server, each from one version of a notebook to another.
    """

    def __init__(self) -> None:
        self._writes: OrderedDict[str, deque[tuple[str, str]]] = OrderedDict()

    def noted(self, path: str, before: str, after: str) -> None:
        """
        Note that the server has made *after* of version *before* of a notebook.
        """
        writes = self._writes.setdefault(path, deque(maxlen=MOST_WRITES))
        self._writes.move_to_end(path)
        writes.append((before, after))
        if len(self._writes) > MOST_NOTEBOOKS:
            self._writes.popitem(last=False)

    def leads(self, path: str, since: str, present: str) -> bool:
        """
        Return whether nobody but the server has made version *present* of *since*.
        """
        version = since
        for before, after in self._writes.get(path, ()):
            if before == version:
                version = after
        return version == present
