"""
What of the output of a run is passed on, and what is withheld and told of.
"""

from __future__ import annotations

import json

import pytest

from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_fastpath.core import cuts as module
from jupyter_fastpath.core.cuts import MANY, MARKER_INTERVAL
from jupyter_fastpath.core.marker import MARKER
from jupyter_fastpath.core.policy import PolicyRules
from jupyter_fastpath.core.store import SPILL_INTERVAL
from jupyter_fastpath.core.withheld import MANY_BYTES
from tests.simulator import World, gaps
from tests.strategies import make, request, stream


pytestmark = pytest.mark.promise("H2", "H3")

SMALL = {"live_bytes": 10, "tail_bytes": 4}


def world_with(cell=None, **terms):
    """
    Return a world with a run of alice's that has begun, under that policy of its cell.
    """
    world = World(**terms)
    world.attach("alice")
    world.asks(request("r1", policy=cell))
    world.hears(world.kernel.status("busy", run_id="r1"))
    return world


def end(world, run_id="r1"):
    """
    Let a run end, and all of it arrive, in the spool as well.
    """
    world.hears(world.kernel.replies(run_id=run_id))
    world.hears(world.kernel.status("idle", run_id=run_id))
    world.drain_all()
    world.wait(SPILL_INTERVAL)


def shown(world, client="alice"):
    """
    Return what a client shows in the end: texts, types, and numbers of markers.
    """
    found, places = [], {}
    for message in world.of(client):
        content = message.content
        told = content.get("data", {}).get(MARKER)
        if message.msg_type == "stream":
            found.append(content["text"])
        elif told is not None:
            display_id = content.get("transient", {}).get("display_id", message.msg_id)
            if message.msg_type == "display_data":
                places[display_id] = len(found)
                found.append(told)
            else:
                found[places[display_id]] = told
        elif message.msg_type in {"display_data", "execute_result", "error"}:
            found.append(message.msg_type)
    return found


def kept(world):
    """
    Return the text that went to the spool and nowhere else.
    """
    return b"".join(held.data for held in world.withheld if held.index is None).decode()


def numbers(told):
    """
    Return the bytes and lines that a marker tells: shown first, shown last, all, kept.
    """
    names = ("head", "tail", "total")
    return (
        tuple(told[f"{name}_bytes"] for name in names),
        tuple(told[f"{name}_lines"] for name in names),
        told["kept_bytes"],
    )


def test_nothing_is_cut():
    """Under the policy that holds by default everything is passed on."""
    world = world_with()
    world.hears(stream("x" * 100_000), make("display_data"), stream("y"))
    end(world)

    assert shown(world) == ["x" * 100_000, "display_data", "y"]
    assert world.withheld == []


def test_text():
    """The beginning of a text passes as it comes, the end when the run is over."""
    world = world_with(SMALL)
    world.hears(stream("abc\ndef\nghi\n"), stream("jkl\nmno\npqr\n"))
    head = shown(world)[0]
    world.hears(stream("stu\n"))
    end(world)
    first, told, last = shown(world)

    assert head == first == "abc\ndef\n"
    assert last == "stu\n"
    assert numbers(told) == ((8, 4, 28), (2, 1, 7), 28)
    assert told["is_done"]
    assert kept(world) == "ghi\njkl\nmno\npqr\nstu\n"
    assert gaps(world.of("alice")) == []


def test_little_more():
    """Of a text that is hardly too long nothing is cut: what is withheld is its end."""
    world = world_with(SMALL)
    world.hears(stream("0123456\n"), stream("abc\n"))
    end(world)

    assert shown(world) == ["0123456\n", "abc\n"]


def test_waiting_for_the_end():
    """A run that withholds its end, and takes its time, says so in a second; then that all is there."""
    world = world_with(SMALL)
    world.hears(stream("0123456\n"), stream("abc\n"))
    world.wait(MARKER_INTERVAL + 0.1)
    during = shown(world)[1]
    end(world)

    assert numbers(during) == ((8, 0, 12), (1, 0, 2), 12)
    assert not during["is_done"]
    assert numbers(shown(world)[1]) == ((8, 4, 12), (1, 1, 2), 12)
    assert shown(world)[2:] == ["abc\n"]


