"""
The control groups of Linux: how much memory a process may have, and how often others of
its group were killed for want of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .core.cgroup import find_memory_group, parse_limit, parse_oom_kills


if TYPE_CHECKING:
    from collections.abc import Callable

    from .core.cgroup import MemoryGroup


__all__ = ["Cgroups"]


class Cgroups:
    """
    Reads the files of control groups; where there are none, nothing is known.

    Args:
        root: Where the file system begins.
    """

    def __init__(self, root: Path = Path("/")) -> None:
        self._root = root

    def find(self, pid: int) -> MemoryGroup | None:
        """
        Return the group that bounds the memory of a process, if there is one.
        """
        try:
            membership = (self._root / "proc" / str(pid) / "cgroup").read_text()
            mounts = (self._root / "proc" / "self" / "mountinfo").read_text()
        except OSError:
            return None
        return find_memory_group(membership, mounts)

    def limit(self, group: MemoryGroup) -> int | None:
        """
        Return how many bytes the processes of a group may have together, if there is a
        limit: the lowest of its own and of those of all groups that it is in.
        """
        files = (f"{folder}/{group.limit_file}" for folder in group.folders())
        limits = [self._read(file, parse_limit) for file in files]
        return min((limit for limit in limits if limit is not None), default=None)

    def oom_kills(self, group: MemoryGroup) -> int | None:
        """
        Return how many processes of a group were killed for want of memory so far, if
        that is known.
        """
        return self._read(f"{group.folder}/{group.events_file}", parse_oom_kills)

    def _read(self, file: str, parse: Callable[[str], int | None]) -> int | None:
        try:
            return parse((self._root / file.lstrip("/")).read_text())
        except OSError:
            return None
