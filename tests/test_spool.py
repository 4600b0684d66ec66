"""
What kernels have published, on disk.
"""

from __future__ import annotations

import logging

import pytest

from jupyter_fastpath.core.instructions import Spill
from jupyter_fastpath.core.notebook import Part
from jupyter_fastpath.spool import Spool

from .strategies import make, stream


LOG = logging.getLogger("fastpath-test")


@pytest.fixture
def new_spool(tmp_path):
    """
    Make spools, which are closed in the end.
    """
    made = []

    def make_one(limit=1 << 30, folder=None):
        made.append(Spool(folder or tmp_path / "spool", limit, LOG))
        return made[-1]

    yield make_one
    for spool in made:
        spool.close(remove=False)


def placed(*messages):
    """
    Return *messages* with their positions.
    """
    return [message.placed(number, 0) for number, message in enumerate(messages)]


def texts(messages):
    """
    Return the text of each message.
    """
    return [message.content.get("text") for message in messages]


@pytest.mark.promise("F1", "F4")
def test_read(new_spool):
    """What was written can be read from any position on, some bytes at a time, as it was."""
    spool = new_spool()
    buffers = (b"\x00binary", b"")
    messages = placed(
        stream("a").numbered(0), make("comm_msg", buffers=buffers), stream("c")
    )
    spool.write(Spill(messages))

    assert messages == spool.read(0, 1 << 20).result()
    assert messages[1:2] == spool.read(1, 1).result()
    assert [] == spool.read(3, 1).result()


@pytest.mark.promise("F1")
def test_limit(new_spool):
    """Of more than is kept the oldest go, and reading begins at the first there is."""
    one = stream("x" * 1000)
    spool = new_spool(limit=10 * one.size)
    for message in placed(*[one] * 100):
        spool.write(Spill([message]))
    found = spool.read(0, 1 << 20).result()

    assert 80 < found[0].position < 100
    assert found[-1].position == 99


@pytest.mark.promise("F1")
def test_limit_of_one(new_spool):
    """The latest message is kept even if it alone is more than the limit."""
    one, two = placed(stream("x" * 900), stream("y" * 900))
    spool = new_spool(limit=100)
    spool.write(Spill([one, two])).result()

    assert ["y" * 900] == texts(spool.read(0, 1 << 20).result())


def test_prune(new_spool):
    """What nobody needs goes; what is kept, or may still be asked for, stays."""
    spool = new_spool()
    spool.write(
        Spill(
            placed(
                stream("old", run_id="r1"),
                stream("kept", run_id="r2"),
                stream("new", run_id="r1"),
            )
        )
    )
    spool.prune(["r2"], ["r1"], 2)

    assert ["kept", "new"] == texts(spool.read(0, 1 << 20).result())


def test_fold(new_spool):
    """Outputs of some runs are folded from what was written, or parts of them."""
    spool = new_spool()
    spool.write(
        Spill(
            placed(
                stream("ab\n", run_id="r1"),
                stream("x", run_id="r2"),
                stream("cd\n", run_id="r1"),
            )
        )
    )
    whole = spool.fold(["r1"]).result()
    part = spool.fold(["r1"], Part(0, 1, 5)).result()

    assert ["r1"] == list(whole)
    assert "ab\ncd\n" == whole["r1"].freeze()[0]["text"]
    assert "b\ncd" == part["r1"].get_text(0).text


@pytest.mark.promise("B3")
def test_no_disk(new_spool, tmp_path, caplog):
    """Where nothing can be written the administrator is told once, and everything goes on."""
    blocked = tmp_path / "blocked"
    blocked.write_text("not a folder")
    spool = new_spool(folder=blocked / "spool")
    spool.write(Spill(placed(stream("a")))).result()
    spool.note(path="a.ipynb").result()
    spool.prune([], [], 1).result()

    assert [] == spool.read(0, 1).result()
    assert 1 == len(caplog.records)
    assert "cannot keep output" in caplog.text


def test_removed(tmp_path):
    """Nothing is left of a spool that is not needed any more."""
    spool = Spool(tmp_path / "spool", 1 << 20, LOG)
    spool.write(Spill(placed(stream("a"))))
    spool.close(remove=True)

    assert [] == list(tmp_path.iterdir())
