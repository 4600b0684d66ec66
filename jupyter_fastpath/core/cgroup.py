"""
Where Linux keeps the memory limit of a process: its control group, of either version.
"""

from __future__ import annotations

from dataclasses import dataclass


__all__ = ["MemoryGroup", "find_memory_group", "parse_limit", "parse_oom_kills"]

# Version 1 has no word for "no limit": it is the largest number of pages there can be.
NO_LIMIT = 1 << 60


@dataclass(frozen=True)
class MemoryGroup:
    """
    The control group that bounds the memory of a process.

    Attributes:
        mount: The folder of the outermost group that can be seen.

        path: The path of the group below it; empty if it is that one.

        limit_file: The name of the file with the limit.

        events_file: The name of the file that tells how often memory has run out.
    """

    mount: str
    path: str
    limit_file: str
    events_file: str

    @property
    def folder(self) -> str:
        """The folder of the group."""
        return self.mount + self.path

    def folders(self) -> list[str]:
        """
        Return the folder of the group and of all that it is in, the innermost first.
        """
        names = [name for name in self.path.split("/") if name]
        inner = range(len(names), -1, -1)
        return ["/".join([self.mount, *names[:count]]) for count in inner]


def find_memory_group(membership: str, mounts: str) -> MemoryGroup | None:
    """
    Return the group that bounds the memory of a process, if it can be seen.

    Args:
        membership: What ``/proc/PID/cgroup`` has.

        mounts: What ``/proc/self/mountinfo`` has.
    """
    paths: dict[str, str] = {}
    for line in membership.splitlines():
        _, controllers, path = line.split(":", 2)
        paths |= dict.fromkeys(controllers.split(","), path)
    # Where both versions are, memory is where it is named.
    for controller, kind, files in (
        ("memory", "cgroup", ("memory.limit_in_bytes", "memory.oom_control")),
        ("", "cgroup2", ("memory.max", "memory.events")),
    ):
        if controller in paths:
            for root, mount in _mounts(mounts, kind, controller):
                below = _below(paths[controller], root)
                if below is not None:
                    return MemoryGroup(mount, below, *files)
    return None


def _mounts(mounts: str, kind: str, controller: str) -> list[tuple[str, str]]:
    """Return what of the groups is mounted, and where."""
    found = []
    for line in mounts.splitlines():
        place, _, what = line.partition(" - ")
        fields, (present, _, options) = place.split(), what.split(maxsplit=2)
        if present == kind and (not controller or controller in options.split(",")):
            found.append((fields[3], fields[4]))
    return found


def _below(path: str, root: str) -> str | None:
    """Return *path* as seen from *root*, if it is in there."""
    if "/.." in path:
        return None
    path, root = path.rstrip("/"), root.rstrip("/")
    is_inside = path == root or path.startswith(f"{root}/")
    return path[len(root) :] if is_inside else None


def parse_limit(text: str) -> int | None:
    """
    Return the limit that a file of a group has, in bytes, if it has one.
    """
    text = text.strip()
    limit = int(text) if text.isdigit() else NO_LIMIT
    return limit if limit < NO_LIMIT else None


def parse_oom_kills(text: str) -> int | None:
    """
    Return how many processes of a group were killed since its memory had run out, if
    the file tells that.
    """
    for line in text.splitlines():
        name, _, value = line.partition(" ")
        if name == "oom_kill":
            return int(value)
    return None
