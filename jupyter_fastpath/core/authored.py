"""
The messages that the server writes itself; ``docs/protocol.md`` is their contract.

All carry the session of the kernel: JupyterLab takes another session for a
restarted kernel, and silently drops what it still has in hand of the old one.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from .message import PARENT_HEADER, Channel, Message, pack


if TYPE_CHECKING:
    from .run import CellDone, CellStart, Run


__all__ = ["Author"]

PROTOCOL_VERSION = "5.3"

# What the IDs of the server's own messages have in them.
SIGN = "_fastpath_"

# What stands for messages that were not kept is merged with none that were.
OF_NO_ERA = -1

LOST = (
    "[fastpath] {count:,} messages of the kernel were lost before they reached the"
    " server: output is missing here. ZeroMQ drops them when a kernel publishes"
    " faster than it can send, and a gateway when its limits are exceeded or the"
    " connection to it breaks.\n"
)
CUT = (
    "[fastpath] {count:,} messages of the kernel were not kept until this page could"
    " take them: output is missing here. SpoolConfig.bytes sets how much is kept.\n"
)


class Author:
    """
    Writes messages in the name of one kernel.

    Args:
        kernel_id: The kernel.

        epoch: The Unix time, in seconds, at which *now* is 0.

    Attributes:
        kernel_id: The kernel.

        session: The session that the kernel's messages carry.

        path: The notebook that the kernel belongs to, if it is known.
    """

    def __init__(self, kernel_id: str, epoch: float) -> None:
        self.kernel_id = kernel_id
        self._epoch = epoch
        self._count = 0
        self.session = kernel_id
        self.path: str | None = None

    @staticmethod
    def has_written(message: Message) -> bool:
        """
        Return whether *message* is the server's own, as its ID tells.
        """
        return SIGN in message.msg_id

    def unix_time(self, now: float) -> float:
        """
        Return the Unix time, in seconds, at *now*.
        """
        return self._epoch + now

    def account(self, change: CellStart | CellDone, now: float) -> dict[str, Any]:
        """
        Return what everybody is told of *change*.
        """
        return asdict(change) | {
            "kernel_id": self.kernel_id,
            "path": self.path,
            "ts_server": self.unix_time(now),
        }

    def lifecycle(
        self, account: dict[str, Any], run: Run | None, now: float
    ) -> Message:
        """
        Return the message that gives clients that *account* of a run.
        """
        msg_type = "cell_done" if "status" in account else "cell_start"
        return self.write(msg_type, account, now, run)

    def died(self, reason: str, now: float, run: Run) -> Message:
        """
        Return the output of *run* that says why its kernel died.
        """
        text = f"The kernel died while this cell ran: {reason}."
        return self._error("KernelDied", text, now, run)

    def refused(self, limit: int, now: float, run: Run) -> Message:
        """
        Return the output of *run* that says that *limit* others wait already.
        """
        text = f"The server did not run this cell: {limit:,} others wait already."
        return self._error("TooManyRuns", text, now, run)

    def _error(self, name: str, text: str, now: float, run: Run) -> Message:
        content = {"ename": name, "evalue": text, "traceback": [text]}
        return self.write("error", content, now, run)

    def status(self, state: str, now: float, run: Run | None = None) -> Message:
        """
        Return a ``status`` message.
        """
        return self.write("status", {"execution_state": state}, now, run)

    def reply(self, run: Run, now: float) -> Message:
        """
        Return the ``execute_reply`` that a kernel can no longer give.
        """
        return self.write("execute_reply", {"status": "aborted"}, now, run, "shell")

    def outcome(self, run: Run, now: float) -> Message:
        """
        Return an ``execute_reply`` that tells how *run* has ended.
        """
        status = {"ok": "ok", "aborted": "aborted"}.get(run.verdict, "error")
        content = {"status": status, "execution_count": run.execution_count}
        return self.write("execute_reply", content, now, run, "shell")

    def ending(self, run: Run, now: float) -> list[Message]:
        """
        Return what tells one client only that *run* has ended, but for its reply.
        """
        done = self.lifecycle(self.account(run.done, now), None, now)
        messages = [self.status("idle", now), done]
        return [
            message.with_part(PARENT_HEADER, run.request_header) for message in messages
        ]

    def stream(self, name: str, text: str, now: float, run: Run) -> Message:
        """
        Return output of *run* without a number, for it may be more than one message.
        """
        message = self.write("stream", {"name": name, "text": text}, now, None)
        return message.with_part(PARENT_HEADER, run.request_header)

    def stderr(self, text: str, now: float, run: Run | None) -> Message:
        """
        Return output that says *text*.
        """
        return self.write("stream", {"name": "stderr", "text": text}, now, run)

    def aside(self, text: str, now: float, run: Run | None) -> Message:
        """
        Return output that says *text* to one client only, and so has no number.
        """
        if run is None:
            return self.stderr(text, now, None)
        return self.stream("stderr", text, now, run)

    def missing(
        self, start: int, stop: int, now: float, latest: Run | None, ended: list[Run]
    ) -> list[Message]:
        """
        Return what tells one client of what it misses from *start* to *stop*.

        Each stands for a part of that, so that no end is told twice.

        Args:
            start: The position of the first message that was not kept.

            stop: The position after the last.

            now: The time.

            latest: The run in whose output it is told, if there is one.

            ended: The runs whose ends are among what is missing.
        """
        messages = [self.aside(CUT.format(count=stop - start), now, latest)]
        ends: list[int] = []
        for run in ended:
            assert run.end is not None
            messages += self.ending(run, now)
            ends += [run.end - 1, run.end]
        ends = [*ends[:1], *ends[:-1], stop]
        starts = [start, *ends]
        return [
            replace(message, position=begin, events=end - begin, era=OF_NO_ERA)
            for message, begin, end in zip(messages, starts, ends, strict=False)
        ]

    def request(
        self, msg_type: str, content: dict[str, Any], now: float, session: str
    ) -> Message:
        """
        Return a request of the server's own, in its *session*, on the shell channel.
        """
        header = self._header(msg_type, now, session)
        return Message("shell", [pack(header), b"{}", b"{}", pack(content)])

    def write(
        self,
        msg_type: str,
        content: dict[str, Any],
        now: float,
        run: Run | None,
        channel: Channel = "iopub",
    ) -> Message:
        """
        Return a message of the kernel's session, as the next one of *run*.
        """
        header = self._header(msg_type, now, self.session)
        parent = b"{}" if run is None else run.request_header
        number = None if run is None or channel != "iopub" else run.take_number()
        return Message(channel, [pack(header), parent, b"{}", pack(content)], number)

    def _header(self, msg_type: str, now: float, session: str) -> dict[str, str]:
        self._count += 1
        date = datetime.fromtimestamp(self._epoch + now, timezone.utc)
        return {
            "msg_id": f"{session}{SIGN}{self._count}",
            "msg_type": msg_type,
            "username": "fastpath",
            "session": session,
            "date": date.isoformat().replace("+00:00", "Z"),
            "version": PROTOCOL_VERSION,
        }
