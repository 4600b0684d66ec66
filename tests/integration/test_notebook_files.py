"""
Notebooks are changed without that anybody's changes are taken for ours.
"""

from __future__ import annotations

import json
import logging
import os

from pathlib import Path
from typing import Any

import pytest

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

from jupyter_fastpath.notebook_files import NotebookFiles
from jupyter_fastpath.saves import NotebookSaves


NAME = "a.ipynb"


def notebook(source: str) -> dict[str, Any]:
    """
    Return a notebook of one cell.
    """
    cell = {"cell_type": "markdown", "id": "a", "source": source, "metadata": {}}
    return {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def append(content: dict[str, Any]) -> bool:
    """
    Change a notebook.
    """
    content["cells"][0]["source"] += " and ours"
    return True


def write_theirs(file: Path) -> None:
    """
    Write another notebook over one, a second later by its time.
    """
    file.write_text(json.dumps(notebook("theirs")))
    later = file.stat().st_mtime + 1
    os.utime(file, (later, later))


class Shared(AsyncLargeFileManager):
    """
    Files that somebody else writes, too, just after they have been saved.
    """

    is_shared = False

    async def save(self, model: dict[str, Any], path: str = "") -> Any:
        """
        Save a file, and write another one over it if it is shared.
        """
        saved = await super().save(model, path)
        if self.is_shared:
            write_theirs(Path(self.root_dir, path))
        return saved


@pytest.fixture
def manager(tmp_path) -> Shared:
    """
    Such a contents manager, with a notebook.
    """
    (tmp_path / NAME).write_text(json.dumps(notebook("at first")))
    return Shared(root_dir=str(tmp_path))


@pytest.mark.promise("D6")
@pytest.mark.parametrize("is_shared", [False, True])
async def test_version(manager, is_shared):
    """A version is ours if nobody has written since, and is not known otherwise."""
    files = NotebookFiles(manager, NotebookSaves(manager, logging.getLogger()))
    manager.is_shared = is_shared
    before = await files.version(NAME)

    written = await files.change(NAME, append)

    assert written is not None
    assert written.before == before
    expected = None if is_shared else await files.version(NAME)
    assert written.after == expected
