"""
A real server in this process, real kernels, and pages without a browser.
"""

from __future__ import annotations

import json
import logging
import uuid

from typing import Any

import pytest

from prometheus_client.parser import text_string_to_metric_families
from traitlets.config import Config

from jupyter_fastpath.redis_broker import RedisBroker
from jupyter_fastpath.states import States

from .client import V1, Client, eventually
from .redis_server import BEAT, GROUP, RedisServer
from .watcher import Watcher


NOTEBOOK = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture
def config() -> dict[str, Any]:
    """
    The configuration of the server; a test sets its own with `configured`.
    """
    return {}


def configured(**sections: dict[str, Any]) -> pytest.MarkDecorator:
    """
    Return what makes a test run with a server that is configured so.
    """
    return pytest.mark.parametrize("config", [sections], ids=["configured"])


@pytest.fixture
def jp_server_config(config):
    """
    The configuration that pytest-jupyter asks for.
    """
    whole = Config({"ServerApp": {"jpserver_extensions": {"jupyter_fastpath": True}}})
    whole.merge(Config(config))
    return whole


@pytest.fixture
def start_kernel(jp_fetch):
    """
    Start a kernel through the REST API, and return its ID.
    """

    async def start(name: str = "python3") -> str:
        body = json.dumps({"name": name})
        answer = await jp_fetch("api", "kernels", method="POST", body=body)
        return str(json.loads(answer.body)["id"])

    return start


@pytest.fixture
def connect(jp_ws_fetch, jp_asyncio_loop):
    """
    Open the websocket of a kernel; all are closed in the end.
    """
    clients: list[Client] = []

    async def open_one(
        kernel_id: str,
        session_id: str = "",
        subprotocols: tuple[str, ...] = (V1,),
        cursor: int | None = None,
        **more: Any,
    ) -> Client:
        client = Client(session_id or str(uuid.uuid4()))
        connection = await jp_ws_fetch(
            *("api", "kernels", kernel_id, "channels"),
            params={"session_id": client.session_id}
            | ({} if cursor is None else {"fastpath_cursor": cursor}),
            subprotocols=list(subprotocols) or None,
            on_message_callback=client.take,
            max_message_size=1 << 30,
            **more,
        )
        client.use(connection)
        clients.append(client)
        return client

    yield open_one
    for client in clients:
        jp_asyncio_loop.run_until_complete(client.close())


@pytest.fixture
def page(start_kernel, connect):
    """
    Start a kernel and connect to it.
    """

    async def open_page(name: str = "python3") -> tuple[str, Client]:
        kernel_id = await start_kernel(name)
        return kernel_id, await connect(kernel_id)

    return open_page


@pytest.fixture
def opened(jp_fetch, connect, jp_root_dir):
    """
    Write a notebook, start a session with a kernel for it, and connect a page that counts.
    """

    async def open_page(name: str = "a.ipynb") -> tuple[str, str, Client]:
        (jp_root_dir / name).write_text(json.dumps(NOTEBOOK), encoding="utf-8")
        model = {"path": name, "name": name, "type": "notebook"}
        body = json.dumps(model | {"kernel": {"name": "python3"}})
        answer = await jp_fetch("api", "sessions", method="POST", body=body)
        session = json.loads(answer.body)
        kernel_id = session["kernel"]["id"]
        return session["id"], kernel_id, await connect(kernel_id, cursor=0)

    return open_page


@pytest.fixture
def notebook(opened):
    """
    The same, for who asks for no session.
    """

    async def open_page(name: str = "a.ipynb") -> tuple[str, Client]:
        _, kernel_id, client = await opened(name)
        return kernel_id, client

    return open_page


@pytest.fixture
def watch(jp_ws_fetch, jp_asyncio_loop):
    """
    Open the websocket of states, and watch these patterns; all are closed in the end.
    """
    watchers = []

    async def open_one(*patterns):
        watcher = Watcher()
        connection = await jp_ws_fetch(
            *("api", "fastpath", "state"), on_message_callback=watcher.take
        )
        watcher.use(connection)
        watchers.append(watcher)
        if patterns:
            watcher.ask(subscribe=list(patterns))
        return watcher

    yield open_one
    for watcher in watchers:
        jp_asyncio_loop.run_until_complete(watcher.close())


