"""
What the operating system tells of the processes of kernels.
"""

from __future__ import annotations

import contextlib
import subprocess
import time

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import psutil

from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from jupyter_server.gateway.managers import GatewayKernelManager

from .core.usage import Reading


if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


__all__ = ["Tree", "find_process", "name_stranger", "read_trees"]


def find_process(kernel: Any) -> subprocess.Popen[Any] | None:
    """
    Return the process of *kernel*, a kernel manager, if it is one of this machine,
    alive or not.
    """
    provisioner = kernel.provisioner
    if not isinstance(provisioner, LocalProvisioner):
        return None
    process: object = provisioner.process
    return process if isinstance(process, subprocess.Popen) else None


def name_stranger(kernel: Any) -> str | None:
    """
    Return by what *kernel* was started, if that is not known to be on this machine.
    """
    if isinstance(kernel, GatewayKernelManager):
        return "the gateway"
    provisioner = kernel.provisioner
    if provisioner is None or isinstance(provisioner, LocalProvisioner):
        return None
    return type(provisioner).__name__


@dataclass(frozen=True)
class Tree:
    """
    The processes of one kernel.

    Attributes:
        at: When they were read, by the monotonic clock.

        readings: Of the kernel's own process and of its descendants; none if they
            could not all be read.

        reason: Why not, then.

        processes: What can tell more of them.
    """

    at: float
    readings: tuple[Reading, ...] = ()
    reason: str = ""
    processes: tuple[psutil.Process, ...] = ()

    @property
    def rss(self) -> int:
        """The sum of their resident memory in bytes."""
        return sum(one.rss for one in self.readings)

    @property
    def pids(self) -> set[int]:
        """Their IDs."""
        return {one.pid for one in self.readings}

    def with_shares(self) -> Tree:
        """
        Return the same, with the share of memory of each process if that may be known.
        """
        by_pid = {process.pid: process for process in self.processes}
        readings = (
            replace(one, pss=_read_share(by_pid[one.pid])) for one in self.readings
        )
        return replace(self, readings=tuple(readings))


def read_trees(pids: Iterable[int]) -> dict[int, Tree]:
    """
    Return the trees below some processes. It takes its time: to be used in a thread.
    """
    below = _children_by_parent()
    return {pid: _read_tree(_find_members(pid, below)) for pid in pids}


def _children_by_parent() -> dict[int, list[psutil.Process]]:
    """
    Return the children of this server and of all its descendants.

    All kernels are found at once, since for each the system's whole table of processes
    would have to be read.
    """
    below = defaultdict(list)
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            below[process.ppid()].append(process)
    return below


def _find_members(
    pid: int, below: Mapping[int, list[psutil.Process]]
) -> list[psutil.Process]:
    """Return a process and its descendants, as far as there are any."""
    try:
        members = [psutil.Process(pid)]
        if not _has(below, pid):
            # Somebody else has started it.
            return members + members[0].children(recursive=True)
    except psutil.NoSuchProcess:
        return []
    for member in members:
        # It grows meanwhile, until the leaves are there.
        members += below.get(member.pid, [])
    return members


def _has(below: Mapping[int, list[psutil.Process]], pid: int) -> bool:
    return any(pid == child.pid for children in below.values() for child in children)


def _read_tree(members: list[psutil.Process]) -> Tree:
    at = time.monotonic()
    try:
        read = [_read(member) for member in members]
    except psutil.AccessDenied:
        return Tree(at, reason="the system does not let all of its processes be seen")
    if not read or read[0] is None:
        return Tree(at, reason="its process has ended")
    readings = tuple(one for one in read if one is not None)
    return Tree(at, readings, processes=tuple(members))


def _read(process: psutil.Process) -> Reading | None:
    """Return what a process has used; None if it has ended, waited for or not."""
    try:
        with process.oneshot():
            if process.status() == psutil.STATUS_ZOMBIE:
                return None
            times = process.cpu_times()
            return Reading(
                process.pid,
                process.create_time(),
                times.user + times.system,
                times.children_user + times.children_system,
                process.memory_info().rss,
                process.num_threads(),
            )
    except psutil.NoSuchProcess:
        return None


def _read_share(process: psutil.Process) -> int | None:
    """Return how many bytes of memory are a process' own, if the system tells that."""
    if not psutil.LINUX:
        return None
    try:
        share: int | None = process.memory_full_info()._asdict().get("pss")
    except psutil.AccessDenied:
        return None
    except psutil.NoSuchProcess:
        # It has given back what it had.
        return 0
    return share
