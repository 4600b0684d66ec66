"""
Ends a server and what it has started.
"""

from __future__ import annotations

import contextlib
import subprocess

from typing import Final

import psutil


__all__ = ["STOP_TIMEOUT", "end", "kill"]

# Seconds to wait for an end: two busy cores are slow, and a hang is a failure.
# A server that is stopped while it answers may never end: the thread in which it reads a
# file or checks the build waits for it.
STOP_TIMEOUT: Final = 5.0


def end(process: subprocess.Popen[bytes]) -> None:
    """
    End a server and all that it started.
    """
    if process.poll() is not None:
        return
    # Each kernel is in a session of its own, but still a child.
    kernels = psutil.Process(process.pid).children(recursive=True)
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP_TIMEOUT)
    kill(kernels)


def kill(processes: list[psutil.Process]) -> None:
    """
    Kill what there still is of *processes*.
    """
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=STOP_TIMEOUT)
