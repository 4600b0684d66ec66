"""
How notebooks are saved: one save of a path at a time, none that changes nothing, and
of those that wait one for all that it contains.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import inspect
import threading

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from jupyter_core.utils import ensure_async

from .core.line import Line, Waiting
from .core.writing import WritingRules
from .writes import Model, Saved, Write, Writes, is_writing


if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
    from logging import Logger


__all__ = ["Awaited", "NotebookSaves", "Progress", "Saved"]

_DEFAULT = WritingRules()


class Awaited(dict[str, Any]):
    """
    A model whose saving is awaited, also if the contents manager is synchronous.
    """


@dataclass
class _Waiting(Waiting):
    """A save that waits, or who has a path alone and writes nothing by that."""

    write: Write | None
    answer: asyncio.Future[Any]
    context: contextvars.Context = field(default_factory=contextvars.copy_context)


@dataclass(frozen=True)
class Progress:
    """
    How the save of a notebook gets on.

    Attributes:
        path: The notebook.

        state: ``saving``, ``saved`` or ``failed``.

        by: ``page``, or ``server`` if that brings output into the notebook.

        size: Bytes of the notebook as JSON, once it is saved.

        seconds: How long the contents manager took.

        error: What went wrong.
    """

    path: str
    state: str
    by: str
    size: int | None = None
    seconds: float | None = None
    error: str | None = None


class NotebookSaves:
    """
    All saves of notebooks through one contents manager, whose ``save`` it replaces.

    Args:
        contents_manager: Of any kind; its own ``save`` is called for each write.

        log: Where it is told what went wrong.

        before: Called on the event loop with each notebook and its path just before
            it is written, to take out what is not saved.

        rules: What the administrator has set.
    """

    def __init__(
        self,
        contents_manager: Any,
        log: Logger,
        before: Callable[[dict[str, Any], str], None] = lambda *_: None,
        rules: WritingRules = _DEFAULT,
    ) -> None:
        self._original: Callable[..., Any] = contents_manager.save
        self._writes = Writes(contents_manager, log, before, rules)
        self._thread = threading.get_ident()
        self._lines: dict[str, Line[_Waiting]] = {}
        self._listeners: list[Callable[[Saved], None]] = []
        self._followers: list[Callable[[Progress], None]] = []
        is_async = inspect.iscoroutinefunction(self._original)
        self._writes.replace_save(self._save if is_async else self._save_at_once)

    # ---- for others of ours

    def listen(self, callback: Callable[[Saved], None]) -> None:
        """
        Call *callback* on the event loop after each save of a notebook.
        """
        self._listeners.append(callback)

    def follow(self, callback: Callable[[Progress], None]) -> None:
        """
        Call *callback* when a save begins, and when it has come about or failed.
        """
        self._followers.append(callback)

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
        turn = self._wait(path, _Waiting(None, None, _future()))
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                self._give_back(path)
            raise
        try:
            yield lambda model: self._perform(Write(path, model, {}, is_alone=True))
        finally:
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
        return await self._in_line(Write(path.strip("/"), model, more))

    def _save_at_once(self, model: Model, path: str = "", **more: Any) -> Any:
        """Return the answer, as synchronous contents managers do, unless it waits."""
        if not self._takes(model):
            return self._original(model, path, **more)
        path = path.strip("/")
        if isinstance(model, Awaited) or path in self._lines:
            return self._in_line(Write(path, model, more))
        return _begun(self._in_turn(Write(path, model, more, may_wait=False)))

    def _takes(self, model: Model) -> bool:
        """Return whether *model* is a notebook, and not saved by a write of ours."""
        if model.get("type") != "notebook" or model.get("chunk") is not None:
            return False
        is_notebook = isinstance(model.get("content"), dict)
        return is_notebook and not is_writing() and self._is_on_loop()

    def _is_on_loop(self) -> bool:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return False
        return threading.get_ident() == self._thread

    # ---- the line

    def _in_line(self, write: Write) -> asyncio.Future[Any]:
        return self._wait(write.path, _Waiting(write.content, write, _future()))

    def _wait(self, path: str, waiting: _Waiting) -> asyncio.Future[Any]:
        self._lines.setdefault(path, Line()).put(waiting)
        self._next(path)
        return waiting.answer

    def _next(self, path: str) -> None:
        """Let whoever is next have the turn."""
        line = self._lines[path]
        turn = line.take()
        if turn:
            self._begin(path, turn)
        elif not line:
            del self._lines[path]

    def _begin(self, path: str, turn: list[_Waiting]) -> None:
        last = turn[-1]
        if last.write is not None:
            # Contents managers look into the context to see for whom they write.
            task = last.context.run(asyncio.ensure_future, self._perform(last.write))
            task.add_done_callback(partial(self._end, path, turn))
        elif last.answer.cancelled():
            self._give_back(path)
        else:
            last.answer.set_result(None)

    def _end(self, path: str, turn: list[_Waiting], task: asyncio.Task[Model]) -> None:
        for waiting in turn:
            _pass_on(task, waiting.answer)
        self._give_back(path)

    def _give_back(self, path: str) -> None:
        self._lines[path].give_back()
        self._next(path)

    # ---- one write

    async def _in_turn(self, write: Write) -> Model:
        """Perform *write* at a path where nobody is in line."""
        self._lines[write.path] = Line()
        self._lines[write.path].put(_Waiting(None, None, _future()))
        self._lines[write.path].take()
        try:
            return await self._perform(write)
        finally:
            self._give_back(write.path)

    async def _perform(self, write: Write) -> Model:
        by = "server" if write.is_alone else "page"
        self._tell(Progress(write.path, "saving", by))
        try:
            answer, saved = await self._writes.write(write)
        except Exception as exc:
            # Whoever asked for it gets it, too.
            self._tell(Progress(write.path, "failed", by, error=str(exc)))
            raise
        self._tell(Progress(write.path, "saved", by, saved.size, saved.seconds))
        loop = asyncio.get_running_loop()
        for listener in self._listeners:
            loop.call_soon(listener, saved)
        return answer

    def _tell(self, progress: Progress) -> None:
        for follower in self._followers:
            follower(progress)


def _future() -> asyncio.Future[Any]:
    return asyncio.get_running_loop().create_future()


def _pass_on(task: asyncio.Task[Model], answer: asyncio.Future[Any]) -> None:
    """Answer as *task* ended, if somebody still waits for that."""
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
