"""
What a process costs while something is measured.
"""

from __future__ import annotations

import threading
import time

from typing import TYPE_CHECKING, final

import psutil


if TYPE_CHECKING:
    from types import TracebackType

    from .raw import Point


__all__ = ["Meter"]

_SAMPLE_INTERVAL = 0.02
_MEGABYTE = 1e6


@final
class Meter:
    """
    CPU time and peak memory of *process* itself, without its children.

    Args:
        process: Whom to watch; None costs nothing, as when no server is there.

    Attributes:
        memory: Its megabytes, by seconds since the block began.
    """

    def __init__(self, process: psutil.Process | None) -> None:
        self._process = process
        self._ended = threading.Event()
        self._sampler = threading.Thread(target=self._sample, daemon=True)
        self._cpu_before = self._cpu_after = 0.0
        self._memory_before = self._memory_peak = 0
        self.memory: list[Point] = []

    def __enter__(self) -> Meter:
        """Begin to count."""
        if self._process is not None:
            self._cpu_before = _cpu_seconds(self._process)
            self._memory_before = self._memory_peak = self._process.memory_info().rss
            self._sampler.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop counting."""
        if self._process is not None:
            self._ended.set()
            self._sampler.join()
            self._cpu_after = _cpu_seconds(self._process)

    @property
    def cpu_seconds(self) -> float:
        """User and system time spent in the block."""
        return self._cpu_after - self._cpu_before

    @property
    def numbers(self) -> dict[str, float]:
        """What was measured, by name."""
        if self._process is None:
            return {}
        grown = self._memory_peak - self._memory_before
        return {
            "server_cpu_s": self.cpu_seconds,
            "server_peak_mb": self._memory_peak / _MEGABYTE,
            "server_grown_mb": grown / _MEGABYTE,
        }

    def _sample(self) -> None:
        assert self._process is not None
        began = time.perf_counter()
        try:
            while not self._ended.wait(_SAMPLE_INTERVAL):
                memory = self._process.memory_info().rss
                self._memory_peak = max(self._memory_peak, memory)
                passed = time.perf_counter() - began
                self.memory.append((passed, memory / _MEGABYTE))
        except psutil.NoSuchProcess:
            # A server that died is noticed by whoever is talking to it.
            return


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system
