"""
What is told of the numbers: medians in tables, losses in sentences, all in JSON.
"""

from __future__ import annotations

import os
import platform

from dataclasses import dataclass, field
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from statistics import median
from typing import TYPE_CHECKING

from .bed import FASTPATH, STOCK


if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .storms import Numbers


__all__ = ["Results", "surroundings"]

_PACKAGES = (
    "jupyter_fastpath",
    "jupyter_server",
    "jupyter_client",
    "ipykernel",
    "jupyterlab",
    "playwright",
    "tornado",
    "pyzmq",
)
_NONE = "-"
_OK, _SHARE = "_ok", "_share"


@dataclass
class Results:
    """All numbers of all rounds: scenario, subject, name, one value a round."""

    values: dict[str, dict[str, dict[str, list[float]]]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def add(self, scenario: str, subject: str, numbers: Numbers) -> None:
        """Take the numbers of one round."""
        column = self.values.setdefault(scenario, {}).setdefault(subject, {})
        for name, number in numbers.items():
            column.setdefault(name, []).append(number)

    @property
    def losses(self) -> list[str]:
        """The promises that fastpath broke, each with its numbers."""
        return [
            f"{scenario}: {name.removesuffix(_OK)} in {_counted(values)} rounds"
            for scenario, columns in self.values.items()
            for name, values in columns.get(FASTPATH, {}).items()
            if name.endswith(_OK) and min(values) < 1
        ]

    @property
    def as_json(self) -> dict[str, object]:
        """Everything, with the medians beside the values."""
        return {
            "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
            "surroundings": surroundings(),
            "scenarios": {
                scenario: {
                    subject: {
                        name: {"median": median(values), "values": values}
                        for name, values in column.items()
                    }
                    for subject, column in columns.items()
                }
                for scenario, columns in self.values.items()
            },
            "losses": self.losses,
            "failures": self.failures,
        }

    def tables(self) -> Iterator[str]:
        """Give one table for each scenario."""
        for scenario, columns in self.values.items():
            yield "\n".join(_table(scenario, columns))


def surroundings() -> dict[str, str]:
    """Return what the numbers depend on: versions and machine."""
    return {
        **{package: _version(package) for package in _PACKAGES},
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cpus": str(os.cpu_count()),
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _table(scenario: str, columns: dict[str, dict[str, list[float]]]) -> Iterator[str]:
    subjects = list(columns)
    yield f"### {scenario} (medians, n = {_rounds(columns)})"
    yield ""
    yield _row([scenario, *subjects, f"{FASTPATH} / {STOCK}"])
    yield _row(["---", *["---:"] * (len(subjects) + 1)])
    # The floor has no server, and whoever loses all has no first output.
    fullest_first = sorted(columns.values(), key=len, reverse=True)
    for name in dict.fromkeys(name for column in fullest_first for name in column):
        cells = [_cell(name, columns[subject].get(name, [])) for subject in subjects]
        yield _row([_label(name), *cells, _ratio(name, columns)])
    yield ""


def _rounds(columns: dict[str, dict[str, list[float]]]) -> int:
    return max(len(values) for column in columns.values() for values in column.values())


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _label(name: str) -> str:
    return name.removesuffix(_OK).replace("_", " ")


def _cell(name: str, values: Sequence[float]) -> str:
    if not values:
        return _NONE
    if name.endswith(_OK):
        return _counted(values)
    if name.endswith(_SHARE):
        return f"{median(values):.1%}"
    return _short(median(values))


def _counted(values: Sequence[float]) -> str:
    return f"{sum(values):.0f} of {len(values)}"


def _short(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"  # noqa: PLR2004


def _ratio(name: str, columns: dict[str, dict[str, list[float]]]) -> str:
    ours = columns.get(FASTPATH, {}).get(name)
    stock = columns.get(STOCK, {}).get(name)
    if not ours or not stock or name.endswith(_OK) or not median(stock):
        return _NONE
    return f"{median(ours) / median(stock):.3g}"
