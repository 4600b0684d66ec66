"""
A Redis of a test's own, which it can stop, kill and start again.
"""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import tempfile

from pathlib import Path
from typing import Any

import pytest

from redis.asyncio import Redis

from .client import eventually


__all__ = ["BEAT", "GROUP", "RedisServer"]

# Who shares, if nothing else is said.
GROUP = "alice"

# Seconds between two signs of life: shorter than by default, to see sooner who is dead.
BEAT = 0.5


class RedisServer:
    """
    ``redis-server`` with its socket in a folder of its own, and nothing on disk.
    """

    def __init__(self) -> None:
        # The path of a socket must be short, unlike those that pytest makes up.
        self._folder = Path(tempfile.mkdtemp(prefix="redis"))
        self._program = shutil.which("redis-server")
        self._running: subprocess.Popen[bytes] | None = None
        if self._program is None:
            pytest.fail(
                "redis-server is not on PATH. On Debian it is in the package"
                " redis-server, which .ci/test installs.",
                pytrace=False,
            )

    @property
    def path(self) -> str:
        """Where its socket is."""
        return str(self._folder / "redis.sock")

    @property
    def url(self) -> str:
        """What a broker is configured with."""
        return f"unix://{self.path}"

    def start(self) -> None:
        """
        Start it.
        """
        self._running = subprocess.Popen(
            [self._program, "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            cwd=self._folder,
        )
        settings = f'port 0\nunixsocket {self.path}\nsave ""\nappendonly no\n'
        self._running.stdin.write(settings.encode())
        self._running.stdin.close()

    async def is_up(self) -> bool:
        """
        Return whether it takes connections.
        """
        with socket.socket(socket.AF_UNIX) as connection:
            return connection.connect_ex(self.path) == 0

    async def begin(self) -> None:
        """
        Start it, and wait until it takes connections.
        """
        self.start()
        await eventually(self.is_up)

    def kill(self) -> None:
        """
        End it at once.
        """
        self._running.kill()
        self._running.wait()
        Path(self.path).unlink(missing_ok=True)

    def halt(self) -> None:
        """
        Let it do nothing, though its connections stay.
        """
        self._running.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """
        Let it go on.
        """
        self._running.send_signal(signal.SIGCONT)

    def end(self) -> None:
        """
        End it, whatever was done to it.
        """
        if self._running is not None:
            self.kill()
        shutil.rmtree(self._folder)

    async def command(self, *words: Any) -> Any:
        """
        Return what it answers to a command of somebody else.
        """
        async with Redis(unix_socket_path=self.path) as redis:
            return await redis.execute_command(*words)
