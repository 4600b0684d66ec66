"""
Cut what runs put out where that is above the policy, and leave a marker there.

Of a text the beginning is passed on as it comes, and the end when the run is over; what
is between is withheld. An output that is too large, or one too many, is withheld as a
whole. What is withheld goes to the spool, from where it can be had back.
"""

from __future__ import annotations

import math

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .marker import outputs_marker, rich_marker, text_marker
from .message import BUFFERS, CONTENT, pack
from .splitter import split
from .text import encoded
from .text_cut import TextCut
from .withheld import Withheld


if TYPE_CHECKING:
    from collections.abc import Iterator

    from .authored import Author
    from .message import Message
    from .policy import Policy, PolicyRules
    from .run import Run
    from .store import Store


__all__ = ["Cuts"]

# Seconds between two markers of what goes on. For so long the first is put off, too:
# all that was withheld may still be the end, which is shown.
MARKER_INTERVAL = 1.0

# How many runs are watched: threads of them may still put something out.
MANY = 1000

NOTE = "[fastpath] left out of the output policy: {problem}\n"

# What begins an output, and so clears the others if that was put off.
BEGINNINGS = frozenset({"stream", "display_data", "execute_result", "error"})


@dataclass
class _Shown:
    """
    What one run has put out since it was last cleared.

    Attributes:
        start: The position from which on it is.

        count: How many outputs there are.

        stream: The name of the last output, if that is text.

        left_out: How many there would be more.

        kept: How many of those are kept.

        index: The first of them, among all of the run that were withheld.

        ended: How many of them the last marker of the end has told of.

        markers: The IDs of the markers that are shown, by their kind.
    """

    start: int
    text: TextCut
    count: int = 0
    stream: str | None = None
    left_out: int = 0
    kept: int = 0
    index: int = 0
    ended: int = 0
    markers: dict[str, str] = field(default_factory=dict)


@dataclass
class _Watch:
    """
    One run, its limits, and what it has put out.

    Attributes:
        due_at: When its markers are to be brought up to date.

        withheld: How many outputs that are no text were withheld.

        spilled: How many bytes of all that was have gone to the spool.

        is_full: Whether no more may.
    """

    run: Run
    policy: Policy
    shown: _Shown
    clears_next: bool = False
    is_over: bool = False
    due_at: float | None = None
    withheld: int = 0
    spilled: int = 0
    is_full: bool = False


