"""
A house: an environment of its own with the wheel and what is beside it.
"""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys

from collections.abc import Iterator
from typing import Final

import pytest

from .houses import House


__all__ = ["WHEEL", "Environment", "installed"]

# Where the wheel is that is tried; set by .ci/test.
WHEEL: Final = "FASTPATH_WHEEL"

# Seconds that an installation may take: two busy cores are slow.
INSTALLING: Final = 900.0
ASKING: Final = 120.0

VERSIONS: Final = """
import importlib.metadata, json, platform, sys
names = sys.argv[1:]
found = {name: importlib.metadata.version(name) for name in names}
print(json.dumps({"Python": platform.python_version()} | found))
"""


class Environment:
    """
    An environment that is there.
    """

    def __init__(self, folder: pathlib.Path) -> None:
        self._folder = folder
        self._home = folder / "home"
        self._home.mkdir()

    @property
    def python(self) -> str:
        """Its interpreter."""
        return str(self._folder / "bin" / "python")

    def run(self, module: str, *arguments: str) -> str:
        """
        Return what a module says, and fail if it does not end well.
        """
        return self._said("-m", module, *arguments)

    def versions(self, *packages: str) -> dict[str, str]:
        """
        Return the version of Python, and those of some packages.
        """
        found: dict[str, str] = json.loads(self._said("-c", VERSIONS, *packages))
        return found

    def _said(self, *arguments: str) -> str:
        foreign = ("JUPYTER", "PYTHONPATH", "PYTHONHOME")
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(foreign)
        }
        # Where `jupyter` finds its commands.
        path = os.pathsep.join([str(self._folder / "bin"), inherited["PATH"]])
        answer = subprocess.run(
            [self.python, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=ASKING,
            cwd=self._home,
            env={**inherited, "HOME": str(self._home), "PATH": path},
            check=False,
        )
        assert 0 == answer.returncode, answer.stdout
        return answer.stdout


@contextlib.contextmanager
def installed(house: House, folder: pathlib.Path) -> Iterator[Environment]:
    """
    Give the environment of a house, which is removed after the block.
    """
    # pip takes a minute of processor time for each house.
    uv = [sys.executable, "-m", "uv", "--quiet", "--no-python-downloads"]
    make = [*uv, "venv", "--seed", "--python", interpreter(house), folder]
    subprocess.run(make, check=True)
    try:
        environment = Environment(folder)
        install = [*uv, "pip", "install", "--python", environment.python]
        wanted = [os.environ[WHEEL], "ipykernel", *house.requirements]
        subprocess.run([*install, *wanted], check=True, timeout=INSTALLING)
        yield environment
    finally:
        shutil.rmtree(folder)


def interpreter(house: House) -> str:
    """
    Return the Python of a house, and skip the test if there is none.
    """
    if not house.python:
        return sys.executable
    name = f"python{house.python}"
    found = shutil.which(name)
    # One that is on PATH may be a stand-in for one that is nowhere.
    asking = [found or "false", "--version"]
    if subprocess.run(asking, capture_output=True, check=False).returncode:
        pytest.skip(f"there is no {name} on PATH")
    return str(found)
