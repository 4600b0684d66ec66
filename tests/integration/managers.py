"""
Contents managers of three kinds: stock's two, and one of somebody else.
"""

from __future__ import annotations

import asyncio
import json

from collections.abc import Awaitable, Callable
from datetime import datetime, timezone
from typing import Any

from jupyter_server.services.contents.manager import AsyncContentsManager
from tornado.web import HTTPError
from traitlets import Unicode


Model = dict[str, Any]


class ObjectStore(AsyncContentsManager):
    """
    Keeps objects in memory, as if far away: with a save of its own, which runs no hooks,
    and no hashes.
    """

    root_dir = Unicode("")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.objects: dict[str, tuple[str, datetime]] = {}
        # Called with what is written, and where, before it is: waits, or fails.
        self.on_write: Callable[[Any, str], Awaitable[None]] = _write_at_once

    def put(self, path: str, text: str) -> None:
        """Write an object, behind everybody's back."""
        self.objects[path] = text, datetime.now(timezone.utc)

    async def dir_exists(self, path: str) -> bool:
        """Return whether there is such a folder: only one, the root."""
        return not path.strip("/")

    async def file_exists(self, path: str = "") -> bool:
        """Return whether there is such an object."""
        return path.strip("/") in self.objects

    async def is_hidden(self, path: str) -> bool:
        """Return whether it is hidden."""
        return path.strip("/").startswith(".")

    async def get(
        self,
        path: str,
        content: bool = True,
        type: str | None = None,  # noqa: A002
        format: Any = None,  # noqa: A002
    ) -> Model:
        """Return the object, as all contents managers do."""
        path = path.strip("/")
        if path not in self.objects:
            raise HTTPError(404, f"no object {path}")
        text, modified = self.objects[path]
        model = {"name": path, "path": path, "writable": True, "mimetype": None}
        model |= {"type": type or "notebook", "content": None, "format": None}
        model |= {"created": modified, "last_modified": modified}
        if content:
            model |= {"content": json.loads(text), "format": "json"}
        return model

    async def save(self, model: Model, path: str = "") -> Model:
        """Write the object."""
        path = path.strip("/")
        await self.on_write(model["content"], path)
        self.put(path, json.dumps(model["content"]))
        return await self.get(path, content=False, type=model["type"])

    async def delete_file(self, path: str) -> None:
        """Remove the object."""
        del self.objects[path.strip("/")]

    async def rename_file(self, old_path: str, new_path: str) -> None:
        """Give the object another path."""
        self.objects[new_path.strip("/")] = self.objects.pop(old_path.strip("/"))


async def _write_at_once(content: Any, path: str) -> None:
    await asyncio.sleep(0)
