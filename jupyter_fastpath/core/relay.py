"""
The state machine of one kernel: who gets which message, and when.
"""

from __future__ import annotations

import math

from typing import TYPE_CHECKING

from .authored import CUT, LOST, Author
from .clients import Clients
from .counters import Counters
from .instructions import Emit, Instruction, ToClient, ToKernel, Warn
from .numbering import Numbering
from .probe import CONTENT, Probe
from .requests import Requests
from .runs import OUTPUT_TYPES, CellDone, CellStart, Run, RunRegistry, RunState


if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .message import Message
    from .terms import Terms


__all__ = ["Relay"]

# How long numbers may be missing before they count as lost: threads of a kernel
# number their messages before they queue for the socket.
STRAGGLING = 0.25

# From how many messages of text in a row on a kernel floods.
FLOOD = 16

# How long the kernel must be found silent a second time. After a stall of the
# server its timers fire before its sockets have caught up.
CONFIRMING = 0.25


class Relay:
    """
    Everything Fastpath knows about one kernel.

    Call the method that says what happened. After that, and when the timer
    fires, carry out the :meth:`instructions` and set the timer to
    :meth:`get_timer`. When the timer fires and nothing waits to be received
    from the kernel, call :meth:`handle_timer` before.

    Args:
        terms: What the administrator and the kernel dictate.

    Attributes:
        clients: Who is sent what; note there what has become of it.
    """

    def __init__(self, terms: Terms) -> None:
        self.counters = Counters()
        self.kernel_id = terms.kernel_id
        self.author = Author(terms.kernel_id, terms.epoch)
        self._terms = terms
        self._runs = RunRegistry()
        self._requests = Requests()
        self._numbering = Numbering()
        self._probe = Probe(terms.reply_grace)
        self.clients = Clients(terms.paces)
        self._initiator: str | None = None
        self._instructions: list[Instruction] = []
        self._straggling: dict[str, float] = {}  # run_id -> until when
        self._texts_in_a_row = 0
        self._heard_at = 0.0
        self._asked_at = 0.0
        self._confirm_at: float | None = None

    # ---- clients

    def attach(self, client_id: str, now: float) -> None:
        """
        Add a client, or take it up again where it left.
        """
        count, size = self.clients.get_cut(client_id)
        marker = None
        if count:
            self.counters.cut += count
            run = self._runs.latest_of(client_id)
            marker = self.author.aside(CUT.format(count=count, size=size), now, run)
        self.counters.resent += self.clients.attach(client_id, now, marker)

    def detach(self, client_id: str, now: float, *, may_return: bool) -> None:
        """
        Let a client go; if it *may_return*, keep what it misses for a while.
        """
        keeps = may_return and self._terms.away_seconds > 0
        self.clients.detach(
            client_id, now + self._terms.away_seconds if keeps else None
        )

    def receive_from_client(self, client_id: str, message: Message, now: float) -> None:
        """
        Take a message that a client sent.
        """
        self.counters.from_clients += 1
        if message.channel == "iopub" or not self._terms.rules.allow(message):
            self.counters.refused += 1
            what = f"{message.msg_type!r} on {message.channel}"
            self._instructions.append(Warn(f"a client may not send {what}"))
            return
        self._requests.sent(message, client_id)
        if message.msg_type == "execute_request":
            self._asked_at = now
            self._runs.requested(message, client_id)
        elif message.msg_type == "interrupt_request":
            self.kernel_interrupted()
        self._instructions.append(ToKernel(message))

    # ---- the kernel

    def receive_from_kernel(self, message: Message, now: float) -> None:
        """
        Take a message that the kernel sent.
        """
        self.counters.from_kernel += 1
        self._heard_at, self._confirm_at = now, None
        self._numbering.observed(message)
        is_text = message.msg_type == "stream"
        self._texts_in_a_row = self._texts_in_a_row + 1 if is_text else 0
        if message.parent.session != self._terms.own_session:
            self._take(message, now)
        else:
            self._end_passed_over(self._probe.observed(message), now)
        if self._straggling and not self._missing():
            self._finish_straggling(now, math.inf)

    def _take(self, message: Message, now: float) -> None:
        self.author.session = message.header.session or self.author.session
        shown = self._terms.rules.redacted(message)
        run = self._runs.get(message.run_id)
        if run is None:
            self._pass_on(shown, now)
            return
        is_first = not run.has_output and message.msg_type in OUTPUT_TYPES
        self._runs.observed(run, message)
        if run.state is RunState.RUNNING and not run.has_started:
            self._end_overtaken(run, now)
        self._tell_start(run, now)
        if self._runs.is_stale(run, message):
            self.counters.stale += 1
        elif message.channel == "iopub":
            self._pass_on(shown.numbered(run.take_number()), now, is_first=is_first)
        else:
            self._pass_on(shown, now)
        if run.state is RunState.COMPLETE:
            self._complete(run, now)

    def _pass_on(self, message: Message, now: float, *, is_first: bool = False) -> None:
        initiator = self._initiator_of(message.run_id)
        self._initiator = initiator or self._initiator
        if message.channel == "iopub":
            self._notice_foreign(message, initiator)
        else:
            self._requests.replied(message)
        if initiator in self.clients:
            assert initiator is not None
            put = self.clients.put_first if is_first else self.clients.put_urgent
            put(initiator, message, now)
        elif message.channel != "iopub":
            self.counters.unclaimed += 1
        if message.channel == "iopub":
            self.clients.put_relaxed(message, now, besides=initiator)

    def _initiator_of(self, msg_id: str) -> str | None:
        run = self._runs.get(msg_id)
        return self._requests.client_of(msg_id) if run is None else run.initiator

    def _notice_foreign(self, message: Message, initiator: str | None) -> None:
        asked = message.parent.msg_type
        if message.msg_type != "status" or not asked.endswith("_request"):
            return
        if initiator is None and message.content.get("execution_state") == "idle":
            self._numbering.answered_elsewhere(asked)

    def _tell_start(self, run: Run, now: float) -> None:
        if run.has_started:
            return
        run.has_started = True
        start = CellStart(run.run_id, run.cell_id, run.session)
        self._tell(start, run, now)

    def _tell(self, change: CellStart | CellDone, run: Run, now: float) -> None:
        self._pass_on(self.author.lifecycle(change, run, now), now)
        self._instructions.append(Emit(change))

    # ---- how runs end

    def _complete(self, run: Run, now: float) -> None:
        if run.run_id in self._straggling:
            return
        if self._missing():
            self._straggling[run.run_id] = now + STRAGGLING
        else:
            self._finish(run, now)

    def _finish_straggling(self, now: float, patience: float) -> None:
        """Finish the runs that wait for missing numbers until *patience* or before."""
        for run_id, until in list(self._straggling.items()):
            run = self._runs.get(run_id)
            assert run is not None
            if until <= patience:
                self._finish(run, now)

    def _missing(self) -> int:
        outstanding = self._requests.outstanding + self._probe.outstanding
        return self._numbering.missing(outstanding)

    def _finish(self, run: Run, now: float) -> None:
        self._straggling.pop(run.run_id, None)
        self._tell_loss(run, now)
        self._tell_start(run, now)
        if not run.has_reply:
            self._pass_on(self.author.reply(run, now), now)
        if not run.has_idle:
            self._pass_on(self.author.status("idle", now, run), now)
        self._tell(self._runs.told(run), run, now)

    def _tell_loss(self, run: Run, now: float) -> None:
        count = self._missing()
        if not count:
            return
        self._numbering.settle()
        self.counters.lost += count
        text = LOST.format(count=count)
        self._instructions.append(Warn(text.strip()))
        self._pass_on(self.author.stderr(text, now, run), now)

    def _end_overtaken(self, run: Run, now: float) -> None:
        for other in self._runs.overtaken_by(run):
            self._runs.end(other, "silence")
            self._finish(other, now)

    def _end_passed_over(self, run_ids: Iterable[str], now: float) -> None:
        for run in filter(None, map(self._runs.get, run_ids)):
            if run.state is RunState.DONE:
                continue
            if not run.has_started:
                run.status = "aborted"
            self._runs.end(run, "passed_over")
            self._finish(run, now)

    def kernel_ready(self, *, in_order: bool = False) -> None:
        """
        Note that from now on everything the kernel publishes arrives.

        Args:
            in_order: Whether the kernel is known to execute in order whatever it is
                asked to execute.
        """
        self._numbering.settle()
        self._probe.is_on = in_order

    def kernel_ended(self, verdict: str, now: float) -> None:
        """
        Note that the process of the kernel is gone, and all its runs with it.

        Args:
            verdict: ``kernel_died`` or ``kernel_restarted``.
        """
        self._finish_straggling(now, math.inf)
        # What a kernel had still numbered when it ended was not lost on the way.
        self._numbering = Numbering()
        for run in self._runs.open():
            run.status = run.status or verdict
            self._runs.end(run, "kernel_ended")
            self._finish(run, now)
        self._requests.forget_outstanding()
        self._probe.stop()

    def kernel_interrupted(self) -> None:
        """
        Note that the kernel was interrupted in what it is running.
        """
        for run in self._runs.open():
            run.was_interrupted |= run.state is RunState.RUNNING

    def announce(self, state: str, now: float) -> None:
        """
        Tell all clients at once that the kernel is ``restarting`` or ``dead``.
        """
        self._pass_on(self.author.status(state, now), now)
        self.clients.hurry(now)

    # ---- time

    def handle_timer(self, now: float) -> None:
        """
        Do what is due at *now*, when nothing of the kernel waits to be received.
        """
        self.clients.expire(now)
        self._finish_straggling(now, now)
        silence_at, probe_at = self._get_silence_timer(), self._get_probe_timer()
        if silence_at is not None and now >= silence_at:
            self._hear_silence(now)
        if probe_at is not None and now >= probe_at:
            self._ask(now)

    def _hear_silence(self, now: float) -> None:
        if self._confirm_at is None:
            self._confirm_at = now + CONFIRMING
            return
        for run in self._believed():
            if now >= self._heard_at + self._grace(run):
                self._runs.end(run, "silence")
                self._finish(run, now)
        self._confirm_at = None

    def _grace(self, run: Run) -> float:
        terms = self._terms
        return terms.idle_grace if run.has_reply else terms.reply_grace

    def _believed(self) -> list[Run]:
        """Return the runs that are over, as one witness says, if all stays silent."""
        runs = self._runs.halfway()
        return [run for run in runs if run.has_reply or not self._probe.is_on]

    def _ask(self, now: float) -> None:
        """Have the kernel tell whether it has passed over the runs of so far."""
        asking = self.author.request(
            "execute_request", CONTENT, now, self._terms.own_session or ""
        )
        runs = (run.run_id for run in self._runs.open() if run.subshell_id is None)
        self._probe.sent(asking.msg_id, runs, now)
        self._instructions.append(ToKernel(asking))

    def _get_probe_timer(self) -> float | None:
        if not self._runs.has_open:
            return None
        return self._probe.get_timer(max(self._heard_at, self._asked_at))

    def _get_silence_timer(self) -> float | None:
        runs = self._believed()
        if not runs:
            return None
        if self._confirm_at is not None:
            return self._confirm_at
        return self._heard_at + min(map(self._grace, runs))

    def get_timer(self) -> float | None:
        """
        Return when :meth:`instructions` should be called next, if at all.
        """
        timers = [
            self.clients.get_timer(),
            self._get_silence_timer(),
            self._get_probe_timer(),
            min(self._straggling.values(), default=None),
        ]
        return min((at for at in timers if at is not None), default=None)

    def instructions(self, now: float) -> Iterator[Instruction]:
        """
        Yield what is to be done at *now*, the latest initiator first.
        """
        instructions, self._instructions = self._instructions, []
        yield from instructions
        for client_id, message in self.clients.take(now, self._initiator):
            self.counters.to_clients += 1
            self.counters.merged += message.events - 1
            self.counters.bytes_to_clients += message.size
            yield ToClient(client_id, message.stamped)
        self.counters.deferred = self.clients.deferred

    @property
    def is_flooding(self) -> bool:
        """Whether the kernel sends nothing but text, much of it: it can wait a bit."""
        return self._texts_in_a_row >= FLOOD

    @property
    def has_open_runs(self) -> bool:
        """Whether some run has not ended."""
        return self._runs.has_open
