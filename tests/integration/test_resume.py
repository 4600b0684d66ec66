"""
A page that counts what it gets, and says how far it is when it comes back.
"""

from __future__ import annotations

import pytest

from tornado.httpclient import HTTPClientError

from .client import LINES, eventually, text_of, wait_for
from .conftest import configured


pytestmark = pytest.mark.kernel

LARGE = "for i in range({count}): print(f'{{i:>999}}', flush=True)"


def lines(count):
    """
    Return what :data:`LINES` prints.
    """
    return "".join(f"{i}\n" for i in range(count))


@pytest.fixture
def counting(start_kernel, connect):
    """
    Start a kernel and connect to it as a page that counts.
    """

    async def open_page():
        kernel_id = await start_kernel()
        return kernel_id, await connect(kernel_id, cursor=0)

    return open_page


def places(messages):
    """
    Return the places of *messages* in their run, as a reader counts them on.
    """
    numbered = [message.place for message in messages if "event_idx" in message.place]
    return [(place["event_idx"], place.get("events", 1)) for place in numbered]


def has_no_gap(messages):
    """
    Return whether *messages* of one run follow each other, each once.
    """
    expected = 0
    for event_idx, events in places(messages):
        if event_idx != expected:
            return False
        expected += events
    return expected > 0


@pytest.mark.promise("A2", "A5", "B3", "F4", "I3")
async def test_what_was_in_dead_sockets(counting, connect, idle):
    """What a dead connection had taken is sent again, all of it and nothing twice."""
    kernel_id, client = await counting()
    run_id = client.execute(LINES.format(count=100, pause=0.01))
    await client.first(run_id, "stream")
    client.is_black_hole = True

    await idle(kernel_id)
    await client.lose()
    count = len(client.received)
    back = await connect(kernel_id, client.session_id, cursor=count)
    run = await back.done(run_id)
    together = [*client.of(run_id), *run.messages]

    assert text_of(together) == lines(100)
    assert has_no_gap(together)
    assert [m.msg_type for m in together].count("execute_reply") == 1
    assert [m.msg_type for m in together].count("cell_done") == 1


@pytest.mark.promise("F4", "I3")
async def test_again_and_again(counting, connect):
    """A run is followed through a connection that breaks all the time with some of it unread."""
    kernel_id, client = await counting()
    parts = [client]
    run_id = client.execute(LINES.format(count=200, pause=0.01))
    for number in range(8):
        await parts[-1].first(run_id, "stream")
        parts[-1].is_black_hole = number % 2 == 1
        await parts[-1].lose()
        count = sum(len(part.received) for part in parts)
        parts.append(await connect(kernel_id, client.session_id, cursor=count))
    await parts[-1].done(run_id)
    together = [message for part in parts for message in part.of(run_id)]

    assert text_of(together) == lines(200)
    assert has_no_gap(together)
    assert [m.msg_type for m in together].count("cell_done") == 1


@pytest.mark.promise("A8", "F4", "I4")
async def test_input_request(counting, connect, runs):
    """What a run asks for is asked again if the connection swallowed the question."""
    kernel_id, client = await counting()
    await client.run("pass")
    client.is_black_hole = True
    run_id = client.execute("print(input('Who? '))", "c1")

    async def is_asking():
        return [run for run in await runs(kernel_id) if run["input_request"]]

    await eventually(is_asking)
    await client.lose()
    count = len(client.received)
    back = await connect(kernel_id, client.session_id, cursor=count)
    question = await back.first(run_id, "input_request")
    back.send("input_reply", {"value": "Ada"}, "stdin", parent_header=question.header)
    run = await back.done(run_id)

    assert run.text == "Ada\n"


@pytest.mark.promise("F1", "F4")
@configured(SpoolConfig={"memory_bytes": 0})
async def test_more_than_memory_holds(counting, connect, idle, counters):
    """What a page missed is read from the disk when memory has it no longer."""
    kernel_id, client = await counting()
    run_id = client.execute(LARGE.format(count=8000))
    await client.first(run_id, "stream")
    await client.lose()

    await idle(kernel_id)
    count = len(client.received)
    back = await connect(kernel_id, client.session_id, cursor=count)
    run = await back.done(run_id)
    together = [*client.of(run_id), *run.messages]

    assert text_of(together) == "".join(f"{i:>999}\n" for i in range(8000))
    assert has_no_gap(together)
    assert (await counters(kernel_id))["cut"] == 0
    assert (await counters(kernel_id))["spilled"] > 0


