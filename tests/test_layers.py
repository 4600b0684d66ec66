"""
The core computes: it talks to nobody, reads no clock, and throws no dice.

import-linter says the same of whole chains of imports; this says it to whoever runs only
pytest, and sees what no import shows.
"""

from __future__ import annotations

import ast
import pathlib
import sys

import pytest

import jupyter_fastpath.core


CORE = pathlib.Path(jupyter_fastpath.core.__file__).parent
OURS = "jupyter_fastpath.core"
ALLOWED = {"msgspec"}
# The part of the standard library that reaches outside, or is different each time.
FORBIDDEN = {
    "asyncio",
    "concurrent",
    "io",
    "logging",
    "multiprocessing",
    "os",
    "pathlib",
    "queue",
    "random",
    "secrets",
    "select",
    "selectors",
    "shutil",
    "signal",
    "socket",
    "ssl",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "uuid",
    "warnings",
}
ACTIONS = {"breakpoint", "exec", "eval", "input", "open", "print"}
CLOCKS = {"monotonic", "now", "perf_counter", "today", "utcnow"}

MODULES = sorted(CORE.rglob("*.py"))


def by_name(path: pathlib.Path) -> str:
    """
    Return the name of a module, for pytest to print.
    """
    return path.relative_to(CORE).with_suffix("").as_posix()


def imported_by(source: str) -> set[str]:
    """
    Return the full names of all that *source* imports from outside its own package.
    """
    names = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import():
                names |= {alias.name for alias in node.names}
            case ast.ImportFrom(level=0):
                names.add(node.module)
            case ast.ImportFrom() if node.level > 1:
                names.add("." * node.level + (node.module or ""))
    return names


def called_by(source: str) -> set[str]:
    """
    Return the bare names, and the attributes with a dot before, that *source* calls.
    """
    names = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id=name)):
                names.add(name)
            case ast.Call(func=ast.Attribute(attr=name)):
                names.add(f".{name}")
    return names


def is_outside(name: str) -> bool:
    """
    Must the core not import the module of this name?
    """
    if name == OURS or name.startswith(f"{OURS}."):
        return False
    root = name.partition(".")[0]
    return root in FORBIDDEN or root not in sys.stdlib_module_names | ALLOWED


def test_finders():
    """
    Imports and calls are found where they hide.
    """
    source = """
import os.path, json
from time import monotonic as clock
from . import wire
from .. import hub
if TYPE_CHECKING:
    import zmq
def later():
    import msgspec, jupyter_fastpath.core.wire, jupyter_fastpath.hub
    print(datetime.now())
"""
    outside = {name for name in imported_by(source) if is_outside(name)}

    assert {"os.path", "time", "zmq", "..", "jupyter_fastpath.hub"} == outside
    assert {"print", ".now"} == called_by(source)


@pytest.mark.parametrize("path", MODULES, ids=by_name)
def test_core_imports_nothing_from_outside(path):
    """
    A module of the core imports the core, msgspec, and the innocent part of the stdlib.
    """
    names = imported_by(path.read_text(encoding="utf-8"))

    assert set() == {name for name in names if is_outside(name)}


@pytest.mark.parametrize("path", MODULES, ids=by_name)
def test_core_does_nothing(path):
    """
    A module of the core opens no file, prints nothing, and asks nobody for the time.
    """
    calls = called_by(path.read_text(encoding="utf-8"))

    assert set() == calls & (ACTIONS | {f".{clock}" for clock in CLOCKS})
