"""
What the REST routes about one kernel have in common.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web

from .connection import HUBS, client_id


if TYPE_CHECKING:
    from .hub import KernelHub
    from .hubs import KernelHubs


__all__ = ["KERNEL", "KERNEL_ID", "RUN", "KernelHandler", "authorized_to_execute"]

KERNEL_ID = r"(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)"
KERNEL = f"/api/fastpath/kernels/{KERNEL_ID}"
RUN = r"runs/(?P<run_id>[^/]+)"

# More than a number that SQLite takes can have.
MAX_DIGITS = 18

_Method = Callable[..., Awaitable[None]]

# What the websocket of the kernel takes, which tells the same.
authorized_to_execute: Callable[[_Method], _Method] = authorized("execute", "kernels")


class KernelHandler(APIHandler):
    """
    What is known of one kernel.
    """

    auth_resource = "kernels"

    def hub(self, kernel_id: str) -> KernelHub:
        """
        Return the hub of a kernel.

        Raises:
            HTTPError: 404, there is none.
        """
        hubs: KernelHubs = self.settings[HUBS]
        hub = hubs.get(kernel_id)
        if hub is None:
            raise web.HTTPError(404, f"Fastpath serves no kernel {kernel_id}")
        return hub

    def number(self, name: str, default: int) -> int:
        """
        Return the query argument *name* as a number.

        Raises:
            HTTPError: 400, it is none.
        """
        value = self.get_query_argument(name, str(default))
        is_number = value.isascii() and value.isdigit() and len(value) <= MAX_DIGITS
        if not is_number:
            raise web.HTTPError(400, f"{name}: {value[:20]!r} is no number")
        return int(value)

    def client_asking(self, hub: KernelHub, session_id: str) -> str:
        """
        Return the client that asks.

        A page asks with the server's token, but its websocket came with a cookie.
        """
        asking = client_id(self, session_id)
        if not self.token_authenticated:
            return asking
        return hub.find_client(session_id) or asking
