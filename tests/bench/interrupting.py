"""
The benchmark in a process of its own, which is interrupted.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys

import pytest

from tests.command import COMMAND


__all__ = ["measuring", "needs_ctrl_c"]

needs_ctrl_c = pytest.mark.skipif(
    sys.platform == "win32", reason="Ctrl-C would end us, too"
)


@contextlib.contextmanager
def measuring(*options: str):
    """Give the command with these options; it ends with the block."""
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND, "bench", *options],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
