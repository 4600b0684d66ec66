"""
What is to be drawn, as plain values.

What a results file says in words is not in here: that is told beside the pictures, as
text. So nothing in a file can harm what draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_fastpath.bench.raw import Point


__all__ = ["Axis", "Chart", "Fact", "Form", "Group", "Line", "Panel", "is_drawn"]

# Beyond what anything of a benchmark can be, and what can be drawn.
_MOST = 1e15


class Form(Enum):
    """How a line is drawn."""

    CURVE = "curve"
    STEPS = "steps"
    DASHES = "dashes"
    DOTS = "dots"
    MARKS = "marks"


@dataclass(frozen=True)
class Axis:
    """
    One direction of a picture.

    Args:
        label: What it is, with its unit.
        is_log: Whether each step is a multiple of the one before.
        is_share: Whether it goes from nothing to all.
        least: A value that is on it, whether a point has it or not.
        most: Another one.
    """

    label: str
    is_log: bool = False
    is_share: bool = False
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True)
class Line:
    """
    Points that belong together.

    Args:
        subject: Of whom they are, which their color tells.
        points: Where they are.
        form: How they are drawn.
        label: What they are, if a panel has several of one subject.
    """

    subject: str
    points: tuple[Point, ...]
    form: Form = Form.CURVE
    label: str = ""


@dataclass(frozen=True)
class Panel:
    """
    Lines that share both axes.

    Args:
        y: The upright axis.
        lines: What is in it.
        bound: What is to be kept to, if anything.
    """

    y: Axis
    lines: tuple[Line, ...]
    bound: float | None = None


@dataclass(frozen=True)
class Fact:
    """What a picture shows of a subject, in words."""

    subject: str
    text: str


@dataclass(frozen=True)
class Chart:
    """
    One picture: panels one above the other, which share what goes to the right.

    Args:
        title: What is seen.
        x: What goes to the right.
        panels: The topmost first.
        facts: The same in words.
    """

    title: str
    x: Axis
    panels: tuple[Panel, ...]
    facts: tuple[Fact, ...]

    @property
    def alt(self) -> str:
        """What it shows, for who does not see it."""
        parts = ", and ".join(panel.y.label for panel in self.panels)
        told = "; ".join(f"{fact.subject}: {fact.text}" for fact in self.facts)
        return f"{self.title}: {parts}, by {self.x.label}. {told}"


@dataclass(frozen=True)
class Group:
    """Charts that are seen together, under one heading, and how to read them."""

    title: str
    hint: str
    charts: tuple[Chart, ...]


def is_drawn(values: Iterable[float]) -> bool:
    """Return whether these can be in a picture."""
    return all(abs(value) < _MOST for value in values)
