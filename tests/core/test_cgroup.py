from __future__ import annotations

import pytest

from jupyter_fastpath.core.cgroup import (
    MemoryGroup,
    find_memory_group,
    parse_limit,
    parse_oom_kills,
)


pytestmark = pytest.mark.promise("K1")

ROOT = "23 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n"
V2 = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n"
V1 = (
    "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n"
    "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
    "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
)
# Both, as many systems have it: the newer one has no memory then.
HYBRID = V1 + "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
# A container that sees the names of its host.
CONTAINER = "35 31 0:32 /docker/ab /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n"

NEW, OLD = ("memory.max", "memory.events"), ("memory.limit_in_bytes",)
OLD = (*OLD, "memory.oom_control")


@pytest.mark.parametrize(
    ("membership", "mounts", "expected"),
    [
        ("0::/user/a.scope", ROOT + V2, ("/sys/fs/cgroup", "/user/a.scope", *NEW)),
        ("0::/", V2, ("/sys/fs/cgroup", "", *NEW)),
        ("4:memory:/a\n0::/", HYBRID, ("/sys/fs/cgroup/memory", "/a", *OLD)),
        ("9:pids,memory:/a", V1, ("/sys/fs/cgroup/memory", "/a", *OLD)),
        ("4:memory:/docker/ab", CONTAINER, ("/sys/fs/cgroup/memory", "", *OLD)),
        ("4:memory:/docker/ab/k", CONTAINER, ("/sys/fs/cgroup/memory", "/k", *OLD)),
    ],
)
def test_found(membership, mounts, expected):
    """The group of the memory is found, whichever version there is."""
    assert find_memory_group(membership, mounts) == MemoryGroup(*expected)


@pytest.mark.parametrize(
    ("membership", "mounts"),
    [
        ("", V2),
        ("0::/a", ROOT),
        ("0::/../b", V2),
        ("4:memory:/docker/abc", CONTAINER),
        ("1:cpu:/a", V1),
    ],
)
def test_not_found(membership, mounts):
    """A group that cannot be seen is not taken for another one."""
    assert find_memory_group(membership, mounts) is None


def test_folders():
    """A group is in others, up to the outermost that can be seen."""
    group = MemoryGroup("/sys", "/a/b", *NEW)

    assert group.folder == "/sys/a/b"
    assert group.folders() == ["/sys/a/b", "/sys/a", "/sys"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("max\n", None), ("9223372036854771712\n", None), ("2147483648\n", 1 << 31)],
)
def test_limit(text, expected):
    """A limit is a number that there can be."""
    assert parse_limit(text) == expected


@pytest.mark.promise("K3")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("low 0\nhigh 0\nmax 7\noom 3\noom_kill 2\noom_group_kill 0\n", 2),
        ("oom_kill_disable 0\nunder_oom 0\noom_kill 5\n", 5),
        ("oom_kill_disable 0\nunder_oom 0\n", None),
    ],
)
def test_oom_kills(text, expected):
    """How many were killed is told by both versions, but for old systems."""
    assert parse_oom_kills(text) == expected
