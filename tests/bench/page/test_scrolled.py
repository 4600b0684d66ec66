from __future__ import annotations

import asyncio

import pytest

from jupyter_fastpath.bench.errors import BenchError
from jupyter_fastpath.bench.page.edited import stayed
from jupyter_fastpath.bench.page.kept import chosen, ran_once
from jupyter_fastpath.bench.page.large import KEPT, MIXED, large
from jupyter_fastpath.bench.page.live import printing
from jupyter_fastpath.bench.page.opening import Opening, Task, opening_numbers
from jupyter_fastpath.bench.page.phases import Phases
from jupyter_fastpath.bench.page.places import legs, sample
from jupyter_fastpath.bench.page.scrolled import typing
from jupyter_fastpath.bench.page.told import told_numbers


def test_opening():
    """Times are from when the notebook was asked for, and long tasks those of the first seconds."""
    tasks = [Task(1000.0, 60.0), Task(4999.0, 300.0), Task(5001.0, 900.0)]
    numbers = opening_numbers(Opening(500.0, 1000.0, 1500.0, tasks), 4500.0, 5.0)

    assert {
        "navigation_to_open_s": 0.5,
        "open_to_first_cell_s": 0.5,
        "open_to_first_key_s": 1.0,
        "open_to_ready_s": 4.0,
        "first_long_tasks": 2.0,
        "first_long_tasks_sum_ms": 360.0,
        "first_longest_task_ms": 300.0,
    } == numbers


def test_opening_in_part():
    """What was not reached has no number."""
    numbers = opening_numbers(Opening(500.0, 1000.0, None, []), None, 5.0)

    assert {"navigation_to_open_s", "open_to_first_cell_s"} == {
        name for name in numbers if name.endswith("_s")
    }
    assert 0.0 == numbers["first_longest_task_ms"]


def test_legs():
    """Between the legs of a scroll is no frame, and a frame that took three has dropped two."""
    numbers = legs([[0.0, 20.0, 40.0], [1000.0, 1050.0]])

    assert 1000 * 3 / 90 == numbers["scroll_fps"]
    assert (20.0, 50.0) == (
        numbers["scroll_frame_p50_ms"],
        numbers["scroll_frame_max_ms"],
    )
    assert (3.0, 2.0) == (numbers["scroll_frames"], numbers["scroll_dropped_frames"])


def test_told():
    """Of what the page has counted all is a number that it knows."""
    counts = {"path": "a.ipynb", "ts": 1e9, "rows": 3, "first_cell": 0.5, "fps": None}

    assert {"page_rows": 3.0, "page_first_cell_s": 0.5} == told_numbers(counts)


def test_typing():
    """A key that is painted after a second, or never, is a timeout."""
    numbers = typing([20.0, 40.0, 1200.0], 5)

    assert 3.0 == numbers["key_timeouts"]
    assert (40.0, 1200.0) == (
        numbers["key_to_paint_p50_ms"],
        numbers["key_to_paint_p99_ms"],
    )


def test_typing_in_vain():
    """Of keys of which none was painted only that is told."""
    assert {"key_timeouts": 5.0} == typing([], 5)


@pytest.mark.parametrize(("count", "most"), [(5, 10), (100, 10), (101, 7), (1, 3)])
def test_sample(count, most):
    """A sample has no number twice, is from all over, and goes far each time."""
    found = sample(count, most)

    assert min(count, most) == len(found) == len(set(found))
    assert 0 == min(found)
    assert count - 1 - count // most <= max(found) < count


def test_chosen():
    """Of each kind of output with a state there are as many, in the order of the cells."""
    cells = large(MIXED, 100)
    found = chosen(cells, 2)

    assert found == sorted(found)
    assert sorted(KEPT * 2) == sorted(cells[index].kept for index in found)


def test_ran_once():
    """Scripts that ran twice, and those that did not run, are counted."""
    assert {
        "scripts_lost": 1.0,
        "scripts_twice": 1.0,
        "scripts_once_ok": 0.0,
    } == ran_once({"a": 1, "b": 2}, ["a", "c"])
    assert 1.0 == ran_once({"a": 1, "b": 1}, ["a"])["scripts_once_ok"]


@pytest.mark.parametrize(("shift", "stays"), [(2.0, 1.0), (2.5, 0.0)])
def test_stayed(shift, stays):
    """What is a pixel or two away has stayed, though it may have been farther."""
    assert {"shift_px": shift, "worst_px": 9.0, "stays_ok": stays} == stayed(
        {"shift": shift, "worst": 9.0}
    )


def test_printing():
    """What the cell runs is Python."""
    assert compile(printing(3, 0.02), "cell", "exec")


@pytest.mark.promise("G4")
def test_phases(capsys):
    """A phase that hangs or fails is told, and the next one is measured."""

    async def hanging():
        await asyncio.Event().wait()
        return {"a": 1.0}

    async def failing():
        raise BenchError("lost")

    async def quick():
        return {"b": 2.0}

    async def all_three():
        phases = Phases(0.05)
        await phases.run("first", hanging())
        await phases.run("second", failing())
        await phases.run("third", quick())
        return phases.numbers

    numbers = asyncio.run(all_three())

    assert 0.05 <= numbers.pop("duration_s")
    assert {
        "first_done_ok": 0.0,
        "second_done_ok": 0.0,
        "b": 2.0,
        "third_done_ok": 1.0,
    } == numbers
    assert "first: not done in 0 s\nsecond: lost\n" == capsys.readouterr().err
