from __future__ import annotations

import random

import pytest

from jupyter_fastpath.bench.shape import Lane, Shape, Wire


def lane_of(shape, wire=None, opened=0.0, seed=0):
    """Return a lane of that shape."""
    return Lane(shape, wire or Wire(shape), random.Random(seed), opened)


def arrivals(shape, count=1000, gap=0.001, **options):
    """Return when small pieces arrive that are sent one after the other, and how long each was underway."""
    lane = lane_of(shape, **options)
    sent = [number * gap for number in range(count)]
    arrived = [lane.arrival(100, at) for at in sent]
    return arrived, [each - at for each, at in zip(arrived, sent, strict=True)]


def test_delay():
    """Each way takes half of the round trip, and the first one has to wait until there is a connection."""
    lane = lane_of(Shape(rtt=0.08), opened=1.0)

    assert [1.04, 1.04, 2.04] == [lane.arrival(10, now) for now in (0.0, 1.0, 2.0)]


@pytest.mark.promise("G3")
@pytest.mark.parametrize("gap", [0.001, 0.1])
def test_jitter(gap):
    """Jitter makes a way shorter or longer by half of it at most, and nothing overtakes."""
    arrived, underway = arrivals(Shape(rtt=0.08, jitter=0.04), gap=gap)

    assert sorted(arrived) == arrived
    assert 0.02 <= min(underway) < max(underway) <= 0.06 + 1e-9


def test_jitter_is_fair():
    """What is sent with time between is underway for as long as without jitter, at the median."""
    _, underway = arrivals(Shape(rtt=0.08, jitter=0.04), gap=0.1)

    assert pytest.approx(0.04, rel=0.05) == sorted(underway)[len(underway) // 2]


@pytest.mark.promise("G3")
def test_bandwidth():
    """Bytes leave as fast as the bandwidth allows, in small pieces."""
    shape = Shape(rtt=0.02, bandwidth=1e6)
    pieces = list(lane_of(shape).arrivals(bytes(500_000), 3.0))

    assert 500_000 == sum(len(piece) for _, piece in pieces)
    assert pytest.approx(3.51) == pieces[-1][0]
    assert max(len(piece) for _, piece in pieces) <= 2000


def test_shared_bandwidth():
    """Connections share the bandwidth of their link."""
    shape = Shape(bandwidth=1000.0)
    wire = Wire(shape)
    one, other = (lane_of(shape, wire) for _ in range(2))

    assert [1.0, 2.0, 3.0] == [each.arrival(1000, 0.0) for each in (one, other, one)]


def test_opening_holds_up_nobody():
    """What waits for its connection does not keep the wire from others."""
    shape = Shape(bandwidth=1000.0)
    wire = Wire(shape)
    new, old = lane_of(shape, wire, opened=9.0), lane_of(shape, wire)

    assert [9.0, 2.0] == [each.arrival(1000, 0.0) for each in (new, old)]


def test_without_bandwidth():
    """Without a limit nothing is cut into pieces."""
    assert [(0.0, b"abc")] == list(lane_of(Shape()).arrivals(b"abc", 0.0))


@pytest.mark.promise("G3")
def test_loss():
    """A part of what is sent stalls, and all that is behind it waits."""
    arrived, underway = arrivals(Shape(rtt=0.02, loss=0.01), count=10_000, gap=0.5)
    dense, _ = arrivals(Shape(rtt=0.02, loss=0.01), count=10_000)

    assert pytest.approx(100, rel=0.4) == sum(each > 0.2 for each in underway)
    assert sorted(arrived) == arrived
    assert sorted(dense) == dense


def test_large_loss():
    """What has many segments is lost more often than what has one."""
    shape = Shape(loss=0.01)
    large, small = (
        sum(lane_of(shape, seed=seed).arrival(size, 0.0) > 0 for seed in range(1000))
        for size in (146_000, 1)
    )

    assert small < 30
    assert large > 500


def test_chances():
    """Links of one seed behave alike, those of others do not."""
    shape = Shape(rtt=0.02, jitter=0.02, loss=0.1)

    assert arrivals(shape, seed=1) == arrivals(shape, seed=1) != arrivals(shape, seed=2)


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("0 ms", Shape()),
        ("20 ms", Shape(rtt=0.02)),
        (
            "80 ms, jitter 10 ms, 1.25 MB/s, loss 1 % for 200 ms",
            Shape(rtt=0.08, jitter=0.01, bandwidth=1.25e6, loss=0.01),
        ),
    ],
)
def test_name(name, shape):
    """A link is called by what it does."""
    assert name == str(shape)


def test_window():
    """As much may be underway as the link carries meanwhile, and not much more."""
    assert 1e5 * 0.15 < Shape(rtt=0.15, bandwidth=1e5).window < 2e5
    assert 2**22 == Shape(rtt=0.15).window
