"""
What another server sees of the kernels of this one, through Redis.
"""

from __future__ import annotations

import signal

import pytest

from traitlets.config import Config

from .board_watcher import Watcher
from .client import eventually, wait_for
from .redis_server import GROUP


pytestmark = [pytest.mark.kernel, pytest.mark.alone, pytest.mark.promise("K1")]

# Seconds within which a state is true: one, but for a machine that has other work.
SOON = 5.0


@pytest.fixture
def jp_server_config(redis):
    """
    A server that shares.
    """
    return Config(
        {
            "ServerApp": {"jpserver_extensions": {"jupyter_fastpath": True}},
            "KernelRestarter": {"time_to_dead": 0.2},
            "StateConfig": {"broker": redis.url, "group": GROUP},
        }
    )


@pytest.fixture
def seen(share, redis, page, jp_serverapp, jp_asyncio_loop):
    """
    A kernel that runs, its page, and who watches it at another server.
    """
    run = jp_asyncio_loop.run_until_complete
    # As a server does that is not in a test.
    run(jp_serverapp.extension_manager.start_all_extensions())
    states = run(share(redis))
    kernel_id, client = run(page())
    return kernel_id, client, Watcher(states, f"kernels/{kernel_id}/state")


async def tells(seen, patience: float = SOON, **expected: object) -> None:
    """
    Wait until the state of the kernel has just these values.
    """
    kernel_id, _, watcher = seen

    async def is_told() -> bool:
        state = watcher.take().get(f"kernels/{kernel_id}/state", {})
        return expected.items() <= state.items()

    await eventually(is_told, patience)


async def test_runs(seen, gate):
    """Another server knows within a second whether a kernel is busy, and with what."""
    _, client, _ = seen
    await tells(seen, patience=30.0, execution_state="idle")
    run_id = client.execute(wait_for(gate))
    await tells(seen, execution_state="busy")
    gate.touch()
    await client.done(run_id)
    await tells(seen, execution_state="idle", running=None)


async def test_kill(seen):
    """Another server knows within a second that a kernel was killed, and is there again."""
    _, client, _ = seen
    await tells(seen, patience=30.0, execution_state="idle")
    client.execute(f"import os, signal; os.kill(os.getpid(), {signal.SIGKILL:d})")
    await tells(seen, patience=10.0, restarts=1)
    await tells(seen, patience=10.0, execution_state="idle")


async def test_restart(seen, restart):
    """Another server knows within a second that a kernel was restarted."""
    kernel_id, _, _ = seen
    await tells(seen, patience=30.0, execution_state="idle")
    await restart(kernel_id)
    await tells(seen, restarts=1)


async def test_shut_down(seen, jp_fetch):
    """Another server knows within a second that a kernel is gone."""
    kernel_id, _, watcher = seen
    await tells(seen, patience=30.0, execution_state="idle")
    await jp_fetch("api", "kernels", kernel_id, method="DELETE")

    async def is_gone() -> bool:
        return watcher.take() == {}

    await eventually(is_gone, SOON)


async def test_server_stops(seen, jp_serverapp):
    """Another server sees nothing any more of a server that stops."""
    _, _, watcher = seen
    await tells(seen, patience=30.0, execution_state="idle")
    (app,) = jp_serverapp.extension_manager.extension_apps["jupyter_fastpath"]
    await app.stop_extension()

    async def is_gone() -> bool:
        return watcher.take() == {}

    await eventually(is_gone, SOON)
