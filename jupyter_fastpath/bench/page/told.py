"""
What the page itself has counted of its notebook, as the server tells it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_fastpath.bench.errors import BenchError


if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_fastpath.bench.storms import Numbers

    from .notebook import Notebook


__all__ = ["told", "told_numbers"]

# Longer than the page waits before it tells of what is new.
_PATIENCE_MS = 8000
# What has a unit.
_NAMES = {"first_cell": "first_cell_s", "first_output": "first_output_s"}
_NOT_COUNTED = ("path", "ts")


async def told(notebook: Notebook) -> Numbers:
    """Return what the page has counted until now, or raise if nothing is told."""
    counts = await notebook.ask("told", _PATIENCE_MS)
    if counts is None:
        raise BenchError("the server tells nothing that the page has counted")
    return told_numbers(counts)


def told_numbers(counts: Mapping[str, str | float | None]) -> Numbers:
    """Return what was counted; what the page does not know has no number."""
    return {
        f"page_{_NAMES.get(name, name)}": float(count)
        for name, count in counts.items()
        if count is not None and name not in _NOT_COUNTED
    }
