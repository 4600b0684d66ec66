"""
A kernel that does what the code says that it is asked to run: one of :data:`TRICKS`.

It speaks to its sockets without a library of kernels, so that it can say what no
library would.
"""

from __future__ import annotations

import json
import os
import pathlib
import signal
import sys

from collections.abc import Callable
from typing import Any

import zmq

from jupyter_client.session import DELIM, Session


INFO = {
    "status": "ok",
    "protocol_version": "5.3",
    "implementation": "misbehaving",
    "implementation_version": "1",
    "language_info": {"name": "tricks", "mimetype": "text/plain"},
    "banner": "",
}

# Parts of messages that are no JSON objects.
NO_OBJECTS = (
    b"",
    b"null",
    b"[1]",
    b"5",
    b'"text"',
    b"{",
    b"\xff\xfe",
    b'{"msg_id": "\xff"}',
    b'{"msg_id": "\\ud800", "msg_type": "\\ud800", "session": "\\ud800"}',
    b"[" * 5_000,
    b'{"a":' * 5_000,
    b'{"execution_state": 1' + b"0" * 5_000 + b"}",
)

# What is said where a text, or an object, is expected.
ODD = (None, 5, True, [], ["ok"], {}, {"a": 1}, "x" * 100_000, "\ud800")

MANY_BYTES = 10_000_000
LARGE = 5


class Kernel:
    """
    The sockets of the kernel, and the request that it is at.
    """

    def __init__(self, connection: dict[str, Any]) -> None:
        self.session = Session(key=connection["key"].encode())
        context = zmq.Context()
        self.poller = zmq.Poller()
        self.sockets: dict[str, zmq.Socket[bytes]] = {}
        kinds = {"shell": zmq.ROUTER, "control": zmq.ROUTER, "stdin": zmq.ROUTER}
        for channel, kind in (kinds | {"iopub": zmq.PUB}).items():
            socket = context.socket(kind)
            socket.setsockopt(zmq.SNDHWM, 0)
            port = connection[f"{channel}_port"]
            socket.bind(f"{connection['transport']}://{connection['ip']}:{port}")
            self.sockets[channel] = socket
        for channel in ("shell", "control"):
            self.poller.register(self.sockets[channel], zmq.POLLIN)
        self.identity: list[bytes] = []
        self.request: dict[str, Any] = {}
        self.channel = "shell"

    def serve(self) -> None:
        """Answer requests, one after the other, as long as the server is there."""
        server = os.getppid()
        while os.getppid() == server:
            ready = dict(self.poller.poll(1_000))
            for channel in ("control", "shell"):
                if self.sockets[channel] in ready:
                    self.channel = channel
                    self.identity, self.request = self.session.recv(
                        self.sockets[channel], 0
                    )
                    self.answer()

    def answer(self) -> None:
        """Answer the request as it asks for."""
        msg_type = self.request["msg_type"]
        if msg_type == "shutdown_request":
            self.reply({"status": "ok", "restart": False}, "shutdown_reply")
            sys.exit()
        if msg_type == "kernel_info_request":
            self.status("busy")
            self.reply(INFO, "kernel_info_reply")
            self.status("idle")
        elif msg_type == "execute_request":
            TRICKS[self.request["content"]["code"]](self)

    # ---- what a kernel says

    def publish(self, msg_type: str, content: Any, **more: Any) -> None:
        """Publish a message about the request."""
        more.setdefault("parent", self.request["header"])
        self.session.send(self.sockets["iopub"], msg_type, content, **more)

    def status(self, state: Any, **more: Any) -> None:
        """Tell a state."""
        self.publish("status", {"execution_state": state}, **more)

    def text(self, text: str = "said\n", **more: Any) -> None:
        """Put out some text."""
        self.publish("stream", {"name": "stdout", "text": text}, **more)

    def reply(self, content: Any, msg_type: str = "execute_reply") -> None:
        """Reply to the request."""
        socket, header = self.sockets[self.channel], self.request["header"]
        self.session.send(socket, msg_type, content, parent=header, ident=self.identity)

    def end(self) -> None:
        """End the run as a kernel does."""
        self.reply({"status": "ok", "execution_count": 1})
        self.status("idle")

    # ---- what none says

    def parts(self, msg_type: str, content: Any, **more: Any) -> list[bytes]:
        """Return the parts of a message about the request, from its header on."""
        message = self.session.msg(msg_type, content, parent=self.request["header"])
        names = ("header", "parent_header", "metadata", "content")
        return [
            json.dumps(more.get(n, message[n]), default=str).encode() for n in names
        ]

    def raw(self, parts: list[bytes], channel: str = "iopub") -> None:
        """Send *parts*, with a valid signature, on a channel."""
        prefix = [b"topic"] if channel == "iopub" else self.identity
        signature = self.session.sign(parts)
        self.frames([*prefix, DELIM, signature, *parts], channel)

    def frames(self, frames: list[bytes], channel: str = "iopub") -> None:
        """Send *frames* on a channel."""
        self.sockets[channel].send_multipart(frames)


