"""
What Prometheus is told at the server's own ``/metrics``.

Nothing is counted for it: what the relays have counted is read when somebody asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from prometheus_client import REGISTRY, CollectorRegistry, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from .core.counters import Counters, WatcherCounts
from .core.pages import PageTotals


if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from logging import Logger

    from prometheus_client.core import Metric


__all__ = ["Figures", "Metrics"]

# Names and sentences of those counters that are told; the others are for reports of
# bugs, in the server's status.
COUNTERS = {
    "from_clients": ("messages_from_clients", "Messages that clients sent"),
    "to_kernel": ("messages_to_kernels", "Messages that kernels were sent"),
    "from_kernel": ("messages_from_kernels", "Messages that kernels sent"),
    "to_clients": ("messages_to_clients", "Messages that clients were sent"),
    "bytes_to_clients": ("bytes_to_clients", "Bytes of messages to clients"),
    "merged": ("merged", "Messages that went to a client as part of another"),
    "spilled": ("spilled", "Messages given to the spool"),
    "deferred": ("deferred", "Times that a client's full socket was waited for"),
    "resumed": ("resumed", "Times that a client was taken up where it had left"),
    "gaps": ("gaps", "Times that it was not known what a client misses"),
    "malformed": ("malformed_frames", "Frames of clients that could not be read"),
    "turned_away": ("turned_away_clients", "Clients not let in: there were too many"),
    "over_limit": ("refused_runs", "Runs that were refused, since too many waited"),
    "lost": ("lost", "Messages that kernels sent and that never came"),
}

# The same of who watches the state.
WATCHER_COUNTERS = {
    "dropped": "Clients of the state websocket that were dropped: they took nothing",
    "malformed": "Clients of the state websocket that were closed for what they sent",
    "turned_away": "Clients of the state websocket that were not let in: too many",
}

# The same of what pages count: that which only grows, and that which is at the moment.
PAGE_COUNTERS = {
    "scroll_frames": "Frames of pages while a notebook was scrolled",
    "long_frames": "Frames of pages with a notebook that took more than 50 ms",
    "errors": "Errors of what hosts rows and outputs of notebooks in pages",
}
PAGE_GAUGES = {
    "notebooks": "Notebooks that are open in pages",
    "nodes": "Elements of notebooks that are in pages",
    "stateful": "Outputs with state that pages keep",
    "parked": "Outputs with state that are out of sight, since their cell is",
}

# From what is not felt, by way of what is, to a run that takes an afternoon.
FIRST_OUTPUT_BUCKETS = (
    *(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5),
    *(1.0, 2.5, 5.0, 10.0, 60.0, 600.0),
)
RUN_BUCKETS = (
    *(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
    *(30.0, 60.0, 300.0, 1800.0, 3600.0, 14400.0),
)


@dataclass(frozen=True)
class Figures:
    """
    What is to be told of one kernel at the moment.

    Attributes:
        counters: What its relay has counted.

        clients: How many clients it has.

        open_runs: How many of its runs are queued or running.
    """

    counters: Counters
    clients: int
    open_runs: int


class Metrics:
    """
    The metrics of one server.

    No metric has a label: what told kernels or notebooks apart would be kept by
    Prometheus for ever.

    Args:
        present: Returns the figures of each kernel that is there; it is called where
            the server answers, on its event loop.

        watchers: Returns what became of clients of the state websocket so far.

        pages: Returns what all pages have counted.

        log: Where to tell the administrator.

        registry: Where Jupyter Server has its own.
    """

    def __init__(
        self,
        present: Callable[[], Iterable[Figures]],
        watchers: Callable[[], WatcherCounts],
        pages: Callable[[], PageTotals],
        log: Logger,
        registry: CollectorRegistry = REGISTRY,
    ) -> None:
        self._present = present
        self._watchers = watchers
        self._pages = pages
        self._log = log
        self._registry = registry
        self._is_open = False
        self._ended = Counters()
        self._first_output = Histogram(
            "fastpath_first_output_seconds",
            "From when the server got an execute_request until its first output",
            buckets=FIRST_OUTPUT_BUCKETS,
            registry=None,
        )
        self._run = Histogram(
            "fastpath_run_seconds",
            "From when the server got an execute_request until its run was done",
            buckets=RUN_BUCKETS,
            registry=None,
        )

    def open(self) -> None:
        """
        Be told of from now on.
        """
        try:
            self._registry.register(self)
        except ValueError as exc:
            # There is one registry in a process, in which a second server, as in
            # somebody's tests, is to work all the same.
            self._log.warning("no metrics of this server: %s", exc)
        else:
            self._is_open = True

    def close(self) -> None:
        """
        Be told of no longer; may be called twice.
        """
        if self._is_open:
            self._is_open = False
            self._registry.unregister(self)

    def run_done(self, record: Mapping[str, Any]) -> None:
        """
        Note the record of a run that is done.
        """
        for histogram, key in (
            (self._first_output, "first_output"),
            (self._run, "end_to_end"),
        ):
            if record[key] is not None:
                histogram.observe(record[key])

    def ended(self, counters: Counters) -> None:
        """
        Keep what was counted of a kernel that is no longer among those present.
        """
        self._ended.add(counters)

    # ---- what the registry calls

    def describe(self) -> Iterator[Metric]:
        """
        Yield the metrics as they are before anything was counted.
        """
        yield from self._histograms()
        yield from _families([], Counters(), WatcherCounts())
        yield from _page_families(PageTotals())

    def collect(self) -> Iterator[Metric]:
        """
        Yield the metrics as they are now.
        """
        present = list(self._present())
        total = Counters()
        total.add(self._ended)
        for figures in present:
            total.add(figures.counters)
        yield from self._histograms()
        yield from _families(present, total, self._watchers())
        yield from _page_families(self._pages())

    def _histograms(self) -> Iterator[Metric]:
        yield from self._first_output.collect()
        yield from self._run.collect()

    def __repr__(self) -> str:
        return f"<Metrics, {'open' if self._is_open else 'closed'}>"


def _families(
    present: list[Figures], total: Counters, watchers: WatcherCounts
) -> Iterator[Metric]:
    for name, (told, sentence) in COUNTERS.items():
        yield _counter(told, sentence, getattr(total, name))
    for name, sentence in WATCHER_COUNTERS.items():
        yield _counter(f"{name}_subscribers", sentence, getattr(watchers, name))
    yield _gauge("kernels", "Kernels that are served", len(present))
    clients = sum(figures.clients for figures in present)
    yield _gauge("clients", "Clients that are connected to kernels", clients)
    open_runs = sum(figures.open_runs for figures in present)
    yield _gauge("open_runs", "Runs that are queued or running", open_runs)


def _page_families(totals: PageTotals) -> Iterator[Metric]:
    for name, sentence in PAGE_COUNTERS.items():
        yield _counter(f"page_{name}", sentence, getattr(totals, name))
    for name, sentence in PAGE_GAUGES.items():
        yield _gauge(f"page_{name}", sentence, getattr(totals, name))


def _counter(name: str, sentence: str, count: int) -> Metric:
    return CounterMetricFamily(f"fastpath_{name}", sentence, count)


def _gauge(name: str, sentence: str, number: int) -> Metric:
    return GaugeMetricFamily(f"fastpath_{name}", sentence, number)
