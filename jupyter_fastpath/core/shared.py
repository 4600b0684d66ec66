"""
How the outputs of a cell are changed where others look on: what is right stays.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .saved import compacted


__all__ = ["Change", "change_of"]

_Output = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """
    What makes the outputs of a cell those that are wanted.

    Attributes:
        kept: How many of them stay, from the first on.

        text: What is appended to the text of the last of those.

        added: What comes after them, in the place of all others.
    """

    kept: int
    text: str = ""
    added: list[_Output] = field(default_factory=list)


def change_of(present: list[_Output], wanted: list[_Output]) -> Change | None:
    """
    Return what makes *present* look like *wanted*, None if it does.
    """
    pairs = zip(present, wanted, strict=False)
    looks = [_but_more(one, other) for one, other in pairs]
    present = looks + present[len(looks) :]
    if compacted(present) == compacted(wanted):
        return None
    pairs = zip(present, wanted, strict=False)
    kept = next((i for i, (one, other) in enumerate(pairs) if one != other), None)
    if kept is None:
        kept = min(len(present), len(wanted))
    # Only of the last output, for that is where JupyterLab puts text that comes.
    if kept == len(present) - 1 and kept < len(wanted):
        text = _rest(present[kept], wanted[kept])
        if text:
            return Change(kept + 1, text, wanted[kept + 1 :])
    return Change(kept, added=wanted[kept:])


def _but_more(present: _Output, wanted: _Output) -> _Output:
    """Return *present* without types that *wanted* does not have."""
    # What draws an output in a page may add to it, as Plotly adds a picture.
    more, data = present.get("data"), wanted.get("data")
    if not isinstance(more, dict) or not isinstance(data, dict):
        return present
    return present | {"data": {key: more[key] for key in more if key in data}}


def _rest(present: _Output, wanted: _Output) -> str:
    """Return what text *wanted* has more than *present*, if it is of one stream."""
    if _but_text(present) != _but_text(wanted):
        return ""
    begun, whole = present.get("text"), wanted.get("text")
    if not isinstance(begun, str) or not isinstance(whole, str):
        return ""
    return whole[len(begun) :] if whole.startswith(begun) else ""


def _but_text(output: _Output) -> _Output:
    return {key: value for key, value in output.items() if key != "text"}
