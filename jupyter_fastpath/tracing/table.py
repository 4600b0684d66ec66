"""
How runs are shown: a line for each, in columns.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from collections.abc import Callable

    from .record import RunRecord


__all__ = ["HEADINGS", "printable", "row", "seconds", "size"]

_NONE = "-"
_SHORT = 8  # characters of an ID, which tell it from others
_MANY_SECONDS = 100.0
_UNITS = ("B", "kB", "MB", "GB", "TB")
_STEP = 1000.0


def printable(text: str | None) -> str:
    """Return *text* without what would move the cursor of a terminal."""
    if not text:
        return _NONE
    return "".join(
        one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text
    )


def seconds(duration: float | None) -> str:
    """Return a *duration* as it is read easily."""
    if duration is None:
        return _NONE
    if abs(duration) < 1.0:
        return f"{duration * 1000:.1f} ms"
    return f"{duration:,.{0 if duration >= _MANY_SECONDS else 2}f} s"


def size(count: int | None) -> str:
    """Return so many bytes as it is read easily."""
    if count is None:
        return _NONE
    number, units = float(count), iter(_UNITS)
    unit = next(units)
    while number >= _STEP and unit != _UNITS[-1]:
        number, unit = number / _STEP, next(units)
    return f"{number:,.{0 if unit == _UNITS[0] else 1}f} {unit}"


def _time(unix: float | None) -> str:
    if unix is None:
        return _NONE
    try:
        local = datetime.fromtimestamp(unix).astimezone()
    except (OverflowError, OSError, ValueError):
        return _NONE
    return f"{local:%Y-%m-%d %H:%M:%S}"


def _id(text: str | None) -> str:
    return printable(text)[:_SHORT]


# Name, width and alignment; the last has no width, since nothing follows it.
_COLUMNS: dict[str, tuple[str, Callable[[RunRecord], str]]] = {
    "done": ("<19", lambda run: _time(run.ts_done)),
    "kernel": ("<8", lambda run: _id(run.kernel_id)),
    "cell": ("<8", lambda run: _id(run.cell_id)),
    "status": ("<16", lambda run: printable(run.status)),
    "first": (">8", lambda run: seconds(run.first_output)),
    "run": (">8", lambda run: seconds(run.duration)),
    "total": (">8", lambda run: seconds(run.end_to_end)),
    "in": (">7", lambda run: f"{run.messages_in:,}"),
    "out": (">7", lambda run: f"{run.messages_out:,}"),
    "bytes": (">8", lambda run: size(run.bytes_out)),
    "merged": (">7", lambda run: f"{run.merged:,}"),
    "lost": (">4", lambda run: f"{run.lost:,}"),
    "memory": (">8", lambda run: size(run.peak_memory)),
    "path": ("", lambda run: printable(run.path)),
}

HEADINGS = " ".join(f"{name:{form}}" for name, (form, _) in _COLUMNS.items())


def row(run: RunRecord) -> str:
    """Return the line of *run*, below the :data:`HEADINGS`."""
    return " ".join(f"{tell(run):{form}}" for form, tell in _COLUMNS.values())
