"""
What README.md and docs/measuring.md tell of the benchmark, made from bench/results.
"""

from __future__ import annotations

import pathlib

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from jupyter_fastpath.bench.results import Results, merged, over_link, read_results
from jupyter_fastpath.bench.standing import Standing, standing
from jupyter_fastpath.bench.tables import document, row, short
from jupyter_fastpath.bench.verdicts import TARGETS, judged, kept_in, table


__all__ = ["ROWS", "Row", "is_known", "latest", "summary", "whole"]

RESULTS: Final = pathlib.Path(__file__).parent.parent / "bench" / "results"
STOCK: Final = "stock"
OURS: Final = "fastpath"

VERDICTS: Final[dict[Standing | None, str]] = {
    Standing.WORSE: ", **no gain**",
    Standing.UNEQUAL: ", but stock lost output",
}


@dataclass(frozen=True)
class Row:
    """
    A line of the front table.

    Args:
        text: What was measured, for who has not read docs/measuring.md.
        scenario: In which scenario.
        number: Its name there.
    """

    text: str
    scenario: str
    number: str


SECTIONS: Final = {
    "Output": (
        Row("100,000 flushed prints: text delivered", "flush", "delivered_share"),
        Row("… websocket messages", "flush", "messages"),
        Row("… bytes for each character", "flush", "bytes_per_character"),
        Row("… first output", "flush", "first_output_ms"),
        Row("… processor time of the server", "flush", "server_cpu_s"),
        Row("`print` of 1 MB: delivered", "huge", "1_mb_delivered_share"),
        Row("`print` of 20 MB: delivered", "huge", "20_mb_delivered_share"),
        Row("`print` of 50 MB: delivered", "huge", "50_mb_delivered_share"),
        Row("… most memory of the server", "huge", "50_mb_server_peak_mb"),
        Row(
            "server suspended for 5 s in 50,000 flushed prints: delivered",
            "stall",
            "delivered_share",
        ),
        Row("… most memory of the server", "stall", "server_peak_mb"),
        Row(
            "10 viewers of 20,000 flushed prints: least that one got",
            "viewers",
            "viewed_viewer_delivered_share",
        ),
        Row(
            "… processor time of the server for each viewer, of that for the first page",
            "viewers",
            "server_cpu_per_viewer_over_alone",
        ),
        Row(
            "… first output of `print(1)`, p50",
            "viewers",
            "viewed_short_first_output_p50_ms",
        ),
        Row(
            "viewer that reads nothing while 1 GB is printed: gets in the end",
            "stopped",
            "viewer_delivered_share",
        ),
        Row("… memory of the server grows by", "stopped", "server_grown_mb"),
        Row(
            "page refreshed while a cell runs: shows it", "page-refresh", "shown_share"
        ),
        Row(
            "… from the cells to the text, p50", "page-refresh", "cells_to_text_p50_ms"
        ),
        Row("network gone for 8 s: lines there in the end", "page-cut", "lines_share"),
        Row("page gone for good: lines in the file", "gone", "in_the_file_share"),
        Row("… after the last of them", "gone", "end_to_file_s"),
    ),
    "Short runs": (
        Row("`2+3` back to back, p50 until idle", "eval", "idle_p50_ms"),
        Row("`2+3` each 100 ms, p50 until idle", "eval", "clicked_idle_p50_ms"),
        Row("… first output, p95", "eval", "clicked_first_output_p95_ms"),
        Row(
            "… processor time of the server for a run", "eval", "server_cpu_per_run_ms"
        ),
        Row("in the page, key to paint, p50", "page-eval", "key_to_paint_p50_ms"),
        Row("… p95", "page-eval", "key_to_paint_p95_ms"),
        Row(
            "`print` without flush, then sleep: until it arrives, p50",
            "burst",
            "sleeper_print_to_arrival_p50_ms",
        ),
    ),
    "While a cell floods the page": (
        Row("key to paint in another cell, p50", "page-typing", "key_to_paint_p50_ms"),
        Row("… p95", "page-typing", "key_to_paint_p95_ms"),
        Row("frames, p95", "page-typing", "frame_p95_ms"),
        Row("lines there in the end", "page-typing", "lines_share"),
        Row(
            "… after the end of the flood",
            "page-typing",
            "last_change_after_flood_s",
        ),
        Row(
            "100 B more with 1 MB shown: main thread busy, lines",
            "page-append",
            "lines_busy_mean_ms",
        ),
        Row("… one line", "page-append", "one_line_busy_mean_ms"),
        Row("… colours", "page-append", "ansi_busy_mean_ms"),
        Row("… links", "page-append", "links_busy_mean_ms"),
        Row("`print` of 20 MB: lines in the page", "page-print", "lines_share"),
        Row("… until some of it is painted", "page-print", "print_to_first_paint_s"),
        Row("… frames a second, scrolled through", "page-print", "scroll_fps"),
        Row(
            "text taken out of the page while a loop prints 50 lines",
            "page-calm",
            "loop_removals",
        ),
    ),
    "A notebook of 1,200 cells": (
        Row("until the first cell is painted", "scroll-text", "open_to_first_cell_s"),
        Row("until the first key is painted", "scroll-text", "open_to_first_key_s"),
        Row("until the page is through", "scroll-text", "open_to_ready_s"),
        Row(
            "tasks over 50 ms in the first 20 s",
            "scroll-text",
            "first_long_tasks_sum_ms",
        ),
        Row("cells gone to: shown at once", "scroll-text", "shown_before_share"),
        Row("frames a second, scrolled through", "scroll-text", "scroll_fps"),
        Row("frames, p95", "scroll-text", "scroll_frame_p95_ms"),
        Row("key to paint at the top, p95", "scroll-text", "top_key_to_paint_p95_ms"),
        Row("… in the middle, p95", "scroll-text", "middle_key_to_paint_p95_ms"),
        Row("nodes in the page afterwards", "scroll-text", "dom_after_nodes"),
    ),
    "Saving, and long sessions": (
        Row("notebook of 114 MB saved: others wait at most", "save", "longest_wait_ms"),
        Row("… a save that changes something", "save", "save_s"),
        Row("… a save that changes nothing", "save", "unchanged_save_s"),
        Row("600 runs: memory of the server in the end", "session", "server_last_mb"),
        Row(
            "… and still growing, for 1,000 more",
            "session",
            "server_still_growing_mb_per_1000",
        ),
        Row("80 runs: heap of the page in the end", "page-session", "heap_last_mb"),
        Row(
            "… and still growing, for 1,000 more",
            "page-session",
            "heap_still_growing_mb_per_1000",
        ),
    ),
    "Over links, without their round trip": tuple(
        Row(
            f"{what}, {rtt} ms",
            over_link(scenario, f"{rtt} ms"),
            f"{number}_above_rtt_ms",
        )
        for what, scenario, number in (
            ("`2+3`, first output p50", "eval", "first_output_p50"),
            ("`2+3` in the page, key to paint p50", "page-eval", "key_to_paint_p50"),
        )
        for rtt in (20, 80, 150)
    ),
}
ROWS: Final = tuple(each for rows in SECTIONS.values() for each in rows)


