"""
Servers that outlive a test: to start one takes longer than most tests do.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import shutil

from collections.abc import Iterator
from typing import Final

import pytest

from .server import Application, Config, Lab, serving, write_settings


__all__ = ["Servers"]

# How many wait for another test at once. Few tests need one that is configured.
MANY: Final = 3


class Servers:
    """
    Lends a server for an application and a configuration, as if it had just been started.
    """

    def __init__(self, folders: pytest.TempPathFactory) -> None:
        self._folders = folders
        self._waiting: dict[str, tuple[contextlib.ExitStack, Lab]] = {}
        self._numbers = itertools.count(1)

    @contextlib.contextmanager
    def lent(self, config: Config, application: Application) -> Iterator[Lab]:
        """
        Give one for the block; one that cannot be made as new after it is ended.
        """
        key = json.dumps([application.module, config], sort_keys=True)
        ending, lab = self._waiting.pop(key, None) or self._start(config, application)
        try:
            with ending:
                # What the server keeps of a notebook it keeps by its path.
                lab.folder = f"test-{next(self._numbers)}"
                lab.root.mkdir()
                yield lab
                renew(lab)
                self._waiting[key] = ending.pop_all(), lab
        finally:
            # Shown by pytest where a test fails.
            print(lab.news())
        self._end_but(MANY)

    def close(self) -> None:
        """
        End all.
        """
        self._end_but(0)

    def _start(
        self, config: Config, application: Application
    ) -> tuple[contextlib.ExitStack, Lab]:
        ending = contextlib.ExitStack()
        home = self._folders.mktemp("server")
        return ending, ending.enter_context(serving(home, config, application))

    def _end_but(self, count: int) -> None:
        """
        End all but those that were lent last.
        """
        while len(self._waiting) > count:
            ending, _ = self._waiting.pop(next(iter(self._waiting)))
            ending.close()


def renew(lab: Lab) -> None:
    """
    End all kernels of a server, and take out of it what its pages have put in.
    """
    for kind in ("sessions", "kernels"):
        while found := lab.get(f"/api/{kind}"):
            for one in found:
                lab.ask("DELETE", f"/api/{kind}/{one['id']}")
    shutil.rmtree(lab.home / "settings")
    write_settings(lab.home)
    for workspace in (lab.home / "workspaces").glob("*"):
        workspace.unlink()
