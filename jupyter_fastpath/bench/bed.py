"""
The subjects that are measured, and what a scenario finds when it begins.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .client import connected
from .errors import BenchError
from .floor import floor
from .linked import reached
from .meter import Meter
from .raw import Raw
from .record import Wait
from .server import Server, serving


if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from .profiles import Profile
    from .record import Client
    from .shape import Shape


__all__ = [
    "FASTPATH",
    "FLOOR",
    "FORCED",
    "OPTIONS",
    "OURS_SUBJECTS",
    "STOCK",
    "SUBJECTS",
    "Bed",
    "bed",
    "check_extension",
]

FLOOR, STOCK, FASTPATH = "floor", "stock", "fastpath"

# Ours, with what the page does with large notebooks forced on or off.
FORCED = {"fastpath-on": "on", "fastpath-off": "off"}
OURS_SUBJECTS = (FASTPATH, *FORCED)

_EXTENSION = "jupyter_fastpath"
# All that a kernel prints is to arrive, a gigabyte too, which else would be cut.
_OURS = (
    f"--ServerApp.jpserver_extensions={{'{_EXTENSION}': True}}",
    "--PolicyConfig.defaults=above=keep",
)
OPTIONS = {
    STOCK: (f"--ServerApp.jpserver_extensions={{'{_EXTENSION}': False}}",),
    "stock-nolimit": (
        f"--ServerApp.jpserver_extensions={{'{_EXTENSION}': False}}",
        "--ZMQChannelsWebsocketConnection.limit_rate=False",
    ),
    **dict.fromkeys(OURS_SUBJECTS, _OURS),
}
SUBJECTS = (FLOOR, *OPTIONS)


@dataclass(frozen=True)
class Bed:
    """A warm kernel, a client that runs code in it, and the server between, if any."""

    profile: Profile
    client: Client
    server: Server | None = None
    url: str = ""
    # The port of an echo behind a link like the one between client and server.
    echo: int | None = None
    raw: Raw = field(default_factory=Raw)

    def meter(self) -> Meter:
        """Return a meter of the server."""
        return Meter(self.server.process if self.server else None)


@asynccontextmanager
async def bed(
    subject: str, profile: Profile, *options: str, shape: Shape | None = None
) -> AsyncIterator[Bed]:
    """
    Give what *subject* is measured with; all of it ends with the block.

    A server is given *options* besides those of all servers of the subject. Between
    client and server there is a link of *shape*, if one is given.
    """
    if subject == FLOOR:
        async with floor() as direct:
            await _warm_up(direct)
            yield Bed(profile, direct)
        return
    async with serving((*OPTIONS[subject], *options)) as server:
        check_extension(server, is_wanted=subject in OURS_SUBJECTS)
        near = await server.start_kernel()
        async with (
            reached(server.port, shape) as ports,
            connected(url := server.at(near, ports.link), server.token) as client,
        ):
            await _warm_up(client)
            yield Bed(profile, client, server, url, ports.echo)


def check_extension(server: Server, *, is_wanted: bool) -> None:
    """Raise if the server has our extension and should not, or has not and should."""
    # A server that cannot load an extension says so and goes on without: stock
    # would be measured under our name.
    is_loaded = f"{_EXTENSION} | extension was successfully loaded" in server.log
    if is_loaded != is_wanted:
        raise BenchError(f"{_EXTENSION} loaded: {is_loaded}\n{server.log[-2000:]}")


async def _warm_up(client: Client) -> None:
    for code in ("2+3", "print(1, flush=True)", "import time", *["2+3"] * 7):
        record = await client.execute(code, Wait())
        if not record.is_done:
            raise BenchError(f"{code!r} did not end on an idle kernel")
