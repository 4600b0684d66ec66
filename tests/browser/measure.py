"""
How long a refreshed page takes to show what a running cell has put out.

``python -m tests.browser.measure [COUNT]`` refreshes a page that often and prints, in
milliseconds: from when the cells of the notebook are in the page until its text is, and
from the navigation until then. It is a measurement and no test: it passes nothing.
"""

from __future__ import annotations

import pathlib
import statistics
import sys
import tempfile

from typing import Final

from playwright.sync_api import sync_playwright

from .chromium import launched
from .conftest import SIZE
from .notebook import Notebook
from .server import serving


COUNT: Final = 10
SOURCE: Final = """
import time

for i in range(20000):
    print("line", i, flush=True)
    time.sleep(0.02)
"""

# Notes when the first cell is in the page, and when its text is.
WATCH: Final = """() => {
    window.times = {};
    const look = () => {
        const { times } = window;
        const editor = document.querySelector('.jp-CodeCell .cm-content');
        // A notebook has an empty cell until it is read.
        if (!times.cells && editor?.textContent.includes('range')) {
            times.cells = performance.now();
        }
        const output = document.querySelector('.jp-OutputArea-output');
        if (!times.text && output?.textContent.includes('line 20')) {
            times.text = performance.now();
        }
        if (!times.text) {
            requestAnimationFrame(look);
        }
    };
    requestAnimationFrame(look);
}"""


def measure(notebook: Notebook, count: int) -> list[tuple[float, float]]:
    """
    Return for each refresh the milliseconds from the cells, and from its beginning.
    """
    found = []
    for _ in range(count):
        notebook.refresh()
        notebook.page.wait_for_function("() => window.times.text")
        times = notebook.page.evaluate("() => window.times")
        found.append((times["text"] - times["cells"], times["text"]))
    return found


def main(count: int) -> None:
    """
    Measure, and print what was found.
    """
    config = {"ServerApp": {"jpserver_extensions": {"jupyter_fastpath": True}}}
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home,
        serving(pathlib.Path(home), config) as lab,
        sync_playwright() as playwright,
    ):
        browser = launched(playwright)
        lab.write("a.ipynb", (SOURCE,))
        notebook = Notebook(browser.new_page(viewport=SIZE))
        notebook.open(lab.url("a.ipynb"))
        notebook.page.add_init_script(f"({WATCH})()")
        notebook.run()
        notebook.wait_for_output(0, "line 50")
        found = measure(notebook, count)
        browser.close()
    for name, values in (
        ("from cells to text", [since_cells for since_cells, _ in found]),
        ("from navigation to text", [since_start for _, since_start in found]),
    ):
        middle = statistics.median(values)
        print(f"{name}: median {middle:.0f} ms, most {max(values):.0f} ms, n = {count}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)
