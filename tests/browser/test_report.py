"""
The report of the benchmark in a browser.
"""

from __future__ import annotations

import pytest

from jupyter_fastpath.bench.report.html import as_html
from jupyter_fastpath.bench.results import Results


pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

HOSTILE = "<script>document.title = 'run'</script><img src='https://example.org/x'>"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The address of a report that has one of everything."""
    results = Results(date="2026-11-26", surroundings={"platform": HOSTILE})
    results.links |= {f"{rtt} ms": {"rtt": rtt / 1000} for rtt in (20, 80)}
    for subject in ("stock", "fastpath", HOSTILE):
        results.add("page-typing", subject, {"key_to_paint_p95_ms": 40.0})
        raw = results.rounds[-1].raw
        raw.sampled("key_to_paint_ms", [10.0, 20.0, 300.0])
        for name in ("printed_mb", "painted_mb", "key_to_paint_ms", "server_mb"):
            raw.went(name, [(0.0, 0.0), (1.0, 5.0), (2.0, 90.0)])
        for link in results.links:
            numbers = {"first_output_p50_above_rtt_ms": 9.0}
            results.add(f"eval over {link}", subject, numbers)
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(as_html(results), encoding="utf-8")
    return path.as_uri()


@pytest.mark.promise("G2")
@pytest.mark.parametrize("width", [400, 1200])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_report(browser, address, scheme, width):
    """By light and in the dark, on a wide page and a narrow one, all pictures are seen, and nothing else is loaded."""
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 9})
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address)
    pictures = page.evaluate(
        """async () => {
            const images = [...document.images];
            await Promise.all(images.map(image => image.decode()));
            return images.map(image => ({
                natural: [image.naturalWidth, image.naturalHeight],
                shown: image.getBoundingClientRect().toJSON(),
                is_dark: image.currentSrc === image.previousElementSibling.srcset,
            }));
        }"""
    )
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    title = page.title()
    page.context.close()

    assert [] == said
    assert [address] == [url for url in asked if not url.startswith("data:")]
    assert len(pictures) >= 6
    for picture in pictures:
        assert min(picture["natural"]) > 100
        assert picture["shown"]["width"] > 300
        assert picture["shown"]["height"] > 100
        assert picture["shown"]["right"] <= width
        assert picture["is_dark"] == (scheme == "dark")
    assert overflow <= 0
    assert "run" != title