class Cuts:
    """
    Applies to each run of one kernel the policy that holds for it.

    Args:
        rules: What the administrator has set.

        author: Who writes markers.

        store: Where what is withheld goes.
    """

    def __init__(self, rules: PolicyRules, author: Author, store: Store) -> None:
        self._rules = rules
        self._author = author
        self._store = store
        self._watched: dict[str, _Watch] = {}
        self._due: dict[str, _Watch] = {}  # those with such a time
        self._notebooks: dict[str | None, object] = {}

    # ---- which policy

    def told(self, client_id: str | None, policy: object) -> None:
        """
        Note the policy of the notebook as a client has it, or as it was saved.
        """
        self._notebooks[client_id] = policy

    def forget(self, client_id: str) -> None:
        """
        Forget what a client has told that is gone.
        """
        self._notebooks.pop(client_id, None)

    def begin(self, run: Run, now: float) -> Iterator[Message]:
        """
        Note that *run* begins, and yield what is to be told of its policy.
        """
        saved = self._notebooks.get(None)
        notebook = self._notebooks.get(run.initiator, saved)
        found = self._rules.resolve(self._author.path, notebook, run.policy)
        shown = _Shown(self._store.end, TextCut(found.cuts))
        self._watched[run.run_id] = _Watch(run, found.cuts, shown)
        if len(self._watched) > MANY:
            del self._watched[next(iter(self._watched))]
        for problem in found.problems:
            yield self._author.stderr(NOTE.format(problem=problem), now, run)

    def policy_of(self, run: Run) -> Policy:
        """
        Return what holds for a *run* that has begun.
        """
        return self._watched[run.run_id].policy

    def start_of(self, run_id: str) -> int | None:
        """
        Return the position from which on what a run has put out is shown, if known.
        """
        watch = self._watched.get(run_id)
        return None if watch is None else watch.shown.start

    # ---- what is put out

    def observed(self, run: Run, message: Message, now: float) -> Iterator[Message]:
        """
        Yield what is passed on in the place of *message*, which *run* has published.
        """
        watch, msg_type = self._watched.get(run.run_id), message.msg_type
        if watch is None:
            yield _next_of(run, message)
            return
        if msg_type == "clear_output":
            self._clear(watch, wait=bool(message.content.get("wait")))
        elif msg_type in BEGINNINGS and watch.clears_next:
            self._clear(watch, wait=False)
        if msg_type == "stream":
            yield from self._text(watch, message, now)
        elif msg_type in {"display_data", "execute_result", "update_display_data"}:
            yield from self._rich(watch, message, now)
        else:
            watch.is_over |= _is_idle(message)
            if msg_type == "error" or watch.is_over:
                yield from self._end(watch, now)
            yield _next_of(run, message)

    def _clear(self, watch: _Watch, *, wait: bool) -> None:
        watch.clears_next = wait
        if not wait:
            watch.shown = _Shown(self._store.end, TextCut(watch.policy))

    def _begin_output(self, watch: _Watch, stream: str | None) -> bool:
        """Note that another output begins; return whether it may."""
        shown = watch.shown
        if stream is not None and stream == shown.stream:
            return True
        shown.stream = stream
        if shown.count >= _or_inf(watch.policy.outputs):
            return False
        shown.count += 1
        return True

    # ---- text

    def _text(self, watch: _Watch, message: Message, now: float) -> Iterator[Message]:
        name, text = message.stream_name, message.text
        cut = watch.shown.text
        if not cut.is_cut:
            if name != watch.shown.stream:
                cut.begin()
            if not self._begin_output(watch, name):
                cut.cut()
        passed = "" if cut.is_cut else cut.pass_on(text)
        if not cut.is_cut:
            yield _next_of(watch.run, message)
            return
        if passed:
            yield _next_of(watch.run, _with_text(message, passed))
        yield from self._withhold_text(watch, name, text[len(passed) :], now)

    def _withhold_text(
        self, watch: _Watch, name: str, text: str, now: float
    ) -> Iterator[Message]:
        shown = watch.shown
        is_kept = self._keep(watch, name, encoded(text), now)
        shown.text.withhold(name, text, is_kept=is_kept)
        if "text" not in shown.markers and shown.text.is_beyond_tail:
            yield self._mark_text(watch, now)
        self._wait(watch, now)

    def _mark_text(
        self, watch: _Watch, now: float, *, is_done: bool = False
    ) -> Message:
        told = self._place(watch, is_done=is_done) | watch.shown.text.told()
        return self._marker(watch, "text", text_marker(told), now)

    def _end_text(self, watch: _Watch, now: float) -> Iterator[Message]:
        cut = watch.shown.text
        if not cut.is_pending or watch.clears_next:
            return
        is_marked = cut.is_beyond_tail or "text" in watch.shown.markers
        end = cut.take_end()
        if is_marked:
            yield self._mark_text(watch, now, is_done=True)
        # What the kernel has sent is not merged with what is sent again.
        self._store.seal()
        for name, text in end:
            for piece in split(self._author.stream(name, text, now, watch.run)):
                yield _next_of(watch.run, piece)

    # ---- what is no text

    def _rich(self, watch: _Watch, message: Message, now: float) -> Iterator[Message]:
        is_update = message.msg_type == "update_display_data"
        may_begin = is_update or self._begin_output(watch, None)
        # There is one result, and it is the last output.
        if not may_begin and message.msg_type == "display_data":
            yield from self._leave_out(watch, message, now)
        elif self._is_too_large(watch, message):
            yield self._replaced(watch, message, now)
        else:
            yield _next_of(watch.run, message)

    def _is_too_large(self, watch: _Watch, message: Message) -> bool:
        size = len(message.parts[CONTENT])
        has_buffers = len(message.parts) > BUFFERS
        return size > _or_inf(watch.policy.rich_bytes) and not has_buffers

    def _replaced(self, watch: _Watch, message: Message, now: float) -> Message:
        """Return *message* with a marker in the place of what it shows."""
        content, size = message.content, len(message.parts[CONTENT])
        data = content.get("data")
        told = self._place(watch, is_done=True) | {
            "index": watch.withheld,
            "mime_types": sorted(data) if isinstance(data, dict) else [],
            "total_bytes": size,
            "kept_bytes": size if self._keep_rich(watch, message, now) else 0,
        }
        changed = content | {"data": rich_marker(told), "metadata": {}}
        return _next_of(watch.run, message.with_part(CONTENT, pack(changed)))

    def _leave_out(
        self, watch: _Watch, message: Message, now: float
    ) -> Iterator[Message]:
        shown = watch.shown
        if not shown.left_out:
            shown.index = watch.withheld
        shown.left_out += 1
        shown.kept += self._keep_rich(watch, message, now)
        if "outputs" not in shown.markers:
            yield self._mark_outputs(watch, now, is_done=False)
        self._wait(watch, now)

    def _mark_outputs(self, watch: _Watch, now: float, *, is_done: bool) -> Message:
        shown = watch.shown
        told = self._place(watch, is_done=is_done) | {
            "index": shown.index,
            "shown": shown.count,
            "total": shown.count + shown.left_out,
            "kept": shown.kept,
        }
        return self._marker(watch, "outputs", outputs_marker(told), now)

    # ---- what is kept

    def _keep_rich(self, watch: _Watch, message: Message, now: float) -> bool:
        index, watch.withheld = watch.withheld, watch.withheld + 1
        content = message.parts[CONTENT]
        return self._keep(watch, message.msg_type, bytes(content), now, index)

    def _keep(
        self,
        watch: _Watch,
        name: str,
        data: bytes,
        now: float,
        index: int | None = None,
    ) -> bool:
        """Give what is withheld to the spool; return whether that may have it."""
        watch.spilled += len(data)
        watch.is_full |= watch.policy.above == "cut"
        # After what does not fit nothing is kept: there are no gaps.
        watch.is_full |= watch.spilled > _or_inf(watch.policy.backfill_bytes)
        if not watch.is_full:
            run = watch.run
            run.is_cut = True
            held = Withheld(run.run_id, self._store.end, name, data, index)
            self._store.withhold(held, now)
        return not watch.is_full

    # ---- markers

    def _place(self, watch: _Watch, *, is_done: bool) -> dict[str, Any]:
        return {
            "kernel_id": self._author.kernel_id,
            "run_id": watch.run.run_id,
            "start": watch.shown.start,
            "is_done": is_done,
        }

    def _marker(
        self, watch: _Watch, kind: str, data: dict[str, Any], now: float
    ) -> Message:
        """Return what shows a marker, or brings it up to date."""
        markers = watch.shown.markers
        msg_type = "update_display_data" if kind in markers else "display_data"
        new_id = f"fastpath_{kind}_{watch.run.run_id}_{watch.shown.start}"
        display_id = markers.setdefault(kind, new_id)
        transient = {"display_id": display_id}
        content = {"data": data, "metadata": {}, "transient": transient}
        return self._author.write(msg_type, content, now, watch.run)

    # ---- the end, and time

    def finish(self, run: Run, now: float) -> Iterator[Message]:
        """
        Yield what is to be shown now that *run* is over, or about to be.
        """
        watch = self._watched.get(run.run_id)
        if watch is not None:
            watch.is_over = True
            yield from self._end(watch, now)

    def _end(self, watch: _Watch, now: float) -> Iterator[Message]:
        self._wait_no_more(watch)
        shown = watch.shown
        if shown.ended < shown.left_out:
            shown.ended = shown.left_out
            yield self._mark_outputs(watch, now, is_done=True)
        yield from self._end_text(watch, now)

    def _wait(self, watch: _Watch, now: float) -> None:
        if watch.due_at is None:
            watch.due_at = now + MARKER_INTERVAL
            self._due[watch.run.run_id] = watch

    def _wait_no_more(self, watch: _Watch) -> None:
        watch.due_at = None
        self._due.pop(watch.run.run_id, None)

    def due(self, now: float) -> Iterator[Message]:
        """
        Yield the markers that are to be brought up to date at *now*.
        """
        for watch in list(self._due.values()):
            if watch.due_at is not None and now >= watch.due_at:
                yield from self._bring_up_to_date(watch, now)

    def _bring_up_to_date(self, watch: _Watch, now: float) -> Iterator[Message]:
        if watch.is_over:
            # A thread of it has gone on.
            yield from self._end(watch, now)
            return
        self._wait_no_more(watch)
        if watch.shown.text.is_pending:
            yield self._mark_text(watch, now)
        if watch.shown.left_out:
            yield self._mark_outputs(watch, now, is_done=False)

    def get_timer(self) -> float | None:
        """
        Return when :meth:`due` should be called next, if at all.
        """
        timers = (watch.due_at for watch in self._due.values())
        return min((at for at in timers if at is not None), default=None)


def _or_inf(limit: int | None) -> float:
    return math.inf if limit is None else limit


def _next_of(run: Run, message: Message) -> Message:
    return message.numbered(run.take_number())


def _is_idle(message: Message) -> bool:
    state = (
        message.content.get("execution_state") if message.msg_type == "status" else ""
    )
    return state == "idle"


def _with_text(message: Message, text: str) -> Message:
    return message.with_part(CONTENT, pack(message.content | {"text": text}))
