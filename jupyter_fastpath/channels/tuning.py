"""
The limits of ipykernel, and how it is asked to lift them.

ipykernel publishes through a ZeroMQ socket that drops in silence what it cannot
queue (``SNDHWM``, 1000 messages by default), and gathers text that is not flushed
for 0.2 s. Both can be changed while it runs, by code that runs in it.

``XPUB_NODROP`` would be no cure: one subscriber that stalls, whoever it belongs to,
would freeze the kernel.
"""

from __future__ import annotations

from typing import Any


__all__ = ["is_ipykernel", "tuning_request"]

# Runs in the kernel, in a namespace of its own; must never raise there.
TUNING = """
import sys
from contextlib import suppress

with suppress(Exception):
    import zmq
    from IPython import get_ipython

    thread = get_ipython().kernel.iopub_thread
    thread.schedule(lambda: thread.socket.setsockopt(zmq.SNDHWM, 0))
    for stream in (sys.stdout, sys.stderr):
        if "flush_interval" in dir(stream):
            stream.flush_interval = min(stream.flush_interval, {flush_interval!r})
"""


def is_ipykernel(kernel_info: dict[str, Any]) -> bool:
    """
    Return whether the kernel of this ``kernel_info_reply`` is ipykernel.
    """
    language = kernel_info.get("language_info")
    name = language.get("name") if isinstance(language, dict) else None
    return kernel_info.get("implementation") == "ipython" and name == "python"


def tuning_request(flush_interval: float) -> dict[str, Any]:
    """
    Return the content of the silent ``execute_request`` that lifts the limits.

    It leaves no trace in the user's namespace, history or execution count.
    """
    source = TUNING.format(flush_interval=flush_interval)
    return {
        "code": f"exec({source!r}, {{}})",
        "silent": True,
        "store_history": False,
        "user_expressions": {},
        "allow_stdin": False,
        "stop_on_error": False,
    }
