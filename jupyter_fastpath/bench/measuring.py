"""
Measures one round after the other.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import time

from contextlib import closing
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import msgspec
import psutil
import zmq

from jupyter_client.kernelspec import NoSuchKernel
from tornado.httpclient import HTTPError
from tornado.websocket import WebSocketError

from .errors import BenchError
from .over import patient, with_link
from .page.scenarios import PAGE_SCENARIOS
from .progress import Progress
from .results import Round, now, over_link
from .scenarios import SCENARIOS
from .sources import INSTALLED_SERVERS
from .surroundings import load


if TYPE_CHECKING:
    from collections.abc import Sequence

    from .page.browser import Browser
    from .profiles import Profile
    from .raw import Raw
    from .results import Results
    from .shape import Shape
    from .sources import Source
    from .storms import Numbers


__all__ = ["Plan", "cancel_on_termination", "measure"]

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


@dataclass(frozen=True)
class Plan:
    """
    What is to be measured.

    Args:
        rounds: Scenario and subject of each.
        profile: How much of everything.
        links: Over which links one after the other, if over any.
        source: Whose beds these are.
        browser: What pages are opened in, if there are any.
    """

    rounds: Sequence[tuple[str, str]]
    profile: Profile
    links: Sequence[Shape] = ()
    source: Source = INSTALLED_SERVERS
    browser: Browser | None = None


async def measure(plan: Plan, results: Results) -> None:
    """
    Measure one round after the other, and put what comes of it into *results*.

    Those that could not be measured are told there, and the next one follows. What is
    there when this is cancelled stays.
    """
    results.date = results.date or now()
    all_rounds = list(product(plan.links or (None,), plan.rounds))
    with closing(Progress(len(all_rounds))) as progress:
        for link, (scenario, subject) in all_rounds:
            name = scenario if link is None else over_link(scenario, str(link))
            progress.begin(f"{name}, {subject}")
            at, before, began = now(), load(), time.perf_counter()
            try:
                numbers, raw = await _measured(scenario, subject, plan, link)
            except _FAILURES as error:
                results.failures.append(f"{name}, {subject}: {error!r}")
                progress.failed(results.failures[-1])
                continue
            seconds = time.perf_counter() - began
            results.rounds.append(
                Round(
                    scenario=name,
                    subject=subject,
                    numbers=numbers,
                    began=at,
                    seconds=round(seconds, 2),
                    load=before,
                    raw=raw,
                )
            )
            progress.done(seconds)


async def _measured(
    scenario: str, subject: str, plan: Plan, link: Shape | None
) -> tuple[Numbers, Raw]:
    if scenario in PAGE_SCENARIOS:
        assert plan.browser is not None
        async with plan.source.page_bed(
            subject, plan.profile.page, plan.browser, link
        ) as page:
            numbers = await PAGE_SCENARIOS[scenario](page)
            return await with_link(numbers, link, page.lab.echo), page.raw
    profile = patient(plan.profile, link)
    async with plan.source.bed(subject, profile, link) as ready:
        numbers = await SCENARIOS[scenario](ready)
        return await with_link(numbers, link, ready.echo), ready.raw


def cancel_on_termination() -> None:
    """Let SIGTERM end all processes too, where loops know signals."""
    task = asyncio.current_task()
    if sys.platform != "win32" and task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
