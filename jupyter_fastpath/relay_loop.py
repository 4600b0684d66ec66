"""
The loop that turns the relay of one kernel: it performs what the relay asks for, and
sets the one timer.
"""

from __future__ import annotations

import asyncio
import math

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from .core.instructions import Fetch, Save, Spill, ToClient, ToKernel, Warn
from .trace import FROM_CLIENT, FROM_KERNEL, TO_CLIENT


if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from logging import Logger

    from .channels import Channels
    from .core.instructions import Instruction
    from .core.message import Message
    from .core.relay import Relay
    from .core.run import CellDone, CellStart
    from .spool import Spool
    from .trace import Trace


__all__ = ["Client", "RelayLoop"]


class Client(Protocol):
    """Whoever can be sent a message."""

    def send(self, message: Message) -> asyncio.Future[None] | None:
        """Send *message*; return what tells when it is off, None if it never is."""

    def replaced(self) -> None:
        """Make way for a newer connection of the same client."""

    def dismiss(self, code: int, reason: str) -> None:
        """Close the connection, and say why."""


class RelayLoop:
    """
    Turns one relay between its clients and the channels of its kernel.

    Args:
        relay: The relay.

        channels: The channels of the kernel.

        spool: Where to write what was published, and to read it again.

        log: Where to tell the administrator.

        trace: Where to write down what passes, if anywhere.

    Attributes:
        clients: The clients that are attached, by ID.

        run_told: What is called with what is told of a run, at its begin and its end.

        news: What is called when there is something new to tell of runs.

        save_due: What is called when output is to be brought into the notebook.
    """

    def __init__(
        self,
        relay: Relay,
        channels: Channels,
        spool: Spool,
        log: Logger,
        trace: Trace | None,
    ) -> None:
        self._relay = relay
        self._channels = channels
        self._spool = spool
        self._log = log
        self._trace = trace
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._is_closed = False
        self.clients: dict[str, Client] = {}
        self.run_told: Callable[[CellStart | CellDone, dict[str, Any]], None]
        self.run_told = lambda *_: None
        self.news: Callable[[], None] = lambda: None
        self.save_due: Callable[[], None] = lambda: None

    def receive_from_kernel(self, messages: Iterable[Message]) -> None:
        """
        Feed what the kernel has sent.
        """
        now = self._loop.time()
        for message in messages:
            if self._trace is not None:
                self._note(FROM_KERNEL, message)
            self._relay.receive_from_kernel(message, now)
        self.turn()

    def receive_from_client(self, client_id: str, message: Message) -> None:
        """
        Feed what a client has sent.
        """
        if self._trace is not None:
            self._note(FROM_CLIENT, message)
        self._relay.receive_from_client(client_id, message, self._loop.time())
        self.turn()

    def turn(self) -> None:
        """
        Perform what is to be done now, and set the timer for what is later.
        """
        for instruction in self._relay.instructions(self._loop.time()):
            self._perform(instruction)
        if self._relay.records.has_news:
            self.news()
        self._arm()

    def close(self) -> None:
        """
        Send what clients can take at once, and turn no more.
        """
        while (self._relay.get_timer() or math.inf) <= self._loop.time():
            self.turn()
        if self._timer is not None:
            self._timer.cancel()
        self._is_closed = True

    def _perform(self, instruction: Instruction) -> None:
        if isinstance(instruction, ToClient):
            self._send(instruction.client_id, instruction.message)
        elif isinstance(instruction, ToKernel):
            self._channels.send(instruction.message)
        elif isinstance(instruction, Spill):
            written = asyncio.wrap_future(self._spool.write(instruction))
            written.add_done_callback(self._written)
        elif isinstance(instruction, Fetch):
            self._fetch(instruction)
        elif isinstance(instruction, Warn):
            self._log.warning("kernel %s: %s", self._relay.kernel_id, instruction.text)
        elif isinstance(instruction, Save):
            self.save_due()
        else:
            self.run_told(instruction.change, instruction.account)

    def _written(self, _: asyncio.Future[None]) -> None:
        self._relay.store.saved(is_certain=not self._spool.has_failed)
        if not self._is_closed:
            self._arm()

    def _fetch(self, fetch: Fetch) -> None:
        read = asyncio.wrap_future(self._spool.read(fetch.position, fetch.size))
        read.add_done_callback(partial(self._fetched, fetch))

    def _fetched(self, fetch: Fetch, read: asyncio.Future[list[Message]]) -> None:
        if not self._is_closed and fetch.client_id in self._relay.clients:
            now = self._loop.time()
            client_id, position = fetch.client_id, fetch.position
            self._relay.fetched(client_id, position, read.result(), now)
            self.turn()

    def _send(self, client_id: str, message: Message) -> None:
        if self._trace is not None:
            self._note(TO_CLIENT, message)
        client = self.clients[client_id]
        future = client.send(message)
        if future is not None:
            future.add_done_callback(partial(self._drained, client_id, client))

    def _note(self, direction: str, message: Message) -> None:
        assert self._trace is not None
        self._trace.note(direction, self._relay.kernel_id, self._loop.time(), message)

    def _drained(
        self, client_id: str, client: Client, future: asyncio.Future[None]
    ) -> None:
        failed = future.cancelled() or future.exception() is not None
        if failed or self.clients.get(client_id) is not client:
            return
        if self._relay.clients.drained(client_id, self._loop.time()):
            self.turn()

    def _arm(self) -> None:
        timer_at = self._relay.get_timer()
        if self._timer is not None:
            if self._timer.when() == timer_at:
                return
            self._timer.cancel()
            self._timer = None
        if timer_at is not None:
            self._timer = self._loop.call_at(timer_at, self._timer_fired)

    def _timer_fired(self) -> None:
        self._timer = None
        # Only who has heard everything can say that the kernel is silent.
        if self._channels.drain():
            self._relay.handle_timer(self._loop.time())
        self.turn()
