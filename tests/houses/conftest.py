"""
Servers as administrators set them up, and a browser in front of them.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import launched

from .tls import Certificate, certified


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
def certificate(tmp_path) -> Certificate:
    """
    A certificate for this machine.
    """
    return certified(tmp_path / "certificate")
