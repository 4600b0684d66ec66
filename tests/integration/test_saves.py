"""
Saving notebooks through each kind of contents manager.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hypothesis import given, settings
from hypothesis import strategies as st
from jupyter_core.utils import ensure_async
from jupyter_server.services.contents.filecheckpoints import GenericFileCheckpoints
from jupyter_server.services.contents.largefilemanager import (
    AsyncLargeFileManager,
    LargeFileManager,
)
from tornado.web import HTTPError

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

    def __init__(self, manager: Any) -> None:
        self.manager = manager
        self.written: list[str] = []
        self.told: list[Saved] = []
        # A test may put something else here.
        self.on_write: Callable[[str], None] = lambda _: None
        self.before: Callable[[Any, str], None] = lambda *_: None
        self._watch()
        self.saves = NotebookSaves(manager, LOG, self._before)
        self.saves.listen(self.told.append)

    def _watch(self) -> None:
        """Note what is written, by those that write."""
        original = self.manager.save

        def save(model: Any, path: str = "", **more: Any) -> Any:
            text = text_of(model.get("content"))
            self.on_write(text)
            self.written.append(text)
            return original(model, path, **more)

        async def save_async(model: Any, path: str = "", **more: Any) -> Any:
            await asyncio.sleep(0)
            return await save(model, path, **more)

        is_async = asyncio.iscoroutinefunction(original)
        self.manager.save = save_async if is_async else save

    def _before(self, content: Any, path: str) -> None:
        self.before(content, path)

    def change(self, text: str) -> None:
        """Have somebody else write *text* where the notebook is."""
        if isinstance(self.manager, ObjectStore):
            self.manager.put("a.ipynb", text)
        else:
            path = Path(self.manager.root_dir, "a.ipynb")
            before = path.stat()
            path.write_text(text)
            # As after a copy that keeps the time, so that only the hash tells.
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

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


async def in_line(desk: Desk, *models: dict[str, Any]) -> list[Any]:
    """
    Save all of *models* while the path is taken, and return the answers or errors.
    """
    async with desk.saves.alone("a.ipynb"):
        waiting = [asyncio.ensure_future(desk.save(one)) for one in models]
        await asyncio.sleep(0)
    return await asyncio.gather(*waiting, return_exceptions=True)


async def test_joined(desk):
    """Of saves that wait for each other, and differ only in what runs change, the newest is written, and answers all."""
    answers = await in_line(desk, model("1"), model("2"), model("3"))

    assert ["3"] == desk.written
    assert "3" == await desk.text()
    assert 1 == len({answer["last_modified"] for answer in answers})


async def test_not_joined(desk):
    """Those of which none contains the other are all written, in the order in which they came."""
    await in_line(desk, model("1"), model("2", "y"), model("3"))

    assert ["1", "2", "3"] == desk.written


async def test_failure(desk):
    """If a write fails, all whose content was in it get the error, and the next is written."""

    def fail(text):
        if text == "2":
            raise HTTPError(507, "no space")

    desk.on_write = fail
    first, second, third = await in_line(desk, model("1"), model("2"), model("3", "y"))

    assert [507, 507] == [first.status_code, second.status_code]
    assert "3" == await desk.text()
    assert "a.ipynb" == third["path"]


async def test_straight(desk):
    """Nothing but a notebook waits, and nothing at another path."""
    async with desk.saves.alone("a.ipynb"):
        waiting = asyncio.ensure_future(desk.save(model("late")))
        await desk.save(model("new"), "b.ipynb")
        text = {"type": "file", "format": "text", "content": "text"}
        await desk.save(text, "c.txt")
        await desk.save(text, "a.ipynb")
        await desk.save(model("moved"), "d.ipynb")
        await ensure_async(desk.manager.rename_file("d.ipynb", "e.ipynb"))

        assert ["new", "text", "text", "moved"] == desk.written
    await waiting
    assert "late" == desk.written[-1]


async def test_before(desk):
    """What is not saved is taken out once before each write, whoever writes."""
    seen = []

    def before(content, path):
        seen.append(path)
        content["cells"][0]["outputs"][0]["text"] += "!"

    desk.before = before
    await desk.save(model("1"))
    async with desk.saves.alone("a.ipynb") as save:
        await save(model("2"))
    await ensure_async(desk.manager.copy("a.ipynb", "b.ipynb"))

    assert ["1!", "2!", "2!!"] == desk.written
    assert ["a.ipynb", "a.ipynb", "b.ipynb"] == seen


@pytest.mark.promise("D2")
async def test_changed_elsewhere(desk):
    """What was changed behind our back is written again, although it is the same as what we wrote."""
    await desk.save(model("1"))
    desk.change(json.dumps(notebook("other")))
    await desk.save(model("1"))

    assert ["1", "1"] == desk.written
    assert "1" == await desk.text()


@pytest.mark.promise("D2")
async def test_gone(desk):
    """So is what was removed, or has another path since."""
    await desk.save(model("1"))
    await ensure_async(desk.manager.rename_file("a.ipynb", "b.ipynb"))
    await desk.save(model("1"))
    await desk.save(model("1"), "b.ipynb")

    assert ["1", "1", "1"] == desk.written


async def test_cancelled(desk):
    """Who does not wait any longer gets no turn, and holds up nobody; what they gave to be saved is."""
    async with desk.saves.alone("a.ipynb"):
        saving = asyncio.ensure_future(desk.save(model("1")))
        alone = asyncio.ensure_future(enter(desk))
        await asyncio.sleep(0)
        saving.cancel()
        alone.cancel()
    await desk.save(model("2", "y"))

    assert ["1", "2"] == desk.written
    assert alone.cancelled()


async def enter(desk: Desk) -> None:
    """
    Have the path alone for nothing.
    """
    async with desk.saves.alone("a.ipynb"):
        pass


async def test_restored(tmp_path):
    """A checkpoint that is restored by synchronous code, which waits for nobody, is there when it returns."""
    manager: Any = LargeFileManager(
        root_dir=str(tmp_path), checkpoints_class=GenericFileCheckpoints
    )
    NotebookSaves(manager, LOG)
    manager.save(model("1"), "a.ipynb")
    manager.save(model("2"), "a.ipynb")
    manager.restore_checkpoint("checkpoint", "a.ipynb")

    assert "1" == text_of(manager.get("a.ipynb")["content"])


@dataclass(frozen=True)
class One:
    """
    A save: where, the source and whether writing it fails.
    """

    path: str
    source: str
    is_failing: bool


SAVES = st.builds(One, st.sampled_from("ab"), st.sampled_from("xy"), st.booleans())


class Interleaved:
    """
    Many saves, each with its number as output, and what came of them.
    """

    def __init__(self, saves: list[One], pauses: list[int]) -> None:
        self.saves = saves
        self.written: list[int] = []
        self._pauses = iter(pauses)
        self._store = ObjectStore()
        self._store.on_write = self._write

    async def _pause(self) -> None:
        for _ in range(next(self._pauses, 0)):
            await asyncio.sleep(0)

    async def _write(self, content: Any, path: str) -> None:
        await self._pause()
        self.written.append(int(text_of(content)))
        if self.saves[self.written[-1]].is_failing:
            raise HTTPError(507, "no space")

    async def _save(self, number: int) -> bool:
        one = self.saves[number]
        try:
            await self._store.save(model(str(number), one.source), one.path)
        except HTTPError:
            return False
        assert self.containing(number)
        return True

    async def run(self) -> list[bool]:
        """Save them all, and return which were answered without an error."""
        ours = NotebookSaves(self._store, LOG)
        saving = []
        for number in range(len(self.saves)):
            saving.append(asyncio.ensure_future(self._save(number)))
            await self._pause()
        await ours.flush()
        return await asyncio.gather(*saving)

    def containing(self, number: int) -> list[int]:
        """Return which writes contain the one of that number."""
        one = self.saves[number]
        return [
            later
            for later in self.written_at(one.path)
            if later >= number and self.saves[later].source == one.source
        ]

    def written_at(self, path: str) -> list[int]:
        """Return what was written at *path*."""
        return [n for n in self.written if self.saves[n].path == path]

    def kept_at(self, path: str) -> list[str]:
        """Return what is at *path* in the end."""
        found = [text for at, (text, _) in self._store.objects.items() if at == path]
        return [text_of(json.loads(text)) for text in found]


@settings(deadline=None, max_examples=60)
@given(st.lists(SAVES, max_size=10), st.lists(st.integers(0, 3), max_size=30))
def test_interleaved(saves, pauses):
    """However saves and failures fall together, each is answered when it, or a newer one that contains it, is written, or with the error of that; the last is what is there."""
    seen = Interleaved(saves, pauses)
    answered = asyncio.run(seen.run())
    wanted = [not saves[seen.containing(n)[0]].is_failing for n in range(len(saves))]

    assert wanted == answered
    for path in "ab":
        written = seen.written_at(path)
        kept = [str(number) for number in written if not saves[number].is_failing]
        assert sorted(set(written)) == written
        assert [n for n, one in enumerate(saves) if one.path == path][-1:] == written[
            -1:
        ]
        assert kept[-1:] == seen.kept_at(path)
