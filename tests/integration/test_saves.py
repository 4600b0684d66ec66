"""
Saving notebooks through each kind of contents manager.
"""

from __future__ import annotations

import asyncio
import logging

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from jupyter_core.utils import ensure_async
from jupyter_server.services.contents.largefilemanager import (
    AsyncLargeFileManager,
    LargeFileManager,
)
from jupyter_server.services.contents.manager import ContentsManager

from jupyter_fastpath.saves import NotebookSaves, Saved

from .client import eventually
from .managers import ObjectStore


LOG = logging.getLogger("fastpath-test")
KINDS = {
    "async": AsyncLargeFileManager,
    "sync": LargeFileManager,
    "store": ObjectStore,
}


def notebook(output: str = "", source: str = "x") -> dict[str, Any]:
    """
    Return a notebook of one cell with one output.
    """
    text = {"output_type": "stream", "name": "stdout", "text": output}
    cell = {"cell_type": "code", "id": "a", "source": source, "metadata": {}}
    cell |= {"outputs": [text] if output else [], "execution_count": 1}
    metadata: dict[str, Any] = {}
    return {"cells": [cell], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def model(output: str = "", source: str = "x") -> dict[str, Any]:
    """
    Return what is given to `save` for such a notebook.
    """
    return {"type": "notebook", "format": "json", "content": notebook(output, source)}


class Desk:
    """
    A contents manager, and what is known of its saves.
    """

    def __init__(self, manager: ContentsManager) -> None:
        self.manager = manager
        self.written: list[str] = []
        self.before_write = lambda: asyncio.sleep(0)
        self._original = manager.save
        self._watch()
        self.saves = NotebookSaves(manager, LOG)
        self.told: list[Saved] = []
        self.saves.listen(self.told.append)

    def _watch(self) -> None:
        """Note what is written, by those that write."""
        manager: Any = self.manager
        original = manager.save

        if asyncio.iscoroutinefunction(original):

            async def save(model: Any, path: str = "", **more: Any) -> Any:
                await self.before_write()
                answer = await original(model, path, **more)
                self.written.append(text_of(model.get("content")))
                return answer

        else:

            def save(model: Any, path: str = "", **more: Any) -> Any:
                answer = original(model, path, **more)
                self.written.append(text_of(model.get("content")))
                return answer

        manager.save = save

    async def save(self, model: Any, path: str = "a.ipynb", **more: Any) -> Any:
        """Save as handlers do."""
        return await ensure_async(self.manager.save(model, path, **more))

    def told_of(self, count: int) -> Callable[[], Awaitable[bool]]:
        """Return what tells whether so many saves have been told of."""

        async def is_told() -> bool:
            return len(self.told) == count

        return is_told

    async def text(self, path: str = "a.ipynb") -> str:
        """Return the output that is in the notebook."""
        found = await ensure_async(self.manager.get(path))
        return text_of(found["content"])


def text_of(content: Any) -> str:
    """
    Return the one output of a notebook, or else what it is.
    """
    if not isinstance(content, dict):
        return str(content)
    return "".join(output["text"] for output in content["cells"][0]["outputs"])


@pytest.fixture(params=KINDS)
def desk(request, tmp_path, jp_asyncio_loop):
    """
    One of the three contents managers, with saves of ours.
    """
    return Desk(KINDS[request.param](root_dir=str(tmp_path)))


@pytest.mark.promise("D2")
async def test_unchanged(desk):
    """What is at a path already is not written again, and who saves it gets the model of it."""
    first = await desk.save(model("1"))
    second = await desk.save(model("1"), "/a.ipynb")
    await desk.save(model("2"))
    await eventually(desk.told_of(3))

    assert ["1", "2"] == desk.written
    assert first["last_modified"] == second["last_modified"]
    assert "a.ipynb" == second["path"]
    assert [True, False, True] == [saved.is_written for saved in desk.told]
    assert ["a.ipynb"] * 3 == [saved.path for saved in desk.told]


async def test_alone(desk):
    """Who has a path alone writes at once; whoever else saves it, or wants it alone, waits in line."""
    order = []

    async def write(text):
        await desk.save(model(text))
        order.append(text)

    async def write_alone(text):
        async with desk.saves.alone("a.ipynb") as save:
            await save(model(text))
            order.append(text)

    async with desk.saves.alone("/a.ipynb") as save:
        waiting = [
            asyncio.ensure_future(one)
            for one in (write("2"), write_alone("3"), write("4"))
        ]
        await desk.save(model("other"), "b.ipynb")
        await save(model("1"))
        order.append("1")
    await asyncio.gather(*waiting)

    assert ["1", "2", "3", "4"] == order
    assert ["other", "1", "2", "3", "4"] == desk.written


async def test_flush(desk):
    """A flush ends when all in line is written."""
    async with desk.saves.alone("a.ipynb"):
        waiting = asyncio.ensure_future(desk.save(model("1")))
        await asyncio.sleep(0)
        flush = asyncio.ensure_future(desk.saves.flush())
        await asyncio.sleep(0)
    await flush

    assert ["1"] == desk.written
    await waiting
