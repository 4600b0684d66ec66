"""
How a flood went: what had been printed, received and painted when, and late keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec


if TYPE_CHECKING:
    from collections.abc import Callable

    from .notebook import Notebook


__all__ = ["followed", "keys_told", "printed_bytes"]

_LOG = "log"
_MEGABYTE = 1e6
# It is there before the end of the flood is told.
_PATIENCE = 10.0


async def followed(notebook: Notebook, size_of: Callable[[int], int]) -> float | None:
    """
    Keep what had been printed, received and painted when.

    Args:
        notebook: Whose flood has been followed by the probe.
        size_of: Returns the bytes of the first so many lines.

    Returns:
        When the flood began, as Unix time; None where the clock of the kernel is not
        the page's, and nothing is kept.
    """
    if not notebook.shares_clock:
        return None
    points = await notebook.ask("followed")
    written = await notebook.written(_LOG, _PATIENCE)
    log = msgspec.json.decode(written, type=list[tuple[float, int]])
    began = log[0][0]
    raw = notebook.raw
    raw.went(
        "printed_mb", [(at - began, size_of(lines) / _MEGABYTE) for at, lines in log]
    )
    raw.went("received_mb", [(at - began, size / _MEGABYTE) for at, size, _ in points])
    raw.went(
        "painted_mb",
        [
            (at - began, 0.0 if line is None else size_of(int(line) + 1) / _MEGABYTE)
            for at, _, line in points
        ],
    )
    return began


def keys_told(
    notebook: Notebook, watched: dict[str, list[float]], began: float | None
) -> None:
    """Keep how late keys were painted, and of a flood that *began* then which ones."""
    notebook.raw.sampled("key_to_paint_ms", watched["keys"])
    if began is None:
        return
    times = [at - began for at in watched["presses"]]
    points = sorted(zip(times, watched["keys"], strict=True))
    notebook.raw.went("key_to_paint_ms", points)


def printed_bytes(count: int, end: str) -> int:
    """Return the bytes of *count* lines: their numbers from 0 on, a blank, *end*."""
    digits, power = count, 10
    while power < count:
        digits += count - power
        power *= 10
    return digits + count * len(f" {end}\n")
