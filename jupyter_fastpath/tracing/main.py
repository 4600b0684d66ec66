"""
``jupyter fastpath trace``: what is asked for, and where it is found.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_server.serverapp import list_running_servers

from .lines import FileLines
from .live import NoTrace, watch
from .report import Columns, JsonLines, JsonSummary, Report, TableSummary
from .selection import Selection


if TYPE_CHECKING:
    import argparse

    from collections.abc import Callable, Sequence

    from .report import Form


__all__ = ["add_arguments", "run"]

# Seconds between two looks at a file.
_LOOK = 0.25

# By whether a summary is asked for, and JSON.
_FORMS: dict[tuple[bool, bool], Callable[[], Form]] = {
    (False, False): Columns,
    (False, True): JsonLines,
    (True, False): TableSummary,
    (True, True): JsonSummary,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """
    Add the options of the trace to *parser*.
    """
    parser.add_argument(
        "file",
        nargs="?",
        type=Path,
        metavar="FILE",
        help="read the file that TraceConfig.runs names (default: ask servers)",
    )
    parser.add_argument("--url", help="ask the server at this address, and no other")
    parser.add_argument("--token", default="", help="the token of that server")
    parser.add_argument(
        "--follow", action="store_true", help="go on with what comes, until Ctrl-C"
    )
    chosen = parser.add_argument_group("which runs")
    chosen.add_argument("--kernel", default="", metavar="ID", help="or its beginning")
    chosen.add_argument("--cell", default="", metavar="ID", help="or its beginning")
    chosen.add_argument("--path", help="of the notebook, maybe with *")
    chosen.add_argument(
        "--status", action="append", default=[], help="may be given more than once"
    )
    chosen.add_argument(
        "--slower",
        type=float,
        metavar="SECONDS",
        help="that took so long from the request to the end",
    )
    shown = parser.add_argument_group("how they are shown")
    shown.add_argument("--json", action="store_true", help="as lines of JSON")
    shown.add_argument(
        "--summary", action="store_true", help="how long the stages took, in a table"
    )


def run(arguments: argparse.Namespace) -> int:
    """
    Print the runs that are asked for; return 1 if they were not found, else 0.
    """
    report = Report(_selection(arguments), _FORMS[arguments.summary, arguments.json]())
    try:
        try:
            code = _trace(arguments, report.take)
        except KeyboardInterrupt:
            code = 0
        report.end()
        sys.stdout.flush()
    except BrokenPipeError:
        # Who reads has seen enough, as `head` has. What is still to be written
        # when Python ends goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as exc:
        _complain(str(exc))
        return 1
    return code


def _selection(arguments: argparse.Namespace) -> Selection:
    return Selection(
        arguments.kernel,
        arguments.cell,
        arguments.path,
        tuple(arguments.status),
        arguments.slower,
    )


def _trace(arguments: argparse.Namespace, take: Callable[[bytes], None]) -> int:
    if arguments.file is not None:
        _read(arguments.file, take, follows=arguments.follow)
        return 0
    servers = [(arguments.url, arguments.token)]
    if not arguments.url:
        servers = [(one["url"], one["token"]) for one in list_running_servers()]
    if not servers:
        _complain("no server runs here: name one by --url, or a FILE")
        return 1
    return asyncio.run(_watch_all(servers, take, follows=arguments.follow))


def _read(path: Path, take: Callable[[bytes], None], *, follows: bool) -> None:
    if not follows:
        path.stat()  # which fails if it is not there
    elif not path.exists():
        _complain(f"waiting for {path}")
    with closing(FileLines(path)) as lines:
        for line in lines.read():
            take(line)
        while follows:
            time.sleep(_LOOK)
            for line in lines.read():
                take(line)
        for line in lines.end():
            take(line)


async def _watch_all(
    servers: Sequence[tuple[str, str]], take: Callable[[bytes], None], *, follows: bool
) -> int:
    """Watch all servers; return 1 if none tells of runs, or none does any longer."""
    told = await asyncio.gather(
        *(_watch(url, token, take, follows=follows) for url, token in servers)
    )
    return 0 if any(told) else 1


async def _watch(
    url: str, token: str, take: Callable[[bytes], None], *, follows: bool
) -> bool:
    try:
        await watch(url, token, take, follows=follows)
    except NoTrace as exc:
        _complain(str(exc))
        return False
    return True


def _complain(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
