"""
A Jupyter Server that is not the benchmark's, as its user has it.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request

from dataclasses import dataclass
from pathlib import Path

from jupyter_fastpath.bench.server import INSTALLED


__all__ = ["Theirs", "theirs"]

_START = 90
# Seconds between two looks whether it is there.
_LOOK = 0.1


@dataclass
class Theirs:
    """
    Somebody's server.

    Args:
        url: Its address, with its base url.
        token: What it asks for; empty if that is nothing.
        root: The folder of its notebooks.
    """

    url: str
    token: str
    root: Path

    def ask(self, method: str, path: str, body: object = None):
        """Return the server's answer, decoded."""
        request = urllib.request.Request(
            f"{self.url}{path}",
            None if body is None else json.dumps(body).encode(),
            {"Authorization": f"token {self.token}"} if self.token else {},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or b"null")

    @property
    def state(self):
        """What a user sees there, and would miss or find too much."""
        kernels = {kernel["id"] for kernel in self.ask("GET", "/api/kernels")}
        sessions = {each["id"] for each in self.ask("GET", "/api/sessions")}
        files = sorted(path.name for path in self.root.rglob("*"))
        workspaces = self.root.parent / "workspaces"
        layouts = {path.name: path.read_text() for path in workspaces.glob("*")}
        return kernels, sessions, files, layouts


@contextlib.contextmanager
def theirs(home: Path, *options: str, module: str = "jupyter_server", token: str = ""):
    """Give a server with its files below *home*; it ends with the block."""
    root = home / "root"
    root.mkdir()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    command = [
        *(sys.executable, "-m", module, "--allow-root", "--no-browser"),
        f"--ServerApp.port={port}",
        f"--ServerApp.root_dir={root}",
        "--ServerApp.port_retries=0",
        "--ServerApp.base_url=/some/where/",
        *options,
    ]
    env = {**INSTALLED.environment(home), "HOME": str(home), "JUPYTER_TOKEN": token}
    with (
        (home / "log").open("wb") as log,
        subprocess.Popen(
            command, cwd=root, env=env, stdout=log, stderr=log, start_new_session=True
        ) as process,
    ):
        try:
            server = Theirs(f"http://127.0.0.1:{port}/some/where", token, root)
            _wait(server, process, home / "log")
            yield server
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, 9)


def _wait(server: Theirs, process: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + _START
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text()
        try:
            server.ask("GET", "/api")
        except OSError:
            time.sleep(_LOOK)
        else:
            return
    raise AssertionError(log.read_text())
