"""
What the hub of a kernel is made of.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from logging import Logger

    from .config import KernelConfig
    from .core.terms import Terms
    from .spool import Spool
    from .states import States
    from .telemetry import Telemetry
    from .trace import Trace


__all__ = ["HubParts"]


@dataclass(frozen=True)
class HubParts:
    """
    What a hub is made of.

    Attributes:
        kernel: The kernel manager of Jupyter Server.

        multi_kernel_manager: The manager of that.

        config: How the kernel is treated.

        terms: What the relay is told.

        spool: Where what it publishes is kept on disk.

        find_path: Returns the path of the notebook of a kernel, if it has one.

        save_due: Called with the kernel's ID when output is to be brought into the
            notebook.

        attached: Called with the kernel's ID when a client has come.

        died: Called with the kernel's ID when it has died and nobody starts it again.

        states: Where it is told what goes on.

        telemetry: What measures the kernel's processes.

        run_told: Called with what is told of a run, at its begin and its end.

        run_summed_up: Called with the record of each run, soon after its end.

        log: Where to tell the administrator.

        trace: Where to write down what passes, if anywhere.
    """

    kernel: Any
    multi_kernel_manager: Any
    config: KernelConfig
    terms: Terms
    spool: Spool
    find_path: Callable[[str], Awaitable[str | None]]
    save_due: Callable[[str], None]
    attached: Callable[[str], None]
    died: Callable[[str], None]
    states: States
    telemetry: Telemetry
    run_told: Callable[[dict[str, Any]], None]
    run_summed_up: Callable[[dict[str, Any]], None]
    log: Logger
    trace: Trace | None = None
