from __future__ import annotations

from html.parser import HTMLParser

import pytest

from jupyter_fastpath.bench.errors import BenchError
from jupyter_fastpath.bench.report import html
from jupyter_fastpath.bench.report.html import as_html
from jupyter_fastpath.bench.results import Results


pytestmark = pytest.mark.promise("G2")

HOSTILE = "</style><script>alert(1)</script>\"'><img src=https://example.org/>&${{ 1 }}"


class Read(HTMLParser):
    """What is in a page: its elements with their attributes, and its words."""

    def __init__(self, page):
        super().__init__()
        self.elements = []
        self.words = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        if data.strip():
            self.words.append(" ".join(data.split()))

    def named(self, tag):
        """Return the attributes of all elements of that kind."""
        return [attributes for name, attributes in self.elements if name == tag]


def measured():
    """Return results that have one of everything."""
    results = Results(
        date="2026-11-26",
        profile="quick",
        surroundings={"commit": "8ead4ef", "cpus": "2"},
        sizes={"evaluations": 60},
    )
    for subject, value in (("stock", 10.0), ("fastpath", 20.0)):
        results.add("page-eval", subject, {"key_to_paint_p50_ms": value, "a_ok": 1.0})
        results.rounds[-1].raw.sampled("key_to_paint_ms", [value, value + 1])
        results.rounds[-1].load = value / 10
    return results


def test_told():
    """The page says when and of what it is, what is met, and where ours is worse."""
    words = Read(as_html(measured())).words
    told = " ".join(words)

    assert (
        "2026-11-26 · profile quick · 2 rounds · load before each round 1.0 to 2.0"
        in (told)
    )
    for each in ("8ead4ef", "1 kept of 1", "p50 20, p95 21 ms (n = 2)"):
        assert each in told
    # The target is 120 ms, and twice as long as stock.
    assert "key to paint p50 ms page-eval 20 ≤ 120 met" in told
    assert "Worse than stock: key to paint p50 ms" in told
    assert "key to paint p50 ms 10 20 2 worse" in told
    for trouble in ("Interrupted", "could not be measured", "broke", "was busy"):
        assert trouble not in told


def test_trouble():
    """What did not go well is said where nobody overlooks it."""
    results = measured()
    results.is_interrupted = True
    results.failures.append("flush, stock: OSError")
    results.rounds[1].numbers["a_ok"] = 0.0
    results.rounds[1].load = 4.1
    told = " ".join(Read(as_html(results)).words).partition("Summary")[0]

    assert "Interrupted." in told
    assert "1 could not be measured. flush, stock: OSError" in told
    assert "fastpath broke promises. page-eval: a in 0 of 1 rounds" in told
    assert "The machine was busy with something else." in told


def test_alone():
    """The page loads nothing: pictures are in it, once for light and once for dark, and told in words."""
    read = Read(as_html(measured()))
    (dark,), (light,) = read.named("source"), read.named("img")

    assert dark["media"] == "(prefers-color-scheme: dark)"
    assert dark["srcset"] != light["src"]
    for address in (dark["srcset"], light["src"]):
        assert address.startswith("data:image/svg+xml;base64,")
    assert "stock: p50 10, p95 11 ms (n = 2)" in light["alt"]
    assert [] == read.named("script")
    assert ["data:,"] == [each["href"] for each in read.named("link")]
    assert all(each["href"].startswith("#") for each in read.named("a"))


def test_escaped():
    """Whatever a file of results says is text."""
    results = Results(
        date=HOSTILE,
        profile=HOSTILE,
        surroundings={HOSTILE: HOSTILE},
        sizes={HOSTILE: {HOSTILE: HOSTILE}},
        links={HOSTILE: HOSTILE},
        failures=[HOSTILE],
    )
    for subject in ("stock", "fastpath", HOSTILE):
        results.add(HOSTILE, subject, {HOSTILE: 1.0, f"{HOSTILE}_ok": 0.0})
        results.rounds[-1].raw.sampled(f"{HOSTILE}_ms", [1.0, 2.0])
        results.rounds[-1].raw.went(f"{HOSTILE}_mb", [(0.0, 1.0)])
        results.rounds[-1].raw.went("painted_mb", [(0.0, 1.0)])
    page = as_html(results)
    read = Read(page)

    assert "<script" not in page
    assert {"img"} == {tag for tag, each in read.elements if "src" in each}
    assert all(each["src"].startswith("data:") for each in read.named("img"))
    assert HOSTILE in read.words


@pytest.mark.parametrize("subjects", [(), ("stock",), ("fastpath",), ("floor",)])
def test_less(subjects):
    """A report is made of whatever there is."""
    results = Results()
    for subject in subjects:
        for scenario in ("eval", "page-typing"):
            results.add(scenario, subject, {})
            results.rounds[-1].raw.sampled("idle_ms", [])
            results.rounds[-1].raw.went("painted_mb", [(0.0, 0.0)])
    told = " ".join(Read(as_html(results)).words)

    assert ("Nothing was measured." in told) == (not subjects)


def test_missing(monkeypatch):
    """Where nothing can be drawn it is told what to install."""
    monkeypatch.setattr(html, "MODULE", "no_such_module")

    with pytest.raises(BenchError, match=r"no_such_module: pip install .*\[bench\]"):
        as_html(measured())
