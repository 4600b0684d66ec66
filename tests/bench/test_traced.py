from __future__ import annotations

import pytest

from jupyter_fastpath.bench.traced import compare


def cost(message, run):
    """Return what one round costs, in seconds."""
    return {"message_us": message, "run_ms": run}


def test_compare():
    """The median of all rounds counts, and each is compared with the one beside it."""
    off = [cost(10e-6, 1e-3), cost(20e-6, 4e-3), cost(30e-6, 2e-3)]
    on = [cost(11e-6, 2e-3), cost(20e-6, 4e-3), cost(45e-6, 8e-3)]

    assert {
        "off_cpu_per_message_us": 20.0,
        "on_cpu_per_message_us": 20.0,
        "cpu_per_message_on_over_off": 1.1,
        "off_cpu_per_run_ms": 2.0,
        "on_cpu_per_run_ms": 4.0,
        "cpu_per_run_on_over_off": 2.0,
    } == pytest.approx(compare(off, on))


def test_too_little():
    """What took no time that could be measured is not compared."""
    assert "cpu_per_message_on_over_off" not in compare(
        [cost(0.0, 0.0)], [cost(1.0, 1.0)]
    )
