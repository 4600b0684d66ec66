"""
What Jupyter Server knows of its kernels, and what kernels are asked for.
"""

from __future__ import annotations

import asyncio
import json

from datetime import datetime

import psutil
import pytest

from jupyter_server.services.kernels.kernelmanager import ServerKernelManager
from tornado.httpclient import HTTPClientError

from .client import eventually
from .conftest import configured


pytestmark = pytest.mark.kernel

TUNING = """
import sys, zmq
from concurrent.futures import Future
limit = Future()
thread = get_ipython().kernel.iopub_thread
thread.schedule(lambda: limit.set_result(thread.socket.getsockopt(zmq.SNDHWM)))
limit.result(10), sys.stdout.flush_interval, sys.stderr.flush_interval
"""

CULLING = {"cull_idle_timeout": 1, "cull_interval": 1}


async def test_state(page, kernel_model):
    """The kernel is busy while something runs, else idle, and its last activity moves on."""
    kernel_id, client = await page()
    await client.run("pass")
    before = await kernel_model(kernel_id)
    run_id = client.execute("print(1, flush=True)\ninput()")
    asked = await client.first(run_id, "input_request")
    during = await kernel_model(kernel_id)
    client.send("input_reply", {"value": ""}, "stdin", parent_header=asked.header)
    await client.done(run_id)
    after = await kernel_model(kernel_id)
    states = [model["execution_state"] for model in (before, during, after)]
    times = [
        datetime.fromisoformat(model["last_activity"].replace("Z", "+00:00"))
        for model in (before, during, after)
    ]

    assert states == ["idle", "busy", "idle"]
    assert times[0] < times[1] < times[2]


async def test_state_from_the_start(start_kernel, kernel_model):
    """A kernel to which nobody ever connects becomes idle, too."""
    kernel_id = await start_kernel()

    async def is_idle():
        return (await kernel_model(kernel_id))["execution_state"] == "idle"

    await eventually(is_idle)


async def test_state_after_a_restart(page, kernel_model, restart):
    """A kernel that was busy when it was restarted is idle afterwards."""
    kernel_id, client = await page()
    run_id = client.execute("print(1, flush=True)\nimport time; time.sleep(60)")
    await client.first(run_id, "stream")
    await restart(kernel_id)
    await client.done(run_id)

    async def is_idle():
        return (await kernel_model(kernel_id))["execution_state"] == "idle"

    await eventually(is_idle)


async def test_untracked_requests_are_no_activity(page, kernel_model):
    """Requests that Jupyter Server does not track do not move the last activity."""
    kernel_id, client = await page()
    await client.run("pass")
    before = await kernel_model(kernel_id)
    for _ in range(3):
        await client.first(client.send("kernel_info_request"), "kernel_info_reply")

    assert await kernel_model(kernel_id) == before


async def test_connections(page, connect, kernel_model):
    """Connections are counted exactly, however they end."""
    kernel_id, client = await page()
    other = await connect(kernel_id)
    third = await connect(kernel_id)

    async def count():
        return (await kernel_model(kernel_id))["connections"]

    assert await count() == 3
    await other.close()
    await third.lose()

    async def is_one():
        return await count() == 1

    await eventually(is_one)
    await connect(kernel_id, client.session_id)
    await client.closed()
    assert await count() == 1
    await connect(kernel_id, third.session_id)
    assert await count() == 2


@configured(MappingKernelManager=CULLING)
async def test_culling(start_kernel, connect, jp_fetch):
    """An idle kernel without a connection is culled, and one with a connection is not."""
    kept = await start_kernel()
    client = await connect(kept)
    culled = await start_kernel()

    async def is_gone():
        answer = await jp_fetch("api", "kernels", culled, raise_error=False)
        return answer.code == 404

    await eventually(is_gone)
    assert (await client.run("2 + 2")).result == "4"
    await client.close()

    async def is_gone_too():
        answer = await jp_fetch("api", "kernels", kept, raise_error=False)
        return answer.code == 404

    await eventually(is_gone_too)


@configured(MappingKernelManager=CULLING)
async def test_busy_is_not_culled(page, kernel_model):
    """A kernel that is busy without a connection is not culled, for it is not idle."""
    kernel_id, client = await page()
    run_id = client.execute("print(1, flush=True)\nimport time; time.sleep(3.5)")
    await client.first(run_id, "stream")
    await client.lose()
    states = set()

    async def is_idle():
        states.add((await kernel_model(kernel_id))["execution_state"])
        return "idle" in states

    await eventually(is_idle)
    assert states == {"busy", "idle"}


async def test_tuning(page):
    """ipykernel queues without limit and flushes soon, and the user's namespace shows nothing of it."""
    _, client = await page()
    names = await client.run("print(sorted(name for name in dir() if name[0] != '_'))")
    run = await client.run(TUNING)
    history = await client.run("In[1], len(In)")

    assert names.done["execution_count"] == 1
    assert eval(names.text) == ["In", "Out", "exit", "get_ipython", "open", "quit"]
    assert eval(run.result) == (0, 0.03, 0.03)
    assert eval(history.result)[0].startswith("print(sorted(")


@configured(KernelConfig={"tune_ipykernel": False})
async def test_no_tuning(page):
    """ipykernel is left as it is if the administrator wants that."""
    _, client = await page()
    run = await client.run(TUNING)

    assert eval(run.result) == (1000, 0.2, 0.2)


@configured(KernelConfig={"flush_interval": 0.5})
async def test_tuning_makes_nothing_slower(page):
    """A longer interval than ipykernel's own changes nothing."""
    _, client = await page()
    run = await client.run(TUNING)

    assert eval(run.result) == (0, 0.2, 0.2)


