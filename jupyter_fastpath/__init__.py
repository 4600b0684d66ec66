"""
A fast path between kernels and browsers for Jupyter Server.
"""

from __future__ import annotations

from typing import Any


__version__ = "0.1.0"


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from .app import FastpathApp

    return [{"module": "jupyter_fastpath", "app": FastpathApp}]
