"""
The state machine of one kernel: who gets which message, and when.
"""

from __future__ import annotations

import math

from functools import partial
from typing import TYPE_CHECKING, Any

from .authored import LOST, Author
from .checkpoints import Checkpoints
from .counters import Counters
from .cuts import Cuts
from .delivery import Delivery
from .instructions import Emit, Instruction, ToKernel, Warn
from .numbering import Numbering
from .ownership import Ownership
from .probe import CONTENT
from .records import Records
from .requests import Requests
from .run import OUTPUT_TYPES, CellDone, CellStart, Run, RunState
from .runs import RunRegistry
from .silence import Silence
from .splitter import split


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

        store: What the kernel has published; note there what the spool has.

        cuts: What is withheld; note there what notebooks have as their policies.

        checkpoints: When output is saved; note there what has become of that.

        records: What is told of runs.
    """

    def __init__(self, terms: Terms) -> None:
        self.counters = Counters()
        self.kernel_id = terms.kernel_id
        self.author = Author(terms.kernel_id, terms.epoch)
        self._terms = terms
        self._runs = RunRegistry()
        self._requests = Requests()
        self._numbering = Numbering()
        self._silence = Silence(terms, self._runs)
        self._probe = self._silence.probe
        self.records = Records(self.author, self._runs)
        self._delivery = Delivery(terms, self.counters, self.records)
        self.clients, self.store = self._delivery.clients, self._delivery.store
        self.cuts = Cuts(terms.policy, self.author, self.store)
        self._state: Message | None = None
        self._instructions: list[Instruction] = []
        self._straggling: dict[str, float] = {}  # run_id -> until when
        self._texts_in_a_row = 0
        self._ownership = Ownership(self._runs, self.clients)
        self.owner_of = self._ownership.owner_of
        self.checkpoints = Checkpoints(
            terms.tempo,
            self._runs,
            self._ownership,
            self.author,
            self._delivery.tell,
        )
        self.notebook_saved = self._ownership.saved
        self.contested, self.is_seen = (
            self._ownership.contested,
            self._ownership.is_seen,
        )
        self.kept, self.needed = self._runs.kept, self._runs.needed
        self.cut_runs = self._runs.cut
        self.latest_of_cell = self._runs.latest_of_cell

    # ---- clients

    def admits(self, client_id: str, now: float) -> bool:
        """
        Return whether a client may be added; who has been away for longest makes room.
        """
        has_room = len(self.clients.ids()) < self._terms.limits.clients
        if has_room or client_id in self.clients:
            return True
        gone = self.clients.longest_away
        if gone is None:
            self.counters.turned_away += 1
            return False
        self.detach(gone, now, may_return=False)
        return True

    def attach(self, client_id: str, now: float, cursor: int | None = None) -> None:
        """
        Add a client, or take it up again where it left.

        Args:
            client_id: The client.

            now: The time.

            cursor: How many messages it has got so far, if it counts them.
        """
        is_new = client_id not in self.clients
        is_known = self._delivery.attach(client_id, now, cursor)
        if not is_known or self._ownership.others_wrote(client_id):
            self.counters.gaps += 1
            gap = self.author.write("gap", {"cursor": cursor}, now, None)
            self.clients.put_next(client_id, gap, now)
        elif not is_new:
            self.counters.resumed += 1
        if is_new:
            self._greet(client_id, now)
        else:
            self._ownership.broken(client_id)

    def _greet(self, client_id: str, now: float) -> None:
        """Tell a client how things are that it cannot have heard of."""
        if self._state is not None:
            self._delivery.tell(client_id, self._state, now)
        for run in self._runs.kept():
            if run.state is RunState.DONE and run.initiator == client_id:
                reply = self.author.outcome(run, now)
                for message in (reply, *self.author.ending(run, now)):
                    self._delivery.tell(client_id, message, now)

    def detach(self, client_id: str, now: float, *, may_return: bool) -> None:
        """
        Let a client go; if it *may_return*, keep its place for a while.
        """
        keeps = may_return and self._terms.away_seconds > 0
        until = now + self._terms.away_seconds if keeps else None
        if may_return:
            self._ownership.broken(client_id)
        with self._ownership.passing(partial(self._tell_heir, now)):
            self.clients.detach(client_id, until)
        if not keeps:
            self.cuts.forget(client_id)
        self.checkpoints.left(now)

    def _tell_heir(self, now: float, heir: str, run_ids: list[str]) -> None:
        message = self.author.write("cell_owner", {"run_ids": run_ids}, now, None)
        self._delivery.tell(heir, message, now)

    def tell_all(self, msg_type: str, content: dict[str, Any], now: float) -> None:
        """
        Send every client a message of the server's own.
        """
        message = self.author.write(msg_type, content, now, None)
        for client_id in self.clients.ids():
            self._delivery.tell(client_id, message, now)

    def fetched(
        self, client_id: str, position: int, messages: list[Message], now: float
    ) -> None:
        """
        Take the *messages* that the spool has from *position* on, for a client.
        """
        start = self._delivery.start_of(messages)
        markers: list[Message] = []
        if count := start - position:
            self.counters.cut += count
            latest = self._runs.latest_of(client_id)
            ended = self._runs.ended_between(position, start)
            markers = self.author.missing(position, start, now, latest, ended)
        self._delivery.fetched(client_id, position, messages, markers)

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
        if message.msg_type == "execute_request":
            if self._runs.open_count >= self._terms.limits.runs:
                self._refuse(message, client_id, now)
                return
            self._silence.asked(now)
            self._request(message, client_id, now)
        elif message.msg_type == "interrupt_request":
            self.kernel_interrupted()
        elif message.msg_type == "input_reply":
            self._runs.answered()
        self._requests.sent(message, client_id)
        self._send_to_kernel(message)

    def _request(self, message: Message, client_id: str, now: float) -> None:
        self._runs.requested(message, client_id)
        self.records.requested(message.msg_id, now)

    def _refuse(self, message: Message, client_id: str, now: float) -> None:
        """Have a run end that the kernel is not asked for, since too many wait."""
        if self._runs.get(message.msg_id) is not None:
            return
        self.counters.over_limit += 1
        self._request(message, client_id, now)
        run = self._runs.get(message.msg_id)
        assert run is not None
        run.status = "error"
        self._runs.end(run, "passed_over")
        self._tell_start(run, now)
        self._pass_all(self.cuts.finish(run, now), now)
        self._pass_on(self.author.refused(self._terms.limits.runs, now, run), now)
        self._pass_on(self.author.reply(run, now), now)
        self._pass_on(self.author.status("idle", now, run), now)
        self._close(run, now)

    def _send_to_kernel(self, message: Message) -> None:
        self.counters.to_kernel += 1
        self._instructions.append(ToKernel(message))

    # ---- the kernel

    def receive_from_kernel(self, message: Message, now: float) -> None:
        """
        Take a message that the kernel sent.
        """
        self.counters.from_kernel += 1
        self._silence.broken(now)
        self._numbering.observed(message)
        is_text = message.msg_type == "stream"
        self._texts_in_a_row = self._texts_in_a_row + 1 if is_text else 0
        if message.parent.session != self._terms.own_session:
            for piece in split(message):
                self._take(piece, now)
        else:
            self._end_passed_over(self._probe.observed(message), now)
        if self._straggling and not self._missing():
            self._finish_straggling(now, math.inf)

    def _take(self, message: Message, now: float) -> None:
        self.author.session = message.header.session or self.author.session
        shown = self._terms.rules.redacted(message)
        if message.msg_type == "status":
            self._state = message
        run = self._runs.get(message.run_id)
        if run is None:
            self._pass_on(shown, now)
            return
        is_first = not run.has_output and message.msg_type in OUTPUT_TYPES
        run.tally.came(message)
        if is_first:
            self.records.put_out(run, now)
        self._runs.observed(run, message)
        if run.state is RunState.RUNNING and not run.has_started:
            self._end_overtaken(run, now)
        self._tell_start(run, now)
        if self._runs.is_stale(run, message):
            self.counters.stale += 1
        elif message.channel == "iopub":
            self.checkpoints.observed(run, now)
            passed = self.cuts.observed(run, shown, now)
            self._pass_all(passed, now, is_first=is_first)
        else:
            self._pass_on(shown, now)
        if run.state is RunState.COMPLETE:
            self._complete(run, now)

    def _pass_on(self, message: Message, now: float, *, is_first: bool = False) -> None:
        initiator = self._initiator_of(message.run_id)
        if message.channel == "iopub":
            self._notice_foreign(message, initiator)
            self._delivery.publish(message, now, initiator, is_first=is_first)
            return
        self._requests.replied(message)
        if message.channel == "stdin" and initiator not in self.clients:
            initiator = self.clients.heir
        self._delivery.tell(initiator, message, now)

    def _pass_all(
        self, messages: Iterable[Message], now: float, *, is_first: bool = False
    ) -> None:
        for message in messages:
            self._pass_on(message, now, is_first=is_first)
            is_first = False

    def _initiator_of(self, msg_id: str) -> str | None:
        run = self._runs.get(msg_id)
        return self._requests.client_of(msg_id) if run is None else run.initiator

    def _notice_foreign(self, message: Message, initiator: str | None) -> None:
        asked = message.parent.msg_type
        if message.msg_type != "status" or not asked.endswith("_request"):
            return
        if initiator is None and message.state == "idle":
            self._numbering.answered_elsewhere(asked)

    def _tell_start(self, run: Run, now: float) -> None:
        if run.has_started:
            return
        run.has_started = True
        self.records.begun(run, now)
        start = CellStart(run.run_id, run.cell_id, run.session)
        self._tell(start, run, now)
        self._pass_all(self.cuts.begin(run, now), now)
        self.checkpoints.started(run, now)
        policy = self.cuts.policy_of(run)
        self.clients.use(policy.initiator_pace, policy.collaborator_pace)

    def _tell(self, change: CellStart | CellDone, run: Run, now: float) -> None:
        account = self.author.account(change, now)
        self._pass_on(self.author.lifecycle(account, run, now), now)
        self._instructions.append(Emit(change, account))

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
        if not run.has_idle:
            self._numbering.catch_up()
        self._tell_start(run, now)
        self._pass_all(self.cuts.finish(run, now), now)
        self._tell_loss(run, now)
        self._tell_death(run, now)
        if not run.has_reply:
            self._pass_on(self.author.reply(run, now), now)
        if not run.has_idle:
            self._pass_on(self.author.status("idle", now, run), now)
        self._close(run, now)

    def _close(self, run: Run, now: float) -> None:
        self._tell(self._runs.told(run), run, now)
        run.end = self.store.end
        self.records.done(run, now)
        self.checkpoints.done(run, now)

    def _tell_death(self, run: Run, now: float) -> None:
        if run.reason is not None:
            self._pass_on(self.author.died(run.reason, now, run), now)

    def _tell_loss(self, run: Run, now: float) -> None:
        count = self._missing()
        run.tally.lost += count
        if not count:
            return
        self._numbering.settle()
        self.counters.lost += count
        text = LOST.format(count=count)
        self._instructions.append(Warn(text.strip()))
        self._pass_on(self.author.stderr(text, now, run), now)

    def _end_overtaken(self, run: Run, now: float) -> None:
        for other in self._runs.overtaken_by(run):
            self._end_lacking(other, now)

    def _end_lacking(self, run: Run, now: float) -> None:
        """End a run of which one witness has spoken, and the other will not."""
        missing = "'status: idle'" if run.has_reply else "execute_reply"
        text = f"run {run.run_id} has ended without its {missing}"
        self._instructions.append(Warn(text))
        self._runs.end(run, "silence")
        self._finish(run, now)

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

    def kernel_ended(self, verdict: str, now: float, reason: str | None = None) -> None:
        """
        Note that the process of the kernel is gone, and all its runs with it.

        Args:
            verdict: ``kernel_died`` or ``kernel_restarted``.

            now: The time.

            reason: Why it died, as far as that is known.
        """
        self._finish_straggling(now, math.inf)
        # What a kernel had still numbered when it ended was not lost on the way.
        self._numbering = Numbering()
        if (run := self._runs.current) is not None and run.status is None:
            run.reason = reason
        for run in self._runs.open():
            run.status = run.status or verdict
            self._runs.end(run, "kernel_ended")
            self._finish(run, now)
        self._requests.forget_outstanding()
        self._probe.stop()
        self._state = None

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
        if self.clients.expires(now):
            with self._ownership.passing(partial(self._tell_heir, now)):
                self.clients.expire(now)
        self._finish_straggling(now, now)
        for run in self._silence.ended(now):
            self._end_lacking(run, now)
        if self._silence.is_to_be_asked(now):
            self._ask(now)

    def _ask(self, now: float) -> None:
        """Have the kernel tell whether it has passed over the runs of so far."""
        asking = self.author.request(
            "execute_request", CONTENT, now, self._terms.own_session or ""
        )
        runs = (run.run_id for run in self._runs.open() if run.subshell_id is None)
        self._probe.sent(asking.msg_id, runs, now)
        self._send_to_kernel(asking)

    def get_timer(self) -> float | None:
        """
        Return when :meth:`instructions` should be called next, if at all.
        """
        timers = [
            self._delivery.get_timer(),
            self._silence.get_timer(),
            self.cuts.get_timer(),
            self.checkpoints.get_timer(),
            min(self._straggling.values(), default=None),
        ]
        return min((at for at in timers if at is not None), default=None)

    def instructions(self, now: float) -> Iterator[Instruction]:
        """
        Yield what is to be done at *now*, the latest initiator first.
        """
        self._pass_all(self.cuts.due(now), now)
        instructions, self._instructions = self._instructions, []
        yield from instructions
        yield from self.checkpoints.due(now)
        yield from self._delivery.instructions(now)

    @property
    def is_flooding(self) -> bool:
        """Whether the kernel sends nothing but text, much of it: it can wait a bit."""
        return self._texts_in_a_row >= FLOOD

    @property
    def has_open_runs(self) -> bool:
        """Whether some run has not ended."""
        return self._runs.has_open

    @property
    def open_run_count(self) -> int:
        """How many runs have not ended."""
        return len(self._runs.open())
