"""
How much of everything is measured.
"""

from __future__ import annotations

from dataclasses import dataclass

from .page.sizes import FULL_PAGE, QUICK_PAGE, PageSizes
from .record import Wait


__all__ = ["FULL", "PROFILES", "QUICK", "Profile"]


@dataclass(frozen=True)
class Profile:
    """The sizes of all scenarios; durations are in seconds."""

    evaluations: int
    spaced_evaluations: int
    burst_lines: int
    flush_lines: int
    huge_megabytes: tuple[int, ...]
    viewer_runs: int
    viewer_lines: int
    stall_lines: int
    stall_duration: float
    stopped_megabytes: int
    save_megabytes: int
    gone_seconds: float
    state_kernels: int
    state_watchers: int
    state_lines: int
    state_rounds: int
    state_runs: int
    state_patience: float
    traced_lines: int
    traced_rounds: int
    session_runs: int
    quiet: float
    page: PageSizes

    @property
    def storm(self) -> Wait:
        """How long to wait for a run that prints much."""
        return Wait(self.quiet, settle=0.5)

    @property
    def brief(self) -> Wait:
        """How long to wait for a run that prints little."""
        return Wait(self.quiet)


FULL = Profile(
    evaluations=200,
    spaced_evaluations=50,
    burst_lines=100_000,
    flush_lines=100_000,
    huge_megabytes=(1, 4, 20, 50),
    viewer_runs=50,
    viewer_lines=20_000,
    stall_lines=50_000,
    stall_duration=5.0,
    stopped_megabytes=1000,
    save_megabytes=114,
    gone_seconds=60.0,
    state_kernels=50,
    state_watchers=200,
    state_lines=5,
    state_rounds=10,
    state_runs=20,
    state_patience=120.0,
    traced_lines=20_000,
    traced_rounds=12,
    session_runs=600,
    quiet=10.0,
    page=FULL_PAGE,
)

# Sized to take three minutes with what is measured by default, and still to lose what
# stock loses.
QUICK = Profile(
    evaluations=60,
    spaced_evaluations=15,
    burst_lines=100_000,
    flush_lines=20_000,
    huge_megabytes=(1, 4, 20),
    viewer_runs=20,
    viewer_lines=5_000,
    stall_lines=20_000,
    stall_duration=3.0,
    stopped_megabytes=200,
    save_megabytes=22,
    gone_seconds=12.0,
    state_kernels=8,
    state_watchers=30,
    state_lines=50,
    state_rounds=4,
    state_runs=15,
    state_patience=120.0,
    traced_lines=10_000,
    traced_rounds=5,
    session_runs=300,
    quiet=3.0,
    page=QUICK_PAGE,
)

PROFILES = {"full": FULL, "quick": QUICK}