@pytest.fixture
def scrape(jp_fetch, jp_serverapp, jp_asyncio_loop):
    """
    Ask for the metrics as Prometheus does, and return those of ours that have no label.
    """
    # A server does that when its loop runs; pytest-jupyter leaves it out.
    starting = jp_serverapp.extension_manager.start_all_extensions()
    jp_asyncio_loop.run_until_complete(starting)

    async def ask() -> dict[str, float]:
        answer = await jp_fetch("metrics")
        return {
            sample.name.removeprefix("fastpath_"): sample.value
            for family in text_string_to_metric_families(answer.body.decode())
            for sample in family.samples
            if sample.name.startswith("fastpath_") and not sample.labels
        }

    return ask


@pytest.fixture
def gate(tmp_path):
    """
    A file that :func:`wait_for` waits for, which is not there yet.
    """
    return tmp_path / "gate"


@pytest.fixture
def rename(jp_fetch):
    """
    Give the one session another path, as JupyterLab does after it has begun, too.
    """

    async def patch(path: str) -> None:
        (session,) = json.loads((await jp_fetch("api", "sessions")).body)
        body = json.dumps({"path": path})
        await jp_fetch("api", "sessions", session["id"], method="PATCH", body=body)

    return patch


@pytest.fixture
def kernel_model(jp_fetch):
    """
    Return what the REST API says of a kernel.
    """

    async def ask(kernel_id: str) -> dict[str, Any]:
        answer = await jp_fetch("api", "kernels", kernel_id)
        model: dict[str, Any] = json.loads(answer.body)
        return model

    return ask


@pytest.fixture
def idle(kernel_model):
    """
    Wait until a kernel is idle, as the REST API says.
    """

    async def wait(kernel_id: str) -> None:
        async def is_idle() -> bool:
            return bool((await kernel_model(kernel_id))["execution_state"] == "idle")

        await eventually(is_idle)

    return wait


@pytest.fixture
def restart(jp_fetch):
    """
    Restart a kernel through the REST API.
    """
    return act(jp_fetch, "restart")


@pytest.fixture
def interrupt(jp_fetch):
    """
    Interrupt a kernel through the REST API.
    """
    return act(jp_fetch, "interrupt")


def act(jp_fetch, action: str):
    """
    Return what asks the REST API for *action* on a kernel.
    """

    async def perform(kernel_id: str) -> None:
        await jp_fetch("api", "kernels", kernel_id, action, method="POST", body="")

    return perform


@pytest.fixture
def counters(jp_fetch):
    """
    Return what Fastpath has counted for a kernel, as its status tells.
    """

    async def ask(kernel_id: str) -> dict[str, int]:
        answer = await jp_fetch("api", "fastpath", "status")
        (found,) = [
            kernel["counters"]
            for kernel in json.loads(answer.body)["kernels"]
            if kernel["kernel_id"] == kernel_id
        ]
        return dict(found)

    return ask


@pytest.fixture
def hub(jp_serverapp):
    """
    Return the hub of a kernel, to wait for what no message tells.
    """

    def get(kernel_id: str):
        return jp_serverapp.web_app.settings["fastpath_hubs"].get(kernel_id)

    return get


@pytest.fixture
def runs(jp_fetch):
    """
    Return the runs of a kernel as a page recovers them, maybe that of a session.
    """

    async def ask(kernel_id: str, session_id: str = "") -> list[dict[str, Any]]:
        path = ("api", "fastpath", "kernels", kernel_id, "runs")
        answer = await jp_fetch(*path, params={"session_id": session_id})
        found: list[dict[str, Any]] = json.loads(answer.body)["runs"]
        return found

    return ask


@pytest.fixture
def redis(jp_asyncio_loop):
    """
    A Redis that runs.
    """
    server = RedisServer()
    jp_asyncio_loop.run_until_complete(server.begin())
    yield server
    server.end()


@pytest.fixture
def share(jp_asyncio_loop):
    """
    Return the states of a server that shares them; all are closed in the end.
    """
    servers: list[States] = []

    async def open_one(redis: RedisServer, group: str = GROUP) -> States:
        log = logging.getLogger("broker")
        states = States(RedisBroker(redis.url, group, log, BEAT))
        servers.append(states)
        await states.open()
        return states

    yield open_one
    for states in servers:
        jp_asyncio_loop.run_until_complete(states.close())
