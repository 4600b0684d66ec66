"""
The REST route of notebooks, where a large one does not stop the event loop.
"""

from __future__ import annotations

import asyncio

from typing import Any

from jupyter_server.services.contents.handlers import ContentsHandler
from tornado.web import stream_request_body

from .core.body import decode_model
from .saves import Awaited


__all__ = ["NOTEBOOK_ROUTES"]

# Bytes from which on decoding takes longer than to give it to a thread.
LARGE = 200_000

# Bytes that are read before others have their turn: what arrives fast enough would be
# read in one go. They take about a millisecond.
PORTION = 1 << 20


@stream_request_body
class NotebookHandler(ContentsHandler):
    """
    Jupyter Server's own handler, to which a large body comes in portions, and decoded.
    """

    _model: Awaited | None = None

    def initialize(self) -> None:
        """
        Expect a body.
        """
        super().initialize()
        self._body = bytearray()

    async def data_received(self, chunk: bytes) -> None:
        """
        Take a part of the body, and decode it after the last.
        """
        portions = len(self._body) // PORTION
        self._body += chunk
        if len(self._body) // PORTION > portions:
            await asyncio.sleep(0)
        length = int(self.request.headers.get("Content-Length", 0))
        if length >= LARGE and length == len(self._body):
            await self._decode()

    async def _decode(self) -> None:
        # Who has no name is answered without a look at what they sent.
        if self.request.method == "PUT" and self.current_user:
            model = await asyncio.to_thread(decode_model, self._body)
            self._model = None if model is None else Awaited(model)

    def get_json_body(self) -> dict[str, Any] | None:
        """
        Return the model, as Jupyter Server decodes it.
        """
        if self._model is None:
            self.request.body = bytes(self._body)
            return super().get_json_body()
        return self._model


NOTEBOOK_ROUTES = [(r"/api/contents(?P<path>/.+\.ipynb)", NotebookHandler)]
