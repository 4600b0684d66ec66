"""
A page that stops reading while its kernel prints very much, and reads on later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .viewers import checksum, viewing


if TYPE_CHECKING:
    from .bed import Bed
    from .storms import Numbers


__all__ = ["stopped", "text_of"]

_MEGABYTE = 1_000_000
_LINE = 100_000

# What the server may grow by: the promise of docs/operations.md.
_MOST_GROWN_MB = 96.0


async def stopped(bed: Bed) -> Numbers:
    """Measure what a viewer that reads nothing costs, and what it gets in the end."""
    assert bed.server is not None
    count = bed.profile.stopped_megabytes * _MEGABYTE // _LINE
    code = f"for i in range({count}): print(f'{{i:>{_LINE - 1}}}', flush=True)"
    async with viewing(bed.url, bed.token, 1) as audience:
        audience.suspend()
        with bed.meter() as meter:
            record = await bed.client.execute(code, bed.profile.storm)
            audience.resume()
            (seen,) = await audience.seen()
    total, expected = text_of(count)
    numbers = meter.numbers
    return {
        **numbers,
        "grown_little_ok": float(numbers["server_grown_mb"] <= _MOST_GROWN_MB),
        "viewer_delivered_share": seen.characters / total,
        "viewer_exact_ok": float(seen.checksum == expected),
        "viewer_messages": float(seen.messages),
        "initiator_wall_s": record.done - record.sent,
        "idle_ok": float(record.is_done),
    }


def text_of(count: int) -> tuple[int, int]:
    """Return how many characters so many lines have, and the checksum of them all."""
    expected = 0
    for i in range(count):
        expected = checksum(f"{i:>{_LINE - 1}}\n", expected)
    return count * _LINE, expected
