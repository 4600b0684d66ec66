"""
Houses take minutes each, and so are visited only by the stage `matrix` of .ci/test.
"""

from __future__ import annotations

import os

from tests.houses.conftest import browser, page

from .environment import WHEEL


__all__ = ["browser", "page"]

collect_ignore_glob = [] if WHEEL in os.environ else ["test_*.py"]
