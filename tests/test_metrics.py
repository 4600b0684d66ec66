"""
What is told at ``/metrics``, in a registry of our own.
"""

from __future__ import annotations

import logging

import pytest

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest

from jupyter_fastpath.core.counters import Counters, WatcherCounts
from jupyter_fastpath.core.pages import PageTotals
from jupyter_fastpath.metrics import Figures, Metrics


pytestmark = pytest.mark.promise("G1")

LOG = logging.getLogger(__name__)


def record(**durations):
    return {"first_output": None, "end_to_end": None} | durations


class Scene:
    """Some kernels, and a registry that is told of them."""

    def __init__(self):
        self.registry = CollectorRegistry(auto_describe=True)
        self.kernels = []
        self.watchers = WatcherCounts()
        self.pages = PageTotals()
        self.metrics = Metrics(
            lambda: self.kernels,
            lambda: self.watchers,
            lambda: self.pages,
            LOG,
            self.registry,
        )
        self.metrics.open()

    def starts(self, clients=0, open_runs=0, **counts):
        """Have a kernel, whose relay has counted so much."""
        self.kernels.append(Figures(Counters(**counts), clients, open_runs))
        return self.kernels[-1].counters

    def end(self, index):
        """Have a kernel end."""
        self.metrics.ended(self.kernels.pop(index).counters)

    def __getitem__(self, name):
        return self.registry.get_sample_value(f"fastpath_{name}")


@pytest.fixture
def scene():
    return Scene()


def test_sums(scene):
    """What all kernels have counted is summed up, and how many of each there are is told."""
    scene.starts(clients=2, open_runs=1, from_kernel=7, gaps=1)
    scene.starts(clients=1, from_kernel=5, resumed=3)

    assert 12 == scene["messages_from_kernels_total"]
    assert (1, 3) == (scene["gaps_total"], scene["resumed_total"])
    assert (2, 3, 1) == (scene["kernels"], scene["clients"], scene["open_runs"])


def test_nothing(scene):
    """Where no kernel is everything is told all the same: it is zero."""
    assert 0 == scene["lost_total"] == scene["kernels"] == scene["run_seconds_count"]


def test_read_when_asked(scene):
    """What is counted after it was told is told the next time."""
    counters = scene.starts()
    assert 0 == scene["merged_total"]
    counters.merged = 4

    assert 4 == scene["merged_total"]


@given(st.data())
def test_never_down(data):
    """Whatever kernels come, count and go: no total ever goes down."""
    scene = Scene()
    expected = 0
    for step in data.draw(st.lists(st.sampled_from(["start", "count", "end"]))):
        if step == "start":
            scene.starts(lost=2)
            expected += 2
        elif scene.kernels:
            index = data.draw(st.integers(0, len(scene.kernels) - 1))
            if step == "end":
                scene.end(index)
            else:
                scene.kernels[index].counters.lost += 1
                expected += 1

        assert expected == scene["lost_total"]
        assert len(scene.kernels) == scene["kernels"]


def test_runs(scene):
    """Runs that are done are told by how long they took, and by their first output."""
    scene.metrics.run_done(record(first_output=0.004, end_to_end=0.02))
    scene.metrics.run_done(record(end_to_end=90.0))

    assert (1, 0.004) == (
        scene["first_output_seconds_count"],
        scene["first_output_seconds_sum"],
    )
    assert (2, 90.02) == (scene["run_seconds_count"], scene["run_seconds_sum"])
    assert 1 == scene.registry.get_sample_value(
        "fastpath_run_seconds_bucket", {"le": "60.0"}
    )


def test_dropped(scene):
    """Subscribers that were dropped are counted."""
    scene.watchers.dropped = 1

    assert 1 == scene["dropped_subscribers_total"]


@pytest.mark.promise("N5")
def test_pages(scene):
    """What pages have counted is told: what there is, and what has happened."""
    scene.pages = PageTotals(notebooks=2, nodes=300, parked=1, errors=4)

    assert (2, 300) == (scene["page_notebooks"], scene["page_nodes"])
    assert (0, 1) == (scene["page_stateful"], scene["page_parked"])
    assert (4, 0) == (scene["page_errors_total"], scene["page_long_frames_total"])


def test_no_labels(scene):
    """Nothing is told of a kernel alone: the only label is that of the buckets."""
    scene.starts(from_kernel=1)
    scene.metrics.run_done(record(first_output=0.1, end_to_end=0.2))
    families = list(scene.registry.collect())
    labels = {
        name for one in families for sample in one.samples for name in sample.labels
    }

    assert {"le"} == labels
    assert all(family.name.startswith("fastpath_") for family in families)
    assert all(family.documentation for family in families)


def test_one_after_the_other(scene, caplog):
    """A server that has ended is told of no more, and the next one in the process is."""
    scene.starts(lost=1)
    scene.metrics.close()
    scene.metrics.close()

    assert b"" == generate_latest(scene.registry)
    Metrics(list, int, PageTotals, LOG, scene.registry).open()

    assert 0 == scene["lost_total"]
    assert [] == caplog.messages


def test_two_at_once(scene, caplog):
    """A second server in the process works all the same, and says that it is not told of."""
    scene.starts(lost=1)
    second = Metrics(list, int, PageTotals, LOG, scene.registry)
    second.open()

    assert "no metrics of this server" in caplog.text
    second.close()

    assert 1 == scene["lost_total"]
