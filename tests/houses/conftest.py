"""
Servers as administrators set them up, and a browser in front of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import launched

from .tls import Certificate, certified


SIZE: Final = {"width": 1200, "height": 900}


@pytest.fixture
def browser() -> Iterator[Browser]:
    """
    A browser.
    """
    # Not kept: while it runs, no other event loop can in this thread.
    with sync_playwright() as playwright:
        started = launched(playwright)
        yield started
        started.close()


@pytest.fixture
def page(browser) -> Page:
    """
    An empty page, which trusts authorities that no browser knows.
    """
    return browser.new_page(viewport=SIZE, ignore_https_errors=True)


@pytest.fixture
def certificate(tmp_path) -> Certificate:
    """
    A certificate for this machine.
    """
    return certified(tmp_path / "certificate")
