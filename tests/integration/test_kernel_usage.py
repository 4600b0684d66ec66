"""
What a page is told of the usage of its kernel, and of why that has died.
"""

from __future__ import annotations

import pytest

from .client import wait_for
from .conftest import configured
from .watcher import state


pytestmark = pytest.mark.kernel

MB = 1_000_000


@pytest.mark.promise("K1", "K3")
async def test_usage(page, watch, gate):
    """A page is told what its kernel uses, and at the end of a run what that has taken."""
    kernel_id, client = await page()
    await client.run("pass")
    watcher = await watch(f"kernels/{kernel_id}/**")
    topic = f"kernels/{kernel_id}/usage"
    before = await watcher.value(topic)
    run_id = client.execute(f"x = b'1' * {300 * MB}\n" + wait_for(gate))
    during = await watcher.value(
        topic, lambda value: value["rss"] > before["rss"] + 290 * MB
    )
    gate.touch()
    record = await watcher.value(
        f"kernels/{kernel_id}/runs/{run_id}", lambda value: value["state"] == "done"
    )

    assert before["is_known"] is True
    assert record["peak_memory"] >= during["rss"]


@pytest.mark.promise("K3")
@configured(KernelRestarter={"time_to_dead": 0.2})
async def test_death(page, watch):
    """A page is told why its kernel has died: of the kernel, and of the run."""
    kernel_id, client = await page()
    watcher = await watch(f"kernels/{kernel_id}/**")
    run_id = client.execute("import os; os._exit(3)")
    record = await watcher.value(
        f"kernels/{kernel_id}/runs/{run_id}", lambda value: value["state"] == "done"
    )
    told = await watcher.value(state(kernel_id), lambda value: value["reason"])
    # Jupyter cannot shut down a kernel that is being started again.
    await client.run("pass")

    assert (record["status"], record["reason"]) == ("kernel_died", "exit code 3")
    assert told["reason"] == "exit code 3"


@pytest.mark.promise("K3")
async def test_shutdown(page, watch, jp_fetch, gate):
    """A run whose kernel is shut down has no reason why that died."""
    kernel_id, client = await page()
    watcher = await watch(f"kernels/{kernel_id}/**")
    run_id = client.execute(wait_for(gate))
    await client.first(run_id, "execute_input")
    await jp_fetch("api", "kernels", kernel_id, method="DELETE")
    record = await watcher.value(
        f"kernels/{kernel_id}/runs/{run_id}",
        lambda value: value is None or value["state"] == "done",
    )

    assert record["reason"] is None
