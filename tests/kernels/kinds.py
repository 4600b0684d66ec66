"""
Kernels of many makers, and how each of them is asked for the same.
"""

from __future__ import annotations

import dataclasses
import json
import pathlib
import shutil
import sys

from collections.abc import Mapping
from typing import Final


__all__ = ["KINDS", "OTHER", "Kind", "install", "is_there"]

# The environment that `bash .ci/test kernels` makes.
ENVIRONMENT: Final = pathlib.Path(__file__).parents[2] / ".venv-kernels"
BIN: Final = ENVIRONMENT / ("Scripts" if sys.platform == "win32" else "bin")

# How many lines a flood has. Kernels drop what comes faster than it can be sent, and
# tell nobody, when more than a thousand messages wait.
LINES: Final = 20_000
FEW: Final = 500


@dataclasses.dataclass(frozen=True)
class Kind:
    """
    One make of kernels, and code in its language.

    Attributes:
        argv: What starts it.

        needs: What has to be there for that.

        addition: Shows the sum of 2 and 3, in whatever way.

        lines: How many lines a flood has.

        flood: Prints the numbers below that, each on a line.

        failing: Fails.

        interrupted: How a run ends that is interrupted.

        endless: Prints ``begun`` and does not end.

        asking: Asks for a name with the prompt ``who? ``, and prints ``hello`` and it;
            empty if the kernel asks for no input.

        identity: Prints the ID of the process.
    """

    argv: tuple[str, ...]
    needs: str
    addition: str = "2 + 3"
    lines: int = LINES
    flood: str = f"for i in range({LINES}): print(i)"
    failing: str = "1 / 0"
    interrupted: str = "interrupted"
    endless: str = (
        "import time\nprint('begun', flush=True)\nwhile True: time.sleep(0.01)"
    )
    asking: str = "print('hello', input('who? '))"
    identity: str = "import os; print(os.getpid())"


def is_there(program: str) -> bool:
    """
    Return whether a program is installed.
    """
    return shutil.which(program) is not None


def python(*argv: str) -> tuple[str, ...]:
    """
    Return what starts a kernel of the environment that is written in Python.
    """
    return (str(BIN / "python"), *argv, "-f", "{connection_file}")


# The Python of the environment.
OTHER: Final = str(BIN / "python")

KINDS: Final[Mapping[str, Kind]] = {
    "ipykernel": Kind(
        (sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"),
        sys.executable,
    ),
    "ipykernel-6": Kind(python("-m", "ipykernel_launcher"), OTHER),
    "xeus-python": Kind(
        python("-m", "xpython_launcher"),
        OTHER,
        lines=FEW,
        flood=f"for i in range({FEW}): print(i)",
        # An interrupt is the end of it, also with the stock server.
        interrupted="kernel_died",
    ),
    "bash": Kind(
        python("-m", "bash_kernel"),
        OTHER,
        addition="echo $((2 + 3))",
        lines=FEW,
        flood=f"seq 0 {FEW - 1}",
        failing="false",
        # Of bash itself: an interrupt that comes while it forks is lost.
        endless="echo begun; read -t 1000",
        asking="",
        identity="echo $PPID",
    ),
    "R": Kind(
        ("R", "--slave", "-e", "IRkernel::main()", "--args", "{connection_file}"),
        "R",
        flood=f"cat(0:{LINES - 1}, sep = '\\n')",
        failing="stop('no')",
        endless="cat('begun\\n'); flush.console(); while (TRUE) Sys.sleep(0.01)",
        asking="cat('hello', readline('who? '), '\\n')",
        identity="cat(Sys.getpid())",
    ),
}


def install(name: str, kind: Kind, folder: pathlib.Path) -> None:
    """
    Write the kernelspec of *kind* into a *folder* of kernelspecs.
    """
    spec = {
        "argv": kind.argv,
        "display_name": name,
        "language": name,
        # The path of whoever runs the tests has another ipykernel.
        "env": {"PYTHONPATH": ""},
    }
    (folder / name).mkdir(parents=True)
    (folder / name / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
