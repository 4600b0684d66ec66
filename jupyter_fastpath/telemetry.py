"""
What kernels use of this machine, measured while somebody watches.
"""

from __future__ import annotations

import asyncio
import logging

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from .cgroups import Cgroups
from .core.sampling import Schedule
from .gpus import Gpus
from .kernel_usage import KernelUsage, Meter


if TYPE_CHECKING:
    import subprocess

    from collections.abc import Mapping

    from .config import TelemetryConfig
    from .kernel_usage import Look
    from .states import States


__all__ = ["Telemetry"]

# What is published of a kernel.
TOPIC = "kernels/{}/usage"

# After how many of the longest intervals a value is gone if there is no newer one: it
# would be wrong then.
LIFETIME = 6


class Telemetry:
    """
    Publishes what each kernel uses, as ``kernels/<kernel_id>/usage``, while that is
    watched; nothing is measured otherwise.

    To be used on the event loop. Processes are looked at in a thread.

    Args:
        states: Where it is published.

        config: How often is measured.

        log: Where to tell the administrator.

        cgroups: What knows the limits.

        gpus: What knows the memory of graphics processors.

    Attributes:
        samples: How often the processes of a kernel were looked at.

        seconds: For how long, in sum.
    """

    def __init__(
        self,
        states: States,
        config: TelemetryConfig,
        log: logging.Logger,
        cgroups: Cgroups | None = None,
        gpus: Gpus | None = None,
    ) -> None:
        self._states = states
        self._log = log
        mem_limit = config.find_mem_limit()
        self._meter = Meter(mem_limit, cgroups or Cgroups(), gpus or Gpus())
        self._is_on = config.is_on
        sampling = config.freeze()
        self._schedule = Schedule(sampling)
        self._lifetime = LIFETIME * sampling.longest
        self._kernels: dict[str, KernelUsage] = {}
        self._thread = ThreadPoolExecutor(1, "fastpath-telemetry")
        self._timer: asyncio.TimerHandle | None = None
        self._sampling: asyncio.Task[None] | None = None
        self._has_failed = False
        self.samples = 0
        self.seconds = 0.0
        states.on_watch(self._watched)

    # ---- kernels and their runs

    def follow(self, kernel_id: str, kernel: Any) -> None:
        """
        Measure a kernel when it is watched; also to be called when it has been started
        again.
        """
        if not self._is_on:
            return
        if kernel_id in self._kernels:
            self._kernels[kernel_id].kernel = kernel
        else:
            self._kernels[kernel_id] = KernelUsage(kernel)
        self._begin_if_watched(kernel_id)
        self._hasten(kernel_id)

    def leave(self, kernel_id: str) -> None:
        """
        Measure a kernel no more: it is gone.
        """
        if self._kernels.pop(kernel_id, None) is not None:
            self._schedule.stop(kernel_id)
            self._states.publish(TOPIC.format(kernel_id), None)
            self._arm()

    def began(self, kernel_id: str, run_id: str) -> None:
        """
        Note that a kernel has begun a run.
        """
        kernel = self._kernels.get(kernel_id)
        if kernel is not None:
            kernel.peaks.began(run_id)
            self._hasten(kernel_id)

    def ended(self, kernel_id: str, run_id: str) -> int | None:
        """
        Return the most resident memory that was measured while a run went on, if it was
        watched and went on for long enough.
        """
        kernel = self._kernels.get(kernel_id)
        return None if kernel is None else kernel.peaks.ended(run_id)

    def close(self) -> None:
        """
        Measure nothing any more.
        """
        self._is_on = False
        self._states.off_watch(self._watched)
        for kernel_id in list(self._kernels):
            self.leave(kernel_id)
        if self._sampling is not None:
            self._sampling.cancel()
        self._thread.shutdown(wait=False, cancel_futures=True)

    # ---- when to measure

    def _watched(self, _: str) -> None:
        for kernel_id in self._kernels:
            self._begin_if_watched(kernel_id)

    def _begin_if_watched(self, kernel_id: str) -> None:
        is_begun = kernel_id in self._schedule
        if not is_begun and self._states.is_watched(TOPIC.format(kernel_id)):
            self._schedule.begin(kernel_id, _now())
            self._arm()

    def _hasten(self, kernel_id: str) -> None:
        self._schedule.hasten(kernel_id, _now())
        self._arm()

    def _arm(self) -> None:
        if self._sampling is not None:
            # It is armed again when that is done.
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        timer_at = self._schedule.get_timer()
        if timer_at is not None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(timer_at, self._begin_sample)

    def _begin_sample(self) -> None:
        self._timer = None
        self._sampling = asyncio.create_task(self._sample())

    async def _sample(self) -> None:
        due = self._schedule.due(_now())
        try:
            await self._measure(due)
        except Exception as exc:  # noqa: BLE001 (all that a system may answer)
            # The kernels go on without.
            self._tell_failure(exc)
            for kernel_id in due:
                self._tell_unknown(kernel_id, "it could not be measured")
        finally:
            self._sampling = None
        self._arm()

    # ---- measuring

    async def _measure(self, due: Mapping[str, bool]) -> None:
        found: dict[str, subprocess.Popen[Any]] = {}
        for kernel_id in due:
            kernel = self._kernels[kernel_id]
            if not self._states.is_watched(TOPIC.format(kernel_id)):
                self._stop(kernel_id)
            elif (process := kernel.find_process()) is None:
                # It may have one soon, if it is not elsewhere.
                is_steady = kernel.is_elsewhere
                self._tell_unknown(kernel_id, kernel.why_unknown(), is_steady=is_steady)
            else:
                found[kernel_id] = process
        if not found:
            return
        wanted = {process.pid: due[kernel_id] for kernel_id, process in found.items()}
        loop = asyncio.get_running_loop()
        look = await loop.run_in_executor(self._thread, self._meter.look, wanted)
        self._schedule.spent(look.seconds, look.full_seconds, _now())
        self.samples += len(found)
        self.seconds += look.seconds + look.full_seconds
        for kernel_id, process in found.items():
            self._take(kernel_id, process, look)

    def _take(self, kernel_id: str, process: subprocess.Popen[Any], look: Look) -> None:
        """Publish what was found of a kernel, if it still has that process."""
        kernel = self._kernels.get(kernel_id)
        if kernel is None or kernel.find_process() is not process:
            # What was found may be of others, who have got its ID.
            self._hasten(kernel_id)
            return
        tree, bounds = look.trees[process.pid], look.bounds.get(process.pid)
        if not tree.readings:
            self._tell_unknown(kernel_id, tree.reason)
            return
        steady = kernel.take(tree, bounds)
        is_full = bounds is not None
        self._schedule.sampled(kernel_id, _now(), is_full=is_full, is_steady=steady)
        value = kernel.to_json()
        if value is not None:
            self._publish(kernel_id, value)
        else:
            # What it computes is known only by a second sample.
            self._schedule.hasten(kernel_id, _now())

    # ---- telling

    def _tell_failure(self, exc: Exception) -> None:
        """Tell the administrator, but for what may go on like that for days."""
        level = logging.DEBUG if self._has_failed else logging.ERROR
        self._has_failed = True
        self._log.log(
            level, "what kernels use could not be measured: %r", exc, exc_info=exc
        )

    def _tell_unknown(
        self, kernel_id: str, reason: str, *, is_steady: bool = True
    ) -> None:
        kernel = self._kernels.get(kernel_id)
        if kernel is not None:
            kernel.forget()
            now = _now()
            self._schedule.sampled(kernel_id, now, is_full=False, is_steady=is_steady)
            self._publish(kernel_id, {"is_known": False, "reason": reason})

    def _publish(self, kernel_id: str, value: dict[str, Any]) -> None:
        self._states.publish(TOPIC.format(kernel_id), value, self._lifetime)

    def _stop(self, kernel_id: str) -> None:
        """Forget a kernel's usage, for nobody watches: it would soon be wrong."""
        self._schedule.stop(kernel_id)
        self._kernels[kernel_id].forget()
        self._states.publish(TOPIC.format(kernel_id), None)


def _now() -> float:
    return asyncio.get_running_loop().time()
