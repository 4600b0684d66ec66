"""
What a client of the state websocket may ask for, as ``docs/protocol.md`` has it.
"""

from __future__ import annotations

import msgspec

from .errors import MalformedFrame
from .pages import Counted  # noqa: TC001 (msgspec reads it)


__all__ = ["Painted", "StateRequest", "decode"]

# How many patterns one client may watch, and how long each may be.
MAX_PATTERNS = 100
MAX_LENGTH = 1024

# How many stars each may have: the time to match grows with each.
MAX_STARS = 4


class Painted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """
    When a page has painted what a run of its own has put out.

    Attributes:
        kernel_id: The kernel of the run.

        run_id: The run.

        first_output: Seconds from the request to the first output, if there was any.

        done: Seconds from the request to the end.
    """

    kernel_id: str
    run_id: str
    first_output: float | None = None
    done: float | None = None


class StateRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """
    What one frame asks for.

    Attributes:
        subscribe: Patterns of topics to be told of.

        unsubscribe: Patterns to be told of no more.

        painted: What is reported of a run.

        counted: What is reported of a notebook.
    """

    subscribe: list[str] = []
    unsubscribe: list[str] = []
    painted: Painted | None = None
    counted: Counted | None = None


def decode(frame: str | bytes, watched: int) -> StateRequest:
    """
    Return what *frame* asks for, of a client that watches so many patterns by now.

    Raises:
        MalformedFrame: It is no JSON object.

        ValueError: It asks for what cannot be; the text names what.
    """
    try:
        asked = msgspec.json.decode(frame)
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        raise MalformedFrame(f"not of JSON: {exc}") from exc
    if not isinstance(asked, dict):
        raise MalformedFrame("no JSON object")
    # Of what msgspec raises, ValidationError is a ValueError.
    request = msgspec.convert(asked, StateRequest)
    _check(request, watched)
    return request


def _check(request: StateRequest, watched: int) -> None:
    if watched + len(request.subscribe) > MAX_PATTERNS:
        raise ValueError(f"more than {MAX_PATTERNS} patterns")
    for pattern in request.subscribe:
        if len(pattern) > MAX_LENGTH:
            text = f"{pattern[:20]!r}... has more than {MAX_LENGTH} characters"
            raise ValueError(text)
        if pattern.count("*") > MAX_STARS:
            raise ValueError(f"{pattern[:20]!r} has more than {MAX_STARS} stars")
