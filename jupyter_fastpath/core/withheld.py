"""
What clients are not sent, on its way to the spool.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from collections.abc import Iterable


__all__ = ["Withheld", "merged"]

# The bytes that one has at most.
MANY_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Withheld:
    """
    Something that clients are not sent of a run.

    Attributes:
        run_id: The run.

        position: The position of what is published next.

        name: The stream, or the type of the output.

        data: The text in UTF-8, or the content of the output as JSON.

        index: Which of the outputs of the run that were withheld it is; None if it
            is text.
    """

    run_id: str
    position: int
    name: str
    data: bytes = field(repr=False)
    index: int | None = None


def merged(pieces: Iterable[Withheld]) -> list[Withheld]:
    """
    Return *pieces* with neighbouring text of one stream in one.
    """
    stretches: list[list[Withheld]] = []
    size = 0
    for piece in pieces:
        size += len(piece.data)
        if not stretches or size > MANY_BYTES or not _merges(stretches[-1][0], piece):
            stretches.append([])
            size = len(piece.data)
        stretches[-1].append(piece)
    return [
        replace(stretch[0], data=b"".join(piece.data for piece in stretch))
        for stretch in stretches
    ]


def _merges(one: Withheld, two: Withheld) -> bool:
    return (
        two.index is None
        and one.index is None
        and (one.run_id, one.position, one.name) == (two.run_id, two.position, two.name)
    )
