"""
Two servers, each a process of its own: with Fastpath, and as it comes.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.server import Application, Lab, serving


# The section is of pages, of which it has none.
SERVER = Application("jupyter_server", "LabApp", "tree")


def configured(*, is_on: bool) -> dict[str, dict[str, object]]:
    """
    Return the configuration of a server that has Fastpath on, or off.
    """
    return {"ServerApp": {"jpserver_extensions": {"jupyter_fastpath": is_on}}}


@pytest.fixture(scope="session")
def servers(tmp_path_factory) -> Iterator[tuple[Lab, Lab]]:
    """
    The server with Fastpath, and the other.
    """
    folders = [tmp_path_factory.mktemp(name) for name in ("fastpath", "stock")]
    with (
        serving(folders[0], configured(is_on=True), SERVER) as ours,
        serving(folders[1], configured(is_on=False), SERVER) as stock,
    ):
        assert ours.get("/api/fastpath/status") is not None
        assert stock.get("/api/fastpath/status") is None
        yield ours, stock
