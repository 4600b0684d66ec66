from __future__ import annotations

import asyncio
import sys

import pytest

from playwright.sync_api import sync_playwright

from jupyter_fastpath.bench.errors import BenchError
from jupyter_fastpath.bench.page import browser


@pytest.fixture
def _nowhere(tmp_path, monkeypatch):
    """Have no browser on this machine."""
    monkeypatch.setattr(browser, "NAMES", ("no-such-browser",))
    monkeypatch.setattr(browser, "PLACES", {})
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))


def executable(path):
    """Return the path of a program that is made there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(0o755)
    return str(path)


def test_missing_module():
    """A module that is missing is named, with the command that brings it."""
    with pytest.raises(BenchError, match=r"no_such_module: pip install .*\[bench\]"):
        browser.require(modules=("no_such_module",))


@pytest.mark.usefixtures("_nowhere")
def test_none():
    """Where no browser is found it is told how to install one, whatever the system is."""
    with pytest.raises(BenchError) as failure:
        browser.require()

    for system in ("Debian", "Ubuntu", "Fedora", "macOS", "Windows"):
        assert system in str(failure.value)


@pytest.mark.usefixtures("_nowhere")
def test_places(tmp_path, monkeypatch):
    """A browser that is not on PATH is found where its system has it."""
    path = executable(tmp_path / "Google" / "chrome")
    monkeypatch.setenv("PROGRAMFILES(X86)", str(tmp_path))
    place = "${PROGRAMFILES(X86)}/Google/chrome"
    monkeypatch.setattr(browser, "PLACES", {sys.platform: ("${NO_SUCH}/x", place)})

    assert path == browser.require()


@pytest.mark.usefixtures("_nowhere")
def test_playwrights_own(tmp_path):
    """The browser that Playwright has installed is found last."""
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    assert path.startswith(str(tmp_path))
    executable(tmp_path / path)

    assert path == browser.require()


def test_wanted(tmp_path, monkeypatch):
    """Who names a browser gets that one, by its path or as it is named on PATH."""
    path = executable(tmp_path / "mine")
    assert path == browser.require(path)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert path == browser.require("mine")

    with pytest.raises(BenchError, match="no browser 'other'"):
        browser.require("other")


@pytest.mark.usefixtures("_nowhere")
def test_firefox(tmp_path):
    """Firefox is the one that Playwright has installed, and what brings it is told."""
    with pytest.raises(BenchError, match="playwright install firefox"):
        browser.require("firefox")
    with sync_playwright() as playwright:
        path = executable(tmp_path / playwright.firefox.executable_path)

    assert path == browser.require("firefox")


@pytest.mark.browser
def test_no_token():
    """What goes wrong in the browser is told without the token that is in the address."""

    async def opening():
        async with browser.opened(browser.Browser(browser.require())) as page:
            await page.goto("http://127.0.0.1:1/lab?reset&token=secret")

    with pytest.raises(BenchError, match=r"127\.0\.0\.1:1/lab") as failure:
        asyncio.run(opening())

    assert "secret" not in str(failure.value)
