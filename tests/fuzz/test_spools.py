"""
Spools that somebody else has written to, or a disk that fails.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
import sqlite3

import pytest

from hypothesis import given
from hypothesis import strategies as st

from jupyter_fastpath.core.instructions import Spill
from jupyter_fastpath.database import DATABASE
from jupyter_fastpath.leftovers import Leftovers
from jupyter_fastpath.spool import Spool
from tests.simulator import AUTHORED
from tests.strategies import make, stream

from .mutations import mutated


pytestmark = [pytest.mark.promise("D7", "Z4"), pytest.mark.timeout(6 * 3600)]

LOG = logging.getLogger("fastpath-test")

START = {"run_id": "r1", "cell_id": "c1", "initiator": "alice"}


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """
    The spool of a kernel that is gone, which has left a run.
    """
    root = tmp_path_factory.mktemp("spools")
    spool = Spool(root / "one", 1 << 30, LOG)
    begin = make("cell_start", START, msg_id=f"k{AUTHORED}1")
    messages = (begin, stream("kept\n"), make("error", {}))
    placed = [one.placed(number, 0) for number, one in enumerate(messages)]
    spool.write(Spill(placed)).result()
    spool.note(kernel_id="k", path="a.ipynb")
    spool.close(remove=False)
    (run,) = Leftovers(root).runs("a.ipynb")

    assert run["outputs"]

    with contextlib.closing(sqlite3.connect(root / "one" / DATABASE)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return root / "one"


@given(st.data())
def test_damaged(good, tmp_path_factory, data):
    """A damaged spool is told as far as it can be read, and is in the way of no other."""
    root = tmp_path_factory.mktemp("damaged")
    shutil.copytree(good, root / "whole")
    (root / "damaged").mkdir()
    whole = (good / DATABASE).read_bytes()
    (root / "damaged" / DATABASE).write_bytes(data.draw(mutated(whole)))
    leftovers = Leftovers(root)
    found = leftovers.of_notebook("a.ipynb")
    told = leftovers.runs("a.ipynb")
    leftovers.outputs(found)
    leftovers.of_kernel("k")
    leftovers.brought_home("a.ipynb", ["r2"])
    leftovers.forget("a.ipynb")
    leftovers.expire(0.0)
    shutil.rmtree(root)

    assert "r1" in {run["run_id"] for run in told}
