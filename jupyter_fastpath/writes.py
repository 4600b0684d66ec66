"""
One save of a notebook, when it is its turn.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import inspect
import time

from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from jupyter_core.utils import ensure_async

from .core.sameness import fingerprint
from .core.saved import compact
from .large_save import is_in_pieces, save_in_pieces
from .off_loop import OffLoop


if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from logging import Logger

    from .core.sameness import Fingerprint
    from .core.writing import WritingRules


__all__ = ["Model", "Saved", "Write", "Writes", "is_writing"]

# Notebooks of which it is remembered what was last written: 200 bytes each.
MANY_NOTEBOOKS = 10_000

# Bytes from which on a notebook is written in a thread. That costs 2 ms, and so much
# holds up the loop about as long.
LARGE = 200_000

Model = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Saved:
    """
    A save of a notebook that has come about.

    Attributes:
        path: Where.

        size: Bytes of the notebook as JSON.

        seconds: How long the contents manager took.

        is_written: Whether it was written; if not, it was there already.

        is_alone: Whether it was saved by who had it alone.
    """

    path: str
    size: int
    seconds: float
    is_written: bool
    is_alone: bool = False


@dataclass(frozen=True)
class Write:
    """
    What is given to a contents manager to save.

    Attributes:
        path: Where, without slashes around it.

        model: The model, whose content is a notebook.

        more: What else was given.

        may_wait: Whether who saves it awaits the answer.

        is_alone: Whether who saves it has the path alone.
    """

    path: str
    model: Model
    more: dict[str, Any]
    may_wait: bool = True
    is_alone: bool = False

    @property
    def content(self) -> dict[str, Any]:
        """The notebook."""
        content: dict[str, Any] = self.model["content"]
        return content


@dataclass(frozen=True)
class _Left:
    """How a notebook was left where it was written."""

    known: Fingerprint
    stamp: object


@dataclass
class _Writing:
    """A write that a context is part of, as long as it is on."""

    is_on: bool = True


_WRITING: contextvars.ContextVar[_Writing | None] = contextvars.ContextVar(
    "fastpath_writing", default=None
)


def is_writing() -> bool:
    """
    Return whether it is a write of ours that asks.
    """
    writing = _WRITING.get()
    return writing is not None and writing.is_on


class Writes:
    """
    Brings notebooks through one contents manager to where they are saved.

    Args:
        contents_manager: Of any kind, with its own ``save`` yet.

        log: Where it is told what went wrong.

        before: Called on the event loop with each notebook and its path just before
            it is written, to take out what is not saved.

        rules: What the administrator has set.
    """

    def __init__(
        self,
        contents_manager: Any,
        log: Logger,
        before: Callable[[dict[str, Any], str], None],
        rules: WritingRules,
    ) -> None:
        self._rules = rules
        self._manager = contents_manager
        self._save = contents_manager.save
        self._get = contents_manager.get
        self._log = log
        self._before = before
        self._off_loop = OffLoop(contents_manager, is_allowed=rules.off_loop)
        if self._off_loop.is_known and inspect.iscoroutinefunction(self._get):
            self._off_loop.replace("get", self._get_between)
        self._underway: dict[str, asyncio.Event] = {}
        self._readers: dict[str, list[asyncio.Event]] = {}
        self._left: OrderedDict[str, _Left] = OrderedDict()

    def replace_save(self, save: Callable[..., Any]) -> None:
        """
        Put *save* in the place of the contents manager's.
        """
        self._off_loop.replace("save", save)

    async def write(self, write: Write) -> tuple[Model, Saved]:
        """
        Write it, unless it is there already; return the contents manager's answer.
        """
        writing = _Writing()
        token = _WRITING.set(writing)
        try:
            return await self._write(write)
        finally:
            writing.is_on = False
            _WRITING.reset(token)

    async def _write(self, write: Write) -> tuple[Model, Saved]:
        await self._aside(write, compact)
        self._before(write.content, write.path)
        known = await self._aside(write, fingerprint)
        began = time.perf_counter()
        found = await self._find_unchanged(write, known)
        answer = found or await self._written(write, known)
        seconds = time.perf_counter() - began
        size = answer.get("size") or (known.size if known else 0)
        if found is None and known is not None:
            await self._remember(write, known, answer)
        is_written = found is None
        told = Saved(write.path, size, seconds, is_written, write.is_alone)
        return answer, told

    async def _aside(self, write: Write, function: Callable[[Any], T]) -> T:
        """Return what *function* returns for a notebook, which may take long."""
        if write.may_wait and self._rules.off_loop:
            return await asyncio.to_thread(function, write.content)
        return function(write.content)

    async def _written(self, write: Write, known: Fingerprint | None) -> Model:
        self._left.pop(write.path, None)
        save = partial(self._save, write.model, write.path, **write.more)
        is_large = known is None or known.size >= LARGE
        if is_large and write.may_wait and await self._is_in_file(write):
            save = partial(save_in_pieces, self._manager, write.model, write.path)
        done = self._underway[write.path] = asyncio.Event()
        try:
            for reader in list(self._readers.get(write.path, ())):
                await reader.wait()
            answer: Model = await self._call(save, is_large and write.may_wait)
        finally:
            del self._underway[write.path]
            done.set()
        return answer

    async def _is_in_file(self, write: Write) -> bool:
        """Return whether the notebook can be written cell by cell over itself."""
        is_plain = not write.more and is_in_pieces(write.content)
        if not (is_plain and self._off_loop.can_run()):
            return False
        return bool(await ensure_async(self._manager.file_exists(write.path)))

    async def _remember(self, write: Write, known: Fingerprint, answer: Model) -> None:
        """Keep what was written, if that is what is there now."""
        # What the contents manager has to say of a notebook, it is to say each time.
        if "message" in answer or not self._rules.skip_unchanged:
            return
        found = await self._find(write, known)
        if found is None or found["last_modified"] != answer["last_modified"]:
            return
        self._left[write.path] = _Left(known, _stamp(found))
        if len(self._left) > MANY_NOTEBOOKS:
            self._left.popitem(last=False)

    async def _find_unchanged(
        self, write: Write, known: Fingerprint | None
    ) -> Model | None:
        """Return the model of what is there, if we left that, and it is the same."""
        left = self._left.get(write.path)
        if left is None or left.known != known:
            return None
        found = await self._find(write, left.known)
        return found if found and _stamp(found) == left.stamp else None

    async def _find(self, write: Write, known: Fingerprint) -> Model | None:
        """Return what the contents manager says of the path; None if it cannot."""
        get = partial(self._get, write.path, content=False, type="notebook")
        is_apart = known.size >= LARGE and write.may_wait
        try:
            try:
                found: Model = await self._call(
                    partial(get, require_hash=True), is_apart
                )
            except TypeError:  # It knows of no hashes.
                found = await ensure_async(get())
        except Exception:  # noqa: BLE001 - whatever it is, it is no reason not to save
            self._log.debug("fastpath cannot see %s", write.path, exc_info=True)
            return None
        return found

    async def _get_between(self, path: str, *args: Any, **kwargs: Any) -> Any:
        """
        Return what the contents manager's own does, which hashes whole files.

        Jupyter Server writes files in place: who reads one meanwhile finds half of it,
        takes it for broken, and may put what was there before in its place.
        """
        is_hash = kwargs.get("require_hash") and not kwargs.get("content", True)
        get = partial(self._get, path, *args, **kwargs)
        if is_writing():
            return await self._call(get, bool(is_hash))
        async with self._reading(path.strip("/")):
            return await self._call(get, bool(is_hash))

    @contextlib.asynccontextmanager
    async def _reading(self, path: str) -> AsyncIterator[None]:
        """Have nobody write to *path* meanwhile."""
        while path in self._underway:
            await self._underway[path].wait()
        done = asyncio.Event()
        readers = self._readers.setdefault(path, [])
        readers.append(done)
        try:
            yield
        finally:
            done.set()
            readers.remove(done)
            if not readers:
                self._readers.pop(path, None)

    async def _call(self, method: Callable[[], Any], is_apart: bool) -> Any:
        if is_apart and self._off_loop.can_run():
            return await self._off_loop.run(method)
        return await ensure_async(method())


def _stamp(found: Model) -> object:
    """Return what changes when a file does: its hash, if there is one."""
    return found.get("hash") or (found["last_modified"], found.get("size"))
