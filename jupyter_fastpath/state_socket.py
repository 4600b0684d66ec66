"""
The websocket that tells what is going on, to whoever may know it.
"""

from __future__ import annotations

import asyncio
import time

from typing import TYPE_CHECKING, Any

import msgspec

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import ws_authenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from .connection import HUBS
from .core.errors import MalformedFrame
from .core.pages import Counted, Pages, topic_of
from .core.state_request import Painted, decode
from .states import STATES


if TYPE_CHECKING:
    from collections.abc import Iterable

    from .hubs import KernelHubs
    from .states import States


__all__ = ["PAGES", "STATE_ROUTES", "StateWebsocket"]

# Where the web application keeps what pages have counted.
PAGES = "fastpath_pages"

PROTOCOL_ERROR, SERVICE_RESTART, TRY_AGAIN_LATER = 1002, 1012, 1013

# A reason for closing has at most 123 bytes.
MAX_REASON = 120

# Bytes of a frame that a client may send.
MAX_FRAME = 256 * 1024

# Topics that are told in one frame.
MANY_TOPICS = 500

# Seconds between two frames at least: nobody reads faster.
PAUSE = 0.1

# Seconds until the first: a run whose begin is told of has put out something by then,
# which hundreds who watch are not to be in the way of.
SOON = 0.03

# Seconds within which a client takes what it is sent, or is dropped.
PATIENCE = 30.0

# Seconds for which it is remembered what a user may know.
RIGHTS_LAST = 30.0

# By what argument the routes of a resource have the one that they are about.
ARGUMENTS = {"kernels": "kernel_id", "contents": "path"}