def test_progress_is_told():
    """While a run goes on, its marker is brought up to date each second in which there was more."""
    world = world_with(SMALL)
    world.hears(stream("0123456789\n"), stream("more\n"), stream("more\n"))
    first = shown(world)[1]["total_bytes"]
    world.hears(stream("more\n"))
    world.wait(MARKER_INTERVAL + 0.1)
    second = shown(world)[1]["total_bytes"]
    count = len(world.of("alice", "update_display_data"))
    world.wait(10 * MARKER_INTERVAL)

    assert (first, second) == (16, 26) or (first, second) == (21, 26)
    assert count == len(world.of("alice", "update_display_data")) == 1


def test_long_line():
    """A line that is too long for itself is cut in its middle, between two characters."""
    world = world_with(SMALL)
    world.hears(stream("éééééééé"), stream("ü€"))
    end(world)
    first, told, last = shown(world)

    assert (first, last) == ("ééééé", "€")
    assert told["total_bytes"] == 21


def test_lines():
    """Lines can be limited, too."""
    world = world_with({"live_lines": 2, "tail_bytes": 2})
    world.hears(stream("a\nb\nc\nd\n"))
    end(world)

    assert shown(world)[::2] == ["a\nb\n", "d\n"]


def test_what_writes_over_itself():
    """A bar that writes over itself is as long as it is seen, however often that is."""
    world = world_with(SMALL)
    world.hears(*(stream(f"\r{i:3} %") for i in range(1000)))
    end(world)

    assert world.withheld == []


def test_two_streams():
    """What is withheld of two streams keeps their order and names."""
    world = world_with({"live_bytes": 4, "tail_bytes": 8})
    world.hears(stream("out\n"), stream("err\n", "stderr"), stream("more\n"))
    world.hears(stream("last\n", "stderr"))
    end(world)
    sent = [(m.content["name"], m.content["text"]) for m in world.of("alice", "stream")]

    assert sent == [("stdout", "out\n"), ("stderr", "last\n")]
    assert kept(world) == "err\nmore\nlast\n"


def test_error():
    """What came before an error is shown before it."""
    world = world_with(SMALL)
    world.hears(stream("0123456\n"), stream("a\nb\nc\nd\n"), make("error"))
    end(world)
    first, told, last, error = shown(world)

    assert (first, last, error) == ("0123456\na\n", "c\nd\n", "error")
    assert told["is_done"]


def test_cleared():
    """What is cleared counts no more, at once or with what comes next."""
    world = world_with(SMALL)
    for wait in (False, True):
        world.hears(stream("0123456789\nabcdef\nghi\n"))
        world.hears(make("clear_output", {"wait": wait}))
    world.hears(stream("new\n"))
    end(world)

    assert shown(world)[-1] == "new\n"
    assert [type(one) for one in shown(world)] == [str, dict, str, dict, str]


def test_cleared_at_the_end():
    """An end that would clear all that is shown does not come."""
    world = world_with(SMALL)
    world.hears(stream("0123456789\nabcdef\nghi\n"))
    world.hears(make("clear_output", {"wait": True}))
    end(world)

    assert [type(one) for one in shown(world)] == [str, dict]


def test_cut_is_dropped():
    """What is to be cut for good is not kept, and the marker says so."""
    world = world_with({**SMALL, "above": "cut"})
    world.hears(stream("0123456\nabcdef\nghi\n"))
    end(world)

    assert shown(world)[1]["kept_bytes"] == 0
    assert (
        "not kept"
        in world.of("alice", "update_display_data")[0].content["data"]["text/plain"]
    )
    assert world.withheld == []
    assert world.relay.cut_runs() == []


def test_backfill():
    """Not more is kept than may be, and it has no gaps."""
    world = world_with({**SMALL, "backfill_bytes": 10})
    world.hears(*(stream(text) for text in ("01234567\n", "abcde\n", "fghij\n", "k\n")))
    end(world)

    assert kept(world) == "abcde\n"
    assert shown(world)[1]["kept_bytes"] == 9 + 6


@pytest.mark.parametrize("msg_type", ["display_data", "execute_result"])
def test_large_output(msg_type):
    """An output that is too large has a marker in its place, and is kept as it was."""
    world = world_with({"rich_bytes": 50})
    content = {"data": {"image/png": "x" * 100, "text/plain": "y"}, "transient": {}}
    world.hears(make(msg_type, content), make("display_data", {"data": {"a": "b"}}))
    end(world)
    (message,) = world.of("alice", msg_type)[:1]
    told, (held,) = message.content["data"][MARKER], world.withheld

    assert told["mime_types"] == ["image/png", "text/plain"]
    assert told["total_bytes"] == told["kept_bytes"] == len(held.data)
    assert (held.name, held.index, told["index"]) == (msg_type, 0, 0)
    assert json.loads(held.data) == content
    assert message.content["transient"] == {}


