"""
Where is measured: by servers of our own, in environments of their own too, or by one
that runs already.
"""

from __future__ import annotations

import os
import sys

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .bed import SUBJECTS
from .clean import SERVER, WITH_PAGE, clean
from .errors import BenchError
from .page.browser import DRIVER, FIREFOX, MODULES, Browser, require
from .page.scenarios import PAGE_SCENARIOS, WITHOUT_CDP
from .rounds import schedule
from .running import is_here, port_here
from .sources import INSTALLED_SERVERS, OwnServers, RunningServer
from .survey import TOKEN_VARIABLE, endpoint_of, found


if TYPE_CHECKING:
    import argparse

    from collections.abc import AsyncIterator, Sequence

    from .endpoint import Endpoint
    from .sources import Source


__all__ = [
    "Asked",
    "Where",
    "add_where_arguments",
    "browser_of",
    "check_running",
    "endpoint_asked",
    "possible_at",
    "where",
]

# What needs of a server nothing but its websockets.
_WEBSOCKETS = ("eval", "burst", "flush", "huge", "viewers")
# What is in a page, and needs a link to its server.
_LINKED = frozenset({"page-cut", "page-stages"})


@dataclass(frozen=True)
class Asked:
    """
    What is asked for.

    Args:
        scenarios: What is to be measured.
        subjects: Whom, if that is said.
        repeat: How often.
        endpoint: A server that runs already, if it is to be that.
        is_clean: Whether each subject is to have an environment of its own.
    """

    scenarios: Sequence[str]
    subjects: Sequence[str] | None = None
    repeat: int = 1
    endpoint: Endpoint | None = None
    is_clean: bool = False

    @property
    def needs_page(self) -> bool:
        """Whether any of it is measured in a page."""
        return not PAGE_SCENARIOS.keys().isdisjoint(self.scenarios)

    def rounds(self, subjects: Sequence[str] | None) -> list[tuple[str, str]]:
        """Return scenario and subject of each round."""
        return list(schedule(self.repeat, self.scenarios, subjects))


@dataclass(frozen=True)
class Where:
    """
    Where it is measured.

    Args:
        source: Whose beds these are.
        rounds: Scenario and subject of each.
        surroundings: What numbers depend on there, by name.
    """

    source: Source
    rounds: Sequence[tuple[str, str]]
    surroundings: dict[str, str]


def add_where_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that say where is measured to *parser*."""
    group = parser.add_argument_group("where")
    group.add_argument(
        "--url",
        metavar="URL",
        help="measure the Jupyter Server that runs at this address, with its base url,"
        f" as it is: by {', '.join(_WEBSOCKETS)}, and what there is in a page",
    )
    group.add_argument(
        "--token",
        metavar="TOKEN",
        help=f"its token (default: the environment variable {TOKEN_VARIABLE}, which"
        " nobody else on the machine can read, as they can arguments)",
    )
    group.add_argument(
        "--clean",
        action="store_true",
        help="install stock and ours, in the versions that are here, each into a new"
        " environment, and measure those",
    )
    group.add_argument(
        "--browser",
        metavar="PATH",
        help="the Chromium, Chrome or Edge that is measured in, or its name on PATH"
        f" (default: the first that is found); {FIREFOX} is Playwright's own, and only"
        f" for {' and '.join(WITHOUT_CDP)}",
    )


def endpoint_asked(arguments: argparse.Namespace) -> Endpoint | None:
    """Return the server that is asked for, if any; raise for what makes no sense."""
    if arguments.url is None:
        if arguments.token is not None:
            raise BenchError("--token is that of the server at --url, which is missing")
        return None
    if arguments.subjects:
        raise BenchError(
            "--url: whom is measured is who serves there, so no --subjects"
        )
    if arguments.clean:
        raise BenchError("--url: what runs already is measured as it is, so no --clean")
    token = arguments.token
    if token is None:
        token = os.environ.get(TOKEN_VARIABLE, "")
    return endpoint_of(arguments.url, token)


def possible_at(endpoint: Endpoint) -> list[str]:
    """Return what can be measured at a server that runs."""
    impossible = frozenset() if is_here(endpoint) else _LINKED
    return [*_WEBSOCKETS, *(each for each in PAGE_SCENARIOS if each not in impossible)]


def check_running(asked: Asked, *, is_linked: bool) -> None:
    """Raise if there is something that is not measured at a running server."""
    if asked.endpoint is None:
        return
    possible = possible_at(asked.endpoint)
    if others := [each for each in asked.scenarios if each not in possible]:
        raise BenchError(
            f"not measured at a server that is not our own: {', '.join(others)}"
        )
    if is_linked:
        port_here(asked.endpoint)


def browser_of(arguments: argparse.Namespace, asked: Asked) -> Browser | None:
    """Return what pages are opened in, if there are any; raise if there is none."""
    if not asked.needs_page:
        return None
    is_firefox = arguments.browser == FIREFOX
    pages = [each for each in asked.scenarios if each in PAGE_SCENARIOS]
    others = [each for each in pages if each not in WITHOUT_CDP]
    if is_firefox and others:
        raise BenchError(f"not measured in Firefox: {', '.join(others)}")
    modules = MODULES if asked.endpoint is None else (DRIVER,)
    path = require(arguments.browser, modules)
    return Browser(path, arguments.headed, is_firefox)


@asynccontextmanager
async def where(asked: Asked) -> AsyncIterator[Where]:
    """Give where it is measured; what has been made for that ends with the block."""
    if asked.endpoint is not None:
        running = await found(asked.endpoint, needs_page=asked.needs_page)
        rounds = asked.rounds((running.subject,))
        yield Where(RunningServer(running), rounds, dict(running.surroundings))
        return
    rounds = asked.rounds(asked.subjects)
    if not asked.is_clean:
        yield Where(INSTALLED_SERVERS, rounds, {"environments": "as installed"})
        return
    subjects = [each for each in SUBJECTS if each in {whom for _, whom in rounds}]
    packages = WITH_PAGE if asked.needs_page else SERVER
    async with clean(subjects, packages, _tell) as pythons:
        yield Where(OwnServers(pythons), rounds, {"environments": "clean"})


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
