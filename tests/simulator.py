"""
A world for a relay to live in: a kernel, clients, sockets, and a time that we turn.

The kernel and the clients are fakes at the border; the relay in the middle is real, and
the world performs its instructions as a hub does.
"""

from __future__ import annotations

import itertools
import math

from collections import deque

from jupyter_fastpath.core.cadence import Tempo
from jupyter_fastpath.core.coalescer import since
from jupyter_fastpath.core.instructions import (
    Emit,
    Fetch,
    Save,
    Spill,
    ToClient,
    ToKernel,
    Warn,
)
from jupyter_fastpath.core.message import METADATA, unpack
from jupyter_fastpath.core.relay import Relay
from jupyter_fastpath.core.terms import Terms

from .strategies import make, request


AUTHORED = "_fastpath_"

# Notebooks are saved when all is done, and not before.
AT_END = Tempo(first=math.inf)


class FakeKernel:
    """
    A kernel that numbers its messages as ipykernel does.
    """

    def __init__(self, session="kernel"):
        self.session = session
        self._numbers = itertools.count()

    def skip(self, count=1):
        """
        Number messages that never arrive.
        """
        for _ in range(count):
            next(self._numbers)

    def says(self, msg_type, content=None, **options):
        """
        Return the next message of the kernel.
        """
        msg_id = f"{self.session}_77_{next(self._numbers)}"
        return make(msg_type, content, msg_id=msg_id, session=self.session, **options)

    def prints(self, text, name="stdout", **options):
        """
        Return the next text of the kernel.
        """
        return self.says("stream", {"name": name, "text": text}, **options)

    def status(self, state, **options):
        """
        Return that the kernel is busy or idle.
        """
        return self.says("status", {"execution_state": state}, **options)

    def replies(self, status="ok", *, msg_type="execute_reply", **options):
        """
        Return the reply to a request, with *options* of the message.
        """
        content = {"status": status, "execution_count": 3}
        return self.says(msg_type, content, channel="shell", **options)


class FakeClient:
    """
    One websocket: what was put into its socket, and what came out at the other end.
    """

    def __init__(self):
        self.sent = []
        self.wire = deque()
        self.seen = []
        self.away_until = None

    @property
    def reached(self):
        """
        Return what the client has, or will have if its connection lives on.
        """
        return unrepeated([*self.seen, *self.wire])