def test_large_update():
    """An update that is too large leaves the marker in the place of the display."""
    world = world_with({"rich_bytes": 50, "above": "cut"})
    world.hears(make("update_display_data", {"data": "x" * 100}))
    end(world)
    (message,) = world.of("alice", "update_display_data")
    told = message.content["data"][MARKER]

    assert (told["mime_types"], told["kept_bytes"]) == ([], 0)
    assert world.withheld == []


def test_buffers():
    """What has buffers is passed on: nothing else could take their place."""
    world = world_with({"rich_bytes": 5})
    world.hears(make("display_data", {"data": {}}, buffers=[b"x" * 100]))

    assert shown(world) == ["display_data"]


def test_many_outputs():
    """Of more outputs than may be the first are shown, with their number, and the result and an error."""
    world = world_with({"outputs": 2})
    for _ in range(3):
        world.hears(make("display_data"))
    world.wait(MARKER_INTERVAL + 0.1)
    world.hears(make("display_data"), make("display_data"))
    world.wait(MARKER_INTERVAL + 0.1)
    during = shown(world)[-1]
    world.hears(make("execute_result"), make("error"))
    end(world)
    _, _, told, *rest = shown(world)

    assert (during["shown"], during["total"], during["is_done"]) == (2, 5, False)
    assert (told["shown"], told["total"], told["kept"]) == (2, 5, 3)
    assert (told["index"], told["is_done"]) == (0, True)
    assert rest == ["execute_result", "error"]
    assert [held.index for held in world.withheld] == [0, 1, 2]


def test_text_is_an_output():
    """Text that is one output too many is withheld as text is, and what goes on is not another."""
    world = world_with({"outputs": 2, "tail_bytes": 2})
    world.hears(stream("a"), stream("b"), make("display_data"), stream("c\n"))
    world.hears(stream("d\n"), stream("e\n"))
    end(world)
    first, rich, told, last = shown(world)

    assert (first, rich, last) == ("ab", "display_data", "e\n")
    assert told["total_bytes"] == 8


def test_thread():
    """A thread that goes on when its run is over is under the same policy."""
    world = world_with(SMALL)
    end(world)
    world.hears(stream("0123456\nabcdef\nghi\n"))
    world.wait(MARKER_INTERVAL + 0.1)
    world.drain_all()

    assert shown(world)[::2] == ["0123456\n", "ghi\n"]
    assert shown(world)[1]["is_done"]


def test_unreadable():
    """Text with more in its message than it must have is cut like any other."""
    world = world_with(SMALL)
    world.hears(make("stream", {"name": "stdout", "text": "0123456\nabc\n", "more": 1}))
    world.hears(make("stream", {"name": "stdout", "text": 5}))
    end(world)

    assert shown(world)[0] == "0123456\n"


# ---- which policy


def test_notebook():
    """A client's notebook has a policy, as that tells, or else as it was saved."""
    for told in ("alice", None):
        world = World()
        world.attach("alice")
        world.relay.cuts.told(told, SMALL)
        world.relay.cuts.told("bob", {"live_bytes": 1})
        world.asks(request("r1"))
        world.hears(world.kernel.status("busy", run_id="r1"), stream("0123456\nabc\n"))

        assert shown(world) == ["0123456\n"]


@pytest.mark.promise("Z4")
def test_too_many_tell():
    """Of more than a thousand clients that tell a policy, the last thousand are known."""
    for others, is_known in ((MANY - 1, True), (MANY, False)):
        world = World()
        world.attach("alice")
        world.relay.cuts.told("alice", SMALL)
        for number in range(others):
            world.relay.cuts.told(f"nobody {number}", None)
        world.asks(request("r1"))
        world.hears(world.kernel.status("busy", run_id="r1"))
        world.hears(stream("0123456789\nabc\n"))
        world.wait(10.0)

        assert is_known == (shown(world) != ["0123456789\nabc\n"])


def test_forgotten():
    """What a client has told is forgotten when it leaves for good."""
    world = World()
    world.attach("alice", "bob")
    world.relay.cuts.told("bob", SMALL)
    world.detach("bob", may_return=False)
    world.attach("bob")
    world.asks(request("r1", client="bob"), "bob")
    world.hears(world.kernel.status("busy", run_id="r1", client="bob"))
    world.hears(stream("0123456789\nabc\n", client="bob"))

    assert world.withheld == []


