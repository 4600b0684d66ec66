"""
How far a benchmark is: a bar where somebody looks, and a line for each round elsewhere.
"""

from __future__ import annotations

import sys

from typing import Any

from .errors import require_module


__all__ = ["Progress"]


class Progress:
    """
    Tells on stderr how far it is with so many rounds.
    """

    def __init__(self, count: int) -> None:
        require_module("tqdm", "progress is told")
        # Asked for when it is needed: no other part of the package has it.
        from tqdm import tqdm

        # Off where stderr is no terminal.
        self._bar: Any = tqdm(total=count, unit="round", disable=None)
        self._count = count
        self._number = 0
        self._name = ""

    def close(self) -> None:
        """Leave the bar as it is."""
        self._bar.close()

    def begin(self, name: str) -> None:
        """Tell which round begins."""
        self._name = name
        self._number += 1
        self._bar.set_description(name)

    def done(self, seconds: float) -> None:
        """Tell that it is done."""
        if self._bar.disable:
            self._say(f"{self._number}/{self._count} {self._name}: {seconds:.1f} s")
        self._bar.update()

    def failed(self, why: str) -> None:
        """Tell that it could not be measured."""
        self._say(f"FAILED {why}")
        self._bar.update()

    def _say(self, text: str) -> None:
        self._bar.write(text, file=sys.stderr)
