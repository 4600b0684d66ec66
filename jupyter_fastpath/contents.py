"""
What is saved of notebooks, whoever saves them.
"""

from __future__ import annotations

import time

from typing import TYPE_CHECKING, Any

from .core.saved import cut_notebook, policy_in


if TYPE_CHECKING:
    from .core.saved import Origin
    from .hubs import KernelHubs
    from .saves import Progress


__all__ = ["Saving"]

# Seconds for which it is told how a save has ended.
TOLD = 600.0


class Saving:
    """
    Applies the output policy to notebooks when they are saved, and tells of that.

    Args:
        hubs: The hubs of all kernels, which know what cells have put out.
    """

    def __init__(self, hubs: KernelHubs) -> None:
        self._hubs = hubs

    def before(self, content: dict[str, Any], path: str) -> None:
        """
        Take out of *content*, which is about to be saved at *path*, what is not saved.
        """
        for hub in self._hubs.of_notebook(path):
            hub.policy_told(None, policy_in(content))

        def find_origin(cell_id: str) -> Origin | None:
            return self._find_origin(path, cell_id)

        cut_notebook(content, self._hubs.policy, path, find_origin)

    def progressed(self, progress: Progress) -> None:
        """
        Tell on the state board how the save of a notebook gets on.
        """
        value = {
            "path": progress.path,
            "state": progress.state,
            "by": progress.by,
            "ts": time.time(),
            "bytes": progress.size,
            "seconds": progress.seconds,
            "error": progress.error,
        }
        self._hubs.states.publish(f"saving/{progress.path}", value, TOLD)

    def _find_origin(self, path: str, cell_id: str) -> Origin | None:
        """Return the run of a cell, whose text is kept from now on."""
        for hub in self._hubs.of_notebook(path):
            if (origin := hub.cut(cell_id)) is not None:
                return origin
        return None
