"""
Kernels behind a gateway are treated as those of the server itself.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal

import pytest

from jupyter_server.gateway.gateway_client import GatewayClient

from jupyter_fastpath.bench.links import Link
from jupyter_fastpath.channels import gateway as gateway_channels

from .client import LINES, V1, eventually, text_of, wait_for
from .kernel_gateway import LEGACY, TOKEN, UNLIMITED, KernelGateway
from .test_ends import BUSY, ends, is_usable


pytestmark = [pytest.mark.kernel, pytest.mark.promise("F5")]

# Says something when the run is over.
LATER = """
import threading
x = 5

def say():
    {}
    print("later", flush=True)

threading.Thread(target=say).start()
"""

FLOOD = "for i in range(20000): print(i, flush=True)"


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """
    A gateway that goes on from test to test.
    """
    gateway = KernelGateway(tmp_path_factory.mktemp("gateway"), UNLIMITED)
    asyncio.run(gateway.begin())
    yield gateway
    gateway.end()
    GatewayClient.clear_instance()


@pytest.fixture
def own(tmp_path, jp_asyncio_loop):
    """
    A gateway of a test's own, which may end it.
    """
    gateway = KernelGateway(tmp_path, UNLIMITED)
    jp_asyncio_loop.run_until_complete(gateway.begin())
    yield gateway
    gateway.end()


@pytest.fixture
def legacy(tmp_path, jp_asyncio_loop):
    """
    A gateway that speaks the older protocol.
    """
    gateway = KernelGateway(tmp_path, UNLIMITED, LEGACY)
    jp_asyncio_loop.run_until_complete(gateway.begin())
    yield gateway
    gateway.end()


@pytest.fixture
def gateway(request):
    """
    The gateway of this test: the shared one, or the one that it names.
    """
    return request.getfixturevalue(getattr(request, "param", "shared"))


def behind(name: str) -> pytest.MarkDecorator:
    """
    Return what makes a test have the gateway of that fixture.
    """
    return pytest.mark.parametrize("gateway", [name], indirect=True)


@pytest.fixture
def link(gateway, jp_asyncio_loop):
    """
    What the server reaches the gateway by.
    """
    link = Link(gateway.port)
    jp_asyncio_loop.run_until_complete(link.open())
    yield link
    jp_asyncio_loop.run_until_complete(link.close())


@pytest.fixture
def config(link):
    """
    A server whose kernels are behind that gateway.
    """
    # Of an earlier test. It cannot be forgotten before the server is gone.
    GatewayClient.clear_instance()
    url = f"http://127.0.0.1:{link.port}"
    retrying = {"gateway_retry_interval": 0.1, "gateway_retry_max": 3}
    return {"GatewayClient": {"url": url, "auth_token": TOKEN, **retrying}}


@pytest.fixture(autouse=True)
def ended(link, jp_serverapp, jp_asyncio_loop):
    """
    End the kernels of a test while they can still be reached.
    """
    yield
    link.come_up()
    jp_asyncio_loop.run_until_complete(jp_serverapp.kernel_manager.shutdown_all())


@pytest.fixture
def look_often(monkeypatch):
    """
    Have the server ask the gateway often whether a kernel is there.
    """
    monkeypatch.setattr(gateway_channels, "LOOK_INTERVAL", 0.2)


@pytest.mark.parametrize("subprotocols", [(V1,), ()], ids=["v1", "legacy"])
@pytest.mark.parametrize("gateway", ["shared", "legacy"], indirect=True)
async def test_run(gateway, start_kernel, connect, subprotocols):
    """A cell is run, in either protocol to the page and to the gateway."""
    client = await connect(await start_kernel(), subprotocols=subprotocols)
    run = await client.run("print('hello')\n2 + 3", "c1")

    assert sorted(run.types) == [
        *("busy", "cell_done", "cell_start", "execute_input", "execute_reply"),
        *("execute_result", "idle", "stream"),
    ]
    assert run.types[-1] == "cell_done"
    assert (run.text, run.result, run.done["status"]) == ("hello\n", "5", "ok")
    assert run.done["cell_id"] == "c1"
    assert run.one("stream").place["run_id"] == run.run_id


async def test_in_force(page, jp_fetch):
    """The server says that it serves kernels behind a gateway, and how."""
    kernel_id, client = await page()
    await client.run("1")
    told = json.loads((await jp_fetch("api", "fastpath", "status")).body)
    (kernel,) = told["kernels"]

    assert told["in_force"]
    assert told["reason"].endswith("for kernels behind a gateway")
    assert kernel["kernel_id"] == kernel_id
    assert kernel["connection_class"].endswith(".FastpathGatewayConnection")
    assert kernel["reason"] == "its channels are a websocket of a gateway"
    assert kernel["counters"]["lost"] == 0


async def test_flood(page):
    """All of a flood arrives, in order, in few messages."""
    _, client = await page()
    run = await client.run(FLOOD, "c1", patience=100)

    assert run.text == "".join(f"{i}\n" for i in range(20000))
    assert len(run.all("stream")) < 2000


async def test_tuned(page):
    """ipykernel behind a gateway is asked to lift its limits, too."""
    _, client = await page()

    await is_usable(client)


async def test_input(page):
    """What a kernel asks for is asked of the page, and answered by it."""
    _, client = await page()
    run_id = client.execute("print('Hello', input('Who? '))")
    question = await client.first(run_id, "input_request")
    client.send("input_reply", {"value": "Ada"}, "stdin", parent_header=question.header)

    assert (await client.done(run_id)).text == "Hello Ada\n"


async def test_return(page, connect, gate):
    """A page that goes and comes back gets exactly what it has missed."""
    kernel_id, client = await page()
    code = LINES.format(count=50, pause=0.01)
    run_id = client.execute(f"{code}\n{wait_for(gate)}{code}", "c1")
    await client.first(run_id, "stream")
    await client.lose()
    gate.touch()
    back = await connect(kernel_id, client.session_id, cursor=len(client.received))
    run = await back.done(run_id)
    both = [*client.of(run_id), *run.messages]

    assert text_of(both) == 2 * "".join(f"{i}\n" for i in range(50))
    assert [m.msg_type for m in both].count("cell_done") == 1


async def test_nobody_watches(page, connect, runs, gate):
    """What a run puts out while nobody is there is told to the page that comes."""
    kernel_id, client = await page()
    first = client.execute(f"{wait_for(gate)}{FLOOD}".replace("20000", "3000"), "c1")
    second = client.execute("input('?')", "c2")
    await client.first(first, "execute_input")
    await client.close(1001)
    gate.touch()

    async def is_done():
        return (await runs(kernel_id))[0]["state"] == "done"

    await eventually(is_done)
    fresh = await connect(kernel_id, cursor=0)
    done, waiting = await runs(kernel_id, fresh.session_id)
    (output,) = done["outputs"]

    assert output["text"] == "".join(f"{i}\n" for i in range(3000))
    assert (done["run_id"], done["state"], done["status"]) == (first, "done", "ok")
    assert (waiting["run_id"], waiting["state"]) == (second, "running")


async def test_interrupt(page, interrupt):
    """An interrupt ends the run that goes on."""
    kernel_id, client = await page()
    run_id = client.execute(BUSY)
    await client.first(run_id, "stream")
    await interrupt(kernel_id)

    assert (await client.done(run_id)).done["status"] == "interrupted"
    assert (await client.run("2 + 2")).result == "4"


async def test_restart(page, restart):
    """A restart ends what runs and what waits, and the new kernel is used."""
    kernel_id, client = await page()
    running, queued = client.execute(BUSY), client.execute("1")
    await client.first(running, "stream")
    await restart(kernel_id)
    for run_id in (running, queued):
        await client.done(run_id)

    assert [["kernel_restarted"]] * 2 == ends(client, running, queued)
    await is_usable(client)


async def test_death(page, jp_fetch):
    """A kernel that dies at the gateway ends its runs, is told of, and is there again."""
    _, client = await page()
    pid = int((await client.run("import os; os.getpid()")).result)
    running, queued = client.execute(BUSY), client.execute("1")
    # What a dead kernel was sent its gateway would give to the next one.
    asked = client.send("kernel_info_request", {}, "control")
    await client.first(asked, "kernel_info_reply")
    os.kill(pid, signal.SIGKILL)
    runs = [await client.done(run_id) for run_id in (running, queued)]

    assert [["kernel_died"]] * 2 == ends(client, running, queued)
    assert "the gateway tells only that it is gone" in str(runs[0].messages)
    assert (await client.states("restarting")).content
    await is_usable(client)


async def test_deleted(page, look_often, gateway, hub):
    """A kernel that the gateway has shut down ends its runs, and is told to be dead."""
    kernel_id, client = await page()
    running, queued = client.execute(BUSY), client.execute("1")
    await client.first(running, "stream")
    await gateway.fetch(f"api/kernels/{kernel_id}", "DELETE")
    runs = [await client.done(run_id) for run_id in (running, queued)]
    await client.states("dead")

    assert [["kernel_died"]] * 2 == ends(client, running, queued)
    assert "the gateway does not know it any more" in str(runs[0].messages)
    assert hub(kernel_id) is None


async def test_shut_down(page, jp_fetch, hub):
    """A kernel that the server shuts down is gone at the gateway, and has no hub."""
    kernel_id, client = await page()
    run_id = client.execute(BUSY)
    await client.first(run_id, "stream")
    await jp_fetch("api", "kernels", kernel_id, method="DELETE")

    assert (await client.done(run_id)).done["status"] == "kernel_died"
    assert hub(kernel_id) is None


@pytest.fixture
def halfway(page, gate):
    """
    Run what puts out twenty lines, and as many more once the gate is there.
    """

    async def run_first_half():
        kernel_id, client = await page()
        code = LINES.format(count=20, pause=0.01)
        run_id = client.execute(f"{code}\n{wait_for(gate)}{code}", "c1")
        await client.until(lambda: text_of(client.of(run_id)).endswith("19\n"))
        return kernel_id, client, run_id

    return run_first_half


async def test_broken_link(halfway, link, gate):
    """What a kernel says while the link to the gateway is broken arrives when it is back."""
    _, client, run_id = await halfway()
    link.go_down()
    gate.touch()
    queued = client.execute("2 + 3")
    link.come_up()
    run = await client.done(run_id)

    assert run.text == 2 * "".join(f"{i}\n" for i in range(20))
    assert run.done["status"] == "ok"
    assert (await client.done(queued)).result == "5"


async def test_lost_on_the_way(halfway, link, gate, gateway):
    """What was on its way when the link broke is told to be lost, with its number."""
    kernel_id, client, run_id = await halfway()
    link.swallow()
    gate.touch()

    async def is_idle():
        model = json.loads((await gateway.fetch(f"api/kernels/{kernel_id}")).body)
        return model["execution_state"] == "idle"

    await eventually(is_idle)
    link.cut()
    run = await client.done(run_id)
    told = text_of(run.messages, "stderr")
    lost = int(told.split()[1])

    assert text_of(run.messages, "stdout") == "".join(f"{i}\n" for i in range(20))
    assert lost >= 20, told


async def test_left_alone(page, connect, gateway, gate, monkeypatch):
    """A kernel that nobody waits for is left to the gateway, which keeps what it says."""
    monkeypatch.setattr(gateway_channels, "LEAVE_AFTER", 0.1)
    kernel_id, client = await page()
    await client.run(LATER.format(wait_for(str(gate)).replace("\n", "\n    ")), "c1")

    async def model():
        answer = await gateway.fetch(f"api/kernels/{kernel_id}")
        return json.loads(answer.body)

    async def connections():
        return str((await model())["connections"])

    assert await connections() == "1"
    await client.close(1001)

    async def is_left():
        return await connections() == "0"

    await eventually(is_left)
    before = (await model())["last_activity"]
    gate.touch()

    async def has_spoken():
        return (await model())["last_activity"] != before

    # What comes while it is connected to again the gateway loses.
    await eventually(has_spoken)
    back = await connect(kernel_id, cursor=0)
    await back.until(lambda: text_of(back.received) == "later\n")

    assert await connections() == "1"
    assert (await back.run("x")).result == "5"


async def test_lost_link(page, connect, link, interrupt):
    """A gateway that stays away ends runs, which are told why; it is used when it is back."""
    kernel_id, client = await page()
    await client.run("x = 5")
    run_id = client.execute(BUSY)
    await client.first(run_id, "stream")
    link.go_down()
    run = await client.done(run_id)
    await client.states("dead")
    link.come_up()
    back = await connect(kernel_id)
    await interrupt(kernel_id)
    await back.states("idle")

    assert run.done["status"] == "kernel_died"
    assert "the gateway could not be reached" in str(run.messages)
    assert (await back.run("x")).result == "5"


@behind("own")
async def test_gateway_restarted(gateway, page):
    """When a gateway has died with its kernels nothing is stuck, and a new kernel works."""
    _, client = await page()
    running, queued = client.execute(BUSY), client.execute("1")
    await client.first(running, "stream")
    gateway.kill()
    await gateway.begin()
    for run_id in (running, queued):
        await client.done(run_id)
    _, other = await page()

    assert [["kernel_died"]] * 2 == ends(client, running, queued)
    assert (await other.run("2 + 2")).result == "4"


async def test_state(page, jp_fetch):
    """The kernel is busy while something runs, else idle, as the gateway says."""
    _, client = await page()

    async def is_in(state):
        (model,) = json.loads((await jp_fetch("api", "kernels")).body)
        return model["execution_state"] == state

    run_id = client.execute("print(1, flush=True)\ninput()")
    asked = await client.first(run_id, "input_request")
    await eventually(lambda: is_in("busy"))
    client.send("input_reply", {"value": ""}, "stdin", parent_header=asked.header)
    await client.done(run_id)
    await eventually(lambda: is_in("idle"))


async def test_usage(page, watch):
    """Of a kernel behind a gateway nothing is told that would be of this machine."""
    kernel_id, client = await page()
    watcher = await watch(f"kernels/{kernel_id}/usage")
    await client.run("1")
    told = await watcher.value(f"kernels/{kernel_id}/usage")

    assert told == {
        "is_known": False,
        "reason": "the kernel may run elsewhere, by the gateway",
    }
