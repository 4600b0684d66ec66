"""
Cut what runs put out where that is above the policy, and leave a marker there.

Of a text the beginning is passed on as it comes, and the end when the run is over; what
is between is withheld. An output that is too large, or one too many, is withheld as a
whole. What is withheld goes to the spool, from where it can be had back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .marking import Marking
from .message import BUFFERS, CONTENT, pack
from .splitter import split
from .text import encoded
from .watch import Watch, or_inf
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

# How many runs are watched: threads of them may still put something out. So many
# clients' policies are known, too, of whom some may never come.
MANY = 1000

NOTE = "[fastpath] left out of the output policy: {problem}\n"

# What begins an output, and so clears the others if that was put off.
BEGINNINGS = frozenset({"stream", "display_data", "execute_result", "error"})


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
        self._marking = Marking(author)
        self._store = store
        self._watched: dict[str, Watch] = {}
        self._due: dict[str, Watch] = {}  # those with such a time
        self._notebooks: dict[str | None, object] = {}

    # ---- which policy

    def told(self, client_id: str | None, policy: object) -> None:
        """
        Note the policy of the notebook as a client has it, or as it was saved.
        """
        # Who tells last is forgotten last.
        self._notebooks.pop(client_id, None)
        self._notebooks[client_id] = policy
        if len(self._notebooks) > MANY:
            del self._notebooks[next(iter(self._notebooks))]

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
        self._watched[run.run_id] = Watch(run, found.cuts, self._store.end)
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
        if msg_type in BEGINNINGS and watch.clears_next:
            watch.clear(self._store.end)
        if msg_type == "stream":
            yield from self._text(watch, message, now)
        elif msg_type in {"display_data", "execute_result", "update_display_data"}:
            yield from self._rich(watch, message, now)
        else:
            yield from self._other(watch, message, now)

    def _other(self, watch: Watch, message: Message, now: float) -> Iterator[Message]:
        if message.msg_type == "clear_output":
            watch.clears_next = bool(message.content.get("wait"))
            if not watch.clears_next:
                watch.clear(self._store.end)
        watch.is_over |= message.state == "idle"
        if message.msg_type == "error" or watch.is_over:
            yield from self._end(watch, now)
        yield _next_of(watch.run, message)

    # ---- text

    def _text(self, watch: Watch, message: Message, now: float) -> Iterator[Message]:
        name, text = message.stream_name, message.text
        cut = watch.shown.text
        if not cut.is_cut and not watch.begin_output(name):
            cut.cut()
        passed = "" if cut.is_cut else cut.pass_on(text)
        if not cut.is_cut:
            yield _next_of(watch.run, message)
            return
        if passed:
            yield _next_of(watch.run, _with_text(message, passed))
        yield from self._withhold_text(watch, name, text[len(passed) :], now)

    def _withhold_text(
        self, watch: Watch, name: str, text: str, now: float
    ) -> Iterator[Message]:
        shown = watch.shown
        is_kept = self._keep(watch, name, encoded(text), now)
        shown.text.withhold(name, text, is_kept=is_kept)
        if "text" not in shown.markers and shown.text.is_beyond_tail:
            yield self._marking.text(watch, now)
        self._wait(watch, now)

    def _end_text(self, watch: Watch, now: float) -> Iterator[Message]:
        cut = watch.shown.text
        if not cut.is_pending or watch.clears_next:
            return
        is_marked = cut.is_beyond_tail or "text" in watch.shown.markers
        end = cut.take_end()
        if is_marked:
            yield self._marking.text(watch, now, is_done=True)
        # What the kernel has sent is not merged with what is sent again.
        self._store.seal()
        for name, text in end:
            for piece in split(self._author.stream(name, text, now, watch.run)):
                yield _next_of(watch.run, piece)

    # ---- what is no text

    def _rich(self, watch: Watch, message: Message, now: float) -> Iterator[Message]:
        is_update = message.msg_type == "update_display_data"
        may_begin = is_update or watch.begin_output(None)
        # There is one result, and it is the last output.
        if not may_begin and message.msg_type == "display_data":
            yield from self._leave_out(watch, message, now)
        elif _is_too_large(watch, message):
            index, is_kept = self._keep_rich(watch, message, now)
            marked = self._marking.replaced(
                watch, message, index=index, is_kept=is_kept
            )
            yield _next_of(watch.run, marked)
        else:
            yield _next_of(watch.run, message)

    def _leave_out(
        self, watch: Watch, message: Message, now: float
    ) -> Iterator[Message]:
        shown = watch.shown
        index, is_kept = self._keep_rich(watch, message, now)
        if not shown.left_out:
            shown.index = index
        shown.left_out += 1
        shown.kept += is_kept
        if "outputs" not in shown.markers:
            yield self._marking.outputs(watch, now)
        self._wait(watch, now)

    # ---- what is kept

    def _keep_rich(
        self, watch: Watch, message: Message, now: float
    ) -> tuple[int, bool]:
        """Return the number of an output that is withheld, and whether it is kept."""
        index, watch.withheld = watch.withheld, watch.withheld + 1
        content = bytes(message.parts[CONTENT])
        return index, self._keep(watch, message.msg_type, content, now, index)

    def _keep(
        self, watch: Watch, name: str, data: bytes, now: float, index: int | None = None
    ) -> bool:
        """Give what is withheld to the spool; return whether that may have it."""
        is_kept = watch.spill(len(data))
        if is_kept:
            run_id, position = watch.run.run_id, self._store.end
            self._store.withhold(Withheld(run_id, position, name, data, index), now)
        return is_kept

    # ---- the end, and time

    def finish(self, run: Run, now: float) -> Iterator[Message]:
        """
        Yield what is to be shown now that *run* is over, or about to be.
        """
        watch = self._watched.get(run.run_id)
        if watch is not None:
            watch.is_over = True
            yield from self._end(watch, now)

    def _end(self, watch: Watch, now: float) -> Iterator[Message]:
        self._wait_no_more(watch)
        shown = watch.shown
        if shown.ended < shown.left_out:
            shown.ended = shown.left_out
            yield self._marking.outputs(watch, now, is_done=True)
        yield from self._end_text(watch, now)

    def _wait(self, watch: Watch, now: float) -> None:
        if watch.due_at is None:
            watch.due_at = now + MARKER_INTERVAL
            self._due[watch.run.run_id] = watch

    def _wait_no_more(self, watch: Watch) -> None:
        watch.due_at = None
        self._due.pop(watch.run.run_id, None)

    def due(self, now: float) -> Iterator[Message]:
        """
        Yield the markers that are to be brought up to date at *now*.
        """
        for watch in list(self._due.values()):
            if watch.due_at is not None and now >= watch.due_at:
                yield from self._bring_up_to_date(watch, now)

    def _bring_up_to_date(self, watch: Watch, now: float) -> Iterator[Message]:
        if watch.is_over:
            # A thread of it has gone on.
            yield from self._end(watch, now)
            return
        self._wait_no_more(watch)
        if watch.shown.text.is_pending:
            yield self._marking.text(watch, now)
        if watch.shown.left_out:
            yield self._marking.outputs(watch, now)

    def get_timer(self) -> float | None:
        """
        Return when :meth:`due` should be called next, if at all.
        """
        timers = (watch.due_at for watch in self._due.values())
        return min((at for at in timers if at is not None), default=None)


def _is_too_large(watch: Watch, message: Message) -> bool:
    size, has_buffers = len(message.parts[CONTENT]), len(message.parts) > BUFFERS
    return size > or_inf(watch.policy.rich_bytes) and not has_buffers


def _next_of(run: Run, message: Message) -> Message:
    return message.numbered(run.take_number())


def _with_text(message: Message, text: str) -> Message:
    return message.with_part(CONTENT, pack(message.content | {"text": text}))
