"""
Programs in Python that use a server: jupyter_kernel_client, and nbclient through it.
"""

from __future__ import annotations

import json
import os
import pathlib
import subprocess

from typing import Any

import pytest

from tests.browser.server import Lab
from tests.kernels.kinds import OTHER, is_there
from tests.missing import missing


pytestmark = [pytest.mark.kernel, pytest.mark.promise("A7", "A9", "B1")]

RUNNER = pathlib.Path(__file__).with_name("runner.py")
TIMEOUT = 100.0


def outcome(server: Lab) -> list[Any]:
    """
    Return what both got of a server.
    """
    done = subprocess.run(
        [OTHER, RUNNER, f"http://127.0.0.1:{server.port}", server.token],
        check=False,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        env=os.environ | {"PYTHONPATH": ""},
    )

    assert done.returncode == 0, done.stderr
    told: list[Any] = json.loads(done.stdout)
    return told


def test_programs(servers):
    """Runs, input, an interrupt, a restart and a whole notebook: all is as without Fastpath."""
    if not is_there(OTHER):
        missing("`bash .ci/test kernels` makes the environment")
    ours, stock = map(outcome, servers)
    client, manager = ours

    assert stock == ours
    assert [run["status"] for run in client["runs"]] == ["ok", "ok", "ok", "error"]
    assert client["interrupted"]["status"] == "error"
    assert client["restarted"]["execution_count"] == 1
    assert manager["input"] == ["hello Ada\n", "ok"]
    assert manager["notebook"][1][0]["data"]["text/plain"] == "5"
