"""
Who waits to write one path, and who of them is next.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from .sameness import frame_of


__all__ = ["Line", "Waiting"]


@dataclass
class Waiting:
    """
    Somebody who waits for a turn.

    Attributes:
        notebook: What is to be written; None if nothing is, and nobody may write.
    """

    notebook: dict[str, Any] | None

    @cached_property
    def frame(self) -> bytes | None:
        """What runs do not change of the notebook."""
        return None if self.notebook is None else frame_of(self.notebook)


W = TypeVar("W", bound=Waiting)


class Line(Generic[W]):
    """
    One path: it is one's turn at a time, in the order in which they came.
    """

    def __init__(self) -> None:
        self._waiting: deque[W] = deque()
        self._is_taken = False

    def __len__(self) -> int:
        """Return how many there are, of whom one may have the turn."""
        return len(self._waiting) + self._is_taken

    def put(self, waiting: W) -> None:
        """
        Let *waiting* have a turn after everybody who is in line.
        """
        self._waiting.append(waiting)

    def take(self) -> list[W]:
        """
        Return whose turn it is; nobody's, if one has it or none waits.

        The notebook of the last of them is to be written: it contains the others,
        which differ from it in nothing but what runs change.
        """
        if self._is_taken or not self._waiting:
            return []
        self._is_taken = True
        turn = [self._waiting.popleft()]
        while self._waiting and _is_contained(turn[0], self._waiting[0]):
            turn.append(self._waiting.popleft())
        return turn

    def give_back(self) -> None:
        """
        End the turn.
        """
        assert self._is_taken
        self._is_taken = False


def _is_contained(older: Waiting, newer: Waiting) -> bool:
    return older.frame is not None and older.frame == newer.frame
