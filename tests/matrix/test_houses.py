"""
In each house all is as it is at home.
"""

from __future__ import annotations

import re

import pytest

from tests.browser.server import serving
from tests.houses.visit import Visit

from .environment import installed
from .houses import HOUSES
from .results import keep


pytestmark = [
    pytest.mark.browser,
    pytest.mark.promise("Z1", "Z2", "Z5"),
    pytest.mark.timeout(1500),
]

BY_NAME = pytest.mark.parametrize("house", HOUSES, ids=lambda house: house.name)
COMMON = ("jupyter_server", "jupyter_client", "ipykernel")


@BY_NAME
def test_house(house, tmp_path, page):
    """The wheel is on, the doctor says so, and a page runs, floods, is refreshed and saves."""
    with installed(house, tmp_path / "venv") as environment:
        versions = environment.versions(*house.packages, *COMMON)
        # Until it is known better.
        keep(house, versions, "**fails**")
        servers = environment.run("jupyter", "server", "extension", "list")
        pages = environment.run("jupyter", "labextension", "list")
        words = environment.run("jupyter_fastpath.cli", "doctor")

        assert re.search(r"jupyter_fastpath .*OK", servers), servers
        assert re.search(r"jupyter-fastpath v.*enabled.*OK", pages), pages
        assert [] == [told for told in house.told if told not in words], words

        home = tmp_path / "home"
        home.mkdir()
        with serving(home, {}, house.application, python=environment.python) as lab:
            Visit(page, lab).spend()

            assert "/jupyter_fastpath/" not in lab.news()
        keep(house, versions, "all works")
