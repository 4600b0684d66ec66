"""
A notebook that is in a file already, saved like Jupyter Server's file managers do it,
but cell by cell.

In one go, some of the steps keep all other threads waiting: to join the JSON of a
hundred megabytes, to encode it, to release what it was made of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nbformat

from jupyter_core.utils import ensure_async
from jupyter_server.utils import ApiPath, to_os_path
from tornado.web import HTTPError


if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbformat import NotebookNode


__all__ = ["is_in_pieces", "pieces", "save_in_pieces"]

_Model = dict[str, Any]

# They have no types.
_from_dict: Any = nbformat.from_dict
_writes: Any = nbformat.v4.writes

_FORMAT = 4
_NO_CELLS = '\n "cells": []'


def is_in_pieces(content: _Model) -> bool:
    """
    Return whether a notebook is of a format that can be written cell by cell.
    """
    return content.get("nbformat") == _FORMAT and bool(content.get("cells"))


async def save_in_pieces(manager: Any, model: _Model, path: str) -> _Model:
    """
    Do what ``save`` of a file manager does, and return the same.
    """
    manager.run_pre_save_hooks(model=model, path=path)
    os_path = to_os_path(ApiPath(path), manager.root_dir)
    try:
        found = _write(manager, model, path, os_path)
        if not await ensure_async(manager.checkpoints.list_checkpoints(path)):
            await ensure_async(manager.create_checkpoint(path))
    except HTTPError:
        raise
    # Whatever it is, who saves is told as by Jupyter Server.
    except Exception as exc:
        manager.log.exception("Error while saving file: %s", path)
        message = f"Unexpected error while saving file: {path} {exc}"
        raise HTTPError(500, message) from exc
    told = manager.validate_notebook_model(model, validation_error=found)
    answer: _Model = await ensure_async(manager.get(path, content=False))
    if told.get("message"):
        answer["message"] = told["message"]
    manager.run_post_save_hooks(model=answer, os_path=os_path)
    manager.emit(data={"action": "save", "path": path})
    return answer


def _write(manager: Any, model: _Model, path: str, os_path: str) -> dict[str, Any]:
    """Sign and write the notebook; return what is wrong with it."""
    notebook = _from_dict(model["content"])
    manager.check_and_sign(notebook, path)
    found: dict[str, Any] = {}
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        manager.log.error("Notebook JSON is invalid: %s", error)  # noqa: TRY400
        found["ValidationError"] = error
    # While it is open, nobody can read the notebook: that is not to last long.
    text = list(pieces(notebook))
    with manager.atomic_writing(os_path, encoding="utf-8") as file:
        for piece in text:
            file.write(piece)
    return found


def pieces(notebook: NotebookNode) -> Iterator[str]:
    """
    Give what nbformat writes to a file for *notebook*, a cell at a time.
    """
    head, _, tail = _text(notebook, []).partition(_NO_CELLS)
    bare = _from_dict({"metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    before, _, after = _text(bare, []).partition("[]")
    first, last = len(before) + len("[\n"), len("\n ]") + len(after)
    yield f'{head}\n "cells": [\n'
    for index, cell in enumerate(notebook["cells"]):
        if index:
            yield ",\n"
        yield _text(bare, [cell])[first:-last]
    yield f"\n ]{tail}\n"


def _text(notebook: NotebookNode, cells: list[Any]) -> str:
    text: str = _writes(_from_dict({**notebook, "cells": cells}))
    return text
