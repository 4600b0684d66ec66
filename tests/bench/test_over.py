from __future__ import annotations

import argparse
import asyncio

import pytest

from jupyter_fastpath.bench.errors import BenchError
from jupyter_fastpath.bench.linked import linked
from jupyter_fastpath.bench.over import (
    add_link_arguments,
    check_linked,
    patient,
    shapes_of,
    with_link,
)
from jupyter_fastpath.bench.profiles import QUICK
from jupyter_fastpath.bench.shape import Shape


def shapes(*arguments):
    """Return the links that *arguments* ask for."""
    parser = argparse.ArgumentParser()
    add_link_arguments(parser)
    return shapes_of(parser.parse_args(arguments))


def test_none():
    """Without an option there is no link, and how long a stall would be is no link either."""
    assert [] == shapes() == shapes("--stall", "300")


def test_round_trips():
    """Each round trip is a link, and none is measured twice."""
    assert [Shape(rtt=0.02), Shape(rtt=0.15)] == shapes("--rtt", "20,150,20")


def test_all():
    """Whatever else is asked for is the matter with each link."""
    asked = shapes(
        *("--rtt", "20,80", "--jitter", "5", "--bandwidth", "1.5M"),
        *("--loss", "0.5", "--stall", "300"),
    )

    assert [
        Shape(rtt=rtt, jitter=0.005, bandwidth=1.5e6, loss=0.005, stall=0.3)
        for rtt in (0.02, 0.08)
    ] == asked


@pytest.mark.parametrize(
    ("text", "bandwidth"), [("500", 500.0), ("500k", 5e5), ("10M", 1e7), ("1G", 1e9)]
)
def test_bandwidth(text, bandwidth):
    """A bandwidth needs no round trip."""
    assert [Shape(bandwidth=bandwidth)] == shapes("--bandwidth", text)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--rtt", "20,"),
        ("--rtt", "-1"),
        ("--rtt", "inf"),
        ("--loss", "101"),
        ("--bandwidth", "M"),
    ],
)
def test_nonsense(arguments):
    """What is no link is refused."""
    with pytest.raises(SystemExit):
        shapes(*arguments)


def test_too_much_jitter():
    """Nothing arrives before it was sent."""
    with pytest.raises(BenchError, match="20 ms, jitter 30 ms"):
        shapes("--rtt", "20,80", "--jitter", "30")


def test_check():
    """Only what a link could carry is measured over one."""
    check_linked(["eval", "burst", "page-eval"], ["stock", "fastpath"])
    with pytest.raises(BenchError, match="page-print, save"):
        check_linked(["eval", "save", "page-print"], ["stock"])
    with pytest.raises(BenchError, match="floor"):
        check_linked(["eval"], ["stock", "floor"])


def test_patience():
    """Who measures over a link waits for as much longer as nothing may come."""
    slow = Shape(rtt=0.1, bandwidth=1e5, loss=0.1, stall=0.5)

    assert QUICK.quiet + 0.6 + 2**20 / 1e5 == patient(QUICK, slow).quiet
    assert QUICK == patient(QUICK, Shape()) == patient(QUICK, None)


@pytest.mark.promise("G3")
def test_numbers():
    """What is sent there and back is told without the round trip too, and the round trip as measured."""

    async def measured():
        async with linked(1, Shape(rtt=0.02)) as ports:
            given = {"first_output_p50_ms": 25.0, "enqueue_p50_ms": 1.0}
            return await with_link(given, Shape(rtt=0.02), ports.echo)

    numbers = asyncio.run(measured())

    assert numbers.pop("link_rtt_ms") >= 20.0
    assert {
        "first_output_p50_ms": 25.0,
        "enqueue_p50_ms": 1.0,
        "first_output_p50_above_rtt_ms": 5.0,
    } == numbers
