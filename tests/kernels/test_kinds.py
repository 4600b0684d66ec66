"""
What holds for ipykernel holds for kernels of other makers, in other languages.
"""

from __future__ import annotations

import os
import signal

import pytest

from tests.integration.client import eventually


pytestmark = [pytest.mark.kernel, pytest.mark.promise("A2", "A7", "Z5")]


@pytest.fixture
def opened(page, kind):
    """
    Start a kernel of the kind, and connect to it.
    """

    async def open_page():
        return await page("kind")

    return open_page


def text_of(run):
    """
    Return what a run has put out as text, with the ends of lines of no terminal.
    """
    results = [*run.all("execute_result"), *run.all("display_data")]
    shown = "".join(message.content["data"]["text/plain"] for message in results)
    return run.text.replace("\r\n", "\n") + shown


def ends(client, run_id):
    """
    Return how often a run was told to begin, and how it was told to end.
    """
    starts = len(client.of(run_id, "cell_start"))
    return starts, [told.content["status"] for told in client.of(run_id, "cell_done")]


async def is_usable(client, kind):
    """
    Show that the kernel runs code.
    """
    assert "5" in text_of(await client.run(kind.addition))


async def test_sum(opened, kind):
    """A run is told to begin and to end once, and all it says is between."""
    _, client = await opened()
    run = await client.run(kind.addition, "c1")

    assert "5" in text_of(run)
    assert (1, ["ok"]) == ends(client, run.run_id)
    assert run.types[-1] == "cell_done"
    assert run.done["cell_id"] == "c1"
    assert run.done["execution_count"] == run.reply["execution_count"]


@pytest.mark.promise("B1", "B3")
async def test_flood(opened, kind):
    """A flood of text arrives whole, in few messages."""
    _, client = await opened()
    await is_usable(client, kind)
    run = await client.run(kind.flood)

    numbers = "".join(f"{i}\n" for i in range(kind.lines))

    assert numbers == text_of(run)
    assert (1, ["ok"]) == ends(client, run.run_id)
    assert len(run.all("stream")) < kind.lines / 10


async def test_error(opened, kind):
    """An error ends its run with ``error``, and the kernel goes on."""
    _, client = await opened()
    run = await client.run(kind.failing)

    assert (1, ["error"]) == ends(client, run.run_id)
    assert run.all("error")
    assert run.reply["status"] == "error"
    await is_usable(client, kind)


async def test_interrupt(opened, kind, interrupt):
    """An interrupt ends the run, is told as that, and the kernel goes on, maybe anew."""
    kernel_id, client = await opened()
    run_id = client.execute(kind.endless)
    await client.first(run_id, "stream")
    await interrupt(kernel_id)
    await client.done(run_id)

    assert (1, [kind.interrupted]) == ends(client, run_id)
    await is_usable(client, kind)


@pytest.mark.promise("A9")
async def test_stdin(opened, kind):
    """Who asked for a run is asked for its input."""
    if not kind.asking:
        pytest.skip("it asks for no input")
    _, client = await opened()
    run_id = client.execute(kind.asking)
    asked = await client.first(run_id, "input_request")
    client.send("input_reply", {"value": "Ada"}, "stdin", parent_header=asked.header)
    run = await client.done(run_id)

    assert asked.content["prompt"] == "who? "
    assert "hello Ada" in run.text
    assert (1, ["ok"]) == ends(client, run_id)


async def test_restart(opened, kind, restart):
    """A restart ends the run and that behind it, and the new kernel runs code."""
    kernel_id, client = await opened()
    running = client.execute(kind.endless)
    queued = client.execute(kind.addition)
    await client.first(running, "stream")
    await restart(kernel_id)
    await client.done(running)
    await client.done(queued)
    # Before it is restarted a kernel is interrupted, and may heed that.
    (starts, (first,)), (_, (second,)) = ends(client, running), ends(client, queued)

    assert starts == 1
    assert first in {kind.interrupted, "aborted", "kernel_restarted"}
    assert second in {"ok", "aborted", "kernel_restarted"}
    await is_usable(client, kind)


@pytest.mark.promise("K3")
async def test_death(opened, kind, kernel_model):
    """When a kernel is killed its run ends with a reason, and the next one runs code."""
    kernel_id, client = await opened()
    pid = int((await client.run(kind.identity)).text.split()[0])
    running = client.execute(kind.endless)
    await client.first(running, "stream")
    os.kill(pid, signal.SIGKILL)
    run = await client.done(running)

    assert (1, ["kernel_died"]) == ends(client, running)
    assert "SIGKILL" in run.done["reason"]

    async def is_back():
        return (await kernel_model(kernel_id))["execution_state"] == "idle"

    await eventually(is_back)
    await is_usable(client, kind)
