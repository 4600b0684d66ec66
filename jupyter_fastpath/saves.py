"""
How notebooks are saved: one save of a path at a time, none that changes nothing, and
whoever waits for the same is answered by one.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import inspect
import threading
import time

from collections import OrderedDict
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from jupyter_core.utils import ensure_async

from .core.line import Line, Waiting
from .core.sameness import fingerprint


if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
    from logging import Logger

    from .core.sameness import Fingerprint


__all__ = ["NotebookSaves", "Saved"]

# Notebooks of which it is remembered what was last written: 200 bytes each.
MANY_NOTEBOOKS = 10_000

Model = dict[str, Any]


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


@dataclass
class _Waiting(Waiting):
    """A save that waits, or who has a path alone, which has no model."""

    model: Model | None
    more: dict[str, Any]
    answer: asyncio.Future[Any]
    context: contextvars.Context = field(default_factory=contextvars.copy_context)


@dataclass
class _Writing:
    """The write of which a context is part."""

    is_on: bool = True


_WRITING: contextvars.ContextVar[_Writing | None] = contextvars.ContextVar(
    "fastpath_writing", default=None
)


class NotebookSaves:
    """
    All saves of notebooks through one contents manager, whose ``save`` it replaces.

    Args:
        contents_manager: Of any kind; its own ``save`` is called for each write.

        log: Where it is told what went wrong.

        before: Called with each notebook and its path just before it is written, to
            take out what is not saved.
    """

    def __init__(
        self,
        contents_manager: Any,
        log: Logger,
        before: Callable[[Model, str], None] | None = None,
    ) -> None:
        self._manager = contents_manager
        self._log = log
        self._before = before
        self._original: Callable[..., Any] = contents_manager.save
        self._thread = threading.get_ident()
        self._lines: dict[str, Line[_Waiting]] = {}
        self._left: OrderedDict[str, _Left] = OrderedDict()
        self._listeners: list[Callable[[Saved], None]] = []
        self._alone: set[str] = set()
        is_async = inspect.iscoroutinefunction(self._original)
        contents_manager.save = self._save if is_async else self._save_at_once

    # ---- for others of ours

    def listen(self, callback: Callable[[Saved], None]) -> None:
        """
        Call *callback* on the event loop after each save of a notebook.
        """
        self._listeners.append(callback)

    @contextlib.asynccontextmanager
    async def alone(
        self, path: str
    ) -> AsyncIterator[Callable[[Model], Awaitable[Model]]]:
        """
        Give the one way to save the notebook at *path* while the block lasts.

        All other saves of it wait, also those that the block would begin in another
        way.
        """
        path = path.strip("/")
        turn = self._wait(path, _Waiting(None, None, {}, _future()))
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                self._give_back(path)
            raise
        self._alone.add(path)
        try:
            yield partial(self._write, path)
        finally:
            self._alone.discard(path)
            self._give_back(path)

    async def flush(self) -> None:
        """
        Return when all that is in line has been written.
        """
        while self._lines:
            async with self.alone(next(iter(self._lines))):
                pass

    # ---- in the place of the contents manager's save

    async def _save(self, model: Model, path: str = "", **more: Any) -> Any:
        if not self._takes(model):
            return await ensure_async(self._original(model, path, **more))
        return await self._in_line(model, path.strip("/"), more)

    def _save_at_once(self, model: Model, path: str = "", **more: Any) -> Any:
        """Return the answer as a synchronous contents manager does, unless it waits."""
        if not self._takes(model):
            return self._original(model, path, **more)
        path = path.strip("/")
        if path in self._lines:
            return self._in_line(model, path, more)
        return _begun(self._write_in_turn(path, model, more))

    def _takes(self, model: Model) -> bool:
        """Return whether *model* is a notebook, and saved by none of our own writes."""
        if model.get("type") != "notebook" or model.get("chunk") is not None:
            return False
        writing = _WRITING.get()
        is_inside = writing is not None and writing.is_on
        is_notebook = isinstance(model.get("content"), dict)
        return is_notebook and not is_inside and self._is_on_loop()

    def _is_on_loop(self) -> bool:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return False
        return threading.get_ident() == self._thread

    # ---- the line

    def _in_line(
        self, model: Model, path: str, more: dict[str, Any]
    ) -> asyncio.Future[Any]:
        waiting = _Waiting(model["content"], model, more, _future())
        return self._wait(path, waiting)

    def _wait(self, path: str, waiting: _Waiting) -> asyncio.Future[Any]:
        self._lines.setdefault(path, Line()).put(waiting)
        self._next(path)
        return waiting.answer

    def _next(self, path: str) -> None:
        """Let whoever is next have the turn."""
        line = self._lines[path]
        turn = line.take()
        if not turn:
            if not line:
                del self._lines[path]
            return
        last = turn[-1]
        if last.model is None:
            self._leave_alone(path, last)
            return
        # Contents managers look into the context to see for whom they write.
        write = self._write(path, last.model, **last.more)
        task = last.context.run(asyncio.ensure_future, write)
        task.add_done_callback(partial(self._written, path, turn))

    def _leave_alone(self, path: str, waiting: _Waiting) -> None:
        if waiting.answer.cancelled():
            self._give_back(path)
        else:
            waiting.answer.set_result(None)

    def _written(
        self, path: str, turn: list[_Waiting], task: asyncio.Task[Model]
    ) -> None:
        for waiting in turn:
            _pass_on(task, waiting.answer)
        self._give_back(path)

    def _give_back(self, path: str) -> None:
        self._lines[path].give_back()
        self._next(path)

    # ---- one write

    async def _write_in_turn(
        self, path: str, model: Model, more: dict[str, Any]
    ) -> Model:
        line = self._lines[path] = Line()
        line.put(_Waiting(None, None, {}, _future()))
        line.take()
        try:
            return await self._write(path, model, **more)
        finally:
            self._give_back(path)

    async def _write(self, path: str, model: Model, **more: Any) -> Model:
        """Bring *model* to where it is saved, and tell how long that took."""
        writing = _Writing()
        token = _WRITING.set(writing)
        began = time.perf_counter()
        try:
            self._prepare(model, path)
            known = fingerprint(model["content"])
            answer = await self._unchanged(path, known)
            is_written = answer is None
            if answer is None:
                answer = await self._written_by_manager(path, model, known, more)
        finally:
            writing.is_on = False
            _WRITING.reset(token)
        seconds = time.perf_counter() - began
        size = answer.get("size") or (known.size if known else 0)
        self._tell(Saved(path, size, seconds, is_written, path in self._alone))
        return answer

    def _prepare(self, model: Model, path: str) -> None:
        if self._before is not None:
            self._before(model["content"], path)

    async def _written_by_manager(
        self, path: str, model: Model, known: Fingerprint | None, more: dict[str, Any]
    ) -> Model:
        self._left.pop(path, None)
        answer: Model = await ensure_async(self._original(model, path, **more))
        # What the contents manager has to say of a notebook, it is to say each time.
        if known is not None and "message" not in answer:
            found = await self._find(path)
            if found and found.get("last_modified") == answer.get("last_modified"):
                self._left[path] = _Left(known, _stamp(found))
                if len(self._left) > MANY_NOTEBOOKS:
                    self._left.popitem(last=False)
        return answer

    async def _unchanged(self, path: str, known: Fingerprint | None) -> Model | None:
        """Return the model of what is at *path*, if we left it there, and like that."""
        left = self._left.get(path)
        if left is None or left.known != known:
            return None
        found = await self._find(path)
        return found if found and _stamp(found) == left.stamp else None

    async def _find(self, path: str) -> Model | None:
        """Return what the contents manager says of *path*, None if it cannot."""
        get = partial(self._manager.get, path, content=False, type="notebook")
        try:
            try:
                found: Model = await ensure_async(get(require_hash=True))
            except TypeError:  # It knows of no hashes.
                found = await ensure_async(get())
        except Exception:  # noqa: BLE001 - whatever it is, it is no reason not to save
            self._log.debug("fastpath cannot see what is at %s", path, exc_info=True)
            return None
        return found

    def _tell(self, saved: Saved) -> None:
        loop = asyncio.get_running_loop()
        for listener in self._listeners:
            loop.call_soon(listener, saved)


@dataclass(frozen=True)
class _Left:
    """How a notebook was left on disk."""

    known: Fingerprint
    stamp: object


def _stamp(found: Model) -> object:
    """Return what changes when a file does: its hash, if there is one."""
    return found.get("hash") or (found["last_modified"], found.get("size"))


def _future() -> asyncio.Future[Any]:
    return asyncio.get_running_loop().create_future()


def _pass_on(task: asyncio.Task[Model], answer: asyncio.Future[Any]) -> None:
    """Answer as *task* ended, if somebody still waits for it."""
    if answer.done():
        return
    if task.cancelled():
        answer.cancel()
    elif (error := task.exception()) is not None:
        answer.set_exception(error)
    else:
        answer.set_result(dict(task.result()))


class _Begun:
    """A coroutine that waits for something, to be awaited."""

    def __init__(self, coroutine: Coroutine[Any, Any, Any], waits_for: Any) -> None:
        self._coroutine = coroutine
        self._waits_for = waits_for

    def __await__(self) -> Any:
        yield self._waits_for
        return (yield from self._coroutine.__await__())


def _begun(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """
    Return what *coroutine* returns, or a task that goes on with it if it has to wait.
    """
    try:
        waits_for = coroutine.send(None)
    except StopIteration as ended:
        return ended.value
    return asyncio.ensure_future(_Begun(coroutine, waits_for))
