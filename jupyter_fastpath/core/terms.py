"""
What a relay is told once, by the administrator and by its kernel.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .cadence import Tempo
from .clients import Paces
from .limits import Limits
from .policy import PolicyRules
from .rules import Rules


__all__ = ["Terms"]


@dataclass(frozen=True)
class Terms:
    """
    What a relay is told once.

    Attributes:
        kernel_id: The kernel.

        own_session: The session of the hub's own requests.

        epoch: The Unix time, in seconds, at which *now* is 0.

        paces: How often clients are sent to.

        rules: What may pass.

        policy: What the administrator has set of how much is shown and kept.

        idle_grace: Seconds of silence after which an ``execute_reply`` alone
            ends a run.

        reply_grace: Seconds of silence after which a run without one is looked
            after: a kernel that executes in order is asked, of any other
            ``status: idle`` alone ends the run.

        away_seconds: How long a client that is gone may come back for what it
            missed.

        memory_bytes: How much of what was published is kept in memory.

        tempo: How often notebooks are saved while their cells run.

        limits: How many clients and runs there may be at once.
    """

    kernel_id: str
    own_session: str | None = None
    epoch: float = 0.0
    paces: Paces = field(default_factory=Paces)
    rules: Rules = field(default_factory=Rules)
    policy: PolicyRules = field(default_factory=PolicyRules)
    idle_grace: float = 2.0
    reply_grace: float = 10.0
    away_seconds: float = 3600.0
    memory_bytes: int = 8 * 1024 * 1024
    tempo: Tempo = field(default_factory=Tempo)
    limits: Limits = field(default_factory=Limits)
