"""
The browser: which there is, and one that ends with its block.
"""

from __future__ import annotations

import os
import re
import shutil
import sys

from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_fastpath.bench.errors import BenchError, require_module


if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from playwright.async_api import Page


__all__ = [
    "ARGUMENTS",
    "DRIVER",
    "FIREFOX",
    "MODULES",
    "NAMES",
    "PLACES",
    "Browser",
    "opened",
    "require",
]

# Playwright drives its own build of it, and no other.
FIREFOX = "firefox"
_CHROMIUM = "chromium"
# As they are named on PATH: Chromium, Chrome and Edge are of one kind.
NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
    "microsoft-edge-stable",
)
# Where they are that are not on PATH, by platform; a variable names a folder.
PLACES = {
    "darwin": (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
        "${HOME}/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ),
    "win32": tuple(
        f"${{{folder}}}/{path}"
        for path in (
            "Google/Chrome/Application/chrome.exe",
            "Chromium/Application/chrome.exe",
            "Microsoft/Edge/Application/msedge.exe",
        )
        for folder in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
    ),
}
ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    # Only pages of a server that one trusts are opened, and root has no sandbox.
    "--no-sandbox",
)
_WIDTH, _HEIGHT = 1200, 900
_TOKEN = re.compile(r"token=[^&\s\"']+")
DRIVER = "playwright"
MODULES = ("ipykernel", "jupyterlab", DRIVER)
_INSTALL = (
    "Debian or Ubuntu: apt-get install chromium (or chromium-browser); Fedora: dnf"
    " install chromium; macOS: brew install --cask google-chrome; Windows: Edge is"
    " there, or winget install Google.Chrome; anywhere: playwright install chromium"
)


@dataclass(frozen=True)
class Browser:
    """
    What pages are opened in.

    Args:
        path: Where it is.
        is_headed: Whether one sees it.
        is_firefox: Whether it is Playwright's Firefox, which has no DevTools Protocol
            and tells of no long tasks.
    """

    path: str
    is_headed: bool = False
    is_firefox: bool = False


def require(wanted: str | None = None, modules: Sequence[str] = MODULES) -> str:
    """
    Return where a browser is, or raise with what to install if something lacks.

    Not to be called while a loop runs.

    Args:
        wanted: Its path, its name on PATH, or firefox for Playwright's own; None is
            whichever is there.
        modules: What else has to be there.
    """
    for module in modules:
        require_module(module, "the page is measured")
    if wanted is not None:
        return _wanted(wanted)
    path = next(_there(), None)
    if path is None:
        raise BenchError(
            "the page is measured in Chromium, Chrome or Edge, and none is found."
            f" {_INSTALL}. --browser names one that is elsewhere"
        )
    return path


@asynccontextmanager
async def opened(browser: Browser) -> AsyncIterator[Page]:
    """Give an empty page of a browser of its own; both end with the block."""
    # Asked for when it is needed: no other part of the package has it.
    from playwright.async_api import Error, async_playwright

    async with async_playwright() as playwright:
        kind = playwright.firefox if browser.is_firefox else playwright.chromium
        launched = await kind.launch(
            executable_path=browser.path,
            args=() if browser.is_firefox else ARGUMENTS,
            headless=not browser.is_headed,
        )
        try:
            yield await launched.new_page(viewport={"width": _WIDTH, "height": _HEIGHT})
        except Error as error:
            # Whoever reads what is told is to read no token.
            told = _TOKEN.sub("token=…", str(error))
            raise BenchError(f"in the browser: {told}") from None
        finally:
            await launched.close()


def _wanted(name: str) -> str:
    """Return where the browser is that somebody has named."""
    if name == FIREFOX:
        path = _playwrights_own(FIREFOX)
        if not Path(path).exists():
            raise BenchError(
                "no Firefox that can be driven: playwright install firefox"
            )
        return path
    found = shutil.which(name)
    if found is None:
        raise BenchError(f"no browser {name!r}: neither a path nor on PATH")
    return found


def _there() -> Iterator[str]:
    """Give the browsers that are there, those on PATH first."""
    yield from filter(None, map(shutil.which, NAMES))
    for place in PLACES.get(sys.platform, ()):
        if Path(path := os.path.expandvars(place)).exists():
            yield path
    if Path(path := _playwrights_own(_CHROMIUM)).exists():
        yield path


def _playwrights_own(name: str) -> str:
    """Return where `playwright install` puts the browser of this name."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright[name].executable_path
