"""
Why a process has ended, in words.
"""

from __future__ import annotations

from dataclasses import dataclass


__all__ = ["UNKNOWN", "Ending", "MemoryRecord", "describe"]

UNKNOWN = "for an unknown reason"

# What is an error of the program that is ended by it, rather than somebody's will.
FAULTS = {
    "SIGABRT": "aborted",
    "SIGBUS": "bus error",
    "SIGFPE": "arithmetic error",
    "SIGILL": "illegal instruction",
    "SIGSEGV": "segmentation fault",
    "SIGSYS": "bad system call",
}

# The same on Windows, where it is the exit code.
WINDOWS_FAULTS = {
    0xC0000005: "access violation",
    0xC0000017: "out of memory",
    0xC000001D: "illegal instruction",
    0xC00000FD: "stack overflow",
    0xC0000374: "heap corruption",
    0xC0000409: "aborted",
}

# Seconds for which a process may still be seen alive after it was killed for want of
# memory: to give back much of it takes its time.
LINGERING = 15.0

GIB = 1 << 30
MIB = 1 << 20


@dataclass(frozen=True)
class Ending:
    """
    How a process has ended.

    Attributes:
        exit_code: What it returned; what a shell returns that had started it, if that
            was ended by a signal.

        signal: The name of the signal that has ended it, or what it had started.

        is_out_of_memory: Whether the system has killed a process of its control group
            for want of memory while it lived; None if that is not known.

        limit: The limit of its memory in bytes, if it has one.
    """

    exit_code: int | None
    signal: str | None = None
    is_out_of_memory: bool | None = None
    limit: int | None = None


class MemoryRecord:
    """
    Tells whether a process was killed for want of memory, by how many of its control
    group were.

    Args:
        kills: How many were killed when it was started; None if that is not known.
    """

    def __init__(self, kills: int | None) -> None:
        self._of_others = self._seen = kills
        self._seen_at = 0.0

    def alive(self, kills: int | None, now: float) -> None:
        """
        Note how many were killed while the process was seen alive, *now*.
        """
        if kills != self._seen:
            self._seen, self._seen_at = kills, now
        elif now >= self._seen_at + LINGERING:
            self._of_others = kills

    def tell(self, kills: int | None) -> bool | None:
        """
        Return whether the process was one of those that have been killed by now, if it
        was killed; None if that is not known.
        """
        if kills is None or self._of_others is None:
            return None
        return kills > self._of_others


def describe(ending: Ending) -> str:
    """
    Return why a process has ended, as far as that tells.
    """
    if ending.signal is None:
        return _describe_exit(ending.exit_code)
    if ending.signal == "SIGKILL":
        told = f"killed by SIGKILL{_describe_memory(ending)}"
    elif ending.signal in FAULTS:
        told = f"{FAULTS[ending.signal]} ({ending.signal})"
    else:
        told = f"killed by {ending.signal}"
    by_shell = "" if ending.exit_code is None else f" (exit code {ending.exit_code})"
    return told + by_shell


def _describe_exit(exit_code: int | None) -> str:
    if exit_code is None:
        return UNKNOWN
    fault = WINDOWS_FAULTS.get(exit_code)
    if fault is not None:
        return f"{fault} (exit code {exit_code:#x})"
    return f"exit code {exit_code}"


def _describe_memory(ending: Ending) -> str:
    if ending.is_out_of_memory is None:
        return ", maybe by the system for want of memory"
    if not ending.is_out_of_memory:
        return ""
    if ending.limit is None:
        return ", out of memory"
    return f", out of memory: its limit is {_describe_size(ending.limit)}"


def _describe_size(size: int) -> str:
    return f"{size / GIB:.1f} GiB" if size >= GIB else f"{size / MIB:.0f} MiB"
