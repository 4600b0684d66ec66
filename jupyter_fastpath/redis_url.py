"""
Where Redis is, by a URL that may have a password, and is not shown therefore.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff


if TYPE_CHECKING:
    from collections.abc import Callable


__all__ = ["PATIENCE", "connection", "place"]

# Seconds after which Redis has failed if it does not answer.
PATIENCE = 3.0


def connection(url: str) -> Callable[[], Redis]:
    """
    Return what connects to *url*.

    Raises:
        ValueError: Redis is at no such URL, which the error does not show.
    """
    connect = partial(
        Redis.from_url,
        url,
        socket_connect_timeout=PATIENCE,
        socket_timeout=PATIENCE,
        # We try again ourselves.
        retry=Retry(NoBackoff(), 0),
    )
    try:
        connect()
    except ValueError:
        raise ValueError("no URL that Redis may be at") from None
    return connect


def place(url: str) -> str:
    """
    Return *url* without a name and a password.

    Raises:
        ValueError: It cannot be told which part they are.
    """
    parts = urlsplit(url)
    if "@" in parts.path + parts.query + parts.fragment:
        # Else some of the password would be taken for a host, and be shown.
        raise ValueError("a URL with a password whose /, ? or # is not quoted")
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