@pytest.mark.promise("B3", "F1", "F4")
@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.9])
async def test_in_the_middle_of_a_large_print(counting, connect, share):
    """A page that got a part of 20 MB printed at once gets the exact rest, by its cursor."""
    kernel_id, client = await counting()
    run_id = client.execute("print('\\\\0123456' * 2_500_000)")
    first = await client.first(run_id, "stream")
    count = 1 + int(share * 20_000_000 / len(first.content["text"]))
    await client.until(lambda: len(client.of(run_id, "stream")) >= count)
    kept = client.of(run_id)[: client.of(run_id).index(first) + count]
    cursor = client.received.index(kept[-1]) + 1
    await client.lose()
    back = await connect(kernel_id, client.session_id, cursor=cursor)
    run = await back.done(run_id)
    together = [*kept, *run.messages]

    assert text_of(together) == "\\0123456" * 2_500_000 + "\n"
    assert has_no_gap(together)
    assert [events for _, events in places(together)] == [1] * len(places(together))


@pytest.mark.promise("F4")
async def test_unknown_session(start_kernel, connect):
    """Who says to have got what this server never sent is told of the gap."""
    kernel_id = await start_kernel()
    client = await connect(kernel_id, "somebody", cursor=17)
    gap = await client.until(
        lambda: [m for m in client.received if m.msg_type == "gap"]
    )

    assert gap[0].content == {"cursor": 17}
    assert (await client.run("2 + 2")).result == "4"


@pytest.mark.promise("F4")
async def test_wrong_count(counting, connect):
    """A cursor beyond what was sent is a gap too, and counting goes on from it."""
    kernel_id, client = await counting()
    await client.run("1")
    await client.lose()
    wrong = await connect(kernel_id, client.session_id, cursor=5000)
    await wrong.until(lambda: [m for m in wrong.received if m.msg_type == "gap"])
    await wrong.run("2")
    await wrong.lose()
    count = 5000 + len(wrong.received)
    back = await connect(kernel_id, client.session_id, cursor=count)
    run = await back.run("3")

    assert run.result == "3"
    assert not [m for m in back.received if m.msg_type == "gap"]


@pytest.mark.promise("Z3", "Z4")
@pytest.mark.parametrize("cursor", ["-1", "x", "1" * 30, ""])
async def test_bad_cursor(start_kernel, connect, cursor):
    """A cursor that is no number is refused with 400."""
    kernel_id = await start_kernel()
    with pytest.raises(HTTPClientError) as caught:
        await connect(kernel_id, cursor=cursor)

    assert caught.value.code == 400


@pytest.mark.promise("A8")
async def test_greeting(page, connect, gate):
    """Who connects anew is told at once what the kernel is doing."""
    kernel_id, client = await page()
    run_id = client.execute(wait_for(gate))
    await client.first(run_id, "execute_input")
    other = await connect(kernel_id)
    status = await other.states("busy", "idle")

    gate.touch()

    assert status.state == "busy"
    assert status.run_id == run_id


@pytest.mark.promise("A8")
@configured(KernelConfig={"away_seconds": 0.2})
async def test_away_for_too_long(page, connect, kernel_model, hub, gate):
    """A page that comes back too late is told all the same how its runs have ended."""
    kernel_id, client = await page()
    run_id = client.execute(f"{wait_for(gate)}\n7", "c1")
    await client.first(run_id, "execute_input")
    await client.lose()
    gate.touch()

    async def is_forgotten():
        model = await kernel_model(kernel_id)
        has_nobody = hub(kernel_id).get_standing(f"/{client.session_id}")["sent"] == 0
        return model["execution_state"] == "idle" and has_nobody

    await eventually(is_forgotten)
    back = await connect(kernel_id, client.session_id)
    run = await back.done(run_id)

    assert run.reply == {"status": "ok", "execution_count": 1}
    assert run.done["status"] == "ok"
    assert run.types[-3:] == ["execute_reply", "idle", "cell_done"]
