"""
Where a server is reached: directly, or through what stands in front of it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import http.client
import json
import pathlib
import socket
import ssl

from typing import Any, Final


__all__ = ["HOST", "Address"]

HOST: Final = "127.0.0.1"

# Seconds to wait for an answer: two busy cores are slow, and a hang is a failure.
TIMEOUT: Final = 60.0

# What an answer with something to say has.
SAYS: Final = {http.client.OK, http.client.CREATED}


class SocketConnection(http.client.HTTPConnection):
    """
    A connection to a unix socket.
    """

    def __init__(self, path: pathlib.Path) -> None:
        super().__init__("localhost", timeout=TIMEOUT)
        self._path = path

    def connect(self) -> None:
        """
        Connect, as the base class does when something is asked.
        """
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(TIMEOUT)
        self.sock.connect(str(self._path))


@dataclasses.dataclass(frozen=True)
class Address:
    """
    A port of this machine or a unix socket, and what is behind it.

    Attributes:
        authority: The certificate of who signed the server's; without one it has none.
    """

    port: int
    base_url: str = "/"
    authority: pathlib.Path | None = None
    socket: pathlib.Path | None = None

    @property
    def is_secure(self) -> bool:
        """Whether it is asked through TLS."""
        return self.authority is not None

    @property
    def url(self) -> str:
        """The address of its first page."""
        return f"http{'s' * self.is_secure}://{HOST}:{self.port}{self.base_url}"

    @property
    def options(self) -> dict[str, object]:
        """What makes a server be here, but for its certificate."""
        if self.socket is not None:
            return {"base_url": self.base_url, "sock": str(self.socket)}
        listening = {"ip": HOST, "port": self.port, "port_retries": 0}
        return {"base_url": self.base_url, **listening}

    def on(self, port: int) -> Address:
        """
        Return the same on another port.
        """
        return dataclasses.replace(self, port=port)

    def connection(self) -> http.client.HTTPConnection:
        """
        Return a connection; unlike one of urllib it goes through no proxy.
        """
        if self.socket is not None:
            return SocketConnection(self.socket)
        if not self.is_secure:
            return http.client.HTTPConnection(HOST, self.port, timeout=TIMEOUT)
        context = ssl.create_default_context(cafile=self.authority)
        return http.client.HTTPSConnection(
            HOST, self.port, timeout=TIMEOUT, context=context
        )

    def ask(self, method: str, path: str, token: str, body: object = None) -> Any:
        """
        Return what is answered, or None if that is a refusal or has nothing to say.
        """
        with contextlib.closing(self.connection()) as connection:
            connection.request(
                method,
                self.base_url.rstrip("/") + path,
                None if body is None else json.dumps(body),
                {"Authorization": f"token {token}"},
            )
            answer = connection.getresponse()
            return json.load(answer) if answer.status in SAYS else None
