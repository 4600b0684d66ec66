"""
What is known of the usage of one kernel, and what looks at its processes.
"""

from __future__ import annotations

import time

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .core.usage import Peaks, TreeUsage, Usage, is_steady
from .trees import find_process, name_stranger, read_trees


if TYPE_CHECKING:
    import subprocess

    from collections.abc import Mapping

    from .cgroups import Cgroups
    from .gpus import Gpus
    from .trees import Tree


__all__ = ["Bounds", "KernelUsage", "Look", "Meter"]


@dataclass(frozen=True)
class Bounds:
    """
    What is seldom looked at.

    Attributes:
        limit: How many bytes of memory there may be, if that is limited.

        source: By what: ``cgroup`` or ``mem_limit``.

        gpu: How much memory of which graphics processors is taken, if there are any.
    """

    limit: int | None = None
    source: str | None = None
    gpu: list[dict[str, Any]] | None = None


@dataclass(frozen=True)
class Look:
    """
    What was found of some kernels at once.

    Attributes:
        trees: Their processes, by the ID of each kernel's own.

        bounds: The same of those that were looked at in full.

        seconds: How long that has taken of the processor.

        full_seconds: How much longer, for what was in full.
    """

    trees: dict[int, Tree]
    bounds: dict[int, Bounds]
    seconds: float
    full_seconds: float


class Meter:
    """
    Looks at processes. It takes its time: to be used in a thread, one at a time.

    Args:
        mem_limit: How many bytes the administrator lets a kernel have; 0: any number.

        cgroups: What knows how many the system does.

        gpus: What knows of graphics processors.
    """

    def __init__(self, mem_limit: int, cgroups: Cgroups, gpus: Gpus) -> None:
        self._mem_limit = mem_limit
        self._cgroups = cgroups
        self._gpus = gpus

    def look(self, wanted: Mapping[int, bool]) -> Look:
        """
        Return what is found of these processes and all below, of each in full or not.
        """
        began_at = time.thread_time()
        trees = read_trees(wanted)
        read_at = time.thread_time()
        bounds = {}
        for pid, is_full in wanted.items():
            if is_full:
                trees[pid] = trees[pid].with_shares()
                bounds[pid] = self._find_bounds(pid, trees[pid])
        return Look(trees, bounds, read_at - began_at, time.thread_time() - read_at)

    def _find_bounds(self, pid: int, tree: Tree) -> Bounds:
        group = self._cgroups.find(pid)
        limit = None if group is None else self._cgroups.limit(group)
        source = None if limit is None else "cgroup"
        if self._mem_limit and (limit is None or self._mem_limit < limit):
            limit, source = self._mem_limit, "mem_limit"
        return Bounds(limit, source, self._gpus.read(tree.pids))


class KernelUsage:
    """
    Follows what one kernel uses.

    Args:
        kernel: The kernel manager.

    Attributes:
        kernel: The same.

        peaks: How much memory its open runs have taken.
    """

    def __init__(self, kernel: Any) -> None:
        self.kernel = kernel
        self.peaks = Peaks()
        self.forget()

    def forget(self) -> None:
        """
        Let nothing be known.
        """
        self._process: subprocess.Popen[Any] | None = None
        self._tree = TreeUsage()
        self._usage: Usage | None = None
        self._bounds = Bounds()

    def find_process(self) -> subprocess.Popen[Any] | None:
        """
        Return its process, if it has one on this machine, and that lives.
        """
        process = find_process(self.kernel)
        if process is not self._process:
            self.forget()
            self._process = process
        return process if process is not None and process.poll() is None else None

    @property
    def is_elsewhere(self) -> bool:
        """Whether it may run on another machine."""
        return name_stranger(self.kernel) is not None

    def why_unknown(self) -> str:
        """
        Return why it has none.
        """
        stranger = name_stranger(self.kernel)
        if stranger is None:
            return "the kernel has no process"
        return f"the kernel may run elsewhere, by {stranger}"

    def take(self, tree: Tree, bounds: Bounds | None) -> bool:
        """
        Note what was found, with *bounds* if that was in full; return whether nothing
        changes.
        """
        is_full = bounds is not None
        self._bounds = bounds or self._bounds
        self.peaks.seen(tree.rss)
        before = self._usage
        after = self._tree.take(tree.readings, tree.at, is_full=is_full)
        self._usage = after
        is_quiet = not self.peaks.has_runs
        return is_quiet and after is not None and is_steady(before, after)

    def to_json(self) -> dict[str, Any] | None:
        """
        Return what is told of it; None while that is not known yet.
        """
        usage, bounds = self._usage, self._bounds
        if usage is None:
            return None
        return {
            "is_known": True,
            "cpu_percent": round(usage.cpu_percent, 1),
            "rss": usage.rss,
            "pss": usage.pss,
            "threads": usage.threads,
            "children": usage.children,
            "limit": bounds.limit,
            "limit_source": bounds.source,
            "gpu": bounds.gpu,
            "ts": time.time(),
        }
