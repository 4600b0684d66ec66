"""
The REST routes: what Fastpath tells about itself, and about what runs have put out.
"""

from __future__ import annotations

import asyncio

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web

from .connection import HUBS
from .core.notebook import Part
from .homecoming import HOMECOMING
from .kernel_handler import KERNEL, RUN, KernelHandler, authorized_to_execute


if TYPE_CHECKING:
    from collections.abc import Callable

    from .homecoming import Homecoming
    from .hubs import KernelHubs


__all__ = ["RECOVERY_ROUTES", "STATUS_ROUTES"]

# Bytes of a policy that a page may tell: all that can be said takes a few hundred.
MAX_POLICY = 64 * 1024

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


class RunsHandler(KernelHandler):
    """
    The runs of one kernel whose output is not known to be in the notebook.
    """

    @web.authenticated
    @authorized_to_execute
    async def get(self, kernel_id: str) -> None:
        """
        Answer them, with their outputs.
        """
        hub = self.hub(kernel_id)
        asking = self.client_asking(hub, self.get_query_argument("session_id", ""))
        runs = await hub.recovery.runs(asking)
        path = await hub.recovery.get_path()
        self.finish({"kernel_id": kernel_id, "path": path, "runs": runs})


class TextHandler(KernelHandler):
    """
    A part of a text that a run has put out.
    """

    @web.authenticated
    @authorized_to_execute
    async def get(self, kernel_id: str, run_id: str, index: str) -> None:
        """
        Answer it, and how long the text is.
        """
        start = self.number("start", 0)
        stop = self.number("stop", start + MANY_CHARACTERS)
        recovery = self.hub(kernel_id).recovery
        output = await recovery.text(run_id, Part(int(index), start, stop))
        if output is None:
            raise web.HTTPError(404, f"run {run_id} has no text as output {index}")
        told = {"text": output.text, "start": start, "length": output.length}
        self.finish(told | {"stop": start + len(output.text)})


class PolicyHandler(APIHandler):
    """
    The output policy, as far as the administrator sets it.
    """

    auth_resource = "kernels"

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """
        Answer the defaults, patterns and ceilings.
        """
        hubs: KernelHubs = self.settings[HUBS]
        self.finish(asdict(hubs.policy))


class SessionPolicyHandler(KernelHandler):
    """
    The output policy of a notebook, as one page has it open.
    """

    @web.authenticated
    @authorized_to_execute
    async def put(self, kernel_id: str, session_id: str) -> None:
        """
        Take it: it holds for what that page runs from now on.
        """
        hub = self.hub(kernel_id)
        if len(self.request.body) > MAX_POLICY:
            raise web.HTTPError(413, f"a policy of more than {MAX_POLICY:,} bytes")
        try:
            body = self.get_json_body()
        except UnicodeDecodeError as exc:
            raise web.HTTPError(400, f"the body is not in UTF-8: {exc}") from exc
        if not isinstance(body, dict) or "policy" not in body:
            raise web.HTTPError(400, "the body is no object with a policy")
        hub.policy_told(self.client_asking(hub, session_id), body["policy"])
        self.set_status(204)
        self.finish()


class SessionHandler(KernelHandler):
    """
    How one client of a kernel stands.
    """

    @web.authenticated
    @authorized_to_execute
    async def get(self, kernel_id: str, session_id: str) -> None:
        """
        Answer whether it is connected, and how many messages it was sent.
        """
        hub = self.hub(kernel_id)
        self.finish(hub.get_standing(self.client_asking(hub, session_id)))


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


class WritesHandler(APIHandler):
    """
    Who has written one notebook.
    """

    auth_resource = "contents"

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """
        Answer whether only the server has since the version that is asked for.
        """
        homecoming: Homecoming = self.settings[HOMECOMING]
        path = self.get_query_argument("path").strip("/")
        since = self.get_query_argument("since")
        version, is_ours = await homecoming.is_ours(path, since)
        self.finish({"path": path, "version": version, "is_ours": is_ours})


STATUS_ROUTES = [("/api/fastpath/status", StatusHandler)]
RECOVERY_ROUTES = [
    (f"{KERNEL}/runs", RunsHandler),
    (rf"{KERNEL}/{RUN}/outputs/(?P<index>\d{{1,9}})", TextHandler),
    (f"{KERNEL}/sessions/(?P<session_id>[^/]+)", SessionHandler),
    (f"{KERNEL}/sessions/(?P<session_id>[^/]+)/policy", SessionPolicyHandler),
    ("/api/fastpath/policy", PolicyHandler),
    ("/api/fastpath/leftovers", LeftoversHandler),
    ("/api/fastpath/writes", WritesHandler),
]
