"""
JupyterLabs of our own, with the page extension and without.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile

from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import nbformat

from jupyter_core.paths import jupyter_path
from nbformat.sign import NotebookNotary

from jupyter_fastpath.bench.bed import OPTIONS, OURS_SUBJECTS, check_extension
from jupyter_fastpath.bench.errors import BenchError
from jupyter_fastpath.bench.server import INSTALLED, serving


if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from jupyter_fastpath.bench.server import Interpreter, Server


__all__ = [
    "OURS",
    "check_build",
    "lab",
    "notebook_of",
    "notebook_with",
    "trust",
    "without",
]

# They have no types.
_Notary: Any = NotebookNotary
_reads: Any = nbformat.reads

# The name of the page extension in JupyterLab.
OURS = "jupyter-fastpath"

# The settings that keep the page from asking whether it may look for news.
_NOTIFICATION = "@jupyterlab/apputils-extension/notification.jupyterlab-settings"
_QUIET = {"checkForUpdates": False, "fetchNews": "false"}
_KERNELSPEC = {
    "display_name": "Python 3 (ipykernel)",
    "language": "python",
    "name": "python3",
}


class _Build(msgspec.Struct):
    load: str


class _JupyterLab(msgspec.Struct):
    build: _Build = msgspec.field(name="_build")


class _Package(msgspec.Struct):
    jupyterlab: _JupyterLab


@asynccontextmanager
async def lab(subject: str, python: Interpreter = INSTALLED) -> AsyncIterator[Server]:
    """Give a JupyterLab with what *subject* has; all of it ends with the block."""
    with tempfile.TemporaryDirectory(
        prefix="fastpath-bench-", ignore_cleanup_errors=True
    ) as directory:
        has_ours = subject in OURS_SUBJECTS
        # Where it is not installed, there is nothing to leave out.
        options = _prepared(Path(directory), is_whole=has_ours or python.is_clean)
        all_options = [*OPTIONS[subject], *options]
        async with serving(all_options, "jupyterlab", python) as server:
            check_extension(server, is_wanted=has_ours)
            yield server


def notebook_of(sources: Sequence[str]) -> bytes:
    """Return a notebook with a code cell for each of *sources*."""
    cells: list[dict[str, object]] = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": f"cell-{index}",
            "metadata": {},
            "outputs": [],
            "source": source,
        }
        for index, source in enumerate(sources)
    ]
    return notebook_with(cells)


def notebook_with(cells: Sequence[dict[str, object]]) -> bytes:
    """Return a notebook of Python with these cells."""
    return msgspec.json.encode(
        {
            "cells": cells,
            "metadata": {"kernelspec": _KERNELSPEC},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


def trust(notebook: bytes, server: Server) -> None:
    """Have *server* trust a notebook, so that scripts in its outputs run."""
    data = server.home / "data"
    data.mkdir(exist_ok=True)
    notary = _Notary(data_dir=str(data))
    with contextlib.closing(notary.store):
        notary.sign(_reads(notebook.decode(), as_version=4))


def check_build(scripts: Sequence[str], folder: Path) -> None:
    """Raise if a page has loaded none of its *scripts* from the build in a folder."""
    content = (folder / "package.json").read_bytes()
    built = msgspec.json.decode(content, type=_Package).jupyterlab.build.load
    if not any(script.endswith(f"/{built}") for script in scripts):
        raise BenchError(
            f"the page has a stale build of {OURS}: it does not load {built}, which was"
            " built last"
        )


def without(name: str, folders: Sequence[Path], copy: Path) -> None:
    """Copy all page extensions in *folders* to *copy*, but the one of this *name*."""
    found: dict[str, Path] = {}
    for folder in folders:
        for pattern in ("*/package.json", "@*/*/package.json"):
            for package in folder.glob(pattern):
                extension = package.parent.relative_to(folder).as_posix()
                found.setdefault(extension, package.parent)
    found.pop(name, None)
    copy.mkdir()
    for extension, source in found.items():
        shutil.copytree(source, copy / extension)


def _prepared(home: Path, *, is_whole: bool) -> list[str]:
    """
    Write what JupyterLab reads, and return the options that tell it where.

    Args:
        home: Where it is written.
        is_whole: Whether the page has all extensions that are installed.
    """
    settings = home / "settings" / _NOTIFICATION
    settings.parent.mkdir(parents=True)
    settings.write_bytes(msgspec.json.encode(_QUIET))
    options = [
        f"--LabApp.user_settings_dir={home / 'settings'}",
        f"--LabApp.workspaces_dir={home / 'workspaces'}",
    ]
    if is_whole:
        return options
    extensions = home / "labextensions"
    without(OURS, [Path(path) for path in jupyter_path("labextensions")], extensions)
    return [*options, f"--LabApp.labextensions_path={[str(extensions)]}"]
