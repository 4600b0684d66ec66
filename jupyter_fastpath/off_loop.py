"""
What Jupyter Server's own file managers do for a large notebook, in a thread.

It is their own code that runs there. Whatever in it is of others, or shared, is called
back on the event loop as always: hooks, listeners of events, the signatures.
Of no other contents manager is it known what it may do in a thread: none runs there.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
import inspect

from functools import partial, wraps
from typing import TYPE_CHECKING, Any

from jupyter_server.services.contents.filecheckpoints import (
    AsyncFileCheckpoints,
    FileCheckpoints,
)
from jupyter_server.services.contents.filemanager import (
    AsyncFileContentsManager,
    FileContentsManager,
)
from jupyter_server.services.contents.largefilemanager import (
    AsyncLargeFileManager,
    LargeFileManager,
)
from nbformat.sign import NotebookNotary, SignatureStore


if TYPE_CHECKING:
    from collections.abc import Callable


__all__ = ["OffLoop"]

# These and no classes derived from them, which may do anything.
MANAGERS = frozenset(
    {
        AsyncFileContentsManager,
        AsyncLargeFileManager,
        FileContentsManager,
        LargeFileManager,
    }
)
CHECKPOINTS = frozenset({AsyncFileCheckpoints, FileCheckpoints})

# What of a contents manager calls somebody else.
CALLING_OTHERS = ("emit", "run_pre_save_hooks", "run_post_save_hooks")


class _Home:
    """The event loop that a thread works for, and the context it was asked in."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._context = contextvars.copy_context()

    def call(self, function: Callable[[], Any]) -> Any:
        """
        Return what *function* returns, called on the loop while this thread waits.
        """
        done: concurrent.futures.Future[Any] = concurrent.futures.Future()
        call = partial(_call_into, done, function)
        self._loop.call_soon_threadsafe(call, context=self._context)
        return done.result()


_HOME: contextvars.ContextVar[_Home | None] = contextvars.ContextVar(
    "fastpath_home", default=None
)


class OffLoop:
    """
    Runs methods of one contents manager in a thread, if it is known how.

    Args:
        contents_manager: Of any kind, before we replace anything of it.

        is_allowed: Whether any may.
    """

    def __init__(self, contents_manager: Any, *, is_allowed: bool) -> None:
        self._manager = contents_manager
        self._ours: dict[str, Any] = {}
        self._may_run = is_allowed and not _replaced(contents_manager)

    @property
    def is_known(self) -> bool:
        """Whether it is a contents manager of Jupyter Server, as that delivers it."""
        return self._may_run and type(self._manager) in MANAGERS

    def replace(self, name: str, function: Callable[..., Any]) -> None:
        """
        Put *function* in the place of a method of the contents manager.
        """
        self._ours[name] = function
        setattr(self._manager, name, function)

    def can_run(self) -> bool:
        """
        Return whether everything that would run is Jupyter Server's own.
        """
        manager = self._manager
        return (
            self.is_known
            and type(manager.notary) is NotebookNotary
            and type(manager.checkpoints) in CHECKPOINTS
            and _replaced(manager).items() <= self._ours.items()
        )

    async def run(self, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """
        Return what *method* returns; it has ended when this does, even if cancelled.
        """
        if CALLING_OTHERS[0] not in self._ours:
            self._prepare()
        call = partial(_run_here, _Home(), partial(method, *args, **kwargs))
        work = asyncio.ensure_future(asyncio.to_thread(call))
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            await asyncio.wait([work])
            raise

    def _prepare(self) -> None:
        """Have everything called on the loop that has to be."""
        for name in CALLING_OTHERS:
            self.replace(name, _on_loop(getattr(self._manager, name)))
        notary = self._manager.notary
        create = notary.store_factory
        notary.store_factory = _on_loop(lambda: _StoreOnLoop(create()))
        notary.store = _StoreOnLoop(notary.store)
        # It is made on first use, of which there may be two at once in two threads.
        assert notary.secret


def _replaced(contents_manager: Any) -> dict[str, Any]:
    """Return what is in the place of methods of *contents_manager*."""
    return {name: it for name, it in vars(contents_manager).items() if callable(it)}


class _StoreOnLoop(SignatureStore):
    """A store of signatures that only one thread may use."""

    def __init__(self, store: SignatureStore) -> None:
        self._store = store

    def store_signature(self, digest: str, algorithm: str) -> None:
        _on_loop(self._store.store_signature)(digest, algorithm)

    def check_signature(self, digest: str, algorithm: str) -> bool:
        known: bool = _on_loop(self._store.check_signature)(digest, algorithm)
        return known

    def remove_signature(self, digest: str, algorithm: str) -> None:
        _on_loop(self._store.remove_signature)(digest, algorithm)

    def close(self) -> None:
        _on_loop(self._store.close)()


def _on_loop(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return *function* such that it is called on the loop, from our threads too."""

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        home = _HOME.get()
        if home is None:
            return function(*args, **kwargs)
        return home.call(partial(function, *args, **kwargs))

    return call


def _call_into(
    done: concurrent.futures.Future[Any], function: Callable[[], Any]
) -> None:
    try:
        result = function()
    except BaseException as error:  # noqa: BLE001 - raised where it is waited for
        done.set_exception(error)
    else:
        done.set_result(result)


def _run_here(home: _Home, method: Callable[[], Any]) -> Any:
    # The context of this thread is a copy, and goes with it.
    _HOME.set(home)
    result = method()
    return asyncio.run(result) if inspect.iscoroutine(result) else result
