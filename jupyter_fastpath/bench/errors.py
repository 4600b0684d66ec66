"""
What can go wrong with a measurement.
"""

from __future__ import annotations

import importlib.util


__all__ = ["BenchError", "require_module"]


class BenchError(Exception):
    """A measurement could not be made."""


def require_module(name: str, purpose: str) -> None:
    """
    Raise with what to install if there is no module of this name.

    Args:
        name: The module.
        purpose: What is done with it, as in "the page is measured".
    """
    if importlib.util.find_spec(name) is None:
        raise BenchError(
            f"{purpose} with {name}: pip install 'jupyter_fastpath[bench]'"
        )
