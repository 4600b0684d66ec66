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
from .running import UNRECORDED, reaching, session
from .server import INSTALLED, Interpreter, Server, serving


if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from .profiles import Profile
    from .record import Client
    from .running import Running
    from .shape import Shape


__all__ = [
    "FASTPATH",
    "FLOOR",
    "FORCED",
    "OPTIONS",
    "OURS_SUBJECTS",
    "STOCK",
    "SUBJECTS",
    "USUAL_SUBJECTS",
    "Bed",
    "bed",
    "check_extension",
    "running_bed",
]

FLOOR, STOCK, FASTPATH = "floor", "stock", "fastpath"

# Ours, with what the page does with large notebooks forced on or off.
FORCED = {"fastpath-on": "on", "fastpath-off": "off"}
# Ours and stock, with websockets that are compressed.
DEFLATED, STOCK_DEFLATED = "fastpath-deflate", "stock-deflate"
OURS_SUBJECTS = (FASTPATH, *FORCED, DEFLATED)

_EXTENSION = "jupyter_fastpath"
# All that a kernel prints is to arrive, a gigabyte too, which else would be cut.
_OURS = (
    f"--ServerApp.jpserver_extensions={{'{_EXTENSION}': True}}",
    "--PolicyConfig.defaults=above=keep",
)
_STOCK = (f"--ServerApp.jpserver_extensions={{'{_EXTENSION}': False}}",)
_NO_LIMIT = "--ZMQChannelsWebsocketConnection.limit_rate=False"
_DEFLATE = "--ServerApp.websocket_compression_options={}"
OPTIONS = {
    STOCK: _STOCK,
    "stock-nolimit": (*_STOCK, _NO_LIMIT),
    STOCK_DEFLATED: (*_STOCK, _NO_LIMIT, _DEFLATE),
    **dict.fromkeys(OURS_SUBJECTS, _OURS),
    DEFLATED: (*_OURS, _DEFLATE),
}
SUBJECTS = (FLOOR, *OPTIONS)
# Those that are measured unless somebody is named.
USUAL_SUBJECTS = tuple(
    subject for subject in SUBJECTS if subject not in {DEFLATED, STOCK_DEFLATED}
)


@dataclass(frozen=True)
class Bed:
    """
    A warm kernel, and a client that runs code in it.

    Args:
        profile: How much is to be measured.
        client: Who runs code.
        server: The server between, if there is one and it is ours.
        url: Where the websocket is, if there is one.
        token: What its server asks for.
        echo: The port of an echo behind a link like the one between client and server.
        raw: What numbers are made from is kept in it.
        shares_clock: Whether the clock of the kernel is the client's.
    """

    profile: Profile
    client: Client
    server: Server | None = None
    url: str = ""
    token: str = ""
    echo: int | None = None
    raw: Raw = field(default_factory=Raw)
    shares_clock: bool = True

    def meter(self) -> Meter:
        """Return a meter of the server."""
        return Meter(self.server.process if self.server else None)


@asynccontextmanager
async def bed(
    subject: str,
    profile: Profile,
    *options: str,
    shape: Shape | None = None,
    python: Interpreter = INSTALLED,
) -> AsyncIterator[Bed]:
    """
    Give what *subject* is measured with; all of it ends with the block.

    A server is given *options* besides those of all servers of the subject. Between
    client and server there is a link of *shape*, if one is given.
    """
    if subject == FLOOR:
        async with floor(python) as direct:
            await _warm_up(direct)
            yield Bed(profile, direct)
        return
    async with serving((*OPTIONS[subject], *options), python=python) as server:
        check_extension(server, is_wanted=subject in OURS_SUBJECTS)
        near = await server.start_kernel()
        async with (
            reached(server.port, shape) as ports,
            connected(url := server.at(near, ports.link), server.token) as client,
        ):
            await _warm_up(client)
            yield Bed(profile, client, server, url, server.token, ports.echo)


@asynccontextmanager
async def running_bed(
    running: Running, profile: Profile, shape: Shape | None = None
) -> AsyncIterator[Bed]:
    """
    Give what a running server is measured with; its kernel ends with the block.

    Between client and server there is a link of *shape*, if one is given.
    """
    endpoint = running.endpoint
    async with (
        session(endpoint, running.kernelspec) as kernel,
        reaching(endpoint, shape) as (near, echo),
        connected(url := near.websocket(kernel), near.token) as client,
    ):
        await client.execute(UNRECORDED, Wait())
        await _warm_up(client)
        yield Bed(
            profile,
            client,
            url=url,
            token=near.token,
            echo=echo,
            shares_clock=running.shares_clock,
        )


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
