"""
The browser: what it takes to have one, and one that ends with its block.
"""

from __future__ import annotations

import shutil

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from jupyter_fastpath.bench.errors import BenchError, require_module


if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Page


__all__ = ["ARGUMENTS", "MODULES", "NAMES", "opened", "require"]

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    # Only pages of our own server are opened, and root has no sandbox.
    "--no-sandbox",
)
_WIDTH, _HEIGHT = 1200, 900
MODULES = ("ipykernel", "jupyterlab", "playwright")


def require() -> str:
    """Return where Chromium is, or raise with what to install if something lacks."""
    for module in MODULES:
        require_module(module, "the page is measured")
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        raise BenchError(
            "the page is measured in Chromium, and none of"
            f" {', '.join(NAMES)} is on PATH: install it, on Debian or Ubuntu by"
            " 'apt-get install chromium'"
        )
    return path


@asynccontextmanager
async def opened(*, is_headed: bool = False) -> AsyncIterator[Page]:
    """Give an empty page of a browser of its own; both end with the block."""
    path = require()
    # Asked for when it is needed: no other part of the package has it.
    from playwright.async_api import Error, async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=ARGUMENTS, headless=not is_headed
        )
        try:
            yield await browser.new_page(viewport={"width": _WIDTH, "height": _HEIGHT})
        except Error as error:
            raise BenchError(f"in the browser: {error}") from error
        finally:
            await browser.close()
