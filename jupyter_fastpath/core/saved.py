"""
What of a notebook is saved: no text in more outputs than one, and no more than the
policy of each cell allows.

What is cut has to be had back from somewhere: a text is cut only if the server still
has what its run wrote. What it has not is cut only if the policy is ``cut``, or where
a ceiling of the administrator is passed.
"""

from __future__ import annotations

import json

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from .marker import MARKER, outputs_marker, rich_marker, text_marker
from .notebook import TextOutput, has_moves
from .policy import LIMITS, Policy
from .text import byte_size
from .text_cut import TextCut


if TYPE_CHECKING:
    from .policy import PolicyRules


__all__ = ["Origin", "compact", "compacted", "cut_notebook", "policy_in"]

_Cell = dict[str, Any]
_Outputs = list[dict[str, Any]]


@dataclass(frozen=True)
class Origin:
    """
    The run of which a cell has the output.

    Attributes:
        kernel_id: The kernel.

        run_id: The run.

        start: The position from which on its output is that of the cell.
    """

    kernel_id: str
    run_id: str
    start: int


# Returns the run of a cell, and sees to it that what it has put out is kept.
FindOrigin = Callable[[str], Origin | None]


def policy_in(thing: object) -> object:
    """
    Return what a notebook or a cell has as the policy of its output, None if nothing.
    """
    metadata = thing.get("metadata") if isinstance(thing, dict) else None
    own = metadata.get("fastpath") if isinstance(metadata, dict) else None
    return own.get("policy") if isinstance(own, dict) else None


def compact(notebook: dict[str, Any]) -> None:
    """
    Join what *notebook* has of one text in several outputs, as it is seen.
    """
    for cell in _with_outputs(notebook):
        cell["outputs"] = compacted(cell["outputs"])


def cut_notebook(
    notebook: dict[str, Any], rules: PolicyRules, path: str, find_origin: FindOrigin
) -> None:
    """
    Take out of *notebook*, as it is about to be saved, what is not to be saved.

    Args:
        notebook: In the notebook format, compact.

        rules: What the administrator has set.

        path: Where it is saved.

        find_origin: Returns the run of a cell.
    """
    notebook_policy = policy_in(notebook)
    common = _Limits.of(rules, path, notebook_policy, None)
    for cell in _with_outputs(notebook):
        own = policy_in(cell)
        # Of thousands of cells, next to none have a policy of their own.
        limits = (
            common if own is None else _Limits.of(rules, path, notebook_policy, own)
        )
        if limits.ephemeral:
            cell["outputs"] = []
        else:
            _cut_cell(cell, limits, find_origin)


@dataclass(frozen=True)
class _Limits:
    """What is cut of a cell, and what is even if it cannot be had back."""

    ephemeral: bool
    cuts: Policy
    ceiled: Policy

    @classmethod
    def of(
        cls, rules: PolicyRules, path: str, notebook: object, own: object
    ) -> _Limits:
        found = rules.resolve(path, notebook, own)
        return cls(found.policy.ephemeral, found.cuts, _ceiled(found.cuts, rules))


def _with_outputs(notebook: dict[str, Any]) -> Iterator[_Cell]:
    for cell in notebook.get("cells", []):
        # What is none of the format is for the contents manager to refuse.
        is_code = isinstance(cell, dict) and cell.get("cell_type") == "code"
        if is_code and _are_outputs(cell.get("outputs")):
            yield cell


def _are_outputs(outputs: object) -> bool:
    if not isinstance(outputs, list) or not outputs:
        return False
    return all(isinstance(output, dict) for output in outputs)


def _ceiled(policy: Policy, rules: PolicyRules) -> Policy:
    """Return what is cut even if it cannot be had back."""
    if policy.above == "cut":
        return policy
    ceilings: dict[str, Any] = {key: rules.ceilings.get(key) for key in LIMITS}
    return replace(policy, **ceilings)


def _cut_cell(cell: _Cell, limits: _Limits, find_origin: FindOrigin) -> None:
    outputs: _Outputs = cell["outputs"]
    policy, ceiled = limits.cuts, limits.ceiled
    if _is_above(outputs, policy):
        origin = find_origin(str(cell.get("id", "")))
        if origin is None and _known(outputs) is None:
            policy = ceiled
        outputs = _cut_text(outputs, policy, origin)
    cell["outputs"] = _cut_rich(outputs, ceiled)


# ---- text


def compacted(outputs: _Outputs) -> _Outputs:
    """
    Return *outputs* with neighbouring text of one stream in one, as it is seen.
    """
    compacted: _Outputs = []
    for name, group in groupby(outputs, key=_stream_name):
        stretch = list(group)
        text = "" if name is None else "".join(map(_text_of, stretch))
        if name is None or (len(stretch) == 1 and not has_moves(text)):
            compacted += stretch
        else:
            output = TextOutput(name)
            output.add(text)
            compacted.append(_stream(name, output.text))
    return compacted


