"""
What came back for one execute_request, and when.
"""

from __future__ import annotations

import itertools

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol


if TYPE_CHECKING:
    from .frames import Arrival


__all__ = ["OUTPUT_TYPES", "Client", "Record", "Wait"]

OUTPUT_TYPES = frozenset(
    {"display_data", "error", "execute_result", "stream", "update_display_data"}
)

# A kernel that is silent for so long before it has replied will not reply: the
# longest that a server may keep back everything of a run is a few seconds.
_UNANSWERED = 60.0


@dataclass(frozen=True)
class Wait:
    """How long to wait for messages of a run, in seconds of silence."""

    quiet: float = 10.0
    settle: float = 0.0


@dataclass
class Record:
    """
    The messages of one run, as they arrived at a client.

    Args:
        msg_id: The id of the execute_request.
        sent: When the client began to send it.
    """

    msg_id: str
    sent: float
    enqueued: float | None = None
    busy: float | None = None
    first_output: float | None = None
    reply: float | None = None
    idle: float | None = None
    latest: float = 0.0
    messages: int = 0
    size: int = 0
    outputs_after_done: int = 0
    stdout: list[tuple[float, str]] = field(default_factory=list)
    stderr: list[str] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        """Whether both the reply and idle are in."""
        return self.reply is not None and self.idle is not None

    @property
    def done(self) -> float:
        """When the run was complete, or else when it was last heard of."""
        if self.reply is None or self.idle is None:
            return self.latest
        return max(self.reply, self.idle)

    @property
    def stages(self) -> dict[str, float | None]:
        """When each stage of the run was reached."""
        return {
            "enqueue": self.enqueued,
            "busy": self.busy,
            "first_output": self.first_output,
            "reply": self.reply,
            "idle": self.idle,
        }

    @property
    def text(self) -> str:
        """All that came on stdout."""
        return "".join(text for _, text in self.stdout)

    @property
    def growth(self) -> list[tuple[float, float]]:
        """How many characters of stdout had come after how many seconds."""
        lengths = itertools.accumulate(len(text) for _, text in self.stdout)
        times = (when - self.sent for when, _ in self.stdout)
        return [(0.0, 0.0), *zip(times, lengths, strict=True)]

    def is_given_up(self, now: float, quiet: float) -> bool:
        """Whether nothing more is to be expected at *now*."""
        patience = _UNANSWERED if self.reply is None else quiet
        return now - max(self.latest, self.sent) > patience

    def received(self, size: int, now: float) -> None:
        """Count any message that arrived while this run was on."""
        self.messages += 1
        self.size += size
        self.latest = now

    def observed(self, arrival: Arrival, now: float) -> None:
        """Note a message that answers this run."""
        if arrival.msg_type == "execute_reply":
            self.reply = now
        elif arrival.msg_type == "status":
            self._observed_status(arrival.execution_state, now)
        elif arrival.msg_type in OUTPUT_TYPES:
            self._observed_output(arrival, now)

    def _observed_status(self, execution_state: str, now: float) -> None:
        if execution_state == "idle":
            self.idle = now
        elif self.busy is None:
            self.busy = now

    def _observed_output(self, arrival: Arrival, now: float) -> None:
        if self.is_done:
            self.outputs_after_done += 1
        # No scenario writes to stderr: this is the server speaking of its limits,
        # and not the output that is waited for.
        if arrival.stream == "stderr":
            self.stderr.append(arrival.text)
            return
        if self.first_output is None:
            self.first_output = now
        if arrival.stream == "stdout":
            self.stdout.append((now, arrival.text))


class Client(Protocol):
    """Whoever can run code in a kernel and say what came back."""

    async def execute(self, code: str, wait: Wait) -> Record:
        """Run *code* and return its record once it is done or given up."""
