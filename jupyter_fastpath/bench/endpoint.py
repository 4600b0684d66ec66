"""
Where a Jupyter Server is, and what it is asked over HTTP.
"""

from __future__ import annotations

import secrets

from dataclasses import dataclass
from urllib.parse import urlsplit

import msgspec

from tornado.httpclient import AsyncHTTPClient, HTTPRequest


__all__ = ["Endpoint"]

# As long as it takes to start a kernel.
_PATIENCE = 60.0


@dataclass(frozen=True)
class Endpoint:
    """
    A server as its clients know it.

    Args:
        url: Its address, with its base url, and no slash at the end.
        token: What it asks for; empty if that is nothing.
    """

    url: str
    token: str = ""

    def websocket(self, kernel_id: str) -> str:
        """Return the url of a kernel's websocket."""
        return f"ws{self.url.removeprefix('http')}/api/kernels/{kernel_id}/channels"

    def through(self, port: int) -> Endpoint:
        """Return the same server as it is through a port of this machine."""
        return Endpoint(f"http://127.0.0.1:{port}{urlsplit(self.url).path}", self.token)

    async def fetch(self, method: str, path: str, body: object = None) -> bytes:
        """Return the body of the server's answer."""
        answer = await AsyncHTTPClient().fetch(
            HTTPRequest(
                f"{self.url}{path}",
                method,
                self._headers(),
                None if body is None else msgspec.json.encode(body),
                request_timeout=_PATIENCE,
                follow_redirects=False,
                allow_nonstandard_methods=True,
            )
        )
        return answer.body

    def _headers(self) -> dict[str, str]:
        if self.token:
            return {"Authorization": f"token {self.token}"}
        # Who has no token shows, as a page does, that it can read its own cookies.
        own = secrets.token_hex(16)
        return {"Cookie": f"_xsrf={own}", "X-XSRFToken": own}
