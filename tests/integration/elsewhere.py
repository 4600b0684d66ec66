"""
A server in a process of its own, which can be killed while a cell runs.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import sqlite3
import uuid

from typing import Any

from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from tests.browser.server import Lab

from .client import V1, Client, eventually


__all__ = ["ON", "PRINTS", "kill_while_running"]

ON = {"ServerApp": {"jpserver_extensions": {"jupyter_fastpath": True}}}

# A run that would not end before any test does.
PRINTS = "print('kept', flush=True)\nimport time\ntime.sleep(600)"


async def kill_while_running(lab: Lab) -> str:
    """
    Run :data:`PRINTS` in cell c1 of a.ipynb, kill the server when the text has got to
    its spool, and return the run.
    """
    model = {"path": "a.ipynb", "name": "a.ipynb", "type": "notebook"}
    kernel_id = post(lab, "/api/sessions", model | {"kernel": {"name": "python3"}})
    client = await connect(lab, kernel_id["kernel"]["id"])
    run_id = client.execute(PRINTS, "c1")
    await client.first(run_id, "stream")

    async def is_on_disk() -> bool:
        return has_text(lab)

    await eventually(is_on_disk)
    lab.crash()
    await client.close()
    return run_id


def post(lab: Lab, path: str, body: object) -> Any:
    """
    Have a server do something, and return what it answers.
    """
    connection = http.client.HTTPConnection("127.0.0.1", lab.port, timeout=30)
    with contextlib.closing(connection):
        headers = {"Authorization": f"token {lab.token}"}
        connection.request("POST", path, json.dumps(body), headers)
        return json.load(connection.getresponse())


async def connect(lab: Lab, kernel_id: str) -> Client:
    """
    Connect a page to a kernel.
    """
    client = Client(str(uuid.uuid4()))
    address = f"ws://127.0.0.1:{lab.port}/api/kernels/{kernel_id}/channels"
    request = HTTPRequest(
        f"{address}?session_id={client.session_id}",
        headers={"Authorization": f"token {lab.token}"},
    )
    connection = await websocket_connect(
        request, on_message_callback=client.take, subprotocols=[V1]
    )
    client.use(connection)
    return client


def has_text(lab: Lab) -> bool:
    """
    Return whether text has reached the spool on disk.
    """
    (found,) = (lab.home / "runtime" / "fastpath").glob("*/spool.sqlite")
    query = "SELECT count(*) FROM messages WHERE msg_type = 'stream' AND run_id != ''"
    with contextlib.closing(sqlite3.connect(found)) as database:
        ((count,),) = database.execute(query)
    return bool(count > 0)
