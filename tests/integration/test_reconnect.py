"""
A page whose connection breaks, and one that is refreshed.
"""

from __future__ import annotations

import re

import pytest

from jupyter_client.session import Session, json_packer

from jupyter_fastpath.core import wire
from jupyter_fastpath.core.message import Message

from .client import LINES, text_of
from .conftest import configured
from .raw import BINARY, connected, frame


pytestmark = pytest.mark.kernel


def unrepeated(messages):
    """
    Return *messages* without the states that a page has got before its connection broke.
    """
    known = {}
    for message in messages:
        known.setdefault(message.header["msg_id"], message)
    assert len(messages) - len(known) == len(
        [m for m in messages if m.state and known[m.header["msg_id"]] is not m]
    )
    return list(known.values())


def lines(count):
    """
    Return what :data:`LINES` prints.
    """
    return "".join(f"{i}\n" for i in range(count))


@pytest.mark.promise("A5", "F4", "I3")
async def test_broken_connection(page, connect, idle):
    """What a page misses while its connection is broken arrives when it is back, no output twice."""
    kernel_id, client = await page()
    run_id = client.execute(LINES.format(count=100, pause=0.01))
    await client.first(run_id, "stream")
    await client.lose()

    await idle(kernel_id)
    back = await connect(kernel_id, client.session_id)
    run = await back.done(run_id)
    together = unrepeated([*client.of(run_id), *run.messages])

    assert text_of([*client.of(run_id), *run.messages]) == lines(100)
    assert run.reply["status"] == run.done["status"] == "ok"
    assert run.types.count("idle") == 1
    expected = 0
    for message in together:
        if message.channel == "iopub":
            assert message.place["event_idx"] == expected
            expected += message.place.get("events", 1)


@pytest.mark.promise("F4", "I3")
async def test_broken_again_and_again(page, connect):
    """A run is followed without a gap through a connection that breaks all the time."""
    kernel_id, client = await page()
    parts = [client]
    run_id = client.execute(LINES.format(count=150, pause=0.01))
    for _ in range(6):
        await parts[-1].first(run_id, "stream")
        await parts[-1].lose()
        parts.append(await connect(kernel_id, client.session_id))
    await parts[-1].done(run_id)
    together = [message for part in parts for message in part.of(run_id)]

    assert text_of(together) == lines(150)
    assert [m.msg_type for m in together].count("cell_done") == 1


@pytest.mark.promise("A7", "F4")
async def test_what_happened_meanwhile(page, connect, restart):
    """A page that was away learns that its kernel has been restarted, and of the runs that ended so."""
    kernel_id, client = await page()
    code = "import time\nprint(1, flush=True)\nwhile True:\n try: time.sleep(1)\n except KeyboardInterrupt: pass"
    run_id = client.execute(code)
    await client.first(run_id, "stream")
    await client.lose()
    await restart(kernel_id)
    back = await connect(kernel_id, client.session_id)
    run = await back.done(run_id)

    assert run.done["status"] == "kernel_restarted"
    assert (await back.run("2 + 2")).result == "4"


@pytest.mark.promise("F4")
async def test_request_of_the_absent(page, connect):
    """A request that was sent just before the connection broke is answered after it."""
    kernel_id, client = await page()
    for _ in range(5):
        run_id = client.execute("import time; time.sleep(0.3); print('here')")
        await client.first(run_id, "execute_input")
        await client.lose()
        back = await connect(kernel_id, client.session_id)
        await back.first(run_id, "cell_done")
        both = [*client.of(run_id), *back.of(run_id)]

        assert text_of(both) == "here\n"
        assert [m.msg_type for m in both].count("execute_reply") == 1
        client = back


@pytest.fixture
def unread(jp_http_port, jp_base_url, jp_serverapp, jp_asyncio_loop):
    """
    Run code through a connection that breaks with all that was sent to it unread.
    """
    token = jp_serverapp.identity_provider.token

    async def run(observer, kernel_id, session_id, code):
        path = f"{jp_base_url}api/kernels/{kernel_id}/channels"
        asking = Session().msg("execute_request", {"code": code, "silent": False})
        names = ("header", "parent_header", "metadata", "content")
        message = Message("shell", [json_packer(asking[name]) for name in names])
        with connected(jp_http_port, path, token, session_id) as connection:
            await jp_asyncio_loop.sock_recv(connection, 12)
            sent = frame(BINARY, wire.V1.encode(message))
            await jp_asyncio_loop.sock_sendall(connection, sent)
            await observer.done(asking["msg_id"])
        return asking["msg_id"]

    return run


@pytest.mark.promise("A8")
async def test_lost_in_the_network(page, connect, unread, counters):
    """A reply that was lost with a connection is sent again, and the end of its run with it."""
    kernel_id, observer = await page()
    run_id = await unread(observer, kernel_id, "session", "2 + 3")
    back = await connect(kernel_id, "session")
    run = await back.done(run_id)
    on_iopub = [name for name in run.types if name != "execute_reply"]

    assert on_iopub == ["busy", "idle", "cell_done"]
    assert run.types[-1] == "cell_done"
    assert run.reply["status"] == run.done["status"] == "ok"
    assert (await counters(kernel_id))["resent"] >= 4
    assert (await back.run("2 + 2")).result == "4"


