"""
Runs that print very much, and what of it arrives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from .bed import Bed
    from .record import Record


__all__ = ["Numbers", "delivery", "flushed", "lines", "metered", "prefixed", "storm"]

Numbers = dict[str, float]

_MEGABYTE = 1e6


def lines(count: int) -> str:
    """Return the text of a storm of *count* lines."""
    return "".join(f"{i}\n" for i in range(count))


def flushed(count: int) -> str:
    """Return code that prints *count* lines, each flushed."""
    return f"for i in range({count}): print(i, flush=True)"


def prefixed(prefix: str, numbers: Numbers) -> Numbers:
    """Return *numbers* with *prefix* before each name."""
    return {f"{prefix}_{name}": number for name, number in numbers.items()}


async def metered(bed: Bed, code: str) -> tuple[Record, Numbers]:
    """Run *code* and return its record, and what it cost the server."""
    with bed.meter() as meter:
        record = await bed.client.execute(code, bed.profile.storm)
    bed.raw.went("server_mb", meter.memory)
    bed.raw.went("received_characters", record.growth)
    return record, meter.numbers


async def storm(bed: Bed, code: str, expected: str) -> Numbers:
    """Run *code*, which prints *expected*, and return all that can be said of it."""
    record, costs = await metered(bed, code)
    return {**delivery(record, expected), **costs}


def delivery(record: Record, expected: str) -> Numbers:
    """Return how much of *expected* arrived, how soon, and in what."""
    text = record.text
    numbers = {
        "delivered_share": len(text) / len(expected),
        "exact_ok": float(text == expected),
        "reply_ok": float(record.reply is not None),
        "idle_ok": float(record.idle is not None),
        "stderr_messages": float(len(record.stderr)),
        "outputs_after_done": float(record.outputs_after_done),
        "messages": float(record.messages),
        "size_mb": record.size / _MEGABYTE,
        "bytes_per_character": record.size / len(expected),
        "wall_s": record.done - record.sent,
    }
    if record.first_output is not None:
        numbers["first_output_ms"] = (record.first_output - record.sent) * 1000
    return numbers
