"""
The folder of a notebook, through which a scenario and its kernel tell each other.
"""

from __future__ import annotations

import secrets

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import msgspec

from tornado.httpclient import HTTPClientError


if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_fastpath.bench.endpoint import Endpoint


__all__ = ["Folder", "LocalFolder", "ServerFolder"]

_NOT_FOUND = 404


class Folder(Protocol):
    """The folder in which a kernel runs; its files have no folders of their own."""

    async def touch(self, name: str) -> None:
        """Make an empty file."""

    async def remove(self, name: str) -> None:
        """Remove a file, if it is there."""

    async def read(self, name: str) -> str | None:
        """Return what is in a file, or None if there is none."""


@dataclass(frozen=True)
class LocalFolder:
    """A folder of this machine, which the server need not be asked for."""

    path: Path

    async def touch(self, name: str) -> None:
        """Make an empty file."""
        (self.path / name).touch()

    async def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        (self.path / name).unlink(missing_ok=True)

    async def read(self, name: str) -> str | None:
        """Return what is in a file, or None if there is none."""
        path = self.path / name
        return path.read_text() if path.exists() else None


class _File(msgspec.Struct):
    content: str


class _Entry(msgspec.Struct):
    name: str


class _Listing(msgspec.Struct):
    content: list[_Entry]


@dataclass(frozen=True)
class ServerFolder:
    """A folder that its server is asked for, wherever that is."""

    endpoint: Endpoint
    name: str

    async def touch(self, name: str) -> None:
        """Make an empty file."""
        empty = {"type": "file", "format": "text", "content": ""}
        # A kernel that waits for it may have taken it before the server looks again.
        await self._unless_gone("PUT", name, empty)

    async def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        # Deleted, it might be in the user's trash; so it goes with the folder.
        aside = f"{self.name}/{name}-{secrets.token_hex(4)}"
        await self._unless_gone("PATCH", name, {"path": aside})

    async def read(self, name: str) -> str | None:
        """Return what is in a file, or None if there is none."""
        # Servers write into their logs what was asked for in vain.
        folder = await self.endpoint.fetch("GET", f"/api/contents/{self.name}")
        found = msgspec.json.decode(folder, type=_Listing).content
        if name not in {entry.name for entry in found}:
            return None
        at = f"{self._at(name)}?type=file&format=text"
        body = await self.endpoint.fetch("GET", at)
        return msgspec.json.decode(body, type=_File).content

    def _at(self, name: str) -> str:
        return f"/api/contents/{self.name}/{name}"

    async def _unless_gone(self, method: str, name: str, body: object) -> None:
        """Ask for a change, which is none if there is no such file."""
        try:
            await self.endpoint.fetch(method, self._at(name), body)
        except HTTPClientError as error:
            if error.code != _NOT_FOUND:
                raise
