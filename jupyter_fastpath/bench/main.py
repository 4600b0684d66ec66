"""
``jupyter fastpath bench``: rounds of all scenarios, stock and ours in turn.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import time

from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import psutil
import zmq

from jupyter_client.kernelspec import NoSuchKernel
from tornado.httpclient import HTTPError
from tornado.websocket import WebSocketError

from .bed import FASTPATH, FLOOR, FORCED, STOCK, SUBJECTS, bed
from .budget import budgets
from .errors import BenchError
from .over import (
    BY_DEFAULT,
    LINKED_SUBJECTS,
    add_link_arguments,
    check_linked,
    patient,
    shapes_of,
    with_link,
)
from .page.bed import page_bed
from .page.browser import require
from .page.scenarios import PAGE_SCENARIOS
from .profiles import PROFILES
from .report import Results, surroundings
from .scenarios import NEED_FASTPATH, NEED_SERVER, SCENARIOS


if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .profiles import Profile
    from .shape import Shape
    from .storms import Numbers


__all__ = ["add_arguments", "chosen", "measure", "run", "schedule"]

_LOST, _FAILED, _INTERRUPTED = 1, 2, 130

# Each stands for all scenarios of the page whose names begin with it.
_PAGE, _SCROLL = _GROUPS = "page", "scroll"
_PAGE_SUBJECTS = (STOCK, FASTPATH)

# What a server that misbehaves, or dies, does to its client.
_FAILURES = (
    asyncio.TimeoutError,
    BenchError,
    HTTPError,
    NoSuchKernel,
    OSError,
    WebSocketError,
    msgspec.MsgspecError,
    psutil.Error,
    zmq.ZMQError,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the benchmark to *parser*."""
    parser.add_argument(
        "--scenario",
        action="append",
        choices=[*SCENARIOS, *PAGE_SCENARIOS, *_GROUPS],
        help="what to measure; may be given more than once; page and scroll stand for"
        " all that is measured in a browser whose names begin so (default: everything"
        " else)",
    )
    parser.add_argument(
        "--profile",
        choices=PROFILES,
        default="quick",
        help="quick takes about five minutes, full fifteen; the page three, and fifteen"
        " (default: quick)",
    )
    parser.add_argument(
        "--repeat",
        type=_positive,
        default=1,
        metavar="N",
        help="rounds, of which the medians are shown (default: 1)",
    )
    parser.add_argument(
        "--subjects",
        type=_subjects,
        metavar="A,B",
        help=f"whom to measure (default: {','.join(SUBJECTS)}; in the page"
        f" {','.join(_PAGE_SUBJECTS)})",
    )
    parser.add_argument(
        "--headed", action="store_true", help="show the browser that is measured in"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers")
    add_link_arguments(parser)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _subjects(text: str) -> tuple[str, ...]:
    subjects = tuple(text.split(","))
    for subject in subjects:
        if subject not in SUBJECTS:
            raise argparse.ArgumentTypeError(f"{subject!r} is none of {SUBJECTS}")
    return subjects


def run(arguments: argparse.Namespace) -> int:
    """Measure, print tables, and return 0 if fastpath lost nothing and all ran."""
    results = Results()
    scenarios, subjects = chosen(arguments.scenario), arguments.subjects
    try:
        if links := shapes_of(arguments):
            scenarios = arguments.scenario or [*BY_DEFAULT]
            subjects = subjects or LINKED_SUBJECTS
            check_linked(scenarios, subjects)
        rounds = list(schedule(arguments.repeat, scenarios, subjects))
        if PAGE_SCENARIOS.keys() & set(scenarios):
            require()
        profile = PROFILES[arguments.profile]
        asyncio.run(
            measure(rounds, profile, results, is_headed=arguments.headed, links=links)
        )
    except (KeyboardInterrupt, asyncio.CancelledError):
        return _INTERRUPTED
    except BenchError as error:
        _progress(f"FAILED {error}")
        return _FAILED
    sizes = msgspec.to_builtins(PROFILES[arguments.profile])
    print(f"- profile {arguments.profile}: {sizes}")
    _tell(results)
    if arguments.json:
        by_name = {str(link): msgspec.structs.asdict(link) for link in links}
        document = {"profile": sizes, "links": by_name, **results.as_json}
        arguments.json.write_bytes(
            msgspec.json.format(msgspec.json.encode(document)) + b"\n"
        )
    if results.failures:
        return _FAILED
    return _LOST if results.losses else 0


def chosen(names: Sequence[str] | None) -> list[str]:
    """Return the scenarios that these names stand for."""
    if not names:
        return list(SCENARIOS)
    found: dict[str, None] = {}
    for name in names:
        group = [each for each in PAGE_SCENARIOS if each.startswith(f"{name}-")]
        found.update(dict.fromkeys(group if name in _GROUPS else (name,)))
    return list(found)


def schedule(
    repeat: int, scenarios: Sequence[str], subjects: Sequence[str] | None
) -> Iterator[tuple[str, str]]:
    """Give scenario and subject of each round, subjects next to each other."""
    for number in range(repeat):
        for scenario in scenarios:
            is_page = scenario in PAGE_SCENARIOS
            those = subjects or (_PAGE_SUBJECTS if is_page else SUBJECTS)
            # Turned around each time, so that none always follows the same one.
            for subject in those if number % 2 == 0 else those[::-1]:
                if _has(subject, scenario):
                    yield scenario, subject


def _has(subject: str, scenario: str) -> bool:
    """Return whether *subject* has what *scenario* measures."""
    if scenario in NEED_FASTPATH:
        return subject == FASTPATH
    if subject in FORCED:
        return scenario.startswith(f"{_SCROLL}-")
    return subject != FLOOR or scenario not in {*NEED_SERVER, *PAGE_SCENARIOS}


async def measure(
    rounds: Sequence[tuple[str, str]],
    profile: Profile,
    results: Results,
    *,
    is_headed: bool = False,
    links: Sequence[Shape] = (),
) -> None:
    """
    Measure one round after the other, and put what comes of it into *results*.

    If there are *links*, measure all rounds over one after the other.
    """
    _cancel_on_termination()
    all_rounds = list(product(links or (None,), rounds))
    for number, (link, (scenario, subject)) in enumerate(all_rounds, 1):
        name = scenario if link is None else f"{scenario} over {link}"
        began = time.perf_counter()
        try:
            numbers = await _numbers(
                scenario, subject, profile, link, is_headed=is_headed
            )
        except _FAILURES as error:
            results.failures.append(f"{name}, {subject}: {error!r}")
            _progress(f"FAILED {results.failures[-1]}")
            continue
        results.add(name, subject, numbers)
        duration = time.perf_counter() - began
        _progress(f"{number}/{len(all_rounds)} {name}, {subject}: {duration:.1f} s")


async def _numbers(
    scenario: str,
    subject: str,
    profile: Profile,
    link: Shape | None,
    *,
    is_headed: bool,
) -> Numbers:
    if scenario in PAGE_SCENARIOS:
        async with page_bed(
            subject, profile.page, is_headed=is_headed, shape=link
        ) as page:
            numbers = await PAGE_SCENARIOS[scenario](page)
            return await with_link(numbers, link, page.ports.echo)
    async with bed(subject, patient(profile, link), shape=link) as ready:
        numbers = await SCENARIOS[scenario](ready)
        return await with_link(numbers, link, ready.echo)


def _cancel_on_termination() -> None:
    """Let SIGTERM end all processes too, where loops know signals."""
    task = asyncio.current_task()
    if sys.platform != "win32" and task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


def _progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _tell(results: Results) -> None:
    for name, value in surroundings().items():
        print(f"- {name}: {value}")
    print()
    for table in results.tables():
        print(table)
    if lines := list(budgets(results)):
        print("### eval: what each stage adds to the floor", "", *lines, "", sep="\n")
    for loss in results.losses:
        print(f"LOST by fastpath: {loss}")
    for failure in results.failures:
        print(f"FAILED: {failure}")
