"""
The REST routes: what Fastpath tells about itself, and about what runs have put out.
"""

from __future__ import annotations

import asyncio
import re
import zlib

from collections.abc import Awaitable, Callable
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web

from .backfill import Backfill, Gone
from .connection import HUBS, client_id
from .core.notebook import Part


if TYPE_CHECKING:
    from collections.abc import Iterator

    from .backfill import RunText
    from .hub import KernelHub
    from .hubs import KernelHubs


__all__ = ["KERNEL_ID", "RECOVERY_ROUTES", "STATUS_ROUTES"]

KERNEL_ID = r"(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)"

_Method = Callable[..., Awaitable[None]]

# What the websocket of the kernel takes, which tells the same.
authorized_to_execute: Callable[[_Method], _Method] = authorized("execute", "kernels")

# Characters of a text that are told if nobody says how many.
MANY_CHARACTERS = 1024 * 1024


RANGE = re.compile(r"bytes=(\d*)-(\d*)")

# What zlib calls gzip.
GZIP = 31


def parse_range(header: str, size: int) -> tuple[int, int] | None:
    """
    Return the first byte, and the one after the last, that a ``Range`` asks for.

    All, if it is none that is understood; None if there are no such bytes.
    """
    found = RANGE.fullmatch(header.strip())
    if found is None or not any(found.groups()):
        return 0, size
    first, last = found.groups()
    if not first:
        return (max(0, size - int(last)), size) if int(last) and size else None
    start = int(first)
    stop = min(int(last) + 1, size) if last else size
    return (start, stop) if start < size and start < stop else None


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

    def _number(self, name: str, default: int) -> int:
        value = self.get_query_argument(name, str(default))
        if not value.isdigit():
            raise web.HTTPError(400, f"{name}: {value[:20]!r} is no number")
        return int(value)

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


class RunTextHandler(_KernelHandler):
    """
    All the text that a kernel wrote in one run, and ranges of it.
    """

    @web.authenticated
    @authorized_to_execute
    async def get(self, kernel_id: str, run_id: str) -> None:
        """
        Answer it byte by byte as the kernel wrote it, in UTF-8.
        """
        start = self._number("start", 0)
        backfill = Backfill(self.settings[HUBS])
        with self._telling_gone():
            text = await backfill.text(kernel_id, run_id, start)
        if text is None:
            raise web.HTTPError(404, f"no text of run {run_id} is kept")
        self.set_header("Etag", f'"{run_id}-{start}-{text.size}"')
        self.set_header("Accept-Ranges", "bytes")
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.set_header("Vary", "Accept-Encoding")
        if self.get_query_argument("download", ""):
            name = f"output-{run_id[:8]}.txt"
            self.set_attachment_header(name)
        if self.check_etag_header():
            self.set_status(304)
            await self.finish()
            return
        await self._send(text)

    async def _send(self, text: RunText) -> None:
        header = self.request.headers.get("Range", "")
        asked = parse_range(header, text.size)
        if asked is None:
            self.set_status(416)
            self.set_header("Content-Range", f"bytes */{text.size}")
            await self.finish()
            return
        start, stop = asked
        compressing = None
        if header and (start, stop) != (0, text.size):
            self.set_status(206)
            self.set_header("Content-Range", f"bytes {start}-{stop - 1}/{text.size}")
        elif "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            compressing = zlib.compressobj(wbits=GZIP)
        if compressing is None:
            self.set_header("Content-Length", str(stop - start))
        with self._telling_gone():
            async for data in text.read(start, stop):
                self.write(data if compressing is None else compressing.compress(data))
                await self.flush()
        await self.finish(b"" if compressing is None else compressing.flush())

    @contextmanager
    def _telling_gone(self) -> Iterator[None]:
        try:
            yield
        except Gone as exc:
            raise web.HTTPError(
                410, "the text is no longer kept: what came later needed the place"
            ) from exc


class RichHandler(_KernelHandler):
    """
    An output that was too large, or one too many.
    """

    @web.authenticated
    @authorized_to_execute
    async def get(self, kernel_id: str, run_id: str, index: str) -> None:
        """
        Answer it, in the form of the notebook format.
        """
        backfill = Backfill(self.settings[HUBS])
        output = await backfill.rich(kernel_id, run_id, int(index))
        if output is None:
            raise web.HTTPError(404, f"no output {index} of run {run_id} is kept")
        self.finish(output)


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


class SessionPolicyHandler(_KernelHandler):
    """
    The output policy of a notebook, as one page has it open.
    """

    @web.authenticated
    @authorized_to_execute
    async def put(self, kernel_id: str, session_id: str) -> None:
        """
        Take it: it holds for what that page runs from now on.
        """
        hub = self._hub(kernel_id)
        body = self.get_json_body()
        if not isinstance(body, dict) or "policy" not in body:
            raise web.HTTPError(400, "the body is no object with a policy")
        hub.policy_told(self._asking(hub, session_id), body["policy"])
        self.set_status(204)
        self.finish()


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
    (f"{KERNEL}/{RUN}/text", RunTextHandler),
    (rf"{KERNEL}/{RUN}/rich/(?P<index>\d{{1,9}})", RichHandler),
    (f"{KERNEL}/sessions/(?P<session_id>[^/]+)", SessionHandler),
    (f"{KERNEL}/sessions/(?P<session_id>[^/]+)/policy", SessionPolicyHandler),
    ("/api/fastpath/policy", PolicyHandler),
    ("/api/fastpath/leftovers", LeftoversHandler),
]
