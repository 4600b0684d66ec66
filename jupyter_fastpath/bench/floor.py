"""
The floor: a kernel spoken to over ZeroMQ, with no server between.
"""

from __future__ import annotations

import asyncio
import subprocess
import tempfile
import time

from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import zmq

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import AsyncKernelManager

from . import frames
from .errors import BenchError
from .record import Record, Wait
from .server import INSTALLED, Interpreter


if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from jupyter_client.session import Session


__all__ = ["FloorClient", "floor"]

_DELIMITER = b"<IDS|MSG>"
_TICK = 0.25
# Messages read from a socket before the other one, and the loop, have a turn.
_TURN = 1000
_READY_TIMEOUT = 60.0


@asynccontextmanager
async def floor(python: Interpreter = INSTALLED) -> AsyncIterator[FloorClient]:
    """Give a client of a kernel of its own; the kernel ends with the block."""
    with tempfile.TemporaryDirectory(
        prefix="fastpath-bench-", ignore_cleanup_errors=True
    ) as directory:
        home = Path(directory)
        manager = AsyncKernelManager(kernel_name="python3")
        spec = manager.kernel_spec
        if python.is_clean and spec is not None:
            spec.argv = [python.path, *spec.argv[1:]]
        manager.connection_file = str(home / "kernel.json")
        await manager.start_kernel(
            env=python.environment(home), cwd=directory, stderr=subprocess.DEVNULL
        )
        try:
            async with _client(manager) as client:
                await client.ready()
                yield client
        finally:
            await manager.shutdown_kernel(now=True)


@asynccontextmanager
async def _client(manager: AsyncKernelManager) -> AsyncIterator[FloorClient]:
    with zmq.Context() as context:
        # Our side must not be the one that drops. The kernel keeps its own mark.
        context.setsockopt(zmq.RCVHWM, 0)
        context.setsockopt(zmq.SNDHWM, 0)
        context.setsockopt(zmq.LINGER, 0)
        connector = BlockingKernelClient(context=context)
        connector.load_connection_info(manager.get_connection_info())
        with connector.connect_shell() as shell, connector.connect_iopub() as iopub:
            yield FloorClient(connector.session, shell, iopub)


class FloorClient:
    """
    Runs code in a kernel, one run at a time, and waits in the calling thread.

    Args:
        session: Signs the requests.
        shell: A socket connected to the kernel's shell channel.
        iopub: A socket subscribed to all of the kernel's iopub channel.
    """

    def __init__(
        self,
        session: Session,
        shell: zmq.Socket[bytes],
        iopub: zmq.Socket[bytes],
    ) -> None:
        self._session = session
        self._shell = shell
        self._channels = {shell: "shell", iopub: "iopub"}
        self._poller = zmq.Poller()
        for channel in self._channels:
            self._poller.register(channel, zmq.POLLIN)

    async def ready(self) -> None:
        """Return once the kernel answers and its iopub messages arrive."""
        end = time.perf_counter() + _READY_TIMEOUT
        while time.perf_counter() < end:
            record = await self.execute("None", Wait(quiet=1.0))
            if record.is_done:
                return
        raise BenchError("the kernel did not get ready")

    async def execute(self, code: str, wait: Wait) -> Record:
        """Run *code* and return its record once it is done or given up."""
        msg = self._session.msg("execute_request")
        record = Record(msg["header"]["msg_id"], time.perf_counter())
        parts = frames.execute_request(code, record.msg_id, self._session.session)
        self._shell.send_multipart([_DELIMITER, self._session.sign(parts), *parts])
        record.enqueued = time.perf_counter()
        while not record.is_given_up(time.perf_counter(), wait.quiet):
            self._receive(record, _TICK)
            if record.is_done:
                break
            # Lets the loop see that it has been cancelled.
            await asyncio.sleep(0)
        end = time.perf_counter() + wait.settle
        while time.perf_counter() < end:
            self._receive(record, wait.settle)
        return record

    def _receive(self, record: Record, timeout: float) -> None:
        for channel, _ in self._poller.poll(round(timeout * 1000)):
            for _ in range(_TURN):
                self._take(record, channel, channel.recv_multipart())
                if not channel.get(zmq.EVENTS) & zmq.POLLIN:
                    break

    def _take(
        self, record: Record, channel: zmq.Socket[bytes], message: list[bytes]
    ) -> None:
        now = time.perf_counter()
        # After the delimiter come the signature and the parts.
        parts = message[message.index(_DELIMITER) + 2 :]
        record.received(sum(map(len, message)), now)
        arrival = frames.read(self._channels[channel], parts)
        if arrival.parent_id == record.msg_id:
            record.observed(arrival, now)
