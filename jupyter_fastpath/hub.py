"""
The hub of one kernel: its channels, its relay, and the loop that turns it.
"""

from __future__ import annotations

import asyncio
import time

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from .activity import ActivityWatcher
from .channels.kinds import channels_of
from .core.relay import Relay
from .core.run import CellDone, CellStart
from .core.saved import Origin
from .life import KernelLife
from .metrics import Figures
from .publishing import KernelPublisher
from .readiness import Readiness
from .recovery import Recovery
from .relay_loop import RelayLoop


if TYPE_CHECKING:
    from .core.counters import Counters
    from .core.message import Channel, Message
    from .core.state_request import Painted
    from .parts import HubParts
    from .relay_loop import Client


__all__ = ["KernelHub"]

# Close codes after which JupyterLab connects again.
SERVICE_RESTART = 1012

# Seconds for which a flood of text is left in its socket: much less than the pace
# at which it is sent on.
FLOOD_REST = 0.005

# The same while the disk cannot keep up.
PRESSED_REST = 0.05


class KernelHub:
    """
    Performs what the relay of one kernel asks for, as long as the kernel lives.

    Args:
        parts: What it is made of.

    Attributes:
        recovery: What is kept for pages that take up runs.
    """

    def __init__(self, parts: HubParts) -> None:
        self._parts = parts
        self._kernel = parts.kernel
        self._log = parts.log
        self._loop = asyncio.get_running_loop()
        self._channels = channels_of(parts.kernel, self._received)
        self._channels.garbled = self._garbled
        own = self._channels.session_id
        epoch = time.time() - self._loop.time()
        self._relay = Relay(replace(parts.terms, own_session=own, epoch=epoch))
        self._channels.is_pressed = lambda: self._relay.store.is_pressed
        self._activity = ActivityWatcher(parts.multi_kernel_manager, parts.kernel, own)
        self._turning = RelayLoop(
            self._relay, self._channels, parts.spool, parts.log, parts.trace
        )
        self.recovery = Recovery(
            self._relay, self._turning, parts.spool, parts.find_path
        )
        self._publisher = KernelPublisher(parts, self._relay, self._describe)
        self._turning.news = self._publisher.changed
        self._turning.run_told = self._run_told
        self._turning.save_due = partial(parts.save_due, parts.terms.kernel_id)
        self._clients = self._turning.clients
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._readiness = Readiness(self._channels, parts.config)
        interval = parts.config.alive_interval
        self._life = KernelLife(
            parts.kernel, interval, lambda: self._relay.has_open_runs
        )
        self._told_state = ""

    # ---- life

    def open(self) -> None:
        """
        Connect to the kernel, and begin to make it ready.
        """
        died = partial(self._parts.died, self.kernel_id)
        self._channels.follow(self._restarting, died)
        self._connect()
        self._start("life", self._watch_life())
        self._publisher.changed()

    def close(self, *, has_died: bool = False) -> None:
        """
        Let go of the kernel; clients are sent what they can take at once.

        Args:
            has_died: Whether it died, and nobody has wanted that.
        """
        self._publisher.close(has_died=has_died)
        self._parts.telemetry.leave(self.kernel_id)
        self.recovery.close()
        self._turning.close()
        self._channels.unfollow()
        self._channels.close()
        for task in self._tasks.values():
            task.cancel()
        self._readiness.give_up()

    def dismiss(self) -> None:
        """
        Let clients know that the server stops, and that they may come back.
        """
        for client in list(self._clients.values()):
            client.dismiss(SERVICE_RESTART, "the server stops")

    def _connect(self) -> None:
        self._life.begin()
        self._parts.telemetry.follow(self.kernel_id, self._kernel)
        self._channels.close()
        self._expect()
        self._activity.begin()
        self._channels.open()
        self._note_watched()
        self._start("ready", self._make_ready())

    def _expect(self) -> None:
        """Wait for the kernel to be ready, for the first time or again."""
        self._readiness.give_up()
        self._readiness = Readiness(self._channels, self._parts.config)

    async def _make_ready(self) -> None:
        await self._readiness.achieve()
        self._life.ready()
        self._relay.kernel_ready(in_order=self._readiness.is_ipykernel)
        self._publisher.changed()

    def _start(self, name: str, coroutine: Any) -> None:
        if name in self._tasks:
            self._tasks[name].cancel()
        self._tasks[name] = asyncio.create_task(coroutine)

    async def _watch_life(self) -> None:
        """Notice the death of the kernel before anybody else, or if nobody does."""
        while True:
            await self._life.end()
            if self._kernel.autorestart:
                self._gone()
            else:
                self.died()

    # ---- what happens to the kernel

    def _restarting(self) -> None:
        """Note that the kernel has died and is about to be started again."""
        self._log.warning("kernel %s died, restarting", self._parts.terms.kernel_id)
        self._gone()
        self._connect()

    def _gone(self) -> None:
        """Tell that the kernel has died, and is about to be started again."""
        if self._life.went():
            # What is asked for from now on is for the next one.
            self._expect()
            self._end_runs("kernel_died", "restarting")

    def died(self, *, is_wanted: bool = False) -> None:
        """
        Note that the kernel is gone and will not come back by itself.

        Args:
            is_wanted: Whether it was shut down.
        """
        self._life.died(is_wanted=is_wanted)
        self._kernel.execution_state = "dead"
        self._end_runs("kernel_died", "dead")

    def restarted(self) -> None:
        """
        Note that the kernel has been started again, maybe elsewhere.
        """
        self._end_runs("kernel_restarted")
        self._connect()

    def interrupted(self) -> None:
        """
        Note that the kernel has been interrupted.
        """
        self._relay.kernel_interrupted()

    def _end_runs(self, verdict: str, state: str | None = None) -> None:
        self._channels.drain_all()
        now = self._loop.time()
        reason = self._life.reason if verdict == "kernel_died" else None
        self._relay.kernel_ended(verdict, now, reason)
        if state is not None:
            self._relay.announce(state, now)
        self._turning.turn()
        self._publisher.changed()

    # ---- what is told of it

    def _describe(self) -> dict[str, Any]:
        """Return what is told of the kernel, but for its runs."""
        return {
            "kernel_id": self.kernel_id,
            "name": self._kernel.kernel_name,
            "path": self.recovery.path,
            "execution_state": self._execution_state,
            "restarts": self._life.restarts,
            "clients": self.client_count,
            "reason": self._life.reason,
        }

    @property
    def _execution_state(self) -> str:
        life = self._life
        if life.is_dead:
            return "dead"
        if life.is_gone or not self._readiness.is_ready:
            return "restarting" if life.is_gone or life.has_begun else "starting"
        running, _ = self._relay.records.queue()
        # What the kernel does beside a run has ends of its own.
        return "busy" if running else self._kernel.execution_state or "unknown"

    def _run_told(self, change: CellStart | CellDone, account: dict[str, Any]) -> None:
        self._publisher.told(change, account)
        if isinstance(change, CellDone):
            self.recovery.run_done()
            self._note_watched()

    def _note_watched(self) -> None:
        is_watched = bool(self._clients) or self._relay.has_open_runs
        self._channels.watched(is_watched=is_watched)

    def painted(self, painted: Painted) -> None:
        """
        Note when a page has painted what a run of its own has put out.
        """
        self._relay.records.painted(painted)
        self._publisher.changed()

    # ---- clients

    def admits(self, client_id: str) -> bool:
        """
        Return whether a client may be added; it makes room where it can.
        """
        return self._relay.admits(client_id, self._loop.time())

    def attach(self, client_id: str, client: Client, cursor: int | None = None) -> None:
        """
        Add *client*, in the place of an older connection with that ID.

        Args:
            client_id: The client.

            client: Its connection.

            cursor: How many messages it has got so far, if it counts them.
        """
        older = self._clients.get(client_id)
        self._clients[client_id] = client
        if older is not None:
            older.replaced()
        self._relay.attach(client_id, self._loop.time(), cursor)
        self._note_watched()
        self._turning.turn()
        self._publisher.changed()
        self._parts.attached(self.kernel_id)

    def detach(self, client_id: str, client: Client, *, may_return: bool) -> None:
        """
        Let *client* go; if it *may_return*, keep what it misses for a while.
        """
        if self._clients.get(client_id) is client:
            del self._clients[client_id]
            self._relay.detach(client_id, self._loop.time(), may_return=may_return)
            self._note_watched()
            self._turning.turn()
            self._publisher.changed()

    def taken(self, client_id: str, client: Client) -> int:
        """
        Return how many messages *client* was sent so far.
        """
        is_current = self._clients.get(client_id) is client
        return self._relay.clients.taken(client_id) if is_current else 0

    def confirmed(self, client_id: str, client: Client, count: int) -> None:
        """
        Note that *client* has got the first *count* of the messages it was sent.
        """
        if self._clients.get(client_id) is client:
            self._relay.clients.confirmed(client_id, count)

    async def receive(self, client_id: str, message: Message, timeout: float) -> None:
        """
        Take a message of a client, and wait until the kernel's socket has it.

        Args:
            client_id: The client.

            message: What it sent.

            timeout: How many seconds to wait for a kernel that is not ready.
        """
        arrived_at = self._loop.time()
        await self._wait_until_ready(timeout)
        if self._parts.terms.policy.patterns and self.recovery.path is None:
            # By it the output policy is found.
            await self.recovery.get_path()
        if message.msg_type == "execute_request":
            # JupyterLab gives a notebook's session its path only after it has begun,
            # and another one when it is renamed. What looks it up has one turn, which
            # is enough for who need not ask anybody, before the kernel can begin.
            self.recovery.look_up_path()
            await asyncio.sleep(0)
        self._turning.receive_from_client(client_id, message)
        if message.msg_type == "execute_request":
            self._relay.records.arrived(message.msg_id, arrived_at)
        if self._life.is_dead:
            self._end_runs("kernel_died")
        await self._channels.sent(message.channel)

    async def _wait_until_ready(self, timeout: float) -> None:
        """Wait for the kernel, across any further restart of it."""
        deadline = self._loop.time() + timeout
        while not self._readiness.is_ready and self._loop.time() < deadline:
            await self._readiness.wait(deadline - self._loop.time())

    def policy_told(self, client_id: str | None, policy: object) -> None:
        """
        Note the output policy of the notebook, as a client has it or as it was saved.
        """
        self._relay.cuts.told(client_id, policy)

    def cut(self, cell_id: str) -> Origin | None:
        """
        Have what a cell has put out be kept, since some of it is cut when it is saved.

        Returns:
            By what it can be had back, if it can.
        """
        run = self._relay.latest_of_cell(cell_id)
        start = None if run is None else self._relay.cuts.start_of(run.run_id)
        if run is None or start is None:
            return None
        run.is_cut = True
        self.recovery.note_cut(run.run_id)
        return Origin(self.kernel_id, run.run_id, start)

    # ---- the notebook

    def notebook_written(
        self, path: str, before: str | None, after: str | None, by: str
    ) -> None:
        """
        Tell all clients that the notebook was written, as what version of which.

        Args:
            path: Where it is.

            before: The version that it was, if that is known.

            after: The version that it is.

            by: ``server`` or ``page``.
        """
        content = {"path": path, "before": before, "after": after, "by": by}
        self._relay.tell_all("notebook_written", content, self._loop.time())
        self._turning.turn()

    def brought_home(self, size: int, seconds: float) -> None:
        """
        Note that the server has saved the notebook: so many bytes, in so many seconds.
        """
        self.recovery.note_saved()
        self._relay.checkpoints.saved(size, seconds, self._loop.time())
        self._turning.turn()

    def notebook_saved(
        self, size: int, seconds: float, *, is_shared: bool = False
    ) -> None:
        """
        Note that a client has saved the notebook, which may own runs or not; or a room
        has, whose document *is shared* and has all that was brought home.
        """
        now = self._loop.time()
        self.recovery.saved(is_shared=is_shared)
        self._relay.checkpoints.saved(size, seconds, now)
        if not is_shared:
            self._relay.checkpoints.overwritten(now)
        self._turning.turn()

    def notebook_moved(self) -> None:
        """
        Note that the notebook is somewhere else now.
        """
        self.recovery.look_up_path()
        self._relay.checkpoints.overwritten(self._loop.time())
        self._turning.turn()

    @property
    def has_orphans(self) -> bool:
        """Whether there is output that neither a page nor the notebook has."""
        return bool(self._relay.checkpoints.orphans())

    def is_running(self, cell_id: str) -> bool:
        """
        Return whether the kernel runs a cell, or may have been asked to.
        """
        run = self._relay.latest_of_cell(cell_id)
        return not self.is_ready or (run is not None and run.end is None)

    def knows_cell(self, cell_id: str) -> bool:
        """
        Return whether the kernel has run a cell.
        """
        return self._relay.latest_of_cell(cell_id) is not None

    def save_failed(self) -> None:
        """
        Note that the server could not bring output into the notebook.
        """
        self._relay.checkpoints.failed(self._loop.time())
        self._turning.turn()

    # ---- the kernel's messages

    def _received(self, messages: list[Message]) -> None:
        self._turning.receive_from_kernel(messages)
        self._activity.observed(messages)
        if self._kernel.execution_state is not self._told_state:
            self._told_state = self._kernel.execution_state
            self._publisher.changed()
        if not self._readiness.is_ready:
            self._readiness.observed(messages)
        elif self._relay.store.is_pressed:
            self._channels.rest(PRESSED_REST)
        elif self._relay.is_flooding:
            self._channels.rest(FLOOD_REST)

    def _garbled(self, channel: Channel) -> None:
        """Count what the kernel has sent that is no message, and tell of the first."""
        self.counters.garbled += 1
        if self.counters.garbled == 1:
            text = "kernel %s has sent on %s what is no message: it goes to nobody"
            self._log.warning(text, self.kernel_id, channel)

    # ---- what others ask

    def find_client(self, session_id: str) -> str | None:
        """
        Return the client that is connected with this session, whoever its user is.
        """
        found = (one for one in self._clients if one.endswith(f"/{session_id}"))
        return next(found, None) if session_id else None

    def get_standing(self, client_id: str) -> dict[str, Any]:
        """
        Return whether a client is connected, and how many messages it was sent.
        """
        clients = self._relay.clients
        sent = clients.taken(client_id) if client_id in clients else 0
        return {"is_connected": client_id in self._clients, "sent": sent}

    @property
    def counters(self) -> Counters:
        """What the relay has seen and done."""
        return self._relay.counters

    @property
    def kernel_id(self) -> str:
        """The kernel."""
        return self._relay.kernel_id

    @property
    def client_count(self) -> int:
        """How many clients are attached."""
        return len(self._relay.clients)

    @property
    def figures(self) -> Figures:
        """What metrics tell of the kernel."""
        return Figures(self.counters, self.client_count, self._relay.open_run_count)

    @property
    def is_ready(self) -> bool:
        """Whether the kernel has answered since it was started."""
        return self._readiness.is_ready
