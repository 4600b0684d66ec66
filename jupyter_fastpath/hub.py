"""
The hub of one kernel: its channels, its relay, and the loop that turns it.
"""

from __future__ import annotations

import asyncio
import time

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from jupyter_core.utils import ensure_async

from .activity import ActivityWatcher
from .channels.zmq import ZmqChannels
from .core.relay import Relay
from .readiness import Readiness
from .relay_loop import RelayLoop


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from logging import Logger

    from .config import KernelConfig
    from .core.counters import Counters
    from .core.message import Message
    from .core.terms import Terms
    from .relay_loop import Client
    from .trace import Trace


__all__ = ["HubParts", "KernelHub"]

# Close codes after which JupyterLab connects again.
SERVICE_RESTART = 1012

# Seconds for which a flood of text is left in its socket: much less than the pace
# at which it is sent on.
FLOOD_REST = 0.005


@dataclass(frozen=True)
class HubParts:
    """
    What a hub is made of.

    Attributes:
        kernel: The kernel manager of Jupyter Server.

        multi_kernel_manager: The manager of that.

        config: How the kernel is treated.

        terms: What the relay is told.

        find_path: Returns the path of the notebook of a kernel, if it has one.

        log: Where to tell the administrator.

        trace: Where to write down what passes, if anywhere.
    """

    kernel: Any
    multi_kernel_manager: Any
    config: KernelConfig
    terms: Terms
    find_path: Callable[[str], Awaitable[str | None]]
    log: Logger
    trace: Trace | None = None


class KernelHub:
    """
    Performs what the relay of one kernel asks for, as long as the kernel lives.

    Args:
        parts: What it is made of.
    """

    def __init__(self, parts: HubParts) -> None:
        self._parts = parts
        self._kernel = parts.kernel
        self._log = parts.log
        self._loop = asyncio.get_running_loop()
        self._channels = ZmqChannels(parts.kernel, self._received)
        own = self._channels.session_id
        epoch = time.time() - self._loop.time()
        self._relay = Relay(replace(parts.terms, own_session=own, epoch=epoch))
        self._activity = ActivityWatcher(parts.multi_kernel_manager, parts.kernel, own)
        self._turning = RelayLoop(self._relay, self._channels, parts.log, parts.trace)
        self._turning.run_done = self._look_up_path
        self._clients = self._turning.clients
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._readiness = Readiness(self._channels, parts.config)
        self._is_dead = False

    # ---- life

    def open(self) -> None:
        """
        Connect to the kernel, and begin to make it ready.
        """
        kernel_id = self._parts.terms.kernel_id
        manager = self._parts.multi_kernel_manager
        manager.add_restart_callback(kernel_id, self._restarting)
        self._connect()
        self._start("life", self._watch_life())

    def close(self) -> None:
        """
        Let go of the kernel; clients are sent what they can take at once.
        """
        self._turning.close()
        kernel_id = self._parts.terms.kernel_id
        manager = self._parts.multi_kernel_manager
        if kernel_id in manager:
            manager.remove_restart_callback(kernel_id, self._restarting)
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
        self._is_dead = False
        self._channels.close()
        self._readiness.give_up()
        self._readiness = Readiness(self._channels, self._parts.config)
        self._activity.begin()
        self._channels.open()
        self._start("ready", self._make_ready())

    async def _make_ready(self) -> None:
        await self._readiness.achieve()
        self._relay.kernel_ready(in_order=self._readiness.is_ipykernel)

    def _start(self, name: str, coroutine: Any) -> None:
        if name in self._tasks:
            self._tasks[name].cancel()
        self._tasks[name] = asyncio.create_task(coroutine)

    async def _watch_life(self) -> None:
        """Notice the death of a kernel that nobody else watches."""
        while True:
            await asyncio.sleep(self._parts.config.alive_interval)
            if self._kernel.autorestart or not self._relay.has_open_runs:
                continue
            if not await ensure_async(self._kernel.is_alive()):
                self.died()

    # ---- what happens to the kernel

    def _restarting(self) -> None:
        """Note that the kernel has died and is about to be started again."""
        self._log.warning("kernel %s died, restarting", self._parts.terms.kernel_id)
        self._end_runs("kernel_died", "restarting")
        self._connect()

    def died(self) -> None:
        """
        Note that the kernel is gone and will not come back by itself.
        """
        self._is_dead = True
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
        while not self._channels.drain():
            pass
        now = self._loop.time()
        self._relay.kernel_ended(verdict, now)
        if state is not None:
            self._relay.announce(state, now)
        self._turning.turn()

    # ---- clients

    def attach(self, client_id: str, client: Client) -> None:
        """
        Add *client*, in the place of an older connection with that ID.
        """
        older = self._clients.get(client_id)
        self._clients[client_id] = client
        if older is not None:
            older.replaced()
        self._relay.attach(client_id, self._loop.time())
        self._turning.turn()
        self._look_up_path()

    def detach(self, client_id: str, client: Client, *, may_return: bool) -> None:
        """
        Let *client* go; if it *may_return*, keep what it misses for a while.
        """
        if self._clients.get(client_id) is client:
            del self._clients[client_id]
            self._relay.detach(client_id, self._loop.time(), may_return=may_return)
            self._turning.turn()

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
        await self._wait_until_ready(timeout)
        self._turning.receive_from_client(client_id, message)
        if self._is_dead:
            self._end_runs("kernel_died")
        await self._channels.sent(message.channel)

    async def _wait_until_ready(self, timeout: float) -> None:
        """Wait for the kernel, across any further restart of it."""
        deadline = self._loop.time() + timeout
        while not self._readiness.is_ready and self._loop.time() < deadline:
            await self._readiness.wait(deadline - self._loop.time())

    # ---- the kernel's messages

    def _received(self, messages: list[Message]) -> None:
        self._turning.receive_from_kernel(messages)
        self._activity.observed(messages)
        if not self._readiness.is_ready:
            self._readiness.observed(messages)
        elif self._relay.is_flooding:
            self._channels.rest(FLOOD_REST)

    # ---- what others ask

    def _look_up_path(self) -> None:
        if "path" not in self._tasks or self._tasks["path"].done():
            self._start("path", self._take_path())

    async def _take_path(self) -> None:
        path = await self._parts.find_path(self._parts.terms.kernel_id)
        self._relay.author.path = path

    @property
    def counters(self) -> Counters:
        """What the relay has seen and done."""
        return self._relay.counters

    @property
    def client_count(self) -> int:
        """How many clients are attached."""
        return len(self._relay.clients)

    @property
    def is_ready(self) -> bool:
        """Whether the kernel has answered since it was started."""
        return self._readiness.is_ready
