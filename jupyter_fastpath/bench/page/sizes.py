"""
How much of everything is measured in a page.
"""

from __future__ import annotations

from dataclasses import dataclass


__all__ = ["FULL_PAGE", "QUICK_PAGE", "PageSizes", "ScrollSizes"]


@dataclass(frozen=True)
class ScrollSizes:
    """
    The sizes of what is done with large notebooks; durations are in seconds.

    Args:
        text_cells: How many cells the notebook of text has.
        mixed_cells: How many the one has in which there is everything.
        frames: In how many frames half of it is scrolled through.
        leg: In what time at most.
        samples: To how many cells one goes, before that and afterwards.
        keys: How many keys are pressed in a cell.
        kept: Of how many outputs of each kind the state is looked at.
        cycles: How often one scrolls to the end and back meanwhile.
        live_lines: How much a cell prints while one looks elsewhere.
        first_seconds: From the navigation, how long long tasks are summed up.
        ready_patience: How long the page may take until it is through.
        patience: How long each phase may take else.
    """

    text_cells: int
    mixed_cells: int
    frames: int
    leg: float
    samples: int
    keys: int
    kept: int
    cycles: int
    live_lines: int
    first_seconds: float
    ready_patience: float
    patience: float


@dataclass(frozen=True)
class PageSizes:
    """
    The sizes of the scenarios of the page; durations are in seconds.

    Args:
        flood_seconds: How long a cell floods while another is typed into.
        shown_bytes: How much is shown before more is appended.
        kinds: To which kinds of text something is appended.
        appends: How often is appended to each kind of text.
        print_megabytes: How much one print prints.
        scroll_steps: In how many frames it is scrolled through.
        evaluations: How often ``2+3`` is run.
        bar_steps: How often a progress bar is redrawn.
        pictures: How often an output is cleared and shown anew.
        session_runs: How often one cell is run.
        refreshes: How often a page is refreshed.
        return_patience: How long a page that comes back may show nothing new.
        cut_seconds: How long the network is gone.
        patience: How long a page may go on after the kernel is done.
        scroll: The sizes of what is done with large notebooks.
    """

    flood_seconds: float
    shown_bytes: int
    kinds: tuple[str, ...]
    appends: int
    print_megabytes: int
    scroll_steps: int
    evaluations: int
    bar_steps: int
    pictures: int
    session_runs: int
    refreshes: int
    return_patience: float
    cut_seconds: float
    patience: float
    scroll: ScrollSizes


FULL_PAGE = PageSizes(
    flood_seconds=12.0,
    shown_bytes=1_000_000,
    kinds=("lines", "one_line", "ansi", "links"),
    appends=100,
    print_megabytes=20,
    scroll_steps=240,
    evaluations=30,
    bar_steps=2_000,
    pictures=50,
    session_runs=80,
    refreshes=10,
    return_patience=20.0,
    cut_seconds=8.0,
    patience=120.0,
    scroll=ScrollSizes(
        text_cells=1_200,
        mixed_cells=700,
        frames=400,
        leg=30.0,
        samples=40,
        keys=60,
        kept=8,
        cycles=20,
        live_lines=500,
        first_seconds=20.0,
        ready_patience=120.0,
        patience=180.0,
    ),
)

# Still more than stock lets through, and more than it renders in time.
QUICK_PAGE = PageSizes(
    flood_seconds=2.0,
    shown_bytes=1_000_000,
    kinds=("lines",),
    appends=5,
    print_megabytes=4,
    scroll_steps=60,
    evaluations=6,
    bar_steps=500,
    pictures=10,
    session_runs=20,
    refreshes=2,
    return_patience=10.0,
    cut_seconds=3.0,
    patience=5.0,
    scroll=ScrollSizes(
        text_cells=400,
        mixed_cells=280,
        frames=200,
        leg=10.0,
        samples=20,
        keys=20,
        kept=3,
        cycles=3,
        live_lines=150,
        first_seconds=20.0,
        ready_patience=60.0,
        patience=60.0,
    ),
)
