from __future__ import annotations

import pytest

from jupyter_fastpath.bench.errors import BenchError
from jupyter_fastpath.bench.page import browser


def test_missing_module(monkeypatch):
    """A module that is missing is named, with the command that brings it."""
    monkeypatch.setattr(browser, "MODULES", ("no_such_module",))

    with pytest.raises(BenchError, match=r"no_such_module: pip install .*\[bench\]"):
        browser.require()
