"""
Finds out whether a kernel has passed over a run: the third witness of its end.

A kernel that executes what it is asked in order cannot have answered a later
request while the run goes on. So a kernel that has been silent for a while is sent
an empty request of the server's own. As long as it is busy it does not answer.

The control channel would tell nothing: a thread of its own answers there. Nor would
another type of request: some libraries let a running cell answer those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any


if TYPE_CHECKING:
    from collections.abc import Iterable

    from .message import Message


__all__ = ["CONTENT", "Probe"]

# How much longer to wait before each further request that is sent while one has no
# answer: to a cell that is silent for a day there are some seven.
GROWTH = 4.0

# What is executed: nothing, leaving no trace in history, count or output.
CONTENT: dict[str, Any] = {
    "code": "",
    "silent": True,
    "store_history": False,
    "user_expressions": {},
    "allow_stdin": False,
    "stop_on_error": False,
}

# What answers a request, on one socket and on the other: what comes after both has
# overtaken nothing.
ANSWERS = frozenset({"execute_reply", "idle"})


class Probe:
    """
    The requests that one kernel was sent to find out, and what follows of them.

    Args:
        patience: Seconds of silence after which the kernel is asked.

    Attributes:
        is_on: Whether the kernel executes in order, so that it can be asked.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._sent_at = 0.0
        # By msg_id of the request, oldest first: the runs before it, and its answers.
        self._waiting: dict[str, tuple[list[str], set[str]]] = {}
        self.is_on = False

    def get_timer(self, quiet_since: float) -> float | None:
        """
        Return when the kernel is to be asked, if at all.
        """
        if not self.is_on:
            return None
        patience: float = self._patience * GROWTH ** len(self._waiting)
        return max(quiet_since, self._sent_at) + patience

    def sent(self, msg_id: str, run_ids: Iterable[str], now: float) -> None:
        """
        Note that the kernel was sent a request after all of those runs.
        """
        self._sent_at = now
        self._waiting[msg_id] = (list(run_ids), set())

    def observed(self, message: Message) -> list[str]:
        """
        Take an answer to a request of the server's own; return the runs that are over.
        """
        run_ids, answers = self._waiting.get(message.run_id, ([], set()))
        answers.add(_answer(message))
        if not answers >= ANSWERS:
            return []
        while message.run_id in self._waiting:
            del self._waiting[next(iter(self._waiting))]
        return run_ids

    def has_half_passed(self, run_id: str) -> bool:
        """
        Return whether a request after that run has one of its answers, not the other.
        """
        return any(run_id in run_ids for run_ids, _ in self._halves().values())

    def settle(self, run_ids: Iterable[str]) -> None:
        """
        Expect no other half of an answer that was wanted for the sake of those runs.
        """
        ended = set(run_ids)
        halves = self._halves().items()
        for msg_id in [msg_id for msg_id, (runs, _) in halves if ended & set(runs)]:
            del self._waiting[msg_id]

    def _halves(self) -> dict[str, tuple[list[str], set[str]]]:
        waiting = self._waiting.items()
        return {msg_id: sent for msg_id, sent in waiting if sent[1] & ANSWERS}

    def stop(self) -> None:
        """
        Expect no answer any more, and ask no more.
        """
        self._waiting.clear()
        self.is_on = False

    @property
    def outstanding(self) -> int:
        """How many requests have no reply yet."""
        return sum("execute_reply" not in seen for _, seen in self._waiting.values())


def _answer(message: Message) -> str:
    return message.state or message.msg_type
