"""
What is told of one kernel on the state board.
"""

from __future__ import annotations

import asyncio

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from .core.run import CellStart


if TYPE_CHECKING:
    from collections.abc import Callable

    from .core.relay import Relay
    from .core.run import CellDone
    from .parts import HubParts


__all__ = ["KernelPublisher"]

# Seconds between two times that something is told.
PAUSE = 0.05

# Seconds between two looks at runs that go on, and at counters, while they are watched.
PULSE = 1.0

# Seconds after the end of a run until what has been measured of it is summed up: pages
# have painted it by then.
SETTLING = 1.0

# Seconds for which runs that are done, and kernels that have died, are told of.
KEPT = 600.0


class KernelPublisher:
    """
    Tells the state of one kernel, and its runs, soon after something has happened.

    Args:
        parts: Who is told what.

        relay: What knows the runs.

        describe: Returns what else is told of the kernel.
    """

    def __init__(
        self, parts: HubParts, relay: Relay, describe: Callable[[], dict[str, Any]]
    ) -> None:
        self._parts = parts
        self._states = parts.states
        self._relay = relay
        self._describe = describe
        self._loop = asyncio.get_running_loop()
        self._topic = f"kernels/{relay.kernel_id}"
        self._handle: asyncio.TimerHandle | None = None
        self._not_before = 0.0
        self._pulse: asyncio.TimerHandle | None = None
        self._is_closed = False
        self._unsettled: dict[str, asyncio.TimerHandle] = {}  # by run
        self._states.on_watch(self._watched)

    def changed(self) -> None:
        """
        Tell soon how things are; whatever is to be sent at once is sent before.
        """
        if self._handle is None and not self._is_closed:
            at = max(self._not_before, self._loop.time())
            self._handle = self._loop.call_at(at, self._publish)

    def told(self, change: CellStart | CellDone, account: dict[str, Any]) -> None:
        """
        Let others know that a run has begun, or is done, and sum it up soon after.
        """
        self._parts.run_told(account)
        telemetry, kernel_id = self._parts.telemetry, self._relay.kernel_id
        if isinstance(change, CellStart):
            telemetry.began(kernel_id, change.run_id)
            return
        peak = telemetry.ended(kernel_id, change.run_id)
        self._relay.records.peaked(change.run_id, peak)
        settled = self._loop.call_later(SETTLING, self._sum_up, change.run_id)
        self._unsettled[change.run_id] = settled

    def _sum_up(self, run_id: str) -> None:
        self._unsettled.pop(run_id).cancel()
        record = self._relay.records.get(run_id)
        if record is not None:
            self._parts.run_summed_up(record)

    def close(self, *, has_died: bool) -> None:
        """
        Tell that the kernel is gone; one that *has died* stays for a while.
        """
        for timer in (self._handle, self._pulse):
            if timer is not None:
                timer.cancel()
        self._publish()
        for run_id in list(self._unsettled):
            self._sum_up(run_id)
        self._is_closed = True
        self._states.off_watch(self._watched)
        state = self._state() if has_died else None
        self._states.publish(f"{self._topic}/state", state, KEPT)
        self._states.publish(f"{self._topic}/counters", None)

    def _publish(self) -> None:
        self._handle = None
        now = self._loop.time()
        self._not_before = now + PAUSE
        self._states.publish(f"{self._topic}/state", self._state())
        for run_id, record in self._relay.records.news(now).items():
            is_done = record is not None and record["state"] == "done"
            topic = f"{self._topic}/runs/{run_id}"
            self._states.publish(topic, record, KEPT if is_done else None)
        self._beat()

    def _state(self) -> dict[str, Any]:
        running, waiting = self._relay.records.queue()
        return self._describe() | {"running": running, "queue": waiting}

    # ---- what changes all the time

    def _watched(self, _: str) -> None:
        self._beat()

    def _beat(self) -> None:
        """Look again and again at what goes on, as long as somebody does, too."""
        if self._pulse is None and not self._is_closed and self._is_followed():
            self._pulse = self._loop.call_later(PULSE, self._look)

    def _is_followed(self) -> bool:
        return self._states.is_watched(f"{self._topic}/counters") or (
            self._relay.has_open_runs
            and self._states.is_watched(f"{self._topic}/runs/any")
        )

    def _look(self) -> None:
        self._pulse = None
        if self._states.is_watched(f"{self._topic}/counters"):
            counters = asdict(self._relay.counters)
            self._states.publish(f"{self._topic}/counters", counters)
        if self._relay.has_open_runs:
            self._relay.records.passed()
            self.changed()
        self._beat()
