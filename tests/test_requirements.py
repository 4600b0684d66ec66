"""
The table of promises and the marks of the tests say the same.

The marks are read from the source and not from a run, so that this holds for tests that
were not selected, and where no kernel and no browser is.
"""

from __future__ import annotations

import ast
import collections
import functools
import itertools
import pathlib

import pytest

from .requirements import REQUIREMENTS, Requirement, report


TESTS = pathlib.Path(__file__).parent
NEED_A_TEST = {"kept", "partly"}
NEED_A_NOTE = {"partly", "not ported"}
# The number of the last promise of each letter: a promise is dropped by its state only.
LAST = {
    "A": 9,
    "B": 8,
    "C": 4,
    "D": 7,
    "E": 3,
    "F": 5,
    "G": 6,
    "H": 5,
    "I": 6,
    "K": 4,
    "N": 5,
    "Z": 5,
}


def is_promise(node: ast.AST) -> bool:
    """
    Is this `pytest.mark.promise(...)`, wherever it stands?
    """
    match node:
        case ast.Call(
            func=ast.Attribute(attr="promise", value=ast.Attribute(attr="mark"))
        ):
            return True
    return False


def named_in(source: str) -> set[str]:
    """
    Return the ids that the marks in *source* name: of functions, classes and modules.
    """
    marks = (node for node in ast.walk(ast.parse(source)) if is_promise(node))
    return {ast.literal_eval(argument) for mark in marks for argument in mark.args}


@functools.cache
def named_by_tests() -> dict[str, list[str]]:
    """
    Return each id that is named, and the test files that name it.
    """
    files = collections.defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        for id_ in named_in(path.read_text(encoding="utf-8")):
            files[id_].append(path.relative_to(TESTS).as_posix())
    return dict(files)


def by_id(requirement: Requirement) -> str:
    """
    Return the id, for pytest to print.
    """
    return requirement.id


def test_marks_are_found():
    """
    A promise counts on a function, a class, a module, in a list, and on a parameter.
    """
    source = """
pytestmark = [pytest.mark.kernel, pytest.mark.promise("A1")]

@pytest.mark.promise("B1", "B2")
async def test_function(): ...

class TestClass:
    pytestmark = pytest.mark.promise("C1")

    @pytest.mark.parametrize("n", [pytest.param(1, marks=pytest.mark.promise("D1"))])
    def test_method(self, n): ...

@pytest.mark.kernel
@other.promise("E1")
def test_unmarked(): ...
"""

    assert {"A1", "B1", "B2", "C1", "D1"} == named_in(source)


def test_marks_are_literal():
    """
    A promise that only a run could tell is refused.
    """
    with pytest.raises(ValueError, match="malformed"):
        named_in("pytestmark = pytest.mark.promise(WHICH)")


def test_ids():
    """
    Each letter counts from one to its last, and every promise of the design is there.
    """
    ids = [requirement.id for requirement in REQUIREMENTS]

    assert [
        f"{letter}{n}" for letter, last in LAST.items() for n in range(1, last + 1)
    ] == ids


def test_no_test_names_an_unknown_promise():
    """
    Every id on a test stands in the table.
    """
    known = {requirement.id for requirement in REQUIREMENTS}
    unknown = {
        id_: files for id_, files in named_by_tests().items() if id_ not in known
    }

    assert {} == unknown


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=by_id)
def test_state(requirement):
    """
    A promise has tests if it is kept, at least in part, and else none.
    """
    files = named_by_tests().get(requirement.id, [])

    assert (requirement.state in NEED_A_TEST) == bool(files), files


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=by_id)
def test_note(requirement):
    """
    What is missing or was dropped is said in a sentence, and only that.
    """
    assert (requirement.state in NEED_A_NOTE) == bool(requirement.note)
    for sentence in filter(None, (requirement.text, requirement.note)):
        assert sentence.endswith(".")


def test_report():
    """
    The table can be printed, with one line for each promise and one that counts.
    """
    lines = report().splitlines()

    assert len(REQUIREMENTS) + 1 == len(lines)
    assert all(
        line.startswith(requirement.id)
        for line, requirement in itertools.zip_longest(lines[:-1], REQUIREMENTS)
    )
