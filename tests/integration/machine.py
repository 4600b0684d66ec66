"""
What stands for the parts of a machine that a test cannot do as it likes with: control
groups, graphics processors, kernels that run elsewhere.
"""

from __future__ import annotations

import subprocess
import threading

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from jupyter_fastpath.cgroups import Cgroups


OUTER = "/sys/fs/cgroup"
GROUP = f"{OUTER}/jupyter"
MOUNT = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n"


class FakeCgroups(Cgroups):
    """
    The control groups of a machine whose files are in *folder*: all that is asked for
    are in one group, below another one.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder
        self.put("/proc/self/mountinfo", MOUNT)

    def put(self, file: str, text: str) -> None:
        """Write a file."""
        path = self.folder / file.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def add(self, pid: int) -> None:
        """Have a process in the group."""
        self.put(f"/proc/{pid}/cgroup", "0::/jupyter\n")

    def bound(self, inner: int | str, outer: int | str) -> None:
        """Give the group and that around it limits."""
        self.put(f"{GROUP}/memory.max", f"{inner}\n")
        self.put(f"{OUTER}/memory.max", f"{outer}\n")

    def count(self, oom_kills: int) -> None:
        """Have so many processes of the group killed for want of memory so far."""
        self.put(f"{GROUP}/memory.events", f"oom 9\noom_kill {oom_kills}\n")


class FakeNvml:
    """
    The module ``pynvml`` on a machine with some devices.

    Attributes:
        threads: Those that have asked.
    """

    class NVMLError(Exception):
        """What the driver says if it cannot."""

    def __init__(self, *devices: dict[str, Any]) -> None:
        self.devices = devices
        self.is_lost = False
        self.threads: set[threading.Thread] = set()

    def nvmlInit(self) -> None:  # noqa: N802
        """Begin."""
        self.threads.add(threading.current_thread())

    def nvmlDeviceGetCount(self) -> int:  # noqa: N802
        """Return how many there are; without a driver that is an error."""
        if not self.devices:
            raise self.NVMLError
        return len(self.devices)

    def nvmlDeviceGetHandleByIndex(self, index: int) -> dict[str, Any]:  # noqa: N802
        """Return a device."""
        return self.devices[index]

    def nvmlDeviceGetName(self, device: dict[str, Any]) -> str:  # noqa: N802
        """Return its name."""
        return str(device["name"])

    def nvmlDeviceGetMemoryInfo(self, device: dict[str, Any]) -> Any:  # noqa: N802
        """Return how much memory it has."""
        return SimpleNamespace(total=device["total"])

    def nvmlDeviceGetComputeRunningProcesses(self, device: Any) -> Any:  # noqa: N802
        """Return what computes."""
        return self._list(device.get("compute", {}))

    def nvmlDeviceGetGraphicsRunningProcesses(self, device: Any) -> Any:  # noqa: N802
        """Return what draws."""
        return self._list(device.get("graphics", {}))

    def _list(self, used: dict[int, int | None]) -> list[SimpleNamespace]:
        if self.is_lost:
            raise self.NVMLError
        return [SimpleNamespace(pid=pid, usedGpuMemory=it) for pid, it in used.items()]


class CloudProvisioner:
    """
    Starts kernels somewhere else.
    """


def kernel_elsewhere() -> SimpleNamespace:
    """
    Return the manager of a kernel that runs somewhere else.
    """
    provisioner = CloudProvisioner()
    return SimpleNamespace(provisioner=provisioner, shutting_down=False, reason="")


def kernel_with(process: subprocess.Popen[Any] | None) -> SimpleNamespace:
    """
    Return the manager of a kernel with this process.
    """
    provisioner = LocalProvisioner()
    provisioner.process = process
    return SimpleNamespace(provisioner=provisioner, shutting_down=False, reason="")
