"""
A run: what a client gets of it, from its start to its end.
"""

from __future__ import annotations

import asyncio
import json
import time

from datetime import datetime, timedelta, timezone
from itertools import pairwise

import pytest

from jupyter_client.session import Session, json_packer

from jupyter_fastpath.core.message import Message


pytestmark = pytest.mark.kernel

START_KEYS = {"run_id", "cell_id", "initiator", "kernel_id", "path", "ts_server"}
DONE_KEYS = START_KEYS | {"status", "execution_count", "reason"}


@pytest.mark.promise("A1", "A2")
async def test_run(page):
    """A run is told of from its start to its end, in this order, and with these facts."""
    kernel_id, client = await page()
    run = await client.run("2 + 3", "cell-1")
    start, done = run.one("cell_start").content, run.done
    on_iopub = [name for name in run.types if name != "execute_reply"]

    assert [
        "cell_start",
        "busy",
        "execute_input",
        "execute_result",
        "idle",
        "cell_done",
    ] == on_iopub
    assert run.result == "5"
    assert run.types[-1] == "cell_done"
    assert run.reply["status"] == "ok"
    assert set(start) == START_KEYS
    assert set(done) == DONE_KEYS
    for told in (start, done):
        assert told["run_id"] == run.run_id
        assert told["cell_id"] == "cell-1"
        assert told["kernel_id"] == kernel_id
        assert told["path"] is None
    assert start["initiator"] == done["initiator"]
    assert (done["status"], done["execution_count"]) == ("ok", 1)
    assert time.time() - 30 < start["ts_server"] <= done["ts_server"] <= time.time()


@pytest.mark.promise("A1")
async def test_initiator(page):
    """The initiator that is told is the session of the client, as the contract says."""
    _, client = await page()
    run = await client.run("1")

    assert run.done["initiator"] == client.session_id


@pytest.mark.promise("A1")
async def test_path(jp_fetch, connect):
    """The runs of a notebook's kernel tell its path, also after it was renamed."""
    model = {
        "path": "one.ipynb",
        "name": "one.ipynb",
        "type": "notebook",
        "kernel": {"name": "python3"},
    }
    answer = await jp_fetch("api/sessions", method="POST", body=json.dumps(model))
    session = json.loads(answer.body)
    client = await connect(session["kernel"]["id"])
    first = await client.run("1")
    body = json.dumps({"path": "two.ipynb"})
    await jp_fetch("api/sessions", session["id"], method="PATCH", body=body)
    second = await client.run("1")

    assert first.one("cell_start").content["path"] == "one.ipynb"
    assert first.done["path"] == "one.ipynb"
    assert second.one("cell_start").content["path"] == "two.ipynb"
    assert second.done["path"] == "two.ipynb"


@pytest.mark.promise("A3")
async def test_places(page):
    """Each iopub message of a run has its run and its number in it, without a gap."""
    _, client = await page()
    run = await client.run("for i in range(500): print(i, flush=True)\n1/0")
    places = [message.place for message in run.messages if message.channel == "iopub"]

    assert {place["run_id"] for place in places} == {run.run_id}
    assert places[0]["event_idx"] == 0
    for one, two in pairwise(places):
        assert one["event_idx"] + one.get("events", 1) == two["event_idx"]
    assert any("events" in place for place in places)


@pytest.mark.promise("A2")
async def test_session(page):
    """All that is published carries the session of the kernel, as JupyterLab demands."""
    _, client = await page()
    run = await client.run("print(get_ipython().kernel.session.session)")
    published = [message for message in client.received if message.channel == "iopub"]

    assert {message.header["session"] for message in published} == {run.text.strip()}


PRINTS_LATER = """
import time
time.sleep(0.5)
print("later", flush=True)
"""


class Initiator:
    """
    Who runs a cell, and looks what the server has on its books when the output comes.
    """

    def __init__(self, kernel):
        self._kernel = kernel
        self.noted_before = None
        self.ended = asyncio.Event()

    def send(self, message):
        """Take a message, with nothing in the way."""
        if message.msg_type == "stream" and message.run_id:
            now = datetime.now(timezone.utc)
            self.noted_before = now - self._kernel.last_activity
        if message.msg_type == "cell_done":
            self.ended.set()
        sent = asyncio.get_running_loop().create_future()
        sent.set_result(None)
        return sent

    def dismiss(self, code, reason):
        """Be told that the server stops."""


@pytest.mark.promise("C3")
async def test_bookkeeping_comes_after(page, hub, jp_serverapp):
    """When the first output goes out, the server has not noted yet that the kernel is active."""
    kernel_id, _ = await page()
    kernel = jp_serverapp.kernel_manager.get_kernel(kernel_id)
    initiator = Initiator(kernel)
    asking = Session().msg("execute_request", {"code": PRINTS_LATER, "silent": False})
    names = ("header", "parent_header", "metadata", "content")
    running = Message("shell", [json_packer(asking[name]) for name in names])
    hub(kernel_id).attach("initiator", initiator)
    await hub(kernel_id).receive("initiator", running, timeout=30.0)
    await asyncio.wait_for(initiator.ended.wait(), 30.0)

    assert initiator.noted_before > timedelta(seconds=0.4)
    assert datetime.now(timezone.utc) - kernel.last_activity < initiator.noted_before
