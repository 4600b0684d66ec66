"""
The state of kernels, their runs and their notebooks, on the websocket that tells it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import struct
import time

import pytest

from jupyter_server.auth import Authorizer
from tornado.httpclient import HTTPClientError

from jupyter_fastpath import state_socket
from jupyter_fastpath.events import CELL_DONE, CELL_START

from .client import eventually, wait_for
from .conftest import NOTEBOOK, configured
from .raw import TEXT, connected, frame
from .watcher import state


pytestmark = [pytest.mark.kernel, pytest.mark.alone]

# Seconds within which a state is true: one, but for a machine that has other work.
SOON = 5.0

PID = "import os; print(os.getpid(), end='')"


def is_in(name):
    """
    Return what tells whether a kernel is in the state of that name.
    """
    return lambda value: value is not None and value["execution_state"] == name


async def pid_of(client):
    """
    Return the process of the kernel of *client*.
    """
    return int((await client.run(PID)).text)


@pytest.mark.promise("K1")
async def test_state(notebook, watch, gate):
    """The state that is there comes first, then each that follows: busy, with a queue."""
    kernel_id, client = await notebook()
    await client.run("1")
    watcher = await watch("kernels/**")
    first = await watcher.value(state(kernel_id), is_in("idle"))
    began = time.time()
    first_id = client.execute(wait_for(gate), "c1")
    client.execute("2", "c2")
    busy = await watcher.value(state(kernel_id), lambda value: value["queue"] == 1)
    gate.touch()
    await watcher.value(state(kernel_id), lambda value: not value["running"])

    assert first == {
        "kernel_id": kernel_id,
        "name": "python3",
        "path": "a.ipynb",
        "execution_state": "idle",
        "running": None,
        "queue": 0,
        "restarts": 0,
        "clients": 1,
        "reason": None,
    }
    assert busy["execution_state"] == "busy"
    assert (busy["running"]["run_id"], busy["running"]["cell_id"]) == (first_id, "c1")
    assert began - 0.1 <= busy["running"]["since"] <= time.time()
    assert began - 0.1 <= watcher.frames[-1]["now"] <= time.time()


@pytest.mark.promise("K1")
async def test_beside(notebook, watch, gate):
    """A kernel that has answered something else while it runs is busy all the same."""
    kernel_id, client = await notebook()
    watcher = await watch(state(kernel_id))
    run_id = client.execute(wait_for(gate), "c1")
    await client.first(run_id, "execute_input")
    asked_id = client.send("usage_request", channel="control")
    await client.until(lambda: [m for m in client.of(asked_id) if m.state == "idle"])
    client.execute("2", "c2")
    told = await watcher.value(state(kernel_id), lambda value: value["queue"] == 1)
    gate.touch()

    assert (run_id, "busy") == (told["running"]["run_id"], told["execution_state"])


@pytest.mark.promise("K1", "G1")
async def test_record(notebook, watch, gate):
    """A run is told of while it waits, runs and is done, with what was measured of it."""
    kernel_id, client = await notebook()
    await client.run("1")
    watcher = await watch(f"kernels/{kernel_id}/runs/*")
    client.execute(wait_for(gate), "c1")
    run_id = client.execute("print('x' * 1000)\n2", "c2")
    topic = f"kernels/{kernel_id}/runs/{run_id}"
    queued = await watcher.value(topic)
    gate.touch()
    done = await watcher.value(topic, lambda value: value["state"] == "done")
    watcher.ask(painted={"kernel_id": kernel_id, "run_id": run_id, "done": 0.5})
    painted = await watcher.value(topic, lambda value: value["painted"])

    assert (queued["state"], queued["position"], queued["ts_done"]) == (
        "queued",
        1,
        None,
    )
    assert (done["status"], done["execution_count"]) == ("ok", 3)
    assert (done["merged"], done["lost"], done["position"]) == (0, 0, None)
    assert painted["painted"] == {"first_output": None, "done": 0.5}
    assert_measured(done)


def assert_measured(record):
    """
    Fail unless what was measured of a run fits together.
    """
    stages = ("client_send", "server_recv", "kernel_start", "first_output", "done")
    moments = [record[f"ts_{stage}"] for stage in stages]
    assert sorted(moments[1:]) == moments[1:]
    assert 0 <= moments[1] - moments[0] < 5
    assert 0 < record["first_output"] <= record["end_to_end"]
    assert 0 <= record["duration"] <= record["end_to_end"]
    assert min(record["bytes_in"], record["bytes_out"]) > 1000
    assert record["messages_in"] >= 5  # busy, input, text, result, idle, reply
    assert record["messages_out"] == record["messages_in"] + 2  # its start and its end


@pytest.mark.promise("K1")
async def test_newest_only(page, watch):
    """Of what changes faster than it can be told, the newest is."""
    kernel_id, client = await page()
    watcher = await watch(state(kernel_id))
    await watcher.value(state(kernel_id))
    for _ in range(50):
        await client.run("1")
    await watcher.value(state(kernel_id), is_in("idle"))

    assert len(list(watcher.values(state(kernel_id)))) < 50


@pytest.mark.promise("K1")
async def test_unsubscribe(page, watch):
    """What is not watched any longer is not told."""
    kernel_id, client = await page()
    watcher = await watch(state(kernel_id), f"kernels/{kernel_id}/runs/*")
    await watcher.value(state(kernel_id))
    watcher.ask(unsubscribe=[state(kernel_id)])
    told = len(list(watcher.values(state(kernel_id))))
    run = await client.run("1")
    topic = f"kernels/{kernel_id}/runs/{run.run_id}"
    await watcher.value(topic, lambda value: value["state"] == "done")

    assert len(list(watcher.values(state(kernel_id)))) - told <= 1


@pytest.mark.promise("K1")
async def test_saving(watch, jp_fetch, jp_root_dir):
    """It is told that a notebook is being saved, by whom, and what has become of it."""
    watcher = await watch("saving/**")

    async def save(content):
        body = json.dumps({"type": "notebook", "format": "json", "content": content})
        await jp_fetch("api", "contents", "a", "b.ipynb", method="PUT", body=body)

    (jp_root_dir / "a").mkdir()
    await save(NOTEBOOK)
    saved = await watcher.value("saving/a/b.ipynb", lambda v: v["state"] == "saved")
    with pytest.raises(HTTPClientError):
        await save({"cells": 3})
    failed = await watcher.value("saving/a/b.ipynb", lambda v: v["state"] == "failed")

    assert (saved["by"], saved["path"], saved["error"]) == ("page", "a/b.ipynb", None)
    assert saved["bytes"] > 50
    assert 0 < saved["seconds"] < 10
    assert failed["error"]


# ---- the truth


@pytest.mark.promise("K1", "K3")
async def test_killed(page, watch):
    """A kernel that is killed is known to be gone within a second, and is started anew."""
    kernel_id, client = await page()
    pid = await pid_of(client)
    watcher = await watch("kernels/**")
    await watcher.value(state(kernel_id), is_in("idle"))
    run_id = client.execute("import time; time.sleep(60)", "c1")
    await watcher.value(state(kernel_id), is_in("busy"))
    os.kill(pid, signal.SIGKILL)
    gone = await watcher.value(state(kernel_id), is_in("restarting"), SOON)
    run = await client.done(run_id, SOON)
    back = await watcher.value(state(kernel_id), is_in("idle"))

    assert "SIGKILL" in gone["reason"]
    assert (run.done["status"], run.done["reason"]) == ("kernel_died", gone["reason"])
    assert gone["reason"] in run.one("error").content["evalue"]
    record = watcher.topics[f"kernels/{kernel_id}/runs/{run_id}"]
    assert (record["status"], record["reason"]) == ("kernel_died", gone["reason"])
    assert back["restarts"] == 1
    assert await pid_of(client) != pid


@pytest.mark.promise("K1")
async def test_restarted(page, watch, restart):
    """A kernel that is restarted has no run, and is counted."""
    kernel_id, client = await page()
    await client.run("1")
    watcher = await watch("kernels/**")
    client.execute("import time; time.sleep(60)")
    await watcher.value(state(kernel_id), is_in("busy"))
    await restart(kernel_id)
    ended = await watcher.value(state(kernel_id), lambda v: not v["running"], SOON)
    back = await watcher.value(state(kernel_id), is_in("idle"))

    assert (ended["restarts"], back["restarts"]) == (0, 1)
    assert (ended["reason"], back["reason"]) == (None, None)


@pytest.mark.promise("K1")
@configured(KernelManager={"autorestart": False})
async def test_dead(page, watch):
    """A kernel that has died and is not restarted is dead."""
    kernel_id, client = await page()
    watcher = await watch("kernels/**")
    pid = await pid_of(client)
    os.kill(pid, signal.SIGKILL)
    dead = await watcher.value(state(kernel_id), is_in("dead"), SOON)

    assert "SIGKILL" in dead["reason"]


@pytest.mark.promise("K1")
async def test_shut_down(page, watch, jp_fetch):
    """Of a kernel that is shut down there is nothing any longer."""
    kernel_id, client = await page()
    await client.run("1")
    watcher = await watch("kernels/**")
    await watcher.value(state(kernel_id))
    await jp_fetch("api", "kernels", kernel_id, method="DELETE")
    gone = await watcher.value(state(kernel_id), lambda value: value is None, SOON)

    assert gone is None


CULLED = {"cull_idle_timeout": 1, "cull_interval": 1, "cull_connected": True}


@pytest.mark.promise("K1")
@configured(MappingKernelManager=CULLED)
async def test_culled(start_kernel, watch, jp_serverapp):
    """A kernel that is culled is gone as well."""
    kernel_id = await start_kernel()
    watcher = await watch("kernels/**")
    await watcher.value(state(kernel_id))

    async def is_gone():
        return kernel_id not in jp_serverapp.kernel_manager

    await eventually(is_gone)
    await watcher.value(state(kernel_id), lambda value: value is None, SOON)


# ---- who may know


class OneKernelOnly(Authorizer):
    """Lets anybody know of one kernel only, and of no notebook."""

    allowed = ""

    def is_authorized(self, handler, user, action, resource):
        """Return whether it is about that kernel."""
        if handler.request.path.endswith("/fastpath/state"):
            kernel_id = handler.path_kwargs.get("kernel_id")
            return (resource, kernel_id) == ("kernels", self.allowed)
        return True


@pytest.mark.promise("K1", "Z3")
@configured(ServerApp={"authorizer_class": OneKernelOnly})
async def test_rights(start_kernel, watch, monkeypatch, jp_fetch):
    """Who has no right to a kernel is not told of it, not even that it is there."""
    hidden = await start_kernel()
    shown = await start_kernel()
    monkeypatch.setattr(OneKernelOnly, "allowed", shown)
    watcher = await watch("**")
    await watcher.value(state(shown), is_in("idle"))
    await jp_fetch("api", "kernels", hidden, method="DELETE")
    await jp_fetch("api", "kernels", shown, method="DELETE")
    await watcher.value(state(shown), lambda value: value is None)

    assert hidden not in json.dumps(watcher.frames)
    assert all(topic.startswith(f"kernels/{shown}/") for topic in watcher.topics)


@pytest.mark.promise("Z3")
async def test_authenticated(jp_ws_fetch):
    """Who is not known is not let in."""
    with pytest.raises(HTTPClientError, match="403"):
        await jp_ws_fetch("api", "fastpath", "state", headers={"Authorization": ""})


# ---- who asks for what cannot be


@pytest.mark.promise("Z4")
@pytest.mark.parametrize("frame", ["{", "3", b"\xff\xfe", "[1]"])
async def test_garbage(watch, frame):
    """What is no JSON object closes the websocket."""
    watcher = await watch()
    watcher.write(frame)

    assert await watcher.closed() == 1002


@pytest.mark.promise("Z4")
async def test_cannot_be(watch, page):
    """What cannot be is told, with what it is, and the websocket goes on."""
    kernel_id, _ = await page()
    watcher = await watch()
    errors = []
    for request in (
        {"subscribe": 3},
        {"subscribe": ["a"] * 101},
        {"subscribe": ["x" * 2000]},
        {"nothing": 1},
    ):
        watcher.ask(**request)
        errors.append(await watcher.error())
    watcher.ask(subscribe=[state(kernel_id)])
    await watcher.value(state(kernel_id))

    assert "$.subscribe" in errors[0]
    assert "100 patterns" in errors[1]
    assert "xxx" in errors[2]
    assert "nothing" in errors[3]


@pytest.mark.promise("Z4")
async def test_too_large(watch):
    """A frame that is too large closes the websocket."""
    watcher = await watch()
    watcher.write("x" * (state_socket.MAX_FRAME + 1))

    assert await watcher.closed() == 1009


@pytest.fixture
def stalled(jp_asyncio_loop, jp_http_port, jp_base_url, jp_serverapp):
    """
    Watch these patterns and take nothing; return what can be read later.
    """
    with contextlib.ExitStack() as stack:
        path = f"{jp_base_url}api/fastpath/state"
        token = jp_serverapp.identity_provider.token

        async def open_one(*patterns):
            connection = stack.enter_context(connected(jp_http_port, path, token))
            await jp_asyncio_loop.sock_recv(connection, 12)
            asked = frame(TEXT, json.dumps({"subscribe": patterns}).encode())
            await jp_asyncio_loop.sock_sendall(connection, asked)
            return connection

        yield open_one


@pytest.mark.promise("Z4", "F1", "K1")
async def test_stalled(watch, stalled, jp_asyncio_loop, jp_serverapp, monkeypatch):
    """Who takes nothing is dropped, with a code that says so, and others are told on."""
    monkeypatch.setattr(state_socket, "PATIENCE", 0.5)
    states = jp_serverapp.web_app.settings["fastpath_states"]
    connection = await stalled("saving/large")
    other = await watch("saving/small")

    async def is_dropped():
        states.publish("saving/large", os.urandom(500_000).hex())
        return states.counts.dropped

    await eventually(is_dropped)
    states.publish("saving/small", 1)
    await other.value("saving/small")
    end = b""
    while read := await jp_asyncio_loop.sock_recv(connection, 1_000_000):
        end = (end + read)[-130:]
        if struct.pack("!H", 1013) in end:
            break

    assert b"nothing was taken" in end


# ---- as Jupyter events


@pytest.mark.promise("K1", "A1", "A2")
async def test_events(page, jp_serverapp, jp_ws_fetch):
    """Other extensions hear of runs what clients do, and modifiers redact it."""
    told = []

    async def listen(logger, schema_id, data):
        told.append((schema_id, data))

    def redact(schema_id: str, data: dict) -> dict:
        return {**data, "initiator": "somebody"}

    logger = jp_serverapp.event_logger
    for schema_id in (CELL_START, CELL_DONE):
        logger.add_listener(schema_id=schema_id, listener=listen)
    logger.add_modifier(schema_id=CELL_DONE, modifier=redact)
    socket = await jp_ws_fetch("api", "events", "subscribe")
    _, client = await page()
    run = await client.run("1 / 0", "c1")

    async def is_told():
        return len(told) >= 2

    await eventually(is_told)
    heard = []
    while not heard or heard[-1]["schema_id"] != CELL_DONE:
        heard.append(json.loads(await socket.read_message()))
    socket.close()

    for (schema_id, data), name in zip(told, ("cell_start", "cell_done"), strict=True):
        assert schema_id.split("/")[-2] == name
        expected = run.one(name).content
        if name == "cell_done":
            expected = {**expected, "initiator": "somebody"}
            assert data["status"] == "error"
        assert {key: data[key] for key in expected} == expected
    assert heard[-1]["run_id"] == run.run_id
