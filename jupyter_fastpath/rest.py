"""
The REST routes: what Fastpath tells about itself, and about what runs have put out.
"""

from __future__ import annotations

import asyncio

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web

from .connection import HUBS, client_id
from .core.notebook import Part


if TYPE_CHECKING:
    from .hub import KernelHub
    from .hubs import KernelHubs


__all__ = ["KERNEL_ID", "RECOVERY_ROUTES", "STATUS_ROUTES"]

KERNEL_ID = r"(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)"

_Method = Callable[..., Awaitable[None]]

# What the websocket of the kernel takes, which tells the same.
authorized_to_execute: Callable[[_Method], _Method] = authorized("execute", "kernels")

# Characters of a text that are told if nobody says how many.
MANY_CHARACTERS = 1024 * 1024


class StatusHandler(APIHandler):
    """
    What is in force, and why.
    """

    auth_resource = "kernels"

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """
        Answer which class serves which kernel, and what the hubs have counted.
        """
        report: Callable[[], dict[str, Any]] = self.settings["fastpath_report"]
        self.finish(report())


class _KernelHandler(APIHandler):
    """
    What is known of one kernel.
    """

    auth_resource = "kernels"

    def _hub(self, kernel_id: str) -> KernelHub:
        hubs: KernelHubs = self.settings[HUBS]
        hub = hubs.get(kernel_id)
        if hub is None:
            raise web.HTTPError(404, f"Fastpath serves no kernel {kernel_id}")
        return hub

    def _asking(self, hub: KernelHub, session_id: str) -> str:
        """
        Return the client that asks.

        A page asks with the server's token, but its websocket came with a cookie.
        """
        asking = client_id(self, session_id)
        if not self.token_authenticated:
            return asking
        return hub.find_client(session_id) or asking


class RunsHandler(_KernelHandler):
    """
    The runs of one kernel whose output is not known to be in the notebook.
    """

    @web.authenticated
    @authorized_to_execute
    async def get(self, kernel_id: str) -> None:
        """
        Answer them, with their outputs.
        """
        hub = self._hub(kernel_id)
        asking = self._asking(hub, self.get_query_argument("session_id", ""))
        runs = await hub.recovery.runs(asking)
        path = await hub.recovery.get_path()
        self.finish({"kernel_id": kernel_id, "path": path, "runs": runs})


class TextHandler(_KernelHandler):
    """
    A part of a text that a run has put out.
    """

    @web.authenticated
    @authorized_to_execute
    async def get(self, kernel_id: str, run_id: str, index: str) -> None:
        """
        Answer it, and how long the text is.
        """
        start = self._number("start", 0)
        stop = self._number("stop", start + MANY_CHARACTERS)
        recovery = self._hub(kernel_id).recovery
        output = await recovery.text(run_id, Part(int(index), start, stop))
        if output is None:
            raise web.HTTPError(404, f"run {run_id} has no text as output {index}")
        told = {"text": output.text, "start": start, "length": output.length}
        self.finish(told | {"stop": start + len(output.text)})

    def _number(self, name: str, default: int) -> int:
        value = self.get_query_argument(name, str(default))
        if not value.isdigit():
            raise web.HTTPError(400, f"{name}: {value[:20]!r} is no number")
        return int(value)


class SessionHandler(_KernelHandler):
    """
    How one client of a kernel stands.
    """

    @web.authenticated
    @authorized_to_execute
    async def get(self, kernel_id: str, session_id: str) -> None:
        """
        Answer whether it is connected, and how many messages it was sent.
        """
        hub = self._hub(kernel_id)
        self.finish(hub.get_standing(self._asking(hub, session_id)))


class LeftoversHandler(APIHandler):
    """
    The runs of one notebook whose kernels are gone.
    """

    auth_resource = "contents"

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """
        Answer them, with their outputs.
        """
        hubs: KernelHubs = self.settings[HUBS]
        path = self.get_query_argument("path").lstrip("/")
        runs = await asyncio.to_thread(hubs.leftovers.runs, path)
        self.finish({"path": path, "runs": runs})


RUN = r"runs/(?P<run_id>[^/]+)"
KERNEL = f"/api/fastpath/kernels/{KERNEL_ID}"
STATUS_ROUTES = [("/api/fastpath/status", StatusHandler)]
RECOVERY_ROUTES = [
    (f"{KERNEL}/runs", RunsHandler),
    (rf"{KERNEL}/{RUN}/outputs/(?P<index>\d{{1,9}})", TextHandler),
    (f"{KERNEL}/sessions/(?P<session_id>[^/]+)", SessionHandler),
    ("/api/fastpath/leftovers", LeftoversHandler),
]
