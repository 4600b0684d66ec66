"""
What can go wrong with a measurement.
"""

from __future__ import annotations


__all__ = ["BenchError"]


class BenchError(Exception):
    """A measurement could not be made."""
