"""
What the graphics processors of this machine tell of their memory, by ``nvidia-ml-py``
if that is installed.
"""

from __future__ import annotations

import importlib
import importlib.util

from typing import TYPE_CHECKING, Any


if TYPE_CHECKING:
    from collections.abc import Collection


__all__ = ["Gpus"]


class Gpus:
    """
    Reads how much of the memory of each device some processes have.

    To be used in one thread. The driver is asked for only when something is read.

    Args:
        library: What tells: the module ``pynvml``; None for the one that is installed,
            if it is.
    """

    def __init__(self, library: Any = None) -> None:
        self._library = library
        self._devices: list[Any] | None = None

    def read(self, pids: Collection[int]) -> list[dict[str, Any]] | None:
        """
        Return the devices on which these processes have memory: ``name``, the bytes
        that they have of it, and the bytes there are; None if there is no device.
        """
        if self._devices is None:
            self._devices = self._find()
        if not self._devices:
            return None
        try:
            read = [self._read(device, pids) for device in self._devices]
        except self._library.NVMLError:
            # The device was lost, or its driver is being replaced.
            return None
        return [one for one in read if one is not None]

    def _find(self) -> list[Any]:
        """Return all devices, if there is a library, a driver and one at least."""
        if self._library is None:
            if importlib.util.find_spec("pynvml") is None:
                return []
            self._library = importlib.import_module("pynvml")
        nvml = self._library
        try:
            nvml.nvmlInit()
            count = nvml.nvmlDeviceGetCount()
            return [nvml.nvmlDeviceGetHandleByIndex(index) for index in range(count)]
        except nvml.NVMLError:
            return []

    def _read(self, device: Any, pids: Collection[int]) -> dict[str, Any] | None:
        nvml = self._library
        # What computes and draws is listed twice, with the same memory.
        used: dict[int, int] = {}
        for list_processes in (
            nvml.nvmlDeviceGetComputeRunningProcesses,
            nvml.nvmlDeviceGetGraphicsRunningProcesses,
        ):
            for one in list_processes(device):
                # Some drivers do not tell how much it is. In a container they may tell
                # IDs of the host, so that to be found nowhere does not mean 0 bytes.
                if one.pid in pids and one.usedGpuMemory is not None:
                    used[one.pid] = max(used.get(one.pid, 0), one.usedGpuMemory)
        if not used:
            return None
        return {
            "name": nvml.nvmlDeviceGetName(device),
            "memory": sum(used.values()),
            "total": nvml.nvmlDeviceGetMemoryInfo(device).total,
        }