class StateWebsocket(WebSocketMixin, WebSocketHandler, JupyterHandler):
    """
    One client that watches topics.

    Which those are that it may know is up to the server's authorizer: it is asked as
    for the kernel's own route, with ``kernel_id`` in the handler's ``path_kwargs``, or
    as for the notebook's, with ``path``.
    """

    auth_resource = "kernels"
    _watcher_id: str | None = None
    _telling: asyncio.Task[None] | None = None

    @property
    def max_message_size(self) -> int:
        """The bytes of a frame that a client may send."""
        return MAX_FRAME

    def set_default_headers(self) -> None:
        """
        Set none: those of other routes make no sense for a websocket.
        """

    def get_compression_options(self) -> Any:
        """
        Return what the server has set for all websockets.
        """
        return self.settings.get("websocket_compression_options")

    @ws_authenticated
    async def get(self, *args: Any, **kwargs: Any) -> None:
        """
        Open the websocket, for a user who is known.
        """
        await super().get(*args, **kwargs)

    def open(self, *args: Any, **kwargs: Any) -> None:
        """
        Become one who watches, nothing yet, unless too many do.
        """
        super().open(*args, **kwargs)
        self._states: States = self.settings[STATES]
        self._pages: Pages = self.settings[PAGES]
        self._rights: dict[tuple[str, str] | None, bool] = {}
        self._rights_until = 0.0
        self._asking = asyncio.Lock()  # for path_kwargs has one subject at a time
        if self._states.is_full:
            self._states.counts.turned_away += 1
            self.close(TRY_AGAIN_LATER, "too many watch already")
            return
        self._watcher_id = self._states.subscribe(self._wake, self._stop)

    async def on_message(self, message: str | bytes) -> None:
        """
        Do what the client asks for.
        """
        if self._watcher_id is None:
            return
        watcher_id = self._watcher_id
        watched = self._states.patterns(watcher_id)
        try:
            request = decode(message, len(watched))
        except MalformedFrame as exc:
            self._states.counts.malformed += 1
            self.close(PROTOCOL_ERROR, str(exc)[:MAX_REASON])
            return
        except ValueError as exc:
            self._write({"error": str(exc)})
            return
        for pattern in request.unsubscribe:
            self._states.unwatch(watcher_id, pattern)
        for pattern in request.subscribe:
            self._states.watch(watcher_id, pattern)
        if request.painted is not None:
            await self._painted(request.painted)
        if request.counted is not None:
            await self._counted(watcher_id, request.counted)

    def on_close(self) -> None:
        """
        Watch no more.
        """
        super().on_close()
        if self._watcher_id is not None:
            for path in self._pages.left(self._watcher_id):
                self._states.publish(topic_of(self._watcher_id, path), None)
            self._states.unsubscribe(self._watcher_id)
            self._watcher_id = None
        if self._telling is not None:
            self._telling.cancel()

    # ---- telling

    def _stop(self) -> None:
        self.close(SERVICE_RESTART, "the server stops")

    def _wake(self) -> None:
        if self._telling is None:
            self._telling = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        """Send what there is to tell until there is nothing, with pauses."""
        try:
            await asyncio.sleep(SOON)
            while topics := self._news():
                await self._ask(topics)
                async with self._states.turn():
                    written = self._tell_of(topics)
                if not await self._is_taken(written):
                    break
                await asyncio.sleep(PAUSE)
        finally:
            self._telling = None

    def _news(self) -> list[str]:
        if self._watcher_id is None:
            return []
        return self._states.news(self._watcher_id, MANY_TOPICS)

    def _tell_of(self, topics: Iterable[str]) -> asyncio.Future[None] | None:
        """Send what the user may know of *topics*; return what tells when it is off."""
        if self._watcher_id is None:
            return None
        rights = self._rights
        allowed = {
            topic: value
            for topic, value in self._states.take(self._watcher_id, topics).items()
            if rights.get(_subject(topic))
        }
        if not allowed:
            return None
        return self._write({"topics": allowed, "now": time.time()})

    async def _is_taken(self, written: asyncio.Future[None] | None) -> bool:
        """Return whether the client takes what was *written*, or drop that."""
        if written is None:
            return True
        done, _ = await asyncio.wait([written], timeout=PATIENCE)
        if not done:
            self.log.warning("a client that takes nothing is dropped")
            self._states.counts.dropped += 1
            self.close(TRY_AGAIN_LATER, "nothing was taken")
        return bool(done)

    def _write(self, frame: dict[str, Any]) -> asyncio.Future[None] | None:
        try:
            written = self.write_message(msgspec.json.encode(frame).decode())
        except WebSocketClosedError:
            return None
        # It fails if the client is gone, which is told by on_close as well.
        written.add_done_callback(asyncio.Future.exception)
        return written

    # ---- rights

    async def _ask(self, topics: Iterable[str]) -> None:
        """Find out of which of *topics* the user may know."""
        now = asyncio.get_running_loop().time()
        if now > self._rights_until:
            self._rights.clear()
            self._rights_until = now + RIGHTS_LAST
        for subject in dict.fromkeys(map(_subject, topics)):
            if subject is not None and subject not in self._rights:
                self._rights[subject] = await self._may_read(*subject)

    async def _may_read(self, resource: str, name: str) -> bool:
        async with self._asking:
            self.path_kwargs = {ARGUMENTS[resource]: name}
            asked = self.authorizer.is_authorized(
                self, self.current_user, "read", resource
            )
            return bool(await ensure_async(asked))

    async def _painted(self, painted: Painted) -> None:
        hubs: KernelHubs = self.settings[HUBS]
        hub = hubs.get(painted.kernel_id)
        if hub is not None and await self._may_read("kernels", painted.kernel_id):
            hub.painted(painted)

    async def _counted(self, watcher_id: str, counted: Counted) -> None:
        """Tell what the client has counted of a notebook, if its user may read that."""
        # Not remembered: there may be any number of paths.
        is_allowed = await self._may_read("contents", counted.path)
        if not is_allowed or self._watcher_id is None:
            return
        try:
            self._pages.counted(watcher_id, counted)
        except ValueError as exc:
            self._write({"error": str(exc)})
        else:
            topic = topic_of(watcher_id, counted.path)
            self._states.publish(topic, _told_of(counted))


def _told_of(counted: Counted) -> dict[str, object] | None:
    """Return what is told of a notebook in a page; None if it is not open there."""
    if counted.counts is None:
        return None
    counts = msgspec.structs.asdict(counted.counts)
    return {"path": counted.path, **counts, "ts": time.time()}


def _subject(topic: str) -> tuple[str, str] | None:
    """Return the resource that *topic* tells of, and which one; None if of none."""
    kind, _, name = topic.partition("/")
    if kind == "kernels":
        return "kernels", name.partition("/")[0]
    if kind == "pages":
        return "contents", name.partition("/")[2]
    return ("contents", name) if kind == "saving" else None


STATE_ROUTES = [("/api/fastpath/state", StateWebsocket)]
