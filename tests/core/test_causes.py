from __future__ import annotations

import pytest

from jupyter_fastpath.core.causes import Ending, describe


pytestmark = pytest.mark.promise("K3")

GIB = 1 << 30


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        (Ending(None), "for an unknown reason"),
        (Ending(0), "exit code 0"),
        (Ending(3), "exit code 3"),
        (Ending(0xC0000005), "access violation (exit code 0xc0000005)"),
        (Ending(None, "SIGTERM"), "killed by SIGTERM"),
        (Ending(None, "signal 40"), "killed by signal 40"),
        (Ending(None, "SIGSEGV"), "segmentation fault (SIGSEGV)"),
        (Ending(139, "SIGSEGV"), "segmentation fault (SIGSEGV) (exit code 139)"),
    ],
)
def test_told(ending, expected):
    """An exit code, or the signal, is told in words."""
    assert describe(ending) == expected


@pytest.mark.parametrize(
    ("is_out_of_memory", "limit", "expected"),
    [
        (None, None, ", maybe by the system for want of memory"),
        (None, GIB, ", maybe by the system for want of memory"),
        (False, GIB, ""),
        (True, None, ", out of memory"),
        (True, 2 * GIB, ", out of memory: its limit is 2.0 GiB"),
        (True, GIB // 2, ", out of memory: its limit is 512 MiB"),
    ],
)
def test_memory(is_out_of_memory, limit, expected):
    """Want of memory is told for what is killed: for sure, maybe, or not at all."""
    ending = Ending(None, "SIGKILL", is_out_of_memory, limit)

    assert describe(ending) == f"killed by SIGKILL{expected}"


def test_no_fault_of_memory():
    """What has ended by another signal was not killed for want of memory."""
    ending = Ending(None, "SIGSEGV", is_out_of_memory=True, limit=GIB)

    assert describe(ending) == "segmentation fault (SIGSEGV)"
