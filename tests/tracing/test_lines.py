from __future__ import annotations

import sys
import tempfile

from contextlib import closing
from pathlib import Path

import pytest

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from jupyter_fastpath.tracing.lines import FileLines, LineSplitter


needs_rotation = pytest.mark.skipif(
    sys.platform == "win32", reason="an open file cannot be renamed"
)


@given(st.binary(), st.lists(st.integers(0, 20)))
def test_pieces(content, sizes):
    """However the bytes of a file come, its lines are the same."""
    splitter = LineSplitter()
    lines, position = [], 0
    for size in [*sizes, len(content)]:
        lines += splitter.split(content[position : position + size])
        position += size
    *expected, rest = content.split(b"\n")

    assert [one.removesuffix(b"\r") for one in expected] == lines
    assert rest == splitter.rest


@pytest.fixture
def path(tmp_path):
    return tmp_path / "runs.jsonl"


@pytest.fixture
def lines(path):
    with closing(FileLines(path)) as lines:
        yield lines


def test_appended(path, lines):
    """Lines are given as they are ended, and the last in the end."""
    assert [] == list(lines.read())
    path.write_bytes(b"one\ntw")
    assert [b"one"] == list(lines.read())
    with path.open("ab") as file:
        file.write(b"o\nthree")
    assert [b"two"] == list(lines.read())

    assert [b"three"] == list(lines.end())
    assert [] == list(lines.end())


def test_truncated(path, lines):
    """A file that was truncated is read from its beginning, and half a line is forgotten."""
    path.write_bytes(b"one\ntwo, which is lo")
    assert [b"one"] == list(lines.read())
    path.write_bytes(b"new\n")

    assert [b"new"] == list(lines.read())


@needs_rotation
def test_rotated(path, lines):
    """The file that takes the place of another is read after the end of that."""
    path.write_bytes(b"one\n")
    assert [b"one"] == list(lines.read())
    with path.open("ab") as file:
        file.write(b"two\nlast")
    path.rename(path.with_suffix(".1"))
    path.write_bytes(b"new\n")

    assert [b"two", b"last", b"new"] == list(lines.read())


@needs_rotation
def test_taken_away(path, lines):
    """Of a file that has lost its name what is written is read all the same."""
    path.write_bytes(b"one\n")
    with path.open("ab") as file:
        assert [b"one"] == list(lines.read())
        path.unlink()
        file.write(b"two\n")
        file.flush()

        assert [b"two"] == list(lines.read())


class Rotations(RuleBasedStateMachine):
    """
    Somebody writes and rotates, as loggers do, and it is read now and then.
    """

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name, "runs.jsonl")
        self.path.touch()
        self.lines = FileLines(self.path)
        self.count = self.rotations = 0
        self.unread = []

    @rule(count=st.integers(1, 3))
    def write(self, count):
        """Append some lines."""
        with self.path.open("ab") as file:
            for _ in range(count):
                self.count += 1
                self.unread.append(b"line %d" % self.count)
                file.write(self.unread[-1] + b"\n")

    @rule(is_new=st.booleans())
    def rotate(self, is_new):
        """Read, and let the file be another, or empty; who does not read in time misses."""
        self.read()
        if is_new:
            self.rotations += 1
            self.path.replace(f"{self.path}.{self.rotations}")
            self.path.touch()
        else:
            self.path.write_bytes(b"")
            self.read()

    @rule()
    def read(self):
        """Read what is there."""
        unread, self.unread = self.unread, []

        assert unread == list(self.lines.read())

    def teardown(self):
        """Read the rest."""
        self.read()
        self.lines.close()
        self.folder.cleanup()


TestRotations = needs_rotation(Rotations.TestCase)
TestRotations.settings = settings(max_examples=30)
