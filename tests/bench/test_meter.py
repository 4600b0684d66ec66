from __future__ import annotations

import time

import psutil

from jupyter_fastpath.bench.meter import Meter


def test_meter():
    """The CPU time and the memory that a process takes in the block are measured."""
    end = time.process_time() + 0.1
    with Meter(psutil.Process()) as meter:
        while time.process_time() < end:
            sum(range(1000))

    numbers = meter.numbers
    assert 0.05 <= numbers["server_cpu_s"] <= 5
    assert 0 <= numbers["server_grown_mb"] < numbers["server_peak_mb"]


def test_nobody():
    """Where no server is, nothing is measured of it."""
    with Meter(None) as meter:
        pass

    assert {} == meter.numbers