def _stream_name(output: dict[str, Any]) -> str | None:
    """Return the stream that *output* is of, if it is text and nothing else."""
    name = output.get("name")
    is_plain = output.keys() == {"output_type", "name", "text"}
    return name if is_plain and isinstance(name, str) else None


def _text_of(output: dict[str, Any]) -> str:
    text = output.get("text", "")
    return "".join(map(str, text)) if isinstance(text, list) else str(text)


def _is_text(output: dict[str, Any]) -> bool:
    return output.get("output_type") == "stream"


def _is_above(outputs: _Outputs, policy: Policy) -> bool:
    texts = [_text_of(output) for output in outputs if _is_text(output)]
    size, lines = policy.saved_bytes, policy.saved_lines
    if size is not None and sum(map(byte_size, texts)) > size + policy.tail_bytes:
        return True
    return lines is not None and sum(text.count("\n") for text in texts) > lines


def _known(outputs: _Outputs) -> dict[str, Any] | None:
    """Return what a marker among *outputs* tells of their text, if there is one."""
    for output in outputs:
        told = _marker_in(output)
        if told is not None and told.get("kind") == "text":
            return told
    return None


def _marker_in(output: dict[str, Any]) -> dict[str, Any] | None:
    data = output.get("data")
    told = data.get(MARKER) if isinstance(data, dict) else None
    return told if isinstance(told, dict) else None


def _cut_text(outputs: _Outputs, policy: Policy, origin: Origin | None) -> _Outputs:
    """Return *outputs* with their text cut where *policy* has it."""
    cut = TextCut(
        replace(policy, live_bytes=policy.saved_bytes, live_lines=policy.saved_lines)
    )
    known = _known(outputs)
    head: _Outputs = []
    rest: _Outputs = []
    for output in outputs:
        if not _is_text(output):
            if known is None or _marker_in(output) is not known:
                (rest if cut.is_cut else head).append(output)
            continue
        name, text = str(output.get("name")), _text_of(output)
        cut.begin()
        passed = "" if cut.is_cut else cut.pass_on(text)
        if passed:
            head.append(output | {"text": passed})
        if cut.is_cut:
            cut.withhold(name, text[len(passed) :], is_kept=False)
    if not cut.is_beyond_tail:
        return outputs
    end = cut.take_end()
    told = _place(known, origin) | cut.told()
    told |= _of_all(told, known, origin)
    ending = [_stream(name, text) for name, text in end]
    return [*head, _display(text_marker(told)), *rest, *ending]


def _of_all(
    told: dict[str, Any], known: dict[str, Any] | None, origin: Origin | None
) -> dict[str, Any]:
    """Return the numbers that count what had been cut before, too."""
    if known is not None:
        names = ("total_bytes", "total_lines", "kept_bytes")
        return {name: known[name] for name in names if isinstance(known.get(name), int)}
    return {"kept_bytes": told["total_bytes"] if origin is not None else 0}


def _place(known: dict[str, Any] | None, origin: Origin | None) -> dict[str, Any]:
    place: dict[str, Any] = {"kernel_id": "", "run_id": "", "start": 0}
    if origin is not None:
        place |= asdict(origin)
    if known is not None:
        place |= {name: known[name] for name in place if name in known}
    return place | {"is_done": True}


# ---- what is no text


def _cut_rich(outputs: _Outputs, policy: Policy) -> _Outputs:
    """Return *outputs* without what is too large, and what is too many, of them."""
    kept = outputs if policy.rich_bytes is None else _without_large(outputs, policy)
    count = sum(_marker_in(output) is None for output in kept)
    if policy.outputs is None or count <= policy.outputs:
        return kept
    told = _place(None, None) | {"index": 0, "kept": 0}
    told |= {"shown": policy.outputs, "total": count}
    return [*kept[: policy.outputs], _display(outputs_marker(told))]


def _without_large(outputs: _Outputs, policy: Policy) -> _Outputs:
    return [
        output if size <= (policy.rich_bytes or 0) else _left_out(output, size)
        for output, size in ((output, _size(output)) for output in outputs)
    ]


def _size(output: dict[str, Any]) -> int:
    data = output.get("data")
    return len(json.dumps(data)) if isinstance(data, dict) else 0


def _left_out(output: dict[str, Any], size: int) -> dict[str, Any]:
    told = _place(None, None) | {"index": 0, "kept_bytes": 0, "total_bytes": size}
    told |= {"mime_types": sorted(output["data"])}
    return output | {"data": rich_marker(told), "metadata": {}}


def _stream(name: str, text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def _display(data: dict[str, Any]) -> dict[str, Any]:
    return {"output_type": "display_data", "data": data, "metadata": {}}