ECHO = """
import json, os
from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel

class EchoKernel(Kernel):
    implementation = "echo"
    implementation_version = "1"
    language = "python"
    language_info = {"name": "python", "mimetype": "text/plain"}
    banner = "echo"
    asked = []

    async def do_execute(self, code, silent, *args, **kwargs):
        self.asked.append([code, silent])
        if not silent:
            text = json.dumps(self.asked)
            self.send_response(
                self.iopub_socket, "stream", {"name": "stdout", "text": text}
            )
        return {
            "status": "ok",
            "execution_count": self.execution_count,
            "payload": [],
            "user_expressions": {},
        }

IPKernelApp.launch_instance(kernel_class=EchoKernel)
"""


@pytest.fixture
def other_kernel(jp_kernel_dir, tmp_path):
    """
    Install a kernel that is not ipykernel, and that tells what it was asked.
    """
    module = tmp_path / "other_kernel.py"
    module.write_text(ECHO)
    directory = jp_kernel_dir / "other"
    directory.mkdir(parents=True)
    spec = {
        "argv": ["python", str(module), "-f", "{connection_file}"],
        "display_name": "other",
        "language": "python",
    }
    (directory / "kernel.json").write_text(json.dumps(spec))
    return "other"


@pytest.mark.promise("B3")
async def test_other_kernels_are_asked_nothing(page, other_kernel):
    """A kernel that is not ipykernel is not asked to run anything."""
    _, client = await page(other_kernel)
    run = await client.run("hello")

    assert json.loads(run.text) == [["hello", False]]
    assert run.done["status"] == "ok"


@pytest.mark.parametrize(
    "config",
    [
        {"AsyncMultiKernelManager": {"use_pending_kernels": True}},
        {"MappingKernelManager": {"use_pending_kernels": True}},
    ],
    ids=["AsyncMultiKernelManager", "MappingKernelManager"],
)
async def test_pending_kernel(page, restart):
    """A page can connect to a kernel that is still being started."""
    kernel_id, client = await page()

    assert (await client.run("2 + 2")).result == "4"
    await restart(kernel_id)
    assert (await client.run("3 + 3")).result == "6"


@configured(AsyncMultiKernelManager={"use_pending_kernels": True})
async def test_pending_kernel_that_fails(page, jp_kernel_dir):
    """A page that connects to a kernel that cannot be started is told so."""
    directory = jp_kernel_dir / "broken"
    directory.mkdir(parents=True)
    spec = {"argv": ["/nonexistent"], "display_name": "broken", "language": "none"}
    (directory / "kernel.json").write_text(json.dumps(spec))

    with pytest.raises(HTTPClientError, match="HTTP 500"):
        await page("broken")


@configured(MappingKernelManager={"transport_encryption": "required"})
async def test_encrypted(start_kernel, connect, restart, jp_serverapp):
    """A kernel whose channels are encrypted is served as any other, after a restart, too."""
    kernel_id = await start_kernel()
    kernel = jp_serverapp.kernel_manager.get_kernel(kernel_id)
    client = await connect(kernel_id)

    assert kernel.curve_publickey
    assert (await client.run("2 + 2")).result == "4"
    await restart(kernel_id)
    assert (await client.run("3 + 3")).result == "6"


class RoamingKernelManager(ServerKernelManager):
    """
    Restarts a kernel at other ports.
    """

    async def restart_kernel(self, *args, **kwargs):
        """Restart the kernel."""
        await super().restart_kernel(*args, **kwargs | {"newports": True})


@configured(
    KernelManager={"cache_ports": False},
    AsyncMappingKernelManager={
        "kernel_manager_class": f"{__name__}.{RoamingKernelManager.__name__}"
    },
)
async def test_new_ports(page, restart, jp_serverapp):
    """A kernel that comes back at other ports is found there by the pages that were connected."""
    kernel_id, client = await page()
    kernel = jp_serverapp.kernel_manager.get_kernel(kernel_id)
    before = kernel.ports
    run_id = client.execute(
        "import time\nprint(1, flush=True)\n"
        "while True:\n try: time.sleep(1)\n except KeyboardInterrupt: pass"
    )
    await client.first(run_id, "stream")
    await restart(kernel_id)
    run = await client.done(run_id)

    assert kernel.ports != before
    assert run.done["status"] == "kernel_restarted"
    assert (await client.run("'run_id' in dir()")).result == "False"
    assert [["kernel_restarted"]] == [
        [m.content["status"] for m in client.of(run_id, "cell_done")]
    ]


async def test_no_leak(page, connect, hub):
    """Connections that come and go, one way or the other, leave nothing behind."""
    kernel_id, _ = await page()
    process = psutil.Process()
    before = 0
    for i in range(40):
        if i == 10:
            # The channels of the hub connect one after the other.
            before = process.num_fds()
        other = await connect(kernel_id)
        assert (await other.run("1 + 1")).result == "2"
        await (other.lose() if i % 2 else other.close())

    async def is_as_before():
        return process.num_fds() <= before

    await eventually(is_as_before)
    assert hub(kernel_id).client_count == 1


async def test_no_leak_of_kernels(start_kernel, connect, jp_fetch, jp_serverapp):
    """Kernels that come and go leave no socket, no hub and no task behind."""
    process = psutil.Process()
    counts = []
    for _ in range(4):
        kernel_id = await start_kernel()
        client = await connect(kernel_id)
        await client.run("pass")
        await jp_fetch("api", "kernels", kernel_id, method="DELETE")
        await client.close()
        counts.append((process.num_fds(), len(asyncio.all_tasks())))

    assert jp_serverapp.web_app.settings["fastpath_hubs"].get(kernel_id) is None
    assert counts[-1][0] <= counts[0][0] + 2
    assert counts[-1][1] <= counts[0][1] + 1