def latest() -> tuple[str, Results]:
    """
    Return the name of the newest folder of results, and all that is in it.
    """
    folder = max(path for path in RESULTS.iterdir() if path.is_dir())
    parts = [read_results(path) for path in sorted(folder.glob("*.json"))]
    return folder.name, merged(parts)


def summary(name: str, results: Results) -> str:
    """
    Return the front tables: stock beside ours, and what is not better is told.
    """
    return "\n".join(_summary(name, results)) + "\n"


def whole(name: str, results: Results) -> str:
    """
    Return all that was measured, of which the front tables are a part.
    """
    return (
        f"Of `bench/results/{name}`; each scenario is described above.\n\n"
        + document(results).replace("\n### ", "\n## ")
    )


def _summary(name: str, results: Results) -> Iterator[str]:
    yield from _surroundings(name, results)
    for title, rows in SECTIONS.items():
        # A run that was cut short has not everything.
        if told := [_row(each, results) for each in rows if is_known(each, results)]:
            yield row([title, STOCK, OURS, f"{OURS} / {STOCK}"])
            yield row(["---", "---:", "---:", "---:"])
            yield from told
            yield ""
    yield "What the project has set out to reach, and what of it is reached:"
    yield ""
    yield from table(list(judged(results, TARGETS)))
    yield ""
    if results.failures:
        yield "What could not be measured when it was tried first, and why:"
        yield ""
        yield from (f"- {each}" for each in results.failures)
        yield ""
    kept = list(kept_in(results))
    broken = [each.scenario for each in kept if not each.is_kept]
    yield (
        f"Nothing was lost, stuck or gone from view in {len(kept) - len(broken)} of"
        f" {len(kept)} scenarios and links"
        + (f", but in: {', '.join(broken)}." if broken else ".")
    )


def _surroundings(name: str, results: Results) -> Iterator[str]:
    told = results.surroundings
    loads = [each.load for each in results.rounds]
    yield (
        f"By `bash .ci/bench`, {results.date[:10]}: {told['cpus']} cores of"
        f" {told['processor']}, {told['memory']}, {told['platform']}, Python"
        f" {told['python']}, JupyterLab {told['jupyterlab']}, jupyter_server"
        f" {told['jupyter_server']}, ipykernel {told['ipykernel']},"
        f" {told.get('browser', 'no browser')}, commit {_short(told['commit'])}, load"
        f" {min(loads)} to {max(loads)} before each of {len(loads)} rounds."
    )
    yield (
        f"The raw data, a report with pictures and all tables are in"
        f" [bench/results/{name}](bench/results/{name}); what is measured and how is in"
        " [docs/measuring.md](docs/measuring.md). Where ours is not better, it says so."
    )
    yield ""


def _short(commits: str) -> str:
    return ", ".join(commit[:7] for commit in commits.split(", "))


def is_known(each: Row, results: Results) -> bool:
    """
    Return whether the number of a row was measured of anybody.
    """
    return any(
        results.median(each.scenario, subject, each.number) is not None
        for subject in (STOCK, OURS)
    )


def _row(each: Row, results: Results) -> str:
    stock, ours = (
        results.median(each.scenario, subject, each.number) for subject in (STOCK, OURS)
    )
    cells = [_told(each.number, value) for value in (stock, ours)]
    found = standing(each.number, results.values[each.scenario])
    if found is Standing.BETTER or stock is None:
        cells[1] = f"**{cells[1]}**"
    ratio = f"{ours / stock:.2g}" if stock and ours is not None else "-"
    return row([each.text, *cells, f"{ratio}{VERDICTS.get(found, '')}"])


def _told(number: str, value: float | None) -> str:
    if value is None:
        return "-"
    if number.endswith(("_share", "_over_alone")):
        return f"{value:.0%}" if value in {0, 1} else f"{value:.1%}"
    if number.endswith("_ms") and value >= 1000:
        return f"{value / 1000:.1f} s"
    for unit in ("ms", "s", "mb"):
        if number.endswith(f"_{unit}"):
            return f"{short(value)} {unit.replace('mb', 'MB')}"
    return short(value)
