"""
What a page sends to save a notebook.
"""

from __future__ import annotations

from typing import Any

import msgspec


__all__ = ["decode_model"]

_Parts = dict[str, msgspec.Raw]

_PARTS = msgspec.json.Decoder(_Parts)
_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_ANY = msgspec.json.Decoder()

# What is no model, or is JSON to others only: NaN, and halves of surrogate pairs.
_UNKNOWN = (msgspec.MsgspecError, UnicodeError, RecursionError)


def decode_model(body: bytes | bytearray) -> dict[str, Any] | None:
    """
    Return the model of a notebook that is in *body*; None if it is anything else.

    It is decoded cell by cell, so that no step takes long, and other threads have
    their turn between two of them.
    """
    try:
        model = _PARTS.decode(body)
        content = _PARTS.decode(model["content"])
        cells = [_ANY.decode(cell) for cell in _LIST.decode(content["cells"])]
        return _with(model, "content", _with(content, "cells", cells))
    except (KeyError, *_UNKNOWN):
        return None


def _with(parts: _Parts, key: str, value: object) -> dict[str, Any]:
    """Return *parts* decoded, except for the one of *key*, which is *value*."""
    return {
        name: value if name == key else _ANY.decode(part)
        for name, part in parts.items()
    }
