"""
A server in a process of its own, which can be killed while a cell runs.
"""

from __future__ import annotations

import contextlib
import pathlib
import socket
import sqlite3
import uuid

from typing import Any

from tornado.httpclient import HTTPRequest
from tornado.netutil import Resolver
from tornado.websocket import websocket_connect

from tests.browser.server import Lab

from .client import V1, Client, eventually


__all__ = ["ON", "PRINTS", "connect", "kill_while_running"]

ON = {"ServerApp": {"jpserver_extensions": {"jupyter_fastpath": True}}}

# A run that would not end before any test does.
PRINTS = "print('kept', flush=True)\nimport time\ntime.sleep(600)"


async def kill_while_running(lab: Lab) -> str:
    """
    Run :data:`PRINTS` in cell c1 of a.ipynb, kill the server when the text has got to
    its spool, and return the run.
    """
    model = {"path": "a.ipynb", "name": "a.ipynb", "type": "notebook"}
    session = lab.ask("POST", "/api/sessions", model | {"kernel": {"name": "python3"}})
    client = await connect(lab, session["kernel"]["id"])
    run_id = client.execute(PRINTS, "c1")
    await client.first(run_id, "stream")

    async def is_on_disk() -> bool:
        return has_text(lab)

    await eventually(is_on_disk)
    lab.crash()
    await client.close()
    return run_id


class SocketResolver(Resolver):
    """
    Finds a unix socket under every name.
    """

    def initialize(self, path: pathlib.Path) -> None:
        """
        Have it find this one.
        """
        self._path = str(path)

    async def resolve(self, host: str, port: int, *args: Any) -> list[tuple[int, Any]]:
        """
        Return where that is.
        """
        return [(socket.AF_UNIX, self._path)]


async def connect(lab: Lab, kernel_id: str, **more: Any) -> Client:
    """
    Connect a page to a kernel, with *more* that Tornado may be asked for.
    """
    client = Client(str(uuid.uuid4()))
    at = lab.address
    url = at.url.replace("http", "ws", 1) + f"api/kernels/{kernel_id}/channels"
    request = HTTPRequest(
        f"{url}?session_id={client.session_id}",
        headers={"Authorization": f"token {lab.token}"},
        ca_certs=None if at.authority is None else str(at.authority),
    )
    connection = await websocket_connect(
        request,
        on_message_callback=client.take,
        subprotocols=[V1],
        resolver=None if at.socket is None else SocketResolver(path=at.socket),
        **more,
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
