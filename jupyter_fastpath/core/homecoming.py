"""
What runs have put out is brought into a notebook, by these rules:

- A cell is found by its ID, wherever it is by now. A notebook in which no cell has one
  is of an older format; there it is the one code cell with the source that was run.
- Only outputs and execution count of that cell are changed, whatever its source is by
  now: nothing else in the notebook.
- If the cell is not there any more, is no code cell any more, or if several could be
  meant, nothing is changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .saved import compacted


__all__ = ["Brought", "RunOutput", "bring_home"]

_Cell = dict[str, Any]


@dataclass(frozen=True)
class RunOutput:
    """
    What a run has put out so far.

    Attributes:
        run_id: The run.

        cell_id: The cell it was asked for.

        code: What it runs, if that is known.

        outputs: In the notebook format.

        execution_count: The number that the kernel has given it; None until it is done.

        count: How many of its messages that is of.
    """

    run_id: str
    cell_id: str
    code: str | None
    outputs: list[dict[str, Any]]
    execution_count: int | None
    count: int = 0


@dataclass
class Brought:
    """
    What has become of runs that were to be brought into a notebook.

    Attributes:
        is_changed: Whether the notebook is another one now.

        left: Those whose cell was not found.
    """

    is_changed: bool = False
    left: list[RunOutput] = field(default_factory=list)


def bring_home(notebook: dict[str, Any], runs: list[RunOutput]) -> Brought:
    """
    Put what *runs*, the oldest first, have put out into their cells in *notebook*.
    """
    cells = [cell for cell in notebook.get("cells", []) if isinstance(cell, dict)]
    brought = Brought()
    for run in runs:
        found = _find(cells, run)
        if found is None or found.get("cell_type") != "code":
            brought.left.append(run)
        else:
            brought.is_changed |= _put(found, run)
    return brought


def _put(cell: _Cell, run: RunOutput) -> bool:
    """Return whether *cell* has other outputs now, or another number."""
    was = cell.get("outputs"), cell.get("execution_count")
    cell["outputs"] = compacted([_as_saved(output) for output in run.outputs])
    cell["execution_count"] = run.execution_count
    return was != (cell["outputs"], cell["execution_count"])


def _find(cells: list[_Cell], run: RunOutput) -> _Cell | None:
    if any("id" in cell for cell in cells):
        found = [cell for cell in cells if cell.get("id") == run.cell_id]
    else:
        found = [cell for cell in cells if _is_of(cell, run.code)]
    return found[0] if len(found) == 1 else None


def _is_of(cell: _Cell, code: str | None) -> bool:
    source = cell.get("source", "")
    text = "".join(map(str, source)) if isinstance(source, list) else source
    return cell.get("cell_type") == "code" and text == code


def _as_saved(output: dict[str, Any]) -> dict[str, Any]:
    """Return *output* without what is for pages only."""
    return {key: value for key, value in output.items() if key != "transient"}
