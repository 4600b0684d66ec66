"""
How a hub finds out that its kernel can be used.
"""

from __future__ import annotations

import asyncio

import pytest

from jupyter_fastpath import readiness
from jupyter_fastpath.config import KernelConfig
from jupyter_fastpath.readiness import Readiness
from tests.strategies import make


class Channels:
    """
    Channels of which one is never connected, to a kernel that answers.
    """

    def request(self, channel, msg_type, content):
        """Take what is asked."""

    def are_connected(self):
        """Say that one is not."""
        return False


@pytest.mark.promise("A8", "C2")
async def test_a_channel_that_stays_away(monkeypatch):
    """A channel that is never connected does not keep the kernel from being used."""
    monkeypatch.setattr(readiness, "CONNECTED_TIMEOUT", 0.05)
    ready = Readiness(Channels(), KernelConfig())
    achieving = asyncio.create_task(ready.achieve())
    info = make("kernel_info_reply", {"implementation": "other"}, channel="control")
    ready.observed([info, make("status", {"execution_state": "idle"}, run_id=None)])
    await asyncio.wait_for(achieving, 10.0)

    assert ready.is_ready
    assert not ready.is_ipykernel
