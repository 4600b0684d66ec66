"""
How long each stage of 2+3 in the page may take, and how long it did.

It is the whole of a stage, the kernel and the browser included, since that is what is
asked for: 2+3 is to be painted 120 ms after the key, at the median. It is shared out as
stock JupyterLab spends it. Most is for the page: while the result is on its way, its
main thread goes on to the next cell and draws that, and is given the result only then,
which is in the response; and a frame of the browser may just have been missed before
the last is painted. The network of one machine has next to nothing, and what the server
and the kernel have leaves them twice as long as they need when nothing else goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .bed import FASTPATH, STOCK
from .results import parted


if TYPE_CHECKING:
    from collections.abc import Iterator

    from .results import Results


__all__ = ["PAGE_BUDGET", "STAGED", "page_budgets"]

# The scenario that measures them.
STAGED = "page-stages"

# Milliseconds, together 120.
PAGE_BUDGET = {
    "enqueue": 10.0,
    "request": 2.0,
    "server_in": 5.0,
    "kernel": 4.0,
    "server_out": 9.0,
    "response": 50.0,
    "page": 8.0,
    "paint": 32.0,
}
# What a link takes half of its round trip for.
_WAYS = ("request", "response")


def page_budgets(results: Results) -> Iterator[tuple[str, list[str]]]:
    """Give each scenario with a line for each stage: what it took, and what it may."""
    for scenario, columns in results.values.items():
        name, link = parted(scenario)
        if name == STAGED and FASTPATH in columns:
            way = results.links[link]["rtt"] * 1000 / 2 if link else 0.0
            yield (
                scenario,
                [
                    _line(results, scenario, stage, budget + way * (stage in _WAYS))
                    for stage, budget in PAGE_BUDGET.items()
                ],
            )


def _line(results: Results, scenario: str, stage: str, budget: float) -> str:
    name = f"{stage}_p50_ms"
    ours = results.median(scenario, FASTPATH, name)
    stock = results.median(scenario, STOCK, name)
    assert ours is not None
    verdict = "kept" if ours <= budget else "EXCEEDED"
    beside = "" if stock is None else f"; stock {stock:.2f} ms"
    return f"{stage}: {ours:.2f} of {budget:g} ms, {verdict}{beside}"
