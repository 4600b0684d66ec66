"""
Environments that have what is measured, in the versions that are installed here.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile

from contextlib import asynccontextmanager
from importlib.metadata import distribution, distributions
from pathlib import Path
from typing import TYPE_CHECKING

from .bed import OURS_SUBJECTS, SUBJECTS
from .errors import BenchError
from .server import FOREIGN, Interpreter


if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence


__all__ = ["SERVER", "WITH_PAGE", "clean", "our_requirement"]

SERVER = ("jupyter_server", "ipykernel")
WITH_PAGE = (*SERVER, "jupyterlab")
_OURS = "jupyter_fastpath"
_LAST_LINES = 15


@asynccontextmanager
async def clean(
    subjects: Sequence[str], packages: Sequence[str], tell: Callable[[str], None]
) -> AsyncIterator[dict[str, Interpreter]]:
    """
    Give what each subject is started with, in environments that end with the block.

    Stock has one with *packages* and what they need, ours one with our package too.

    Args:
        subjects: Whom there are to be environments for.
        packages: What is installed, in the versions that are here.
        tell: Is told what is being done.
    """
    with tempfile.TemporaryDirectory(
        prefix="fastpath-bench-", ignore_cleanup_errors=True
    ) as directory:
        home = Path(directory)
        versions = home / "versions.txt"
        versions.write_text("".join(f"{each}\n" for each in _installed()))
        pythons = {}
        for name, those, more in (
            ("stock", set(SUBJECTS) - set(OURS_SUBJECTS), ()),
            ("ours", set(OURS_SUBJECTS), (our_requirement(),)),
        ):
            if those := those & set(subjects):
                tell(f"making a clean environment for {', '.join(sorted(those))}")
                path = await _made(home / name, versions, (*packages, *more))
                pythons.update(dict.fromkeys(those, Interpreter(path, is_clean=True)))
        yield pythons


def our_requirement() -> str:
    """Return what pip is to install so that it installs what is installed here."""
    ours = distribution(_OURS)
    origin = json.loads(ours.read_text("direct_url.json") or "{}")
    if "url" in origin and "vcs_info" not in origin:
        return f"{_OURS} @ {origin['url']}"
    return f"{_OURS}=={ours.version}"


def _installed() -> list[str]:
    """Return the versions of all that is installed here, but ours."""
    found = {
        each.name.lower().replace("-", "_"): each.version for each in distributions()
    }
    found.pop(_OURS, None)
    return [f"{name}=={version}" for name, version in sorted(found.items())]


async def _made(home: Path, versions: Path, requirements: Sequence[str]) -> str:
    """Return the interpreter of a new environment with what is required."""
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    await _run(sys.executable, "-m", "venv", str(home))
    await _run(
        *(str(python), "-m", "pip", "install", "--quiet"),
        *("--constraint", str(versions), *requirements),
    )
    return str(python)


async def _run(*command: str) -> None:
    """Run a command, and raise with its last lines if it fails."""
    env = {name: text for name, text in os.environ.items() if name not in FOREIGN}
    running = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=env,
    )
    try:
        out, _ = await running.communicate()
    finally:
        if running.returncode is None:
            running.kill()
            await running.wait()
    if running.returncode:
        last = out.decode(errors="replace").splitlines()[-_LAST_LINES:]
        raise BenchError("\n".join([f"{' '.join(command)} has failed:", *last]))
