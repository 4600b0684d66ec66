"""
What a server with real kernels tells Prometheus.
"""

from __future__ import annotations

import pytest

from .client import eventually, wait_for


pytestmark = [pytest.mark.kernel, pytest.mark.promise("G1")]

RUNS = 3


async def test_runs(page, scrape):
    """Runs are told by their durations, and what passed by its number."""
    before = await scrape()
    _, client = await page()
    for _ in range(RUNS):
        await client.run("for i in range(100): print(i, flush=True)")

    async def are_told():
        after = await scrape()
        return after if after["run_seconds_count"] == RUNS else None

    after = await eventually(are_told)

    assert 0 == before["run_seconds_count"] == before["kernels"]
    assert RUNS == after["first_output_seconds_count"]
    assert 0 < after["first_output_seconds_sum"] <= after["run_seconds_sum"] < 60
    assert after["messages_from_clients_total"] >= RUNS
    assert after["messages_to_kernels_total"] >= RUNS
    assert after["messages_from_kernels_total"] > 100 * RUNS
    assert after["merged_total"] > 0
    assert after["bytes_to_clients_total"] > after["messages_to_clients_total"] > 0
    assert 0 == after["lost_total"] == after["gaps_total"]
    assert (1, 1, 0) == (after["kernels"], after["clients"], after["open_runs"])


async def test_open_runs(page, scrape, gate):
    """Runs that wait or run are told of, until they are done."""
    _, client = await page()
    first = client.execute(wait_for(gate))
    second = client.execute("1")

    async def are_open():
        return (await scrape())["open_runs"] == 2

    await eventually(are_open)
    gate.touch()
    await client.done(first)
    await client.done(second)

    assert 0 == (await scrape())["open_runs"]


async def test_ended(page, scrape, jp_fetch):
    """When a kernel is shut down what it has counted stays, and it is told of no more."""
    kernel_id, client = await page()
    await client.run("print(1)")
    before = await scrape()
    await jp_fetch("api", "kernels", kernel_id, method="DELETE")

    async def is_gone():
        return (await scrape())["kernels"] == 0

    await eventually(is_gone)
    after = await scrape()
    totals = [name for name in before if name.endswith("_total")]

    assert totals
    assert [] == [name for name in totals if after[name] < before[name]]
    assert (0, 0) == (after["clients"], after["open_runs"])


async def test_resumed(page, connect, scrape):
    """A client that comes back is told of, and whether it was known what it misses."""
    kernel_id, client = await page()
    await client.run("print(1)")
    await client.lose()
    await connect(kernel_id, client.session_id, cursor=len(client.received))
    after = await scrape()
    assert (1, 0) == (after["resumed_total"], after["gaps_total"])

    await connect(kernel_id, cursor=1000)
    after = await scrape()

    assert (1, 1) == (after["resumed_total"], after["gaps_total"])