def behave(kernel: Kernel) -> None:
    """Do what each kernel does."""
    kernel.status("busy")
    kernel.publish("execute_input", {"code": "behave", "execution_count": 1})
    kernel.text("well\n")
    kernel.end()


def no_idle(kernel: Kernel) -> None:
    """Never say that it is idle."""
    kernel.status("busy")
    kernel.text()
    kernel.reply({"status": "ok"})


def no_reply(kernel: Kernel) -> None:
    """Never reply."""
    kernel.status("busy")
    kernel.text()
    kernel.status("idle")


def nothing(kernel: Kernel) -> None:
    """Say nothing at all."""


def nothing_more(kernel: Kernel) -> None:
    """Begin, and say no more."""
    kernel.status("busy")
    kernel.text()


def everything_twice(kernel: Kernel) -> None:
    """Reply twice, and be idle twice."""
    for _ in range(2):
        kernel.status("busy")
        kernel.text()
        kernel.end()


def reply_first(kernel: Kernel) -> None:
    """Reply before anything else."""
    kernel.reply({"status": "ok"})
    kernel.status("busy")
    kernel.text()
    kernel.status("idle")


def idle_only(kernel: Kernel) -> None:
    """Be idle without having been busy."""
    kernel.status("idle")
    kernel.reply({"status": "ok"})


def busy_after_the_end(kernel: Kernel) -> None:
    """Say more when the run has ended."""
    behave(kernel)
    kernel.status("busy")
    kernel.text("late\n")
    kernel.status("idle")


def other_parents(kernel: Kernel) -> None:
    """Name no parent, or another, or one that is none."""
    kernel.status("busy")
    header = kernel.request["header"]
    unknown = header | {"msg_id": "nobody's"}
    for parent in ({}, None, unknown, [], "text", 5, header | {"msg_id": ["a"]}):
        for msg_type, content in (
            ("stream", {"name": "stdout", "text": "lost\n"}),
            ("status", {"execution_state": "idle"}),
        ):
            kernel.raw(kernel.parts(msg_type, content, parent_header=parent))
        reply = kernel.parts("execute_reply", {"status": "ok"}, parent_header=parent)
        kernel.raw(reply, "shell")
    kernel.text()
    kernel.end()


def bursts(kernel: Kernel) -> None:
    """Send very large messages, many at once."""
    kernel.status("busy")
    for _ in range(LARGE):
        kernel.text("x" * (MANY_BYTES - 1) + "\n")
        data = {"text/plain": "x" * MANY_BYTES}
        kernel.publish("display_data", {"data": data, "metadata": {}})
    kernel.end()


def bad_signatures(kernel: Kernel) -> None:
    """Sign nothing, or wrongly."""
    kernel.status("busy")
    parts = kernel.parts("stream", {"name": "stdout", "text": "said\n"})
    for signature in (b"", b"0" * 64, b"\xff", b"x" * 1_000_000):
        kernel.frames([b"topic", DELIM, signature, *parts])
    kernel.end()


def malformed_frames(kernel: Kernel) -> None:
    """Send what is of no message."""
    kernel.status("busy")
    parts = kernel.parts("stream", {"name": "stdout", "text": "said\n"})
    for frames in (
        [b""],
        [b"no delimiter"],
        [DELIM],
        [DELIM, b""],
        [DELIM, b"", *parts[:3]],
        [b"topic"] * 1_000,
        [DELIM, b"", *parts, *[b"buffer"] * 10_000],
    ):
        kernel.frames(frames)
        for channel in ("shell", "stdin", "control"):
            kernel.frames([*kernel.identity, *frames], channel)
    kernel.end()


