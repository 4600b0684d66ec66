"""
All that comes of a benchmark: what was measured, of whom, when, and where.
"""

from __future__ import annotations

from datetime import datetime, timezone
from statistics import median
from typing import TYPE_CHECKING, Any

import msgspec

from .bed import FASTPATH
from .errors import BenchError
from .raw import Raw


if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from .storms import Numbers


__all__ = [
    "OK",
    "SHARE",
    "Columns",
    "Results",
    "Round",
    "counted",
    "merged",
    "now",
    "over_link",
    "parted",
    "read_results",
]

# How names end of what was promised, and of parts of a whole.
OK, SHARE = "_ok", "_share"

_FORMAT = 2
_OVER = " over "
_COMMIT, _AND = "commit", ", "

# Values of all rounds, by subject and name; and those by scenario.
Columns = dict[str, dict[str, list[float]]]
Values = dict[str, Columns]


class Round(msgspec.Struct, kw_only=True):
    """
    What one scenario gave of one subject, once.

    Args:
        scenario: Its name, and that of the link if it was measured over one.
        subject: Who was measured.
        numbers: What was measured, by name.
        began: When, as ISO 8601.
        seconds: How long it took in all.
        load: The load of the machine just before.
        raw: What the numbers were made from.
    """

    scenario: str
    subject: str
    numbers: dict[str, float]
    began: str = ""
    seconds: float = 0.0
    load: float = 0.0
    raw: Raw = msgspec.field(default_factory=Raw)


class Results(msgspec.Struct, kw_only=True):
    """
    All rounds, and what they depend on.

    Args:
        date: When the first one began, as ISO 8601.
        surroundings: The machine and the versions.
        profile: The name of the profile.
        sizes: How much of everything it measures.
        links: The links it was measured over, if any, by name.
        rounds: What was measured.
        failures: What could not be measured, and why.
        is_interrupted: Whether somebody ended it before all was measured.
    """

    format: int = _FORMAT
    date: str = ""
    surroundings: dict[str, str] = msgspec.field(default_factory=dict)
    profile: str = ""
    sizes: dict[str, Any] = msgspec.field(default_factory=dict)
    links: dict[str, Any] = msgspec.field(default_factory=dict)
    rounds: list[Round] = msgspec.field(default_factory=list)
    failures: list[str] = msgspec.field(default_factory=list)
    is_interrupted: bool = False

    def add(self, scenario: str, subject: str, numbers: Numbers) -> None:
        """Take the numbers of one round of which nothing else is known."""
        self.rounds.append(Round(scenario=scenario, subject=subject, numbers=numbers))

    @property
    def values(self) -> Values:
        """One value a round, by scenario, subject and name."""
        values: Values = {}
        for each in self.rounds:
            columns = values.setdefault(each.scenario, {})
            column = columns.setdefault(each.subject, {})
            for name, number in each.numbers.items():
                column.setdefault(name, []).append(number)
        return values

    def median(self, scenario: str, subject: str, name: str) -> float | None:
        """Return the median of all rounds, or None if it was measured in none."""
        values = self.values.get(scenario, {}).get(subject, {}).get(name)
        return median(values) if values else None

    @property
    def losses(self) -> list[str]:
        """The promises that fastpath broke, each with its numbers."""
        return [
            f"{scenario}: {name.removesuffix(OK)} in {counted(values)} rounds"
            for scenario, columns in self.values.items()
            for name, values in columns.get(FASTPATH, {}).items()
            if name.endswith(OK) and min(values) < 1
        ]

    @property
    def as_json(self) -> bytes:
        """All of it, and for who reads it by hand the medians and losses."""
        scenarios = {
            scenario: {
                subject: {
                    name: {"median": median(values), "values": values}
                    for name, values in column.items()
                }
                for subject, column in columns.items()
            }
            for scenario, columns in self.values.items()
        }
        document = {
            **{name: getattr(self, name) for name in self.__struct_fields__},
            "scenarios": scenarios,
            "losses": self.losses,
        }
        return msgspec.json.encode(document) + b"\n"


def read_results(path: Path) -> Results:
    """Return what :attr:`Results.as_json` has written, or raise BenchError."""
    try:
        results = msgspec.json.decode(path.read_bytes(), type=Results)
    except OSError as error:
        raise BenchError(f"{path} cannot be read: {error.strerror}") from error
    except msgspec.MsgspecError as error:
        raise BenchError(f"{path} is no results of a benchmark: {error}") from error
    if results.format != _FORMAT:
        raise BenchError(f"{path} has format {results.format}, and not {_FORMAT}")
    return results


def merged(parts: Sequence[Results]) -> Results:
    """
    Return all that is in *parts*, which were measured on one machine, with the same
    versions; of our commits there may be several, and all are told.

    Raises:
        BenchError: They were not.
    """
    first, *others = parts
    whole = msgspec.structs.replace(first, rounds=list(first.rounds))
    for part in others:
        for name in sorted(whole.surroundings.keys() & part.surroundings.keys()):
            here, there = whole.surroundings[name], part.surroundings[name]
            if here != there and name != _COMMIT:
                raise BenchError(f"results differ in {name}: {here} and {there}")
        if part.profile != whole.profile:
            raise BenchError(
                f"results differ in profile: {whole.profile} and {part.profile}"
            )
        commits = dict.fromkeys(
            commit
            for each in (whole, part)
            if _COMMIT in each.surroundings
            for commit in each.surroundings[_COMMIT].split(_AND)
        )
        whole.surroundings = whole.surroundings | part.surroundings
        if commits:
            whole.surroundings[_COMMIT] = _AND.join(commits)
        whole.links = whole.links | part.links
        whole.rounds.extend(part.rounds)
        whole.failures = whole.failures + part.failures
        whole.is_interrupted |= part.is_interrupted
    return whole


def over_link(scenario: str, link: str) -> str:
    """Return the name of a scenario that is measured over a link of that name."""
    return f"{scenario}{_OVER}{link}"


def parted(name: str) -> tuple[str, str]:
    """Return the scenario of that name, and the link, which is empty without one."""
    scenario, _, link = name.partition(_OVER)
    return scenario, link


def counted(values: list[float]) -> str:
    """Return in how many rounds what was promised was so."""
    return f"{sum(values):.0f} of {len(values)}"


def now() -> str:
    """Return the time, as ISO 8601."""
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
