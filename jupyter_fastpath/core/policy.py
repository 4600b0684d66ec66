"""
How much of what a run puts out is shown, saved and kept, and who says so.

The server has defaults, and overrides for notebooks whose path matches a pattern; a
notebook and a cell have their own, under ``fastpath.policy`` in their metadata. The
nearest wins, key by key, up to the ceilings that the administrator has set. The page
resolves in the same way, by the same table of cases: ``tests/fixtures/policy.json``.
"""

from __future__ import annotations

import json

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from .errors import PolicyError
from .glob import matches


__all__ = ["LIMITS", "Policy", "PolicyRules", "Problem", "Resolution"]

Above = Literal["spill", "cut", "collapse", "keep"]
Plane = Literal["auto", "ephemeral", "persistent"]

# What both languages can count to.
MOST = 2**53 - 1

# Seconds.
LONGEST_PACE = 3600

# How much of a value that cannot be is told again.
MOST_TOLD = 60


@dataclass(frozen=True)
class Policy:
    """
    What holds for one run; None where there is no limit.

    Attributes:
        live_bytes: Bytes of text, in UTF-8, that pages are sent of a run.

        live_lines: Lines of text that they are sent.

        saved_bytes: Bytes of text that are saved of a cell.

        saved_lines: Lines of text that are saved.

        tail_bytes: Bytes of the end of a text that are shown, and saved, after what
            was cut.

        backfill_bytes: Bytes of what was cut that are kept to be had back.

        outputs: How many outputs a run may have.

        rich_bytes: Bytes that one output which is no text may have.

        above: What happens above a limit: the rest goes to disk and can be had back
            (``spill``), or is dropped (``cut``); or all is shown, and the cell
            collapsed (``collapse``), or not even that (``keep``).

        initiator_pace: Seconds between two sends of text to who runs a cell; None for
            what the server has.

        collaborator_pace: Seconds between two sends to everybody else.

        ephemeral: Whether outputs are shown and never saved.

        plane: Whether outputs that leave the page are kept (``persistent``), or
            rendered again (``ephemeral``); the page looks at them to know if ``auto``.
    """

    live_bytes: int | None = 64_000_000
    live_lines: int | None = None
    saved_bytes: int | None = 64_000_000
    saved_lines: int | None = None
    tail_bytes: int = 1_000_000
    backfill_bytes: int | None = None
    outputs: int | None = 10_000
    rich_bytes: int | None = 100_000_000
    above: Above = "spill"
    initiator_pace: float | None = None
    collaborator_pace: float | None = None
    ephemeral: bool = False
    plane: Plane = "auto"


# What ``keep`` and ``collapse`` lift, up to the ceilings.
LIMITS = (
    "live_bytes",
    "live_lines",
    "saved_bytes",
    "saved_lines",
    "outputs",
    "rich_bytes",
)


@dataclass(frozen=True)
class Problem:
    """
    What somebody has asked for that cannot be.

    Attributes:
        layer: Who: ``defaults``, ``pattern``, ``notebook``, ``cell`` or ``ceilings``.

        key: The key; empty if it is the whole that cannot be.

        value: The value.

        reason: Why it cannot be.
    """

    layer: str
    key: str
    value: object
    reason: str

    def __str__(self) -> str:
        value = json.dumps(self.value, default=repr)[:MOST_TOLD]
        what = f"{self.key} = {value}" if self.key else value
        return f"{self.layer}: {what}: {self.reason}"


@dataclass(frozen=True)
class Resolution:
    """
    What holds, and why.

    Attributes:
        policy: What holds.

        cuts: The policy with the limits at which something is cut: none of what is
            kept or collapsed, unless there is a ceiling.

        sources: For each key that is not as by default who has said so.

        problems: What was left out.
    """

    policy: Policy = field(default_factory=Policy)
    cuts: Policy = field(default_factory=Policy)
    sources: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


# ---- what values there may be

_Check = tuple[Callable[[Any], bool], str]


