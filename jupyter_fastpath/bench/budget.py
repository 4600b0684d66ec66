"""
How long each stage of a short run may take, and how long it did.

What the kernel needs by itself is not ours to save: a budget is what a stage may add
to the floor, at the median, on one machine. Rendering is the page's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .bed import FASTPATH, FLOOR


if TYPE_CHECKING:
    from collections.abc import Iterator

    from .results import Results


__all__ = ["BUDGET", "budgets"]

# Milliseconds from when the client began to send. All but the first have the way
# through the server and back in them; together they must not be felt.
BUDGET = {
    "enqueue": 0.5,
    "busy": 1.5,
    "first_output": 1.5,
    "reply": 1.5,
    "idle": 1.5,
}


def budgets(results: Results) -> Iterator[str]:
    """Give a line for each stage: what it added to the floor, and what it may."""
    for stage, budget in BUDGET.items():
        floor, ours = (
            results.median("eval", each, f"{stage}_p50_ms")
            for each in (FLOOR, FASTPATH)
        )
        if floor is None or ours is None:
            continue
        verdict = "kept" if ours - floor <= budget else "EXCEEDED"
        yield f"{stage}: {ours - floor:+.2f} of {budget} ms, {verdict}"
