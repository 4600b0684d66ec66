from __future__ import annotations

import pytest

from jupyter_fastpath.bench.standing import Standing, standing


pytestmark = pytest.mark.promise("G2")


@pytest.mark.parametrize(
    ("name", "ours", "stock", "what"),
    [
        ("idle_p50_ms", 5.0, 10.0, Standing.BETTER),
        ("idle_p50_ms", 12.0, 10.0, Standing.WORSE),
        ("idle_p50_ms", 10.5, 10.0, Standing.ALIKE),
        ("first_output_p50_above_rtt_ms", -5.0, 10.0, Standing.BETTER),
        ("messages", 3.0, 0.0, Standing.WORSE),
        ("loop_blinks", 1.0, 0.0, Standing.WORSE),
        ("loop_blinks", 0.0, 0.0, Standing.ALIKE),
        ("scroll_fps", 30.0, 60.0, Standing.WORSE),
        ("delivered_share", 0.999, 1.0, Standing.WORSE),
        ("delivered_share", 1.0, 0.8, Standing.BETTER),
        ("scroll_blank_share", 0.5, 0.1, Standing.WORSE),
        ("exact_ok", 1.0, 0.0, Standing.BETTER),
        ("link_rtt_ms", 20.0, 80.0, None),
        ("not_ready_after_s", 20.0, 80.0, None),
        ("watcher_frames_per_s", 5.0, 10.0, None),
        ("scroll_frames", 5.0, 10.0, None),
    ],
)
def test_standing(name, ours, stock, what):
    """Which is better is told by the name's end, and not at all where that is unclear."""
    assert what == standing(
        name, {"fastpath": {name: [ours]}, "stock": {name: [stock]}}
    )


def test_standing_of_promises():
    """A promise that is broken in one round of three is worse than one that is kept in all."""
    columns = {"fastpath": {"a_ok": [1.0, 0.0, 1.0]}, "stock": {"a_ok": [1.0] * 3}}

    assert Standing.WORSE is standing("a_ok", columns)


@pytest.mark.parametrize("columns", [{}, {"fastpath": {"a_ms": [1.0]}}])
def test_nothing_to_compare(columns):
    """Without stock, or without ours, nothing can be told."""
    assert standing("a_ms", columns) is None


@pytest.mark.parametrize(
    ("name", "stock", "what"),
    [
        ("wall_s", {"exact_ok": 0.0}, Standing.UNEQUAL),
        ("wall_s", {"lines_ok": 0.0}, Standing.UNEQUAL),
        ("wall_s", {"exact_ok": 1.0}, Standing.WORSE),
        ("wall_s", {"idle_ok": 0.0}, Standing.WORSE),
        ("4_mb_wall_s", {"4_mb_exact_ok": 0.0, "1_mb_exact_ok": 1.0}, Standing.UNEQUAL),
        ("1_mb_wall_s", {"4_mb_exact_ok": 0.0, "1_mb_exact_ok": 1.0}, Standing.WORSE),
        ("server_cpu_s", {"viewer_exact_ok": 0.0}, Standing.UNEQUAL),
        ("scroll_fps", {"lines_ok": 0.0}, Standing.WORSE),
        ("outputs_after_done", {"exact_ok": 0.0}, Standing.WORSE),
    ],
)
def test_unequal(name, stock, what):
    """What costs more than where output was lost is not called worse, if it is of that output."""
    size = 1.0 if name.endswith("fps") else 9.0
    columns = {
        "stock": {**{each: [kept] for each, kept in stock.items()}, name: [3.0]},
        "fastpath": {**{each: [1.0] for each in stock}, name: [size]},
    }

    assert what is standing(name, columns)


def test_lost_by_both():
    """Where both lost output the one that costs more is worse."""
    columns = {"stock": {"exact_ok": [0.0], "wall_s": [1.0]}}
    columns["fastpath"] = {"exact_ok": [0.0], "wall_s": [2.0]}

    assert Standing.WORSE is standing("wall_s", columns)
