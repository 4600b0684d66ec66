"""
The life of runs as Jupyter events, for other extensions of the server.
"""

from __future__ import annotations

import asyncio

from pathlib import Path
from typing import TYPE_CHECKING, Any


if TYPE_CHECKING:
    from jupyter_events import EventLogger


__all__ = ["CELL_DONE", "CELL_START", "RunEvents"]

CELL_START = "https://events.jupyter.org/jupyter_fastpath/cell_start/v1"
CELL_DONE = "https://events.jupyter.org/jupyter_fastpath/cell_done/v1"

SCHEMAS = Path(__file__).parent / "event_schemas"


class RunEvents:
    """
    Tells of runs through the server's event logger.

    What the administrator has set for that, handlers and modifiers that redact, holds
    for these events, too. If nobody listens, nothing is done.

    Args:
        logger: The event logger of the server.
    """

    def __init__(self, logger: EventLogger) -> None:
        self._logger = logger
        for schema in sorted(SCHEMAS.glob("*.yaml")):
            logger.register_event_schema(schema)

    def told(self, account: dict[str, Any]) -> None:
        """
        Tell what clients are told of the begin or the end of a run, after them.
        """
        asyncio.get_running_loop().call_soon(self._emit, account)

    def _emit(self, account: dict[str, Any]) -> None:
        schema_id = CELL_DONE if "status" in account else CELL_START
        self._logger.emit(schema_id=schema_id, data=account)