@configured(ConnectionConfig={"ping_interval": 0.05})
@pytest.mark.promise("A8", "F4")
async def test_arrived_for_certain(page, connect):
    """What a client got before it answered a ping is not sent again."""
    kernel_id, client = await page()
    run = await client.run("2 + 3")
    await client.run("import time; time.sleep(0.5)")
    await client.lose()
    back = await connect(kernel_id, client.session_id)
    await back.run("2 + 2")

    assert back.of(run.run_id) == []


@configured(MappingKernelManager={"buffer_offline_messages": False})
@pytest.mark.promise("A5")
async def test_nothing_is_kept(page, connect, idle):
    """Nothing is kept for a page that is away if the administrator does not want it; it is told the state."""
    kernel_id, client = await page()
    run_id = client.execute(LINES.format(count=50, pause=0.01))
    await client.first(run_id, "stream")
    await client.lose()

    await idle(kernel_id)
    back = await connect(kernel_id, client.session_id)
    await back.run("pass")

    assert [message.state for message in back.of(run_id)] == ["idle"]


@pytest.fixture
def cut(page, connect, idle):
    """
    Miss more than is kept; return the kernel, who is back, the run, and the marker.
    """

    async def miss():
        kernel_id, client = await page()
        run_id = client.execute(
            "import time\nprint('begun', flush=True)\ntime.sleep(0.3)\n"
            "for i in range(30_000):\n    print('x' * 99, flush=True)"
        )
        await client.first(run_id, "stream")
        await client.lose()

        await idle(kernel_id)
        back = await connect(kernel_id, client.session_id)
        run = await back.done(run_id)
        marker = await back.until(lambda: markers(back))
        return kernel_id, back, run, marker[0]

    return miss


def markers(client):
    """
    Return the markers that a client has been sent.
    """
    return [m for m in client.received if "[fastpath]" in m.content.get("text", "")]


@configured(SpoolConfig={"bytes": 200_000, "memory_bytes": 0})
@pytest.mark.promise("B8", "F4")
async def test_cut(cut, counters):
    """Output that was kept no longer when a page came back is counted, and the page is told the number."""
    kernel_id, back, run, _ = await cut()
    # What is read may be cut again before it is sent.
    told = "".join(marker.content["text"] for marker in markers(back))
    counts = re.findall(r"\[fastpath\] ([\d,]+) messages", told)
    count = sum(int(number.replace(",", "")) for number in counts)
    idle = run.all("status")[-1]

    assert run.done["status"] == run.reply["status"] == "ok"
    assert idle.state == "idle"
    assert count > 500
    assert (await counters(kernel_id))["cut"] == count


@configured(SpoolConfig={"bytes": 200_000, "memory_bytes": 0})
@pytest.mark.promise("A2", "F4")
async def test_cut_is_told_in_time(cut):
    """What was cut is told before the run ends: a page shows nothing of a run that has ended."""
    _, back, run, marker = await cut()
    (end,) = (m for m in back.received if m.msg_type == "cell_done")

    assert back.received.index(marker) < back.received.index(run.all("status")[-1])
    assert back.received.index(marker) < back.received.index(end)


@pytest.mark.parametrize("code", [1000, 1001])
@pytest.mark.promise("A5")
async def test_refresh(page, connect, hub, code):
    """Nothing is kept for a page that said that it goes, and the new one is served."""
    kernel_id, client = await page()
    run_id = client.execute(LINES.format(count=30, pause=0.01))
    await client.first(run_id, "stream")
    await client.close(code)
    fresh = await connect(kernel_id)
    run = await fresh.done(run_id)

    assert hub(kernel_id).client_count == 1
    assert not run.all("execute_reply")
    assert run.done["status"] == "ok"
    assert run.text.endswith("29\n")
    assert (await fresh.run("2 + 2")).result == "4"


async def test_same_session(page, connect, kernel_model):
    """A second connection of a session takes the place of the first, which is closed with 1000."""
    kernel_id, client = await page()
    run_id = client.execute(LINES.format(count=60, pause=0.01))
    await client.first(run_id, "stream")
    newer = await connect(kernel_id, client.session_id)
    run = await newer.done(run_id)

    assert await client.closed() == 1000
    assert text_of([*client.of(run_id), *run.messages]) == lines(60)
    assert (await kernel_model(kernel_id))["connections"] == 1
    assert (await newer.run("2 + 2")).result == "4"


@pytest.mark.promise("C2")
async def test_next_connection(page, connect, hub):
    """When all pages are gone the hub stays, and the next page is served at once."""
    kernel_id, client = await page()
    await client.run("x = 1")
    before = hub(kernel_id)
    await client.close()
    fresh = await connect(kernel_id)
    run = await fresh.run("x")

    assert hub(kernel_id) is before
    assert run.result == "1"
    assert before.is_ready


async def test_connection_to_a_busy_kernel(page, connect):
    """A page can connect while the kernel is busy, and sees what comes from then on."""
    kernel_id, client = await page()
    run_id = client.execute(LINES.format(count=60, pause=0.01))
    await client.first(run_id, "stream")
    other = await connect(kernel_id)
    run = await other.done(run_id)

    assert run.text.endswith("59\n")


async def test_server_stops(page, jp_serverapp, hub):
    """When the server stops pages are told to come back, with 1012."""
    kernel_id, client = await page()
    await jp_serverapp.extension_manager.stop_all_extensions()

    assert await client.closed() == 1012
    assert hub(kernel_id) is None
