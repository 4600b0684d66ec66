"""
The life of one kernel: whether it is there, how often it was started, why it died.
"""

from __future__ import annotations

import asyncio

from typing import TYPE_CHECKING, Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from jupyter_core.utils import ensure_async

from .death import LifeRecord


if TYPE_CHECKING:
    from collections.abc import Callable


__all__ = ["KernelLife"]

# Seconds between two looks whether a process of this machine is alive.
LOCAL_INTERVAL = 0.5


class KernelLife:
    """
    What is known of whether a kernel lives.

    Args:
        kernel: The kernel manager of Jupyter Server.

        interval: Seconds between two looks at a kernel of another machine.

        is_asked: Returns whether it has something to run.

    Attributes:
        is_dead: Whether it is gone, and will not come back by itself.

        is_gone: Whether it is gone, and is about to be started again.

        restarts: How often it was started again.

        reason: Why it died the last time, as far as is known.
    """

    def __init__(
        self, kernel: Any, interval: float, is_asked: Callable[[], bool]
    ) -> None:
        self._kernel = kernel
        self._interval = interval
        self._is_asked = is_asked
        self._record = LifeRecord()
        self._starts = 0
        self.is_dead = False
        self.is_gone = False
        self.reason: str | None = None

    @property
    def restarts(self) -> int:
        """How often it was started again."""
        return max(0, self._starts - 1)

    @property
    def has_begun(self) -> bool:
        """Whether it has ever been ready."""
        return self._starts > 0

    def begin(self) -> None:
        """
        Note that it has been started, or is about to be.
        """
        self.is_dead = self.is_gone = False
        self._record.begin(self._kernel)

    def ready(self) -> None:
        """
        Note that it has answered.
        """
        self._starts += 1
        self._record.begin(self._kernel)

    def went(self) -> bool:
        """
        Note that it has died, and is about to be started again; return whether that is
        news.
        """
        if self.is_gone:
            return False
        self.is_gone = True
        self.reason = self._record.cause()
        return True

    def died(self, *, is_wanted: bool) -> None:
        """
        Note that it is gone for good, as it was told to be or not.
        """
        if not self.is_dead:
            self.reason = None if is_wanted else self._record.cause()
        self.is_dead = True

    async def end(self) -> None:
        """
        Return when it has died, unasked, and nobody has noticed.
        """
        while True:
            is_local = isinstance(self._kernel.provisioner, LocalProvisioner)
            longest = LOCAL_INTERVAL if is_local else self._interval
            await asyncio.sleep(min(longest, self._interval))
            if self.is_gone or self.is_dead:
                continue
            if await (self._has_ended() if is_local else self._is_not_alive()):
                return

    async def _has_ended(self) -> bool:
        # While it is being started again it has no process, or the last one.
        if self._record.has_ended and not self._kernel.shutting_down:
            return True
        self._record.look()
        return False

    async def _is_not_alive(self) -> bool:
        """Ask who knows, which may be dear, if nobody else does and it matters."""
        if self._kernel.autorestart or not self._is_asked():
            return False
        return not await ensure_async(self._kernel.is_alive())
