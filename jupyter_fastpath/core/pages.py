"""
What pages have counted of the notebooks that are open in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import msgspec


__all__ = ["Counted", "PageCounts", "PageTotals", "Pages", "topic_of"]

# Characters of a path, and how many notebooks one page may tell of: more than anybody
# has open.
MAX_PATH = 1024
MAX_NOTEBOOKS = 100

# What no page gets to: each number has to fit where it is summed up, and shown.
MAX_COUNT = 10**9
MAX_SECONDS = 10**6
MAX_FPS = 1000

_Count = Annotated[int, msgspec.Meta(ge=0, le=MAX_COUNT)]
_Seconds = Annotated[float, msgspec.Meta(ge=0, le=MAX_SECONDS)]
_Fps = Annotated[float, msgspec.Meta(ge=0, le=MAX_FPS)]
_Path = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_PATH)]


class PageCounts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """
    What a page has counted of one notebook since it was opened.

    Attributes:
        cells: Cells of the notebook.

        rows: Cells that are in the page, shown or not.

        nodes: Elements of the notebook that are in the page.

        stateful: Outputs with state that are kept.

        parked: Those of them that are out of sight, since their cell is.

        scroll_frames: Frames while the notebook was scrolled.

        long_frames: Frames that took more than 50 ms while the notebook was shown.

        errors: Errors of what hosts its rows and outputs.

        fps: Frames per second when it was scrolled last.

        first_cell: Seconds from opening it until a cell was to be seen.

        first_output: Seconds from opening it until an output was to be seen.
    """

    cells: _Count
    rows: _Count
    nodes: _Count
    stateful: _Count
    parked: _Count
    scroll_frames: _Count
    long_frames: _Count
    errors: _Count
    fps: _Fps | None = None
    first_cell: _Seconds | None = None
    first_output: _Seconds | None = None


class Counted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """
    What a page reports of one notebook.

    Attributes:
        path: The notebook.

        counts: What it has counted; None if the notebook is not open any longer.

        again: Whether it has told of that over an earlier connection.
    """

    path: _Path
    counts: PageCounts | None
    again: bool = False


@dataclass(frozen=True)
class PageTotals:
    """
    What all pages have counted together.

    Attributes:
        notebooks: How often a notebook is open in a page.

        nodes: The elements of those.

        stateful: Their outputs with state.

        parked: Those that are out of sight.

        scroll_frames: Frames of scrolling, those of pages that are gone included.

        long_frames: Frames that took long, likewise.

        errors: Errors, likewise.
    """

    notebooks: int = 0
    nodes: int = 0
    stateful: int = 0
    parked: int = 0
    scroll_frames: int = 0
    long_frames: int = 0
    errors: int = 0


# What only grows, and is not forgotten with the page that has counted it.
_GROWING = ("scroll_frames", "long_frames", "errors")
_PRESENT = ("nodes", "stateful", "parked")
_NOTHING = PageCounts(0, 0, 0, 0, 0, 0, 0, 0)


class Pages:
    """
    What the pages that are there have told last.
    """

    def __init__(self) -> None:
        self._pages: dict[str, dict[str, PageCounts]] = {}
        self._grown = dict.fromkeys(_GROWING, 0)

    def counted(self, page_id: str, counted: Counted) -> None:
        """
        Take what a page reports.

        Raises:
            ValueError: It is of more notebooks than a page may have; the text says so.
        """
        told = self._pages.setdefault(page_id, {})
        before = told.get(counted.path)
        if counted.counts is None:
            told.pop(counted.path, None)
            return
        if before is None and len(told) >= MAX_NOTEBOOKS:
            raise ValueError(f"more than {MAX_NOTEBOOKS} notebooks")
        told[counted.path] = counted.counts
        # Of what it tells again nobody knows how much was counted here.
        known = counted.counts if counted.again else before or _NOTHING
        for name in _GROWING:
            more = getattr(counted.counts, name) - getattr(known, name)
            self._grown[name] += max(0, more)

    def left(self, page_id: str) -> list[str]:
        """
        Forget a page, and return the notebooks that it had told of.
        """
        return list(self._pages.pop(page_id, {}))

    def totals(self) -> PageTotals:
        """
        Return what all pages have counted together.
        """
        present = [each for told in self._pages.values() for each in told.values()]
        sums = {name: sum(getattr(each, name) for each in present) for name in _PRESENT}
        return PageTotals(notebooks=len(present), **sums, **self._grown)


def topic_of(page_id: str, path: str) -> str:
    """
    Return the topic of a notebook in a page.
    """
    return f"pages/{page_id}/{path}"
