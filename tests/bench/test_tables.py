from __future__ import annotations

from jupyter_fastpath.bench.results import Results
from jupyter_fastpath.bench.tables import tables


def results_of(*rounds):
    """Return the results of *rounds*, each a subject and its numbers."""
    results = Results()
    for subject, numbers in rounds:
        results.add("flush", subject, numbers)
    return results


def test_table():
    """A table has stock beside ours, medians of all rounds, and the ratio."""
    results = results_of(
        ("stock", {"delivered_share": 0.25, "exact_ok": 0.0, "wall_s": 8.0}),
        ("stock", {"delivered_share": 0.75, "exact_ok": 1.0, "wall_s": 12.0}),
        ("fastpath", {"delivered_share": 1.0, "exact_ok": 1.0, "wall_s": 1000.0}),
        ("fastpath", {"delivered_share": 1.0, "exact_ok": 1.0, "wall_s": 1000.0}),
    )

    (table,) = tables(results)
    assert (
        "### flush (medians, n = 2)\n"
        "\n"
        "| flush | stock | fastpath | fastpath / stock |\n"
        "| --- | ---: | ---: | ---: |\n"
        "| delivered share | 50.0% | 100.0% | 2 |\n"
        "| exact | 1 of 2 | 2 of 2 | - |\n"
        "| wall s | 10 | 1,000 | 100 |\n"
    ) == table


def test_missing():
    """What was not measured, or is nothing to divide by, is a dash."""
    results = results_of(
        ("floor", {"wall_s": 1.0}), ("stock", {"wall_s": 0.0, "server_cpu_s": 2.5})
    )

    assert "| wall s | 1 | 0 | - |\n| server cpu s | - | 2.5 | - |\n" in next(
        tables(results)
    )
