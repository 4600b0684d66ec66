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
from typing import TYPE_CHECKING, Any

from .saved import compacted


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


__all__ = ["Brought", "RunOutput", "bring_home", "find_cell", "saved_outputs"]

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

        is_done: Whether it has ended.
    """

    run_id: str
    cell_id: str
    code: str | None
    outputs: list[dict[str, Any]]
    execution_count: int | None
    count: int = 0
    is_done: bool = True


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
        found = find_cell(cells, run)
        if found is None:
            brought.left.append(run)
        else:
            brought.is_changed |= _put(cells[found], run)
    return brought


def find_cell(cells: Sequence[Mapping[str, Any]], run: RunOutput) -> int | None:
    """
    Return which of *cells* is the code cell of *run*, if one is and no other could be.
    """
    if any("id" in cell for cell in cells):
        found = [i for i, cell in enumerate(cells) if cell.get("id") == run.cell_id]
    else:
        found = [i for i, cell in enumerate(cells) if _is_of(cell, run.code)]
    is_code = len(found) == 1 and cells[found[0]].get("cell_type") == "code"
    return found[0] if is_code else None


def saved_outputs(run: RunOutput) -> list[dict[str, Any]]:
    """
    Return what *run* has put out as it is saved.
    """
    return compacted([_as_saved(output) for output in run.outputs])


def _put(cell: _Cell, run: RunOutput) -> bool:
    """Return whether *cell* has other outputs now, or another number."""
    was = cell.get("outputs"), cell.get("execution_count")
    cell["outputs"] = saved_outputs(run)
    cell["execution_count"] = run.execution_count
    return was != (cell["outputs"], cell["execution_count"])


def _is_of(cell: Mapping[str, Any], code: str | None) -> bool:
    source = cell.get("source", "")
    text = "".join(map(str, source)) if isinstance(source, list) else source
    return cell.get("cell_type") == "code" and text == code


def _as_saved(output: dict[str, Any]) -> dict[str, Any]:
    """Return *output* without what is for pages only."""
    return {key: value for key, value in output.items() if key != "transient"}