def _is_count(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and 0 <= value <= MOST and value == int(value)


def _is_seconds(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and 0 <= value <= LONGEST_PACE


def _one_of(words: tuple[str, ...]) -> _Check:
    return lambda value: value in words, f"is none of {', '.join(words)}"


def _or_none(is_valid: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or is_valid(value)


COUNT: _Check = (_is_count, "is no whole number from 0 on")
COUNT_OR_NONE: _Check = (_or_none(_is_count), "is neither null nor a whole number")
SECONDS: _Check = (_or_none(_is_seconds), "is neither null nor a number up to 3600")
ABOVE: _Check = _one_of(get_args(Above))
PLANE: _Check = _one_of(get_args(Plane))
TRUTH: _Check = (lambda value: isinstance(value, bool), "is neither true nor false")

CHECKS: dict[str, _Check] = {
    **dict.fromkeys(LIMITS, COUNT_OR_NONE),
    "tail_bytes": COUNT,
    "backfill_bytes": COUNT_OR_NONE,
    "above": ABOVE,
    "initiator_pace": SECONDS,
    "collaborator_pace": SECONDS,
    "ephemeral": TRUTH,
    "plane": PLANE,
}
PACES = ("initiator_pace", "collaborator_pace")
CEILINGS = {
    name: check
    for name, check in CHECKS.items()
    if name not in ("above", "ephemeral", "plane")
}


def _sift(
    layer: str, asked: object, checks: Mapping[str, _Check]
) -> tuple[dict[str, Any], list[Problem]]:
    """Return what of *asked* can be, and what cannot."""
    if asked is None:
        return {}, []
    if not isinstance(asked, Mapping):
        return {}, [Problem(layer, "", asked, "is no object")]
    valid: dict[str, Any] = {}
    problems: list[Problem] = []
    for key, value in sorted(asked.items()):
        is_valid, reason = checks.get(key, (lambda _: False, "is no key of a policy"))
        if is_valid(value):
            valid[key] = _plain(key, value)
        else:
            problems.append(Problem(layer, key, value, reason))
    return valid, problems


def _plain(key: str, value: Any) -> Any:
    """Return *value* without a decimal point where it has none to have."""
    return int(value) if isinstance(value, float) and key not in PACES else value


# ---- all together


@dataclass(frozen=True)
class PolicyRules:
    """
    What the administrator has set.

    Attributes:
        defaults: For all notebooks.

        patterns: Pairs of a pattern of paths and overrides; the first that matches
            counts. In a pattern ``*`` and ``?`` stand for characters other than a
            slash, ``**`` for any.

        ceilings: What nobody can go above, or below with a pace.
    """

    defaults: Mapping[str, Any] = field(default_factory=dict)
    patterns: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    ceilings: Mapping[str, Any] = field(default_factory=dict)

    def check(self) -> None:
        """
        Raise :class:`PolicyError` with the first thing that cannot be.
        """
        _, problems = _sift("defaults", self.defaults, CHECKS)
        for glob, overrides in self.patterns:
            problems += _sift(f"pattern {glob!r}", overrides, CHECKS)[1]
        problems += _sift("ceilings", self.ceilings, CEILINGS)[1]
        if problems:
            raise PolicyError(str(problems[0]))

    def resolve(
        self, path: str | None = None, notebook: object = None, cell: object = None
    ) -> Resolution:
        """
        Return what holds for a cell, whatever its metadata say.

        Args:
            path: The path of its notebook, if that is known.

            notebook: What the notebook has as ``fastpath.policy``, None if nothing.

            cell: What the cell has as that.
        """
        values: dict[str, Any] = {}
        sources: dict[str, str] = {}
        problems: list[Problem] = []
        for layer, asked in self._layers(path, notebook, cell):
            valid, refused = _sift(layer, asked, CHECKS)
            values |= valid
            sources |= dict.fromkeys(valid, layer)
            problems += refused
        policy = replace(Policy(), **values)
        ceilings, _ = _sift("ceilings", self.ceilings, CEILINGS)
        held = _held(policy, ceilings)
        sources |= dict.fromkeys(held, "ceilings")
        policy = replace(policy, **held)
        return Resolution(policy, _cuts(policy, ceilings), sources, tuple(problems))

    def _layers(
        self, path: str | None, notebook: object, cell: object
    ) -> list[tuple[str, object]]:
        matching = (
            overrides
            for glob, overrides in self.patterns
            if path is not None and matches(glob.lstrip("/"), path.lstrip("/"))
        )
        return [
            ("defaults", self.defaults),
            ("pattern", next(matching, None)),
            ("notebook", notebook),
            ("cell", cell),
        ]


def _held(policy: Policy, ceilings: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of *policy* is beyond the *ceilings*, as these have it."""
    held: dict[str, Any] = {}
    for key, ceiling in ceilings.items():
        value = getattr(policy, key)
        if ceiling is None or (value is None and key in PACES):
            continue
        if key in PACES:
            is_beyond = value < ceiling
        else:
            is_beyond = value is None or value > ceiling
        if is_beyond:
            held[key] = ceiling
    return held


def _cuts(policy: Policy, ceilings: Mapping[str, Any]) -> Policy:
    if policy.above in ("spill", "cut"):
        return policy
    lifted: dict[str, Any] = {key: ceilings.get(key) for key in LIMITS}
    return replace(policy, **lifted)
