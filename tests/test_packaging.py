"""
What is beside the code agrees with it: metadata, configuration, commands, the sample.
"""

from __future__ import annotations

import ast
import importlib.metadata
import json
import pathlib
import re
import shutil
import subprocess
import sys

import nbformat
import pytest

import jupyter_fastpath


ROOT = pathlib.Path(__file__).parent.parent
PACKAGE = ROOT / "jupyter_fastpath"
SAMPLE = ROOT / "docs" / "sample.ipynb"
UI = ROOT / "ui-shim"
SERVER_CONFIG = ROOT / "jupyter-config" / "server-config" / "jupyter_fastpath.json"
# JupyterLab shares only some of its packages: these have classes and no singleton.
UNSHARED = {"cells", "docregistry", "nbformat", "observables", "outputarea"}
# As JupyterLab 4.4.0 numbers its packages.
OLDEST = {"^3.12.0", "^4.4.0", "^4.5.0", "^5.4.0", "^6.4.0", "^7.4.0"}
# Imported under another name than it is installed by.
DISTRIBUTIONS = {"zmq": "pyzmq"}
# What a user needs for the harness is asked for when the harness starts.
HARNESS = PACKAGE / "bench"
# What optional extras bring, and what is imported only where they are configured.
EXTRAS = {"redis"}


def imported_by(path: pathlib.Path) -> set[str]:
    """
    Return the top names of what a module imports from other distributions.
    """
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import():
                names |= {alias.name.partition(".")[0] for alias in node.names}
            case ast.ImportFrom(level=0):
                names.add(node.module.partition(".")[0])
    return names - set(sys.stdlib_module_names) - {"jupyter_fastpath"}


def required() -> set[str]:
    """
    Return the distributions that a plain install brings.
    """
    requirements = importlib.metadata.requires("jupyter_fastpath")
    return {
        re.match(r"[\w.-]+", requirement)[0].replace("-", "_")
        for requirement in requirements
        if "extra ==" not in requirement
    }


def test_version():
    """
    The version of the distribution is the one in the source.
    """
    assert (
        importlib.metadata.version("jupyter_fastpath") == jupyter_fastpath.__version__
    )


def test_page_extension_has_the_same_version():
    """
    Both halves of the wheel are released together, and the page shows one number.
    """
    package = json.loads((UI / "package.json").read_text(encoding="utf-8"))

    assert jupyter_fastpath.__version__ == package["version"]


def test_lock_names_no_host():
    """
    Where packages come from is for the machine to say, not for the lock file.
    """
    lock = (UI / "yarn.lock").read_text(encoding="utf-8")

    assert [] == re.findall(r"\w+://\S+", lock)


def test_page_extension_bundles_no_class_of_jupyterlab():
    """
    What JupyterLab does not share by itself is taken from the page all the same.
    """
    package = json.loads((UI / "package.json").read_text(encoding="utf-8"))
    shared = package["jupyterlab"]["sharedPackages"]

    assert {f"@jupyterlab/{name}" for name in UNSHARED} == set(shared)
    assert [] == [
        name
        for name, how in shared.items()
        if how != {"bundled": False, "singleton": True}
    ]


@pytest.mark.promise("Z5")
def test_page_extension_goes_with_older_jupyterlab():
    """
    JupyterLab 4.4 and all after it find versions that the page extension says it takes.
    """
    package = json.loads((UI / "package.json").read_text(encoding="utf-8"))
    ranges = {
        wanted
        for name, wanted in package["dependencies"].items()
        if name.startswith("@jupyterlab/")
    }

    assert OLDEST == ranges


def test_dependencies():
    """
    A plain install brings what the package imports.
    """
    paths = [path for path in PACKAGE.rglob("*.py") if HARNESS not in path.parents]
    imported = {name for path in paths for name in imported_by(path)}

    needed = {DISTRIBUTIONS.get(name, name) for name in imported - EXTRAS}

    assert set() == needed - required()


@pytest.mark.promise("Z1")
def test_server_config_turns_on_the_extension():
    """
    The file that the wheel puts into Jupyter's configuration turns on us and only us.
    """
    config = json.loads(SERVER_CONFIG.read_text(encoding="utf-8"))

    assert {"ServerApp": {"jpserver_extensions": {"jupyter_fastpath": True}}} == config


def test_command():
    """
    `jupyter fastpath` finds a function to call.
    """
    (command,) = importlib.metadata.entry_points(
        group="console_scripts", name="jupyter-fastpath"
    )

    assert callable(command.load())


@pytest.mark.parametrize("command", ["lab", "run", "test"])
def test_commands_are_shell(command):
    """
    The commands of the README and of CI are there, and bash can read them.
    """
    bash = shutil.which("bash")

    assert bash is not None
    subprocess.run([bash, "-n", ROOT / ".ci" / command], check=True)


@pytest.mark.parametrize("command", ["bash .ci/lab", "bash .ci/test"])
def test_readme_names_the_commands(command):
    """
    The README says how to try it and how to test it.
    """
    assert command in (ROOT / "README.md").read_text(encoding="utf-8").splitlines()


def test_changelog_has_room_for_what_comes():
    """
    There is always a place for the next change.
    """
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert "## [Unreleased]" in changelog.splitlines()


@pytest.mark.promise("Z5")
def test_oldest_are_told():
    """
    What docs/compatibility.md begins with are the lowest versions that pip takes.
    """
    text = (ROOT / "docs" / "compatibility.md").read_text(encoding="utf-8")
    needed = " ".join(importlib.metadata.requires("jupyter_fastpath"))
    python = importlib.metadata.metadata("jupyter_fastpath")["Requires-Python"]
    names = ("jupyter-server", "jupyterlab", "notebook")
    server, lab, notebook = (
        re.search(rf"{name}\S*>=([\d.]+)", needed)[1] for name in names
    )

    assert (
        f"Python {python.removeprefix('>=')} or later; Jupyter Server from {server} on,"
        f" JupyterLab from {lab} on, Notebook from {notebook} on."
    ) in text


def test_sample():
    """
    The sample is a valid notebook, has not been run, and has its error as its last cell.
    """
    notebook = nbformat.read(SAMPLE, as_version=nbformat.NO_CONVERT)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    nbformat.validate(notebook)

    assert (4, 5) == (notebook.nbformat, notebook.nbformat_minor)
    assert [] == [cell.id for cell in cells if cell.outputs or cell.execution_count]
    assert ["raises-exception"] == cells[-1].metadata.tags