def no_objects(kernel: Kernel) -> None:
    """Send parts that are no JSON objects, in each place of each message."""
    kernel.status("busy")
    for msg_type in ("stream", "status", "display_data", "error", "clear_output"):
        parts = kernel.parts(msg_type, {"execution_state": "idle"})
        for place in range(4):
            for part in NO_OBJECTS:
                kernel.raw([*parts[:place], part, *parts[place + 1 :]])
    replies = kernel.parts("execute_reply", {"status": "ok"})
    for place in range(3):
        for part in NO_OBJECTS:
            kernel.raw([*replies[:place], part, *replies[place + 1 :]], "shell")
    kernel.text()
    kernel.end()


def odd_contents(kernel: Kernel) -> None:
    """Say odd things where texts and objects are expected."""
    kernel.status("busy")
    for odd in ODD:
        for msg_type, names in (
            ("stream", ("name", "text")),
            ("status", ("execution_state",)),
            ("execute_input", ("code", "execution_count")),
            ("display_data", ("data", "metadata", "transient")),
            ("update_display_data", ("data", "metadata", "transient")),
            ("error", ("ename", "evalue", "traceback")),
            ("clear_output", ("wait",)),
            ("comm_open", ("comm_id", "target_name", "data")),
            ("cell_start", ("run_id", "cell_id", "initiator")),
            ("cell_done", ("run_id", "cell_id", "initiator", "status")),
            ("gap", ("cursor",)),
        ):
            kernel.raw(kernel.parts(msg_type, dict.fromkeys(names, odd)))
        kernel.raw(kernel.parts("stream", {"text": "x"}, metadata=odd))
        header = dict.fromkeys(("msg_id", "msg_type", "session", "date"), odd)
        kernel.raw(kernel.parts("stream", {"text": "x"}, header=header))
        kernel.raw(kernel.parts("input_request", {"prompt": odd}), "stdin")
    kernel.text()
    kernel.status("idle")


def odd_replies(kernel: Kernel) -> None:
    """Say odd things in replies."""
    kernel.status("busy")
    kernel.text()
    for odd in ODD:
        names = ("status", "execution_count", "payload", "ename")
        kernel.raw(kernel.parts("execute_reply", dict.fromkeys(names, odd)), "shell")
        kernel.raw(kernel.parts("kernel_info_reply", {"language_info": odd}), "shell")
    kernel.status("idle")


def huge_types(kernel: Kernel) -> None:
    """Have megabytes in its headers."""
    kernel.status("busy")
    huge = "x" * 1_000_000
    for name in ("msg_type", "msg_id", "session", "date"):
        header = {"msg_id": "a_1_1", "msg_type": "stream", "session": "s"}
        content = {"name": "stdout", "text": "said\n"}
        kernel.raw(kernel.parts("stream", content, header=header | {name: huge}))
    kernel.end()


def flood_of_states(kernel: Kernel) -> None:
    """Be busy and idle, again and again, with and without parents."""
    for _ in range(1_000):
        kernel.status("busy", parent={})
        kernel.status("idle", parent={})
    for _ in range(1_000):
        kernel.status("busy")
    kernel.text()
    kernel.end()


def death(kernel: Kernel) -> None:
    """Die in the middle of a message."""
    kernel.status("busy")
    kernel.text()
    kernel.sockets["iopub"].send(b"topic", zmq.SNDMORE)
    kernel.sockets["iopub"].send(DELIM, zmq.SNDMORE)
    os._exit(3)


TRICKS: dict[str, Callable[[Kernel], None]] = {
    trick.__name__: trick
    for trick in (
        behave,
        no_idle,
        no_reply,
        nothing,
        nothing_more,
        everything_twice,
        reply_first,
        idle_only,
        busy_after_the_end,
        other_parents,
        bursts,
        bad_signatures,
        malformed_frames,
        no_objects,
        odd_contents,
        odd_replies,
        huge_types,
        flood_of_states,
        death,
    )
}


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Kernel(json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))).serve()
