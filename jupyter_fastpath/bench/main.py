"""
``jupyter fastpath bench``: measures stock beside ours, and tells what came of it.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from .bed import SUBJECTS, USUAL_SUBJECTS
from .compared import compared
from .errors import BenchError
from .measuring import Plan, cancel_on_termination, measure
from .over import (
    BY_DEFAULT,
    LINKED_SUBJECTS,
    add_link_arguments,
    check_linked,
    shapes_of,
)
from .page.scenarios import PAGE_SCENARIOS
from .profiles import PROFILES
from .report.html import as_html, require_drawing
from .results import Results, merged, read_results
from .rounds import BRIEF_SUBJECTS, BRIEFLY, GROUPS, PAGE_SUBJECTS, chosen
from .scenarios import SCENARIOS
from .surroundings import surroundings
from .tables import document
from .verdicts import CHECKS, TARGETS, judged, kept_in, table
from .where import (
    Asked,
    add_where_arguments,
    browser_of,
    check_running,
    endpoint_asked,
    possible_at,
    where,
)


if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .page.browser import Browser
    from .shape import Shape


__all__ = ["add_arguments", "run"]

_QUICK = "quick"
_LOST, _FAILED, _INTERRUPTED = 1, 2, 130


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the benchmark to *parser*."""
    parser.add_argument(
        "--scenario",
        action="append",
        choices=[*SCENARIOS, *PAGE_SCENARIOS, *GROUPS],
        help="what to measure; may be given more than once; page and scroll stand for"
        " all whose names begin so, all for everything (default: all, of which the"
        f" quick profile takes {', '.join(BRIEFLY)})",
    )
    parser.add_argument(
        "--profile",
        choices=PROFILES,
        default=_QUICK,
        help="how much of everything; by default quick takes less than three minutes,"
        " and full more than an hour (default: quick)",
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
        help=f"whom to measure (default: {','.join(USUAL_SUBJECTS)}; in the page, and"
        f" with links, {','.join(PAGE_SUBJECTS)})",
    )
    parser.add_argument(
        "--headed", action="store_true", help="show the browser that is measured in"
    )
    add_where_arguments(parser)
    _add_told_arguments(parser)
    add_link_arguments(parser)


def _add_told_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what is told")
    group.add_argument(
        "--json", type=Path, metavar="FILE", help="write all numbers, and the raw data"
    )
    group.add_argument(
        "--markdown", type=Path, metavar="FILE", help="write what is printed"
    )
    group.add_argument(
        "--plot",
        type=Path,
        metavar="FILE.HTML",
        help="write a report with pictures, in one file that needs nothing else",
    )
    group.add_argument(
        "--compare",
        type=Path,
        metavar="OLD.JSON",
        help="tell what has changed since these results",
    )
    group.add_argument(
        "--check",
        action="store_true",
        help="fail also if a number that is stable between machines is not what it"
        " always was",
    )
    group.add_argument(
        "--from",
        dest="source",
        type=Path,
        action="append",
        metavar="FILE.JSON",
        help="measure nothing, and tell of these results; may be given more than once",
    )


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
    """
    Measure, tell, and return 0 if fastpath lost nothing and all ran.

    Returns:
        1 if something was lost or a check failed, 2 if something could not be measured,
        130 if it was interrupted: then what was measured until then is told.
    """
    try:
        if arguments.plot:
            require_drawing()
        old = read_results(arguments.compare) if arguments.compare else None
        if arguments.source:
            results = merged([read_results(path) for path in arguments.source])
        else:
            results = _measured(arguments)
        told = "\n".join(_told(results, old))
        if arguments.json:
            arguments.json.write_bytes(results.as_json)
        if arguments.markdown:
            arguments.markdown.write_text(told + "\n", encoding="utf-8")
        if arguments.plot:
            arguments.plot.write_text(as_html(results), encoding="utf-8")
    except (BenchError, OSError) as error:
        print(f"FAILED {error}", file=sys.stderr)
        return _FAILED
    print(told)
    return _code(results, is_checked=arguments.check)


def _measured(arguments: argparse.Namespace) -> Results:
    """Measure what is asked for, or as much of it as there is time for."""
    links = shapes_of(arguments)
    asked = _asked(arguments, is_linked=bool(links))
    browser = browser_of(arguments, asked)
    results = Results(
        surroundings=surroundings(
            None if browser is None else browser.path,
            has_server=asked.endpoint is None,
        ),
        profile=arguments.profile,
        sizes=msgspec.to_builtins(PROFILES[arguments.profile]),
        links={str(link): msgspec.structs.asdict(link) for link in links},
    )
    try:
        asyncio.run(_measure(asked, links, browser, results))
    except (KeyboardInterrupt, asyncio.CancelledError):
        results.is_interrupted = True
    return results


def _asked(arguments: argparse.Namespace, *, is_linked: bool) -> Asked:
    """Return what is asked for, or raise if it cannot be measured."""
    endpoint = endpoint_asked(arguments)
    is_brief = arguments.profile == _QUICK and not arguments.scenario
    scenarios = chosen(arguments.scenario, is_brief=is_brief)
    subjects = arguments.subjects or (BRIEF_SUBJECTS if is_brief else None)
    if not arguments.scenario and endpoint is not None:
        possible = possible_at(endpoint)
        scenarios = [each for each in scenarios if each in possible]
    if is_linked:
        scenarios = arguments.scenario or [*BY_DEFAULT]
        subjects = arguments.subjects or LINKED_SUBJECTS
        check_linked(scenarios, subjects)
    asked = Asked(scenarios, subjects, arguments.repeat, endpoint, arguments.clean)
    check_running(asked, is_linked=is_linked)
    return asked


async def _measure(
    asked: Asked, links: Sequence[Shape], browser: Browser | None, results: Results
) -> None:
    cancel_on_termination()
    async with where(asked) as found:
        results.surroundings.update(found.surroundings)
        profile = PROFILES[results.profile]
        plan = Plan(found.rounds, profile, links, found.source, browser)
        await measure(plan, results)


def _told(results: Results, old: Results | None) -> Iterator[str]:
    yield document(results)
    for name, limits in (("Targets", TARGETS), ("Checks", CHECKS)):
        if verdicts := list(judged(results, limits)):
            yield from (f"### {name}", "", *table(verdicts), "")
    if verdicts := list(kept_in(results)):
        yield from ("### Nothing lost, nothing stuck", "", *table(verdicts), "")
    if old is not None:
        yield from compared(old, results)


def _code(results: Results, *, is_checked: bool) -> int:
    if results.is_interrupted:
        return _INTERRUPTED
    if results.failures:
        return _FAILED
    checks = judged(results, CHECKS) if is_checked else ()
    is_good = not results.losses and all(check.is_kept for check in checks)
    return 0 if is_good else _LOST