class World:
    """
    A relay, its kernel and its clients; the keywords are its terms.
    """

    def __init__(self, **terms):
        terms.setdefault("tempo", AT_END)
        self.relay = Relay(Terms("kernel-id", "hub", **terms))
        self.away_seconds = terms.get("away_seconds", 3600.0)
        self.kernel = FakeKernel()
        self.now = 0.0
        self.clients = {}
        self.order = []
        self.changes = []
        self.warnings = []
        self.to_kernel = []
        self.spool = []
        self.withheld = []
        self.saves = []

    # ---- clients

    def attach(self, *client_ids, counts=False):
        """
        Connect each client, for the first time or again; maybe as one that counts.
        """
        for client_id in client_ids:
            client = self.clients.setdefault(client_id, FakeClient())
            client.wire.clear()
            client.away_until = None
            cursor = len(client.seen) if counts else None
            self.relay.attach(client_id, self.now, cursor)
        self.turn()

    def detach(self, client_id, *, may_return):
        """
        Break a connection: what is on its wire is gone.
        """
        self.relay.detach(client_id, self.now, may_return=may_return)
        if may_return:
            self.clients[client_id].wire.clear()
            self.clients[client_id].away_until = self.now + self.away_seconds
        else:
            del self.clients[client_id]
        self.turn()

    def execute(self, run_id, cell_id="c1", client="alice"):
        """
        Have a client ask for a run.
        """
        self.asks(request(run_id, cell_id, client=client), client)

    def asks(self, message, client="alice"):
        """
        Have a client send *message*.
        """
        self.relay.receive_from_client(client, message, self.now)
        self.turn()

    def drain(self, client_id):
        """
        Let the oldest message on a wire arrive.
        """
        client = self.clients[client_id]
        client.seen.append(client.wire.popleft())
        if self.relay.clients.drained(client_id, self.now):
            self.turn()

    def drain_all(self):
        """
        Let everything that was sent arrive, and what was waiting for that.
        """
        while full := [id_ for id_, client in self.clients.items() if client.wire]:
            for client_id in full:
                self.drain(client_id)

    def pong(self, client_id):
        """
        Have a client answer a ping that was sent after all it has got.
        """
        self.relay.clients.confirmed(client_id, len(self.clients[client_id].seen))

    def of(self, client_id, msg_type=None):
        """
        Return the messages of a type that were sent to a client.

        Of no type in particular, that is all but what tells when to save.
        """
        sent = self.clients[client_id].sent
        if msg_type is None:
            return [message for message in sent if message.msg_type != "save_due"]
        return [message for message in sent if message.msg_type == msg_type]

    def text(self, client_id):
        """
        Return all text that was sent to a client.
        """
        return "".join(m.content["text"] for m in self.of(client_id, "stream"))

    def read(self, position, size):
        """
        Return what the spool has from *position* on, as a spool does.
        """
        found = [message for message in self.spool if message.end > position]
        most = 1 + sum(
            total < size
            for total in itertools.accumulate(message.size for message in found)
        )
        return [since(message, position) for message in found[:most]]

    def forget(self, count):
        """
        Have the spool drop the oldest of its messages but for so many.
        """
        del self.spool[:-count]

    # ---- the kernel

    def hears(self, *messages):
        """
        Take what the kernel sent, all in one batch.
        """
        for message in messages:
            self.relay.receive_from_kernel(message, self.now)
        self.turn()

    def runs(self, run_id="r1", *between, **options):
        """
        Have the kernel take up a run, say what is *between*, and end it.
        """
        self.hears(self.kernel.status("busy", run_id=run_id), *between)
        self.hears(self.kernel.replies(run_id=run_id, **options))
        self.hears(self.kernel.status("idle", run_id=run_id))

    def ends(self, verdict):
        """
        Have the process of the kernel end, and another one begin.
        """
        self.relay.kernel_ended(verdict, self.now)
        self.kernel = FakeKernel(f"{self.kernel.session}+")
        self.turn()

    # ---- time

    @property
    def timer_at(self):
        """
        When the relay has something to do, but for its store; None if never.
        """
        at = self.relay.get_timer()
        return None if at == self.relay.store.get_timer() else at

    def fire(self):
        """
        Go on to when the timer fires, with nothing to be received from the kernel.
        """
        self.now = max(self.now, self.relay.get_timer())
        for client_id, client in list(self.clients.items()):
            if client.away_until is not None and self.now >= client.away_until:
                del self.clients[client_id]
        self.relay.handle_timer(self.now)
        self.turn()

    def wait(self, seconds):
        """
        Let time go by, with all timers that fire on the way.
        """
        until = self.now + seconds
        while (timer_at := self.relay.get_timer()) is not None and timer_at <= until:
            self.fire()
        self.now = until

    def turn(self):
        """
        Perform what the relay asks for, until it asks for nothing more.
        """
        while instructions := list(self.relay.instructions(self.now)):
            for instruction in instructions:
                self._perform(instruction)

    def _perform(self, instruction):
        match instruction:
            case ToClient(client_id, message):
                assert self.clients[client_id].away_until is None
                self.order.append((client_id, message))
                self.clients[client_id].sent.append(message)
                self.clients[client_id].wire.append(message)
            case ToKernel(message):
                self.to_kernel.append(message)
            case Spill(messages, withheld):
                self.spool += messages
                self.withheld += withheld
                self.relay.store.saved()
            case Fetch(client_id, position, size):
                found = self.read(position, size)
                self.relay.fetched(client_id, position, found, self.now)
            case Emit(change):
                self.changes.append(change)
            case Warn(text):
                self.warnings.append(text)
            case Save():
                self.saves.append(self.now)


def unrepeated(messages):
    """
    Return *messages* without those that a client knows already, by their IDs and numbers.
    """
    known = {}
    for message in messages:
        known.setdefault((message.msg_id, message.event_idx), message)
    return list(known.values())


def tokens(messages):
    """
    Return what the kernel said in *messages*, text letter by letter.

    So there is no trace left of how text was cut into messages.
    """
    said = []
    for message in messages:
        key = (message.run_id, message.msg_type, message.header.session)
        if AUTHORED in message.msg_id:
            continue
        if message.msg_type == "stream":
            name, text = message.content["name"], message.content["text"]
            said.extend((*key, name, letter) for letter in text)
        else:
            said.append((*key, message.msg_id))
    return said


def place_of(message):
    """
    Return run_id, event_idx and events as a client reads them; None without a run.
    """
    place = unpack(message.parts[METADATA]).get("fastpath")
    return place and (place["run_id"], place["event_idx"], place.get("events", 1))


def gaps(messages):
    """
    Return each run whose numbers jump, with the number expected and the one found.
    """
    expected, found = {}, []
    for run_id, event_idx, events in filter(None, map(place_of, messages)):
        if expected.get(run_id, event_idx) != event_idx:
            found.append((run_id, expected[run_id], event_idx))
        expected[run_id] = event_idx + events
    return found
