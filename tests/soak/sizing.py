"""
What one user costs a server that has nothing else to do: stock's, and ours.

    python -m tests.soak.sizing --pages 4
"""

from __future__ import annotations

import argparse
import pathlib
import sys
import tempfile
import time

from collections.abc import Callable
from contextlib import closing, redirect_stdout
from typing import Final

import psutil

from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import launched
from tests.browser.notebook import Notebook
from tests.browser.server import Lab, serving


# Seconds over which the CPU of a server at rest is measured, and after which it has
# given back what it gives back.
REST: Final = 75.0

FLOOD: Final = """
for i in range(20000): print(i, 'x' * 40, flush=True)
open("{}.done", "x").close()
"""
MB: Final = 1e6

# Seconds for which anything is waited for, and between two looks.
PATIENCE: Final = 120.0
LOOK: Final = 0.05


def main() -> int:
    """
    Measure, and print the table.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.soak.sizing")
    parser.add_argument("--pages", type=int, default=4)
    count = parser.parse_args().pages
    with sync_playwright() as playwright, closing(launched(playwright)) as browser:
        stock, ours = (measured(browser, count, is_on=is_on) for is_on in (False, True))
    sys.stdout.write("| | stock | fastpath |\n| --- | --- | --- |\n")
    for name, value in stock.items():
        sys.stdout.write(f"| {name} | {value:.3g} | {ours[name]:.3g} |\n")
    return 0


def measured(browser: Browser, count: int, *, is_on: bool) -> dict[str, float]:
    """
    Return what a server costs with *count* pages, a notebook and a kernel each.
    """
    config = {"ServerApp": {"jpserver_extensions": {"jupyter_fastpath": is_on}}}
    with (
        tempfile.TemporaryDirectory() as home,
        redirect_stdout(None),
        serving(pathlib.Path(home), config) as lab,
    ):
        return figures(lab, browser, count)


def figures(lab: Lab, browser: Browser, count: int) -> dict[str, float]:
    """
    Return them by what they are of.
    """
    assert lab.process is not None
    process = psutil.Process(lab.process.pid)
    bare = memory(process)
    notebooks = [opened(lab, browser, f"{number}.ipynb") for number in range(count)]
    at_rest = spent(process)
    time.sleep(REST)
    at_rest = spent(process) - at_rest
    connected = memory(process)
    kernels = [memory(child) for child in process.children()]
    flooding = spent(process)
    for number, notebook in enumerate(notebooks, 1):
        notebook.run()
        # By stock's server the page may never learn that it is done.
        wait_for(lambda number=number: len(list(lab.root.glob("*.done"))) == number)
    flooded = memory(process)
    time.sleep(REST)
    flooding = spent(process) - flooding - at_rest
    return {
        "a server without a page, MB": bare,
        "more for each notebook that is open, MB": (connected - bare) / count,
        "its kernel, MB": sum(kernels) / count,
        "CPU for each at rest, %": 100 * at_rest / REST / count,
        "CPU for 20,000 flushed prints, s": flooding / count,
        "more for each that has printed that, MB": (flooded - connected) / count,
        "the same a minute later, MB": (memory(process) - connected) / count,
        "on disk for each, MB": on_disk(lab.home / "runtime") / count,
    }


def opened(lab: Lab, browser: Browser, name: str) -> Notebook:
    """
    Return a notebook of that name, open in a page of its own.
    """
    lab.write(name, (FLOOD.format(name),))
    notebook = Notebook(browser.new_page())
    notebook.open(lab.url(name))
    return notebook


def wait_for(is_there: Callable[[], bool]) -> None:
    """
    Return when *is_there* says so, and raise if it never does.
    """
    deadline = time.monotonic() + PATIENCE
    while not is_there():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(LOOK)


def memory(process: psutil.Process) -> float:
    """
    Return what a process has in memory, in MB.
    """
    return float(process.memory_info().rss / MB)


def spent(process: psutil.Process) -> float:
    """
    Return the seconds of CPU that a process has had.
    """
    times = process.cpu_times()
    return float(times.user + times.system)


def on_disk(folder: pathlib.Path) -> float:
    """
    Return what is in a folder, in MB.
    """
    return sum(file.stat().st_size for file in folder.rglob("*")) / MB


if __name__ == "__main__":
    sys.exit(main())
