"""
What the numbers depend on: the machine, the versions, the commit, the load.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil


__all__ = ["load", "surroundings"]

_CLIENT = ("jupyter_fastpath", "playwright", "tornado")
_SERVER = ("jupyter_server", "jupyter_client", "ipykernel", "jupyterlab", "pyzmq")
_GIGABYTE = 1e9
_CPUINFO = Path("/proc/cpuinfo")
_MODEL = "model name"
_UNKNOWN = "unknown"
_PACKAGE = Path(__file__).parents[1]


def surroundings(
    browser: str | None = None, *, has_server: bool = True
) -> dict[str, str]:
    """
    Return what numbers of this machine depend on, by name.

    Args:
        browser: Where the browser is, if pages are measured.
        has_server: Whether what is installed here also serves.
    """
    packages = (*_CLIENT, *(_SERVER if has_server else ()))
    found = {
        **{package: _version(package) for package in packages},
        "commit": _commit(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processor": _processor(),
        "cpus": str(os.cpu_count()),
        "memory": f"{psutil.virtual_memory().total / _GIGABYTE:.0f} GB",
    }
    if browser is not None:
        found["browser"] = _said([browser, "--version"]) or _UNKNOWN
    return found


def load() -> float:
    """Return how many processes have run or waited to, in the last minute's mean."""
    return round(psutil.getloadavg()[0], 2)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _commit() -> str:
    """Return the commit of the checkout that we are run from, or that it is none."""
    git = shutil.which("git")
    if git is None or not (_PACKAGE.parent / ".git").exists():
        return "no checkout"
    at = [git, "-C", str(_PACKAGE)]
    commit = _said([*at, "rev-parse", "HEAD"])
    changed = _said([*at, "status", "--porcelain", "--", str(_PACKAGE)])
    return f"{commit or _UNKNOWN}{' and changes' if changed else ''}"


def _processor() -> str:
    if _CPUINFO.exists():
        for line in _CPUINFO.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == _MODEL:
                return value.strip()
    return platform.processor() or _UNKNOWN


def _said(command: list[str]) -> str:
    """Return what a command has to say, and nothing if it fails."""
    done = subprocess.run(  # noqa: S603 - our own arguments
        command, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() if done.returncode == 0 else ""
