"""
One who watches the state of kernels over the websocket, as a page does.
"""

from __future__ import annotations

import asyncio
import json

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

from tornado.websocket import WebSocketClientConnection

from .client import eventually


T = TypeVar("T")

PATIENCE: Final = 30.0


class Watcher:
    """
    What the websocket has told so far.

    Attributes:
        frames: All frames, oldest first.

        topics: The newest value of each topic that has one.

        code: The close code, once it is closed.
    """

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []
        self.topics: dict[str, Any] = {}
        self.code: int | None = None
        self._connection: WebSocketClientConnection | None = None
        self._is_closed = asyncio.Event()

    def use(self, connection: WebSocketClientConnection) -> None:
        """
        Talk by *connection*.
        """
        self._connection = connection

    def take(self, frame: str | bytes | None) -> None:
        """
        Take a frame, or None when the connection is closed.
        """
        if frame is None:
            self._is_closed.set()
            return
        told = json.loads(frame)
        self.frames.append(told)
        self.topics.update(told.get("topics", {}))

    def ask(self, **request: Any) -> None:
        """
        Send a request.
        """
        self.write(json.dumps(request))

    def write(self, frame: str | bytes) -> None:
        """
        Send a frame, whatever it is.
        """
        assert self._connection is not None
        self._connection.write_message(frame, binary=isinstance(frame, bytes))

    async def until(self, look: Callable[[], T], patience: float = PATIENCE) -> T:
        """
        Return the first that *look* returns and is true.
        """

        async def see() -> T:
            return look()

        return await eventually(see, patience)

    async def value(
        self, topic: str, is_it: Callable[[Any], object] = bool, patience: float = 30.0
    ) -> Any:
        """
        Return the value of *topic* as soon as *is_it* says that it is the one.
        """
        await self.until(
            lambda: topic in self.topics and is_it(self.topics[topic]), patience
        )
        return self.topics[topic]

    def values(self, topic: str) -> Iterator[Any]:
        """
        Yield all values that *topic* was told to have, oldest first.
        """
        for frame in self.frames:
            if topic in frame.get("topics", {}):
                yield frame["topics"][topic]

    async def error(self) -> str:
        """
        Return what the next frame that is an error says.
        """
        frame = await self.until(
            lambda: next((f for f in self.frames if "error" in f), None)
        )
        assert frame is not None
        self.frames.remove(frame)
        return str(frame["error"])

    async def closed(self) -> int | None:
        """
        Return the code with which the server has closed.
        """
        assert self._connection is not None
        await asyncio.wait_for(self._is_closed.wait(), PATIENCE)
        return self._connection.close_code

    async def close(self) -> None:
        """
        Leave.
        """
        if self._connection is not None:
            self._connection.close()
            await self._is_closed.wait()


def state(kernel_id: str) -> str:
    """
    Return the topic of the state of a kernel.
    """
    return f"kernels/{kernel_id}/state"
