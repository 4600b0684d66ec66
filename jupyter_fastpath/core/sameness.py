"""
Whether two notebooks are the same: in everything, or in all that runs do not change.
"""

from __future__ import annotations

import hashlib

from typing import TYPE_CHECKING, Any

import msgspec


if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


__all__ = ["Fingerprint", "fingerprint", "frame_of"]

# What a run changes of a cell, and of its metadata: trust and times are of outputs.
_RUN_KEYS = frozenset({"outputs", "execution_count"})
_RUN_METADATA = frozenset({"execution", "trusted"})

# What runs change of the metadata of a notebook: what its widgets show.
_WIDGETS = frozenset({"widgets"})

# Errors of contents that are no JSON, and of JSON that is no notebook.
_UNKNOWN = (AttributeError, TypeError, UnicodeEncodeError, ValueError, RecursionError)


class Fingerprint(msgspec.Struct, frozen=True):
    """
    What a notebook is known by when it is gone.

    Attributes:
        digest: The same for the same notebook only.

        size: Its bytes as JSON without space.
    """

    digest: bytes
    size: int


def fingerprint(notebook: dict[str, Any]) -> Fingerprint | None:
    """
    Return what *notebook* is known by; None if it is no JSON.
    """
    try:
        return _digested(_pieces(notebook))
    except _UNKNOWN:
        return None


def frame_of(notebook: dict[str, Any]) -> bytes | None:
    """
    Return a digest of what runs do not change of *notebook*; None if it is none.
    """
    try:
        return _digested(_frame(notebook)).digest
    except _UNKNOWN:
        return None


def _digested(pieces: Iterable[bytes]) -> Fingerprint:
    digest = hashlib.blake2b(digest_size=16)
    size = 0
    for piece in pieces:
        # Its length before each piece, so that they cannot be taken for others.
        digest.update(len(piece).to_bytes(8, "little"))
        digest.update(piece)
        size += len(piece)
    return Fingerprint(digest.digest(), size)


def _pieces(notebook: dict[str, Any]) -> Iterator[bytes]:
    """Give the JSON of a notebook in pieces of one cell, so that none takes long."""
    yield msgspec.json.encode(_without(notebook, {"cells"}))
    for cell in notebook.get("cells", ()):
        yield msgspec.json.encode(cell)


def _frame(notebook: dict[str, Any]) -> Iterator[bytes]:
    rest = _without(notebook, {"cells"})
    rest["metadata"] = _without(notebook.get("metadata", {}), _WIDGETS)
    yield msgspec.json.encode(rest)
    for cell in notebook["cells"]:
        kept = _without(cell, _RUN_KEYS)
        kept["metadata"] = _without(cell.get("metadata", {}), _RUN_METADATA)
        yield msgspec.json.encode(kept)


def _without(thing: dict[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    return {key: value for key, value in thing.items() if key not in keys}
