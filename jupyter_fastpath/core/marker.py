"""
What is said, and shown, where something was cut.
"""

from __future__ import annotations

from typing import Any


__all__ = ["MARKER", "VERSION", "outputs_marker", "rich_marker", "text_marker"]

# The type of what the page extension shows, with actions; all else shows the words.
MARKER = "application/vnd.jupyter.fastpath.cut+json"
VERSION = 1

# What there is to do without the page extension.
KEPT = " Jupyter Fastpath keeps the rest for a while, and can show it in JupyterLab."
PARTLY_KEPT = (
    " Jupyter Fastpath keeps the first {kept_bytes:,} bytes for a while, and can show"
    " them in JupyterLab."
)
DROPPED = " The rest is not kept, as the output policy has it."


def text_marker(told: dict[str, Any]) -> dict[str, Any]:
    """
    Return the MIME bundle of a marker in a text.

    Args:
        told: What ``docs/protocol.md`` has of it.
    """
    shown = told["head_bytes"] + told["tail_bytes"]
    words = "[fastpath] {shown:,} of {total_bytes:,} bytes of text are shown"
    if told["tail_bytes"]:
        words += ", the first {head_bytes:,} and the last {tail_bytes:,}"
    words += "." if told["is_done"] else ", so far."
    return _bundle("text", words + _rest(told), told, shown=shown)


def _rest(told: dict[str, Any]) -> str:
    if told["kept_bytes"] >= told["total_bytes"]:
        return KEPT
    return PARTLY_KEPT if told["kept_bytes"] else DROPPED


def rich_marker(told: dict[str, Any]) -> dict[str, Any]:
    """
    Return the MIME bundle in the place of an output that is too large.

    Args:
        told: What ``docs/protocol.md`` has of it.
    """
    words = "[fastpath] An output of {total_bytes:,} bytes is not shown ({types})."
    types = ", ".join(told["mime_types"])
    return _bundle("rich", words + _rest(told), told, types=types)


def outputs_marker(told: dict[str, Any]) -> dict[str, Any]:
    """
    Return the MIME bundle of the marker behind which outputs were left out.

    Args:
        told: What ``docs/protocol.md`` has of it.
    """
    words = "[fastpath] {shown:,} of {total:,} outputs are shown"
    words += "." if told["is_done"] else ", so far."
    return _bundle("outputs", words + (KEPT if told["kept"] else DROPPED), told)


def _bundle(
    kind: str, words: str, told: dict[str, Any], **more: object
) -> dict[str, Any]:
    return {
        "text/plain": words.format(**told, **more),
        MARKER: {"version": VERSION, "kind": kind, **told},
    }
