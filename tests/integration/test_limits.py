"""
How many there may be of what clients make at will, and what is told of one too many.
"""

from __future__ import annotations

import pytest

from .client import eventually, wait_for
from .conftest import configured


pytestmark = [pytest.mark.kernel, pytest.mark.promise("Z4")]


@configured(LimitConfig={"clients": 2})
async def test_clients(page, connect, scrape, jp_serverapp):
    """A client too many is closed with 1013, which is counted; who is away makes room."""
    kernel_id, first = await page()
    second = await connect(kernel_id)
    third = await connect(kernel_id)

    assert await third.closed() == 1013
    assert third.connection.close_reason == "the kernel has too many clients"

    await second.lose()
    hub = jp_serverapp.web_app.settings["fastpath_hubs"].get(kernel_id)

    async def is_away():
        return not hub.get_standing(f"/{second.session_id}")["is_connected"]

    await eventually(is_away)
    fourth = await connect(kernel_id)

    assert (await fourth.run("print(4)")).text == "4\n"
    assert (await first.run("print(1)")).text == "1\n"
    assert (await scrape())["turned_away_clients_total"] == 1


@configured(LimitConfig={"runs": 3})
async def test_runs(page, scrape, gate):
    """A run too many ends at once, with an error that says why, and none of the others does."""
    _, client = await page()
    first = client.execute(wait_for(gate) + "print(0)", "c0")
    await client.first(first, "execute_input")
    others = [client.execute(f"print({i})", f"c{i}") for i in range(1, 5)]
    refused = [await client.done(run_id) for run_id in others[2:]]
    gate.touch()
    done = [await client.done(run_id) for run_id in (first, *others[:2])]

    assert ["TooManyRuns"] * 2 == [run.one("error").content["ename"] for run in refused]
    assert ["error"] * 2 == [run.done["status"] for run in refused]
    assert ["0\n", "1\n", "2\n"] == [run.text for run in done]
    assert (await client.run("print(5)", "c5")).text == "5\n"
    assert (await scrape())["refused_runs_total"] == 2


@configured(LimitConfig={"watchers": 1})
async def test_watchers(watch, scrape):
    """Who watches too many is closed with 1013, which is counted, and the others go on."""
    first = await watch("**")
    second = await watch()

    assert await second.closed() == 1013

    first.write("{")

    assert await first.closed() == 1002

    counted = await scrape()

    assert counted["turned_away_subscribers_total"] == 1
    assert counted["malformed_subscribers_total"] == 1


async def test_malformed(page, scrape):
    """A frame that cannot be read is counted."""
    _, client = await page()
    client.write(b"nonsense")

    assert await client.closed() == 1002
    assert (await scrape())["malformed_frames_total"] == 1
