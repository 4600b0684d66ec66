"""
Whether a kernel answers, and whether what it publishes arrives.

Both are found out once per start of the kernel, not once per connection.
"""

from __future__ import annotations

import asyncio
import contextlib

from typing import TYPE_CHECKING, Any

from .channels.tuning import is_ipykernel, tuning_request


if TYPE_CHECKING:
    from collections.abc import Iterable

    from .channels import Channels
    from .config import KernelConfig
    from .core.message import Message


__all__ = ["Readiness"]

# Seconds between two requests to a kernel that has not answered yet.
NUDGE_INTERVAL = 0.5

# Seconds for which a kernel may take to lift its limits before it is used all the same.
TUNING_TIMEOUT = 2.0

# Seconds for which a channel may take to be connected before the others are used all
# the same. What is sent on it waits in a queue; only input cannot be asked for so long.
CONNECTED_TIMEOUT = 5.0

# How many published messages may wait in the server's socket for a kernel that queues
# without limit: whatever their size, they are not in the memory of the server.
MAX_QUEUED = 64

# Seconds between two looks whether all channels are connected; one look is the rule.
CONNECTED_INTERVAL = 0.01


class Readiness:
    """
    Makes one start of a kernel ready, and lets others wait for it.

    Args:
        channels: The channels of the kernel, open.

        config: How the kernel is treated.
    """

    def __init__(self, channels: Channels, config: KernelConfig) -> None:
        self._channels = channels
        self._config = config
        self._info: asyncio.Future[dict[str, Any]]
        self._info = asyncio.get_running_loop().create_future()
        self._published: asyncio.Future[None]
        self._published = asyncio.get_running_loop().create_future()
        self._tuned = asyncio.Event()
        self._ready = asyncio.Event()

    @property
    def is_ready(self) -> bool:
        """Whether the kernel is ready."""
        return self._ready.is_set()

    @property
    def is_ipykernel(self) -> bool:
        """Whether the kernel has answered that it is ipykernel."""
        return self._info.done() and is_ipykernel(self._info.result())

    async def achieve(self) -> None:
        """
        Ask until the kernel has answered and what it publishes arrives, and wait
        for the other channels; then ask it to lift its limits, before anybody else
        can ask it anything.
        """
        while not (self._info.done() and self._published.done()):
            self._channels.request("shell", "kernel_info_request", {})
            self._channels.request("control", "kernel_info_request", {})
            signs: set[asyncio.Future[Any]] = {self._info, self._published}
            await asyncio.wait(signs, timeout=NUDGE_INTERVAL)
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._connected(), CONNECTED_TIMEOUT)
        if self._config.tune_ipykernel and self.is_ipykernel:
            content = tuning_request(self._config.flush_interval)
            self._channels.request("shell", "execute_request", content)
            # Its socket is not to be changed while somebody floods it.
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._tuned.wait(), TUNING_TIMEOUT)
                self._channels.bound(MAX_QUEUED)
        self._ready.set()

    async def _connected(self) -> None:
        while not self._channels.are_connected():  # noqa: ASYNC110 (ZeroMQ tells no one)
            await asyncio.sleep(CONNECTED_INTERVAL)

    def observed(self, messages: Iterable[Message]) -> None:
        """
        Look for signs of life in what the kernel has sent.
        """
        for message in messages:
            if message.channel == "iopub":
                if not self._published.done():
                    self._published.set_result(None)
                if _is_end_of_run(message):
                    self._tuned.set()
            elif message.msg_type == "kernel_info_reply" and not self._info.done():
                self._info.set_result(message.content)

    async def wait(self, timeout: float) -> None:
        """
        Wait until the kernel is ready, *timeout* seconds at most.
        """
        if not self._ready.is_set():
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._ready.wait(), timeout)

    def give_up(self) -> None:
        """
        Let nobody wait any longer: the kernel is gone.
        """
        self._ready.set()


def _is_end_of_run(message: Message) -> bool:
    return message.parent.msg_type == "execute_request" and message.state == "idle"