def test_pace():
    """A run is sent at the pace of its policy, and the next one at its own."""
    world = world_with({"initiator_pace": 5, "collaborator_pace": 2})
    world.attach("bob")
    for text in "abc":
        world.hears(stream(text))
        world.wait(0.1)
    first, others = world.text("alice"), world.text("bob")
    world.wait(2)
    then = world.text("bob")
    world.wait(5)

    assert (first, others, then) == ("a", "", "abc")
    assert world.text("alice") == "abc"

    world.asks(request("r2"))
    world.hears(world.kernel.status("busy", run_id="r2"))
    for text in "def":
        world.hears(stream(text, run_id="r2"))
        world.wait(0.1)

    assert world.text("alice") == "abcdef"


def test_server():
    """What the administrator has set holds, and a ceiling whatever a cell says."""
    rules = PolicyRules(ceilings={"live_bytes": 10})
    world = world_with({"above": "keep", "tail_bytes": 0}, policy=rules)
    world.hears(stream("0123456\nabc\n"))
    end(world)

    assert shown(world)[0] == "0123456\n"


def test_problem():
    """A policy that cannot be is told in the cell, by key and value, and the rest of it holds."""
    world = world_with({"live_bytes": -1, "outputs": 0})
    world.hears(make("display_data"))
    (note,) = world.of("alice", "stream")

    assert note.content["name"] == "stderr"
    assert "cell: live_bytes = -1: is neither null" in note.content["text"]
    assert shown(world)[1]["kind"] == "outputs"


def test_many_runs(monkeypatch):
    """Runs of long ago are not watched any more, and what comes of them passes."""
    monkeypatch.setattr(module, "MANY", 1)
    world = world_with(SMALL)
    world.asks(request("r2", "c2"))
    world.hears(world.kernel.status("busy", run_id="r2"))
    world.hears(stream("0123456789\nabc\n"), stream("x", run_id="r2"))
    end(world)

    assert world.withheld == []
    assert world.relay.cuts.start_of("r1") is None
    assert world.relay.cuts.start_of("r2") is not None


# ---- what is kept


def test_is_kept_until_replaced():
    """A run that was cut is needed until its cell runs again, whatever is saved."""
    world = world_with(SMALL)
    world.hears(stream("0123456\nabcdef\nghi\n"))
    end(world)
    world.pong("alice")
    world.relay.notebook_saved()
    needed = [run.run_id for run in world.relay.needed(world.relay.store.end)]
    world.asks(request("r2"))

    assert needed == ["r1"]
    assert world.relay.kept()[0].run_id == "r2"
    assert world.relay.cut_runs() == []


def test_withheld_is_merged():
    """What is withheld goes to the spool in large pieces, but not in too large ones."""
    world = world_with({"live_bytes": 0, "tail_bytes": 0})
    size = 1000
    for _ in range(2 * MANY_BYTES // size):
        world.hears(stream("x" * size))
    end(world)

    assert 2 <= len(world.withheld) < 100
    assert max(len(held.data) for held in world.withheld) <= MANY_BYTES


PIECES = st.lists(
    st.tuples(st.sampled_from(["stdout", "stderr"]), st.text("ab\né😀\r", max_size=9)),
    max_size=30,
)


@settings(deadline=None)
@given(PIECES, st.integers(0, 60), st.integers(0, 20))
def test_all_is_somewhere(pieces, limit, tail):
    """What passes at first and what is withheld are together all that was written, and the numbers are right."""
    world = world_with({"live_bytes": limit, "tail_bytes": tail})
    for name, text in pieces:
        world.hears(stream(text, name))
    end(world)
    whole = "".join(text for _, text in pieces)
    sent = world.of("alice", "stream")
    head = "".join(m.content["text"] for m in sent if "_fastpath_" not in m.msg_id)
    last = "".join(m.content["text"] for m in sent if "_fastpath_" in m.msg_id)
    told = [one for one in shown(world) if isinstance(one, dict)]

    assert head + kept(world) == whole
    assert whole.endswith(last)
    assert told or head + last == whole
    for one in told:
        sizes = (len(head.encode()), len(last.encode()), len(whole.encode()))
        lines = (head.count("\n"), last.count("\n"), whole.count("\n"))
        assert numbers(one) == (sizes, lines, sizes[2])
