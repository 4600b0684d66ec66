"""
What the report looks like, by light and in the dark.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from jupyter_fastpath.bench.bed import FASTPATH, FLOOR, STOCK


if TYPE_CHECKING:
    from collections.abc import Iterable


__all__ = ["PALETTES", "Ink", "Palette", "Scheme", "inks"]


class Scheme(Enum):
    """What somebody prefers."""

    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class Palette:
    """The colors of what has no subject."""

    paper: str
    text: str
    faint: str
    bound: str


PALETTES = {
    Scheme.LIGHT: Palette("#ffffff", "#4a5160", "#dfe3ea", "#8a93a3"),
    Scheme.DARK: Palette("#1b1f27", "#b4bccb", "#333a46", "#7d8798"),
}


@dataclass(frozen=True)
class Ink:
    """
    How a subject is drawn, everywhere.

    Args:
        light: Its color on light paper.
        dark: Its color on dark paper.
        width: How thick its lines are.
    """

    light: str
    dark: str
    width: float = 1.4

    def on(self, scheme: Scheme) -> str:
        """Return its color."""
        return self.light if scheme is Scheme.LIGHT else self.dark


# By Okabe and Ito, whom no kind of color blindness makes alike, in a lighter shade for
# dark paper.
_INKS = {
    FASTPATH: Ink("#0072b2", "#56b4e9", 2.0),
    STOCK: Ink("#d55e00", "#f08a4b"),
    "stock-nolimit": Ink("#b8860b", "#f0c04a"),
    FLOOR: Ink("#7a8190", "#98a1b2"),
    "fastpath-on": Ink("#009e73", "#3fd0a4"),
    "fastpath-off": Ink("#b04f8c", "#dd9cc2"),
    "fastpath-deflate": Ink("#3a6b35", "#a6d854"),
    "stock-deflate": Ink("#8b4513", "#e6b89c"),
}
_SPARE = Ink("#3d4350", "#e3e7ef")


def inks(subjects: Iterable[str]) -> dict[str, Ink]:
    """Return how each subject is drawn; those that nobody knows are alike."""
    return {subject: _INKS.get(subject, _SPARE) for subject in subjects}
