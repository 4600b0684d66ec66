"""
What is told of runs when the disk of the server takes no more.
"""

from __future__ import annotations

import contextlib

import pytest

from jupyter_fastpath.recovery import DOUBT

from .conftest import configured


resource = pytest.importorskip("resource", reason="Windows has no such limits")

pytestmark = [pytest.mark.kernel, pytest.mark.promise("B4", "D7", "Z4")]

# Bytes that a file may have, and that a cell prints.
MOST, MANY = 1_000_000, 2_000_000
KEEP = {"defaults": {"above": "keep"}}


@contextlib.contextmanager
def small_files():
    """
    Let this process write no file larger than MOST.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@configured(PolicyConfig=KEEP)
async def test_memory(notebook, runs, caplog):
    """What memory has is told whole, and the run is not the worse for it."""
    kernel_id, client = await notebook()
    with small_files():
        run = await client.run(f"print('x' * {MANY})", "c1")
        (told,) = await runs(kernel_id, client.session_id)

    assert len(run.text) == MANY + 1
    assert "cannot keep output" in caplog.text
    assert [run.text] == [output["text"] for output in told["outputs"]]


@configured(PolicyConfig=KEEP, SpoolConfig={"memory_bytes": 0})
async def test_doubt(notebook, runs):
    """Where memory has it no longer, it is told that some of it may be missing."""
    kernel_id, client = await notebook()
    with small_files():
        for cell_id in ("c1", "c2"):
            await client.run(f"print('x' * {MANY})", cell_id)
        first, *_ = await runs(kernel_id, client.session_id)

    assert first["outputs"][0] == DOUBT
