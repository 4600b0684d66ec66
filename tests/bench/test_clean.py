from __future__ import annotations

import asyncio
import importlib.metadata
import json
import subprocess

import pytest

from jupyter_fastpath.bench.clean import SERVER, clean, our_requirement
from jupyter_fastpath.bench.errors import BenchError
from jupyter_fastpath.bench.measuring import Plan, measure
from jupyter_fastpath.bench.results import Results
from jupyter_fastpath.bench.server import Interpreter
from jupyter_fastpath.bench.sources import OwnServers

from .test_main import TINY


# What an environment has, where it is, and what variables could bring in.
LOOK = """
import importlib.metadata, importlib.util, json, sys
print(json.dumps({
    "prefix": sys.prefix,
    "path": importlib.util.find_spec("jupyter_fastpath") and
        importlib.util.find_spec("jupyter_fastpath").origin,
    "versions": {
        name: importlib.metadata.version(name)
        for name in ("jupyter_server", "ipykernel", "tornado", "pyzmq")
    },
}))
"""


def seen(python, home):
    """Return what a program sees that is started with an interpreter."""
    done = subprocess.run(
        [python.path, "-c", LOOK],
        cwd=home,
        env=python.environment(home),
        check=True,
        capture_output=True,
    )
    return json.loads(done.stdout)


class _Distribution:
    """A package as it was installed."""

    version = "1.2"

    def __init__(self, origin):
        self._origin = origin

    def read_text(self, name):
        assert "direct_url.json" == name
        return self._origin and json.dumps(self._origin)


@pytest.mark.parametrize(
    ("origin", "requirement"),
    [
        (None, "jupyter_fastpath==1.2"),
        (
            {"url": "file:///our/checkout", "dir_info": {"editable": True}},
            "jupyter_fastpath @ file:///our/checkout",
        ),
        (
            {"url": "https://host/x.git", "vcs_info": {"vcs": "git"}},
            "jupyter_fastpath==1.2",
        ),
    ],
)
def test_our_requirement(origin, requirement, monkeypatch):
    """A checkout is installed again from where it is, and everything else by its version."""
    monkeypatch.setattr(
        "jupyter_fastpath.bench.clean.distribution", lambda _: _Distribution(origin)
    )

    assert requirement == our_requirement()


@pytest.mark.promise("G2")
def test_variables(tmp_path, monkeypatch):
    """No variable brings packages of others into a clean environment."""
    for name in ("PYTHONPATH", "JUPYTER_PATH"):
        monkeypatch.setenv(name, str(tmp_path))

        assert name not in Interpreter("python", is_clean=True).environment(tmp_path)
        assert str(tmp_path) == Interpreter("python").environment(tmp_path)[name]


@pytest.mark.timeout(300)
def test_failure(tmp_path):
    """What pip says last is told if it fails, and nothing is left."""

    async def making():
        async with clean(["stock"], [str(tmp_path / "no-such-folder")], said.append):
            raise AssertionError

    said = []
    with pytest.raises(BenchError, match=r"-m pip install(.|\n)*no-such-folder"):
        asyncio.run(making())

    assert ["making a clean environment for stock"] == said


@pytest.mark.full
@pytest.mark.kernel
@pytest.mark.promise("G2")
@pytest.mark.timeout(900)
def test_clean(tmp_path, monkeypatch):
    """Stock has not even our package, ours has it, both have the versions that are here, and are measured."""
    # As a developer may have it, who would measure that in both.
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    results = Results()

    async def measuring():
        async with clean(["floor", "stock", "fastpath"], SERVER, print) as pythons:
            found = {name: seen(python, tmp_path) for name, python in pythons.items()}
            rounds = [("eval", name) for name in pythons]
            await measure(Plan(rounds, TINY, source=OwnServers(pythons)), results)
        return found

    found = asyncio.run(measuring())

    assert ([], []) == (results.failures, results.losses)
    assert {"floor", "stock", "fastpath"} == set(results.values["eval"])
    assert found["stock"]["path"] is None
    assert found["fastpath"]["path"].startswith(found["fastpath"]["prefix"])
    for each in found.values():
        for name, version in each["versions"].items():
            assert importlib.metadata.version(name) == version
