"""
Many runs in a few lines.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jupyter_fastpath.core.percentile import percentile

from .record import STAGES
from .table import printable, seconds, size


if TYPE_CHECKING:
    from collections.abc import Iterator

    from .record import RunRecord


__all__ = ["Summary"]

_COUNTED = (
    *("messages_in", "bytes_in", "messages_out", "bytes_out"),
    *("merged", "spilled", "lost"),
)
_HEADINGS = ("stage", "runs", "p50", "p95", "max")
_UNKNOWN = "unknown"


@dataclass
class Summary:
    """
    How long the stages of runs took, and how much passed.

    Attributes:
        durations: Seconds, by stage.

        statuses: How many runs ended how.

        counts: What was counted of all of them.
    """

    durations: dict[str, array[float]] = field(
        default_factory=lambda: {stage: array("d") for stage in STAGES}
    )
    statuses: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, run: RunRecord) -> None:
        """Take *run* in."""
        self.statuses[run.status or _UNKNOWN] += 1
        for name in _COUNTED:
            self.counts[name] += getattr(run, name)
        for stage, measure in STAGES.items():
            duration = measure(run)
            if duration is not None:
                self.durations[stage].append(duration)

    @property
    def as_json(self) -> dict[str, Any]:
        """Everything, as plain values."""
        return {
            "runs": self.statuses.total(),
            "statuses": dict(self.statuses.most_common()),
            "stages": {
                stage: {
                    "runs": len(durations),
                    "p50": percentile(durations, 50),
                    "p95": percentile(durations, 95),
                    "max": max(durations),
                }
                for stage, durations in self.durations.items()
                if durations
            },
            **{name: self.counts[name] for name in _COUNTED},
        }

    def lines(self) -> Iterator[str]:
        """Give the lines of a table, and what there is to say beside."""
        told = self.as_json
        yield _row(*_HEADINGS)
        for stage, numbers in told["stages"].items():
            durations = (seconds(numbers[name]) for name in _HEADINGS[2:])
            yield _row(stage.replace("_", " "), f"{numbers['runs']:,}", *durations)
        yield ""
        ended = (
            f"{printable(one)} {count:,}" for one, count in told["statuses"].items()
        )
        yield f"runs: {told['runs']:,} ({', '.join(ended) or 'none'})"
        for name, what in (("in", "from kernels"), ("out", "to clients")):
            count, total = told[f"messages_{name}"], told[f"bytes_{name}"]
            yield f"{what}: {count:,} messages, {size(total)}"
        passed = ("merged", "spilled", "lost")
        yield ", ".join(f"{name}: {told[name]:,}" for name in passed)


def _row(stage: str, *cells: str) -> str:
    return " ".join([f"{stage:<30}", *(f"{cell:>9}" for cell in cells)])
