"""
The record of a run, as who reads a trace sees it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec


if TYPE_CHECKING:
    from collections.abc import Callable


__all__ = ["STAGES", "BadLine", "Painted", "RunRecord", "read"]


class BadLine(ValueError):
    """A line is not the record of a run."""


class Painted(msgspec.Struct, frozen=True):
    """When the page had painted what, in seconds since it sent the request."""

    first_output: float | None = None
    done: float | None = None


class RunRecord(msgspec.Struct, frozen=True):
    """
    What ``docs/protocol.md`` says of a run; an older server may not tell all of it.
    """

    run_id: str
    kernel_id: str
    cell_id: str | None = None
    path: str | None = None
    status: str | None = None
    ts_client_send: float | None = None
    ts_server_recv: float | None = None
    ts_kernel_start: float | None = None
    ts_first_output: float | None = None
    ts_done: float | None = None
    first_output: float | None = None
    duration: float | None = None
    end_to_end: float | None = None
    messages_in: int = 0
    bytes_in: int = 0
    messages_out: int = 0
    bytes_out: int = 0
    merged: int = 0
    spilled: int = 0
    lost: int = 0
    peak_memory: int | None = None
    painted: Painted | None = None


_decoder = msgspec.json.Decoder(RunRecord)


def read(line: bytes) -> RunRecord:
    """
    Return the record that *line* has, maybe behind what a log writes before it.

    Raises:
        BadLine: It has none; the text says why.
    """
    start = line.find(b"{")
    if start < 0:
        raise BadLine("no JSON object")
    try:
        return _decoder.decode(line[start:])
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        raise BadLine(str(exc)) from exc


def _between(start: float | None, stop: float | None) -> float | None:
    return None if start is None or stop is None else round(stop - start, 6)


def _painted(run: RunRecord) -> Painted:
    return run.painted or Painted()


# How long each stage of a run took, where that is known. The first is by the clocks of
# two machines, and what a page has painted begins when the page sent the request.
STAGES: dict[str, Callable[[RunRecord], float | None]] = {
    "client_to_server": lambda run: _between(run.ts_client_send, run.ts_server_recv),
    "server_to_kernel_start": lambda run: _between(
        run.ts_server_recv, run.ts_kernel_start
    ),
    "kernel_start_to_first_output": lambda run: _between(
        run.ts_kernel_start, run.ts_first_output
    ),
    "first_output_to_done": lambda run: _between(run.ts_first_output, run.ts_done),
    "first_output": lambda run: run.first_output,
    "duration": lambda run: run.duration,
    "end_to_end": lambda run: run.end_to_end,
    "first_output_painted": lambda run: _painted(run).first_output,
    "done_painted": lambda run: _painted(run).done,
}
