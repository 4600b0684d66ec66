from __future__ import annotations

import json

import pytest

from jupyter_fastpath.bench.errors import BenchError
from jupyter_fastpath.bench.raw import Raw
from jupyter_fastpath.bench.results import Results, Round, merged, read_results
from jupyter_fastpath.bench.surroundings import surroundings


pytestmark = pytest.mark.promise("G2")


def results_of(*rounds):
    """Return the results of *rounds*, each a subject and its numbers."""
    results = Results(surroundings=surroundings())
    for subject, numbers in rounds:
        results.add("flush", subject, numbers)
    return results


def test_losses():
    """A promise that fastpath broke in any round is a loss; what stock loses is not."""
    results = results_of(
        ("stock", {"exact_ok": 0.0}),
        ("fastpath", {"exact_ok": 1.0, "idle_ok": 1.0}),
        ("fastpath", {"exact_ok": 0.0, "idle_ok": 1.0}),
    )

    assert ["flush: exact in 1 of 2 rounds"] == results.losses


def test_json():
    """The JSON has each value, the medians, and what they depend on."""
    results = results_of(("stock", {"wall_s": 1.0}), ("stock", {"wall_s": 2.0}))
    document = json.loads(results.as_json)

    assert {
        "flush": {"stock": {"wall_s": {"median": 1.5, "values": [1.0, 2.0]}}}
    } == document["scenarios"]
    assert surroundings() == document["surroundings"]


def test_read(tmp_path):
    """What was written is read again whole, with what the numbers were made from."""
    raw = Raw()
    raw.sampled("idle_ms", [1.0, 2.00001])
    raw.went("server_mb", [(0.0, 60.0), (0.5, 70.0)])
    numbers = {"idle_p50_ms": 1.5}
    round_ = Round(scenario="eval", subject="stock", numbers=numbers, load=0.5, raw=raw)
    results = Results(date="2026-11-26T12:00:00+00:00", rounds=[round_])
    path = tmp_path / "results.json"
    path.write_bytes(results.as_json)

    assert results == read_results(path)
    assert [1.0, 2.0] == read_results(path).rounds[0].raw.samples["idle_ms"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "cannot be read"),
        ("{", "is no results"),
        ('{"rounds": 1}', "is no results"),
        ('{"format": 1}', "has format 1"),
    ],
)
def test_unreadable(tmp_path, content, why):
    """Who gives another file is told which, and what is wrong with it."""
    path = tmp_path / "other.json"
    if content is not None:
        path.write_text(content)

    with pytest.raises(BenchError, match=f"other.json {why}"):
        read_results(path)


def test_merged():
    """Parts of a run that were measured one after the other are told as one."""
    parts = [Results(surroundings={"cpus": "2"}, links={}) for _ in range(2)]
    for part, scenario in zip(parts, ("eval", "flush"), strict=True):
        part.add(scenario, "stock", {"wall_s": 1.0})
    parts[1].failures.append("huge, stock: gone")
    whole = merged(parts)

    assert ["eval", "flush"] == list(whole.values)
    assert ["huge, stock: gone"] == whole.failures
    assert 1 == len(parts[0].rounds)


def test_merged_commits():
    """All commits are told of which something was measured, each once."""
    parts = [Results(surroundings={"commit": each}) for each in ("a", "b", "a")]

    assert {"commit": "a, b"} == merged(parts).surroundings


@pytest.mark.parametrize(
    ("other", "what"),
    [
        (Results(surroundings={"cpus": "4"}), "cpus: 2 and 4"),
        (Results(surroundings={"cpus": "2"}, profile="full"), "profile"),
    ],
)
def test_not_merged(other, what):
    """What was measured elsewhere, or otherwise, is not told as one."""
    with pytest.raises(BenchError, match=f"results differ in {what}"):
        merged([Results(surroundings={"cpus": "2"}, profile="quick"), other])


def test_surroundings():
    """It is told what is installed, on what machine, and from which commit."""
    found = surroundings()

    assert {"jupyter_server", "ipykernel", "python", "platform", "cpus"} <= set(found)
    assert all(found[name] for name in ("commit", "processor", "memory"))
    assert "browser" not in found


def test_many_points():
    """Of very many points some are left out, but not the last, and order is kept."""
    raw = Raw()
    points = [(float(i), float(i)) for i in range(10_001)]
    raw.went("received_characters", points)
    kept = raw.series["received_characters"]

    assert len(kept) <= 600
    assert points[-1] == kept[-1]
    assert sorted(kept) == kept
