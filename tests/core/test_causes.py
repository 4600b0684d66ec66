from __future__ import annotations

import pytest

from jupyter_fastpath.core.causes import LINGERING, Ending, MemoryRecord, describe


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


def test_killed():
    """What was killed is one of those that were killed since it was started."""
    record = MemoryRecord(1)

    assert [record.tell(1), record.tell(2)] == [False, True]


def test_killed_not_known():
    """Nothing is known if it is not known how many were killed, then or now."""
    assert [MemoryRecord(None).tell(1), MemoryRecord(1).tell(None)] == [None, None]


def test_killed_others():
    """Those that were killed long before are others."""
    record = MemoryRecord(1)
    record.alive(2, 100.0)
    record.alive(2, 100.0 + LINGERING)

    assert [record.tell(2), record.tell(3)] == [False, True]


def test_killed_but_seen_alive():
    """What is killed is seen alive until it has given back its memory."""
    record = MemoryRecord(1)
    record.alive(1, 0.0)
    record.alive(2, 100.0)
    record.alive(2, 99.9 + LINGERING)

    assert record.tell(2)


def test_killed_again():
    """Each time that one is killed it may be the one."""
    record = MemoryRecord(1)
    record.alive(2, 100.0)
    record.alive(3, 110.0)
    record.alive(3, 100.0 + LINGERING)

    assert record.tell(3)
