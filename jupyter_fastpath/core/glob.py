"""
Patterns of paths and topics: ``*`` and ``?`` stand for characters other than a slash,
``**`` for any.
"""

from __future__ import annotations

import re

from functools import lru_cache


__all__ = ["matches"]

PARTS = re.compile(r"\*\*|\*|\?|[^*?]+")
WILD = {"**": ".*", "*": "[^/]*", "?": "[^/]"}


def matches(glob: str, text: str) -> bool:
    """
    Return whether all of *text* is as *glob* has it.
    """
    return _compiled(glob).fullmatch(text) is not None


@lru_cache(maxsize=1024)
def _compiled(glob: str) -> re.Pattern[str]:
    pattern = "".join(WILD.get(part) or re.escape(part) for part in PARTS.findall(glob))
    return re.compile(pattern, re.DOTALL)
