"""
Which runs are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from .record import RunRecord


__all__ = ["Selection"]


@dataclass(frozen=True)
class Selection:
    """
    What must be true of a run; None is true of each.

    Attributes:
        kernel: How the ID of its kernel begins.

        cell: How the ID of its cell begins.

        path: What its notebook matches, with ``*``.

        statuses: One of which it ended with; none for any.

        slower: The seconds that it took at least, end to end.
    """

    kernel: str = ""
    cell: str = ""
    path: str | None = None
    statuses: tuple[str, ...] = ()
    slower: float | None = None

    def has(self, run: RunRecord) -> bool:
        """
        Return whether *run* is asked for.
        """
        return (
            run.kernel_id.startswith(self.kernel)
            and (run.cell_id or "").startswith(self.cell)
            and (self.path is None or fnmatchcase(run.path or "", self.path))
            and (not self.statuses or run.status in self.statuses)
            and (self.slower is None or (run.end_to_end or 0.0) >= self.slower)
        )
