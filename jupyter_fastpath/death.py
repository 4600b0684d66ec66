"""
Why a kernel has died, as far as this machine knows.
"""

from __future__ import annotations

import signal
import time

from typing import TYPE_CHECKING, Any

from .cgroups import Cgroups
from .core.causes import UNKNOWN, Ending, MemoryRecord, describe
from .trees import find_process, name_stranger


if TYPE_CHECKING:
    import subprocess

    from .core.cgroup import MemoryGroup


__all__ = ["LifeRecord"]

# What shells add to the number of a signal, to tell by which one a command has ended.
SHELL_SIGNALS = 128

# What is taken for such a number; others are more likely exit codes of a program's own.
TOLD_BY_SHELLS = {"SIGABRT", "SIGBUS", "SIGKILL", "SIGSEGV", "SIGTERM"}


class LifeRecord:
    """
    Remembers of one kernel what is needed to tell why it has died.

    Args:
        cgroups: What knows whether memory has run out.
    """

    def __init__(self, cgroups: Cgroups | None = None) -> None:
        self._cgroups = cgroups or Cgroups()
        self._kernel: Any = None
        self._process: subprocess.Popen[Any] | None = None
        self._group: MemoryGroup | None = None
        self._memory = MemoryRecord(None)
        self._found: str | None = None

    def begin(self, kernel: Any) -> None:
        """
        Note that *kernel*, a kernel manager, has been started, or is about to be; to be
        called again when it is ready, since only then it has a process for sure.
        """
        process = find_process(kernel)
        # That of a kernel that is being restarted is still there, and dead.
        is_alive = process is not None and process.poll() is None
        self._kernel, self._found = kernel, None
        self._process = process if is_alive else None
        self._group = None
        if self._process is not None:
            self._group = self._cgroups.find(self._process.pid)
        self._memory = MemoryRecord(self._count_kills())

    @property
    def has_ended(self) -> bool:
        """Whether the process of this machine that the kernel is, or was, has ended."""
        process = find_process(self._kernel)
        return process is not None and process.poll() is not None

    def look(self) -> None:
        """
        Note that the kernel is seen alive: what has happened to others long before is
        not its fate.
        """
        self._memory.alive(self._count_kills(), time.monotonic())

    def cause(self) -> str:
        """
        Return why the kernel has died.

        It can be called before a new one is started in its place, or long after. Once
        it is known it stays the same, until another one begins.
        """
        if self._kernel is None:
            return UNKNOWN
        if self._found is not None:
            return self._found
        if self._kernel.shutting_down:
            return "it was shut down"
        # A kernel that has died soon was never seen alive.
        process = find_process(self._kernel) or self._process
        exit_code = None if process is None else process.poll()
        if exit_code is None:
            return self._ask_provisioner()
        self._found = describe(self._ending(exit_code))
        return self._found

    def _ending(self, exit_code: int) -> Ending:
        number = -exit_code if exit_code < 0 else exit_code - SHELL_SIGNALS
        name = _name_signal(number)
        if exit_code >= 0 and name not in TOLD_BY_SHELLS:
            return Ending(exit_code)
        limit = None if self._group is None else self._cgroups.limit(self._group)
        told = exit_code if exit_code >= 0 else None
        return Ending(told, name, self._memory.tell(self._count_kills()), limit)

    def _count_kills(self) -> int | None:
        return None if self._group is None else self._cgroups.oom_kills(self._group)

    def _ask_provisioner(self) -> str:
        """Return what is known of a kernel whose process is not on this machine."""
        if self._kernel.reason:
            return str(self._kernel.reason)
        stranger = name_stranger(self._kernel)
        return UNKNOWN if stranger is None else f"{stranger} tells only that it is gone"


def _name_signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        # As those for real time, of which only the first and the last have a name.
        return f"signal {number}"
