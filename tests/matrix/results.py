"""
What was found in which house, and when: one file for each house, which is kept.
"""

from __future__ import annotations

import datetime as dt
import json
import pathlib

from typing import Any, Final

from .houses import ALL, House


__all__ = ["keep", "table"]

RESULTS: Final = pathlib.Path(__file__).parent / "results"


def keep(house: House, versions: dict[str, str], result: str) -> None:
    """
    Write down what was found today.
    """
    today = dt.datetime.now(tz=dt.timezone.utc).date().isoformat()
    found = {"versions": versions, "result": result, "date": today}
    RESULTS.mkdir(exist_ok=True)
    _file(house).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def table() -> str:
    """
    Return all that is known, as a table.
    """
    rows = ["| house | versions | result | date |", "| --- | --- | --- | --- |"]
    return "\n".join([*rows, *map(_row, ALL)]) + "\n"


def _row(house: House) -> str:
    if not _file(house).exists():
        return f"| {house.name} | | not run | |"
    found: dict[str, Any] = json.loads(_file(house).read_text(encoding="utf-8"))
    versions = ", ".join(f"{name} {each}" for name, each in found["versions"].items())
    return f"| {house.name} | {versions} | {found['result']} | {found['date']} |"


def _file(house: House) -> pathlib.Path:
    return RESULTS / f"{house.name}.json"
