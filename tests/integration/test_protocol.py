"""
Everything else of the kernel protocol passes unharmed.
"""

from __future__ import annotations

import asyncio

import pytest

from .client import V1, text_of
from .conftest import configured


pytestmark = [pytest.mark.kernel, pytest.mark.promise("A9")]

COMM = """
from comm import get_comm_manager

def opened(comm, message):
    def echo(message):
        buffers = [bytes(buffer)[::-1] for buffer in message["buffers"]]
        comm.send(message["content"]["data"], buffers=buffers)
    comm.on_msg(echo)
    comm.send({"opened": True})

get_comm_manager().register_target("echo", opened)
"""

BUFFERS = [b"abc", bytes(range(256)) * 1_000, b"", b"\x00"]


async def test_stdin(page, connect):
    """Who asked for a run is asked for its input, nobody else, and the answer arrives."""
    kernel_id, client = await page()
    other = await connect(kernel_id)
    run_id = client.execute("name = input('who? ')\nprint(f'hello {name}')")
    asked = await client.first(run_id, "input_request")
    client.send("input_reply", {"value": "Ada"}, "stdin", parent_header=asked.header)
    run = await client.done(run_id)
    seen = await other.done(run_id)

    assert (asked.channel, asked.content["prompt"]) == ("stdin", "who? ")
    assert run.text == seen.text == "hello Ada\n"
    assert not seen.all("input_request")


async def test_stdin_of_the_second(page, connect):
    """Each of two clients is asked for the input of its own runs."""
    kernel_id, client = await page()
    other = await connect(kernel_id)
    for one in (client, other, client):
        run_id = one.execute("print(input())")
        asked = await one.first(run_id, "input_request")
        one.send("input_reply", {"value": "x"}, "stdin", parent_header=asked.header)

        assert (await one.done(run_id)).text == "x\n"
    assert len([m for m in other.received if m.channel == "stdin"]) == 1


async def test_input_at_once(page):
    """The first thing that a fresh kernel is asked may be to ask for input."""

    async def is_asked():
        _, client = await page()
        await client.first(client.execute("input()"), "input_request")

    await asyncio.gather(*[is_asked() for _ in range(8)])


async def test_interrupted_input(page, interrupt):
    """A run that waits for input can be interrupted."""
    kernel_id, client = await page()
    run_id = client.execute("input()")
    await client.first(run_id, "input_request")
    await interrupt(kernel_id)

    assert (await client.done(run_id)).done["status"] == "interrupted"


@pytest.mark.parametrize("subprotocols", [(V1,), ()], ids=["v1", "legacy"])
async def test_comm(start_kernel, connect, subprotocols):
    """Comm messages pass both ways with their binary buffers, byte for byte."""
    client = await connect(await start_kernel(), subprotocols=subprotocols)
    await client.run(COMM)
    comm = {"comm_id": "comm-1"}
    opening = client.send("comm_open", comm | {"target_name": "echo", "data": {}})
    opened = await client.first(opening, "comm_msg")
    sending = client.send("comm_msg", comm | {"data": {"n": 1}}, buffers=BUFFERS)
    echoed = await client.first(sending, "comm_msg")

    assert opened.content["data"] == {"opened": True}
    assert echoed.content["data"] == {"n": 1}
    assert [bytes(buffer)[::-1] for buffer in BUFFERS] == [
        bytes(buffer) for buffer in echoed.buffers
    ]


async def test_debugger(page):
    """The debugger is reached through the control channel."""
    _, client = await page()
    arguments = {
        "clientID": "tester",
        "adapterID": "python",
        "pathFormat": "path",
        "linesStartAt1": True,
        "columnsStartAt1": True,
        "supportsVariableType": True,
    }
    content = {
        "type": "request",
        "seq": 1,
        "command": "initialize",
        "arguments": arguments,
    }
    reply = await client.first(
        client.send("debug_request", content, "control"), "debug_reply"
    )

    assert reply.channel == "control"
    assert reply.content["success"]
    assert reply.content["command"] == "initialize"


async def test_control_while_busy(page):
    """The control channel answers while the kernel is busy, and an interrupt there is one."""
    _, client = await page()
    run_id = client.execute("print(1, flush=True)\nimport time; time.sleep(60)")
    await client.first(run_id, "stream")
    asked = client.send("kernel_info_request", {}, "control")
    reply = await client.first(asked, "kernel_info_reply")
    interrupting = client.send("interrupt_request", {}, "control")
    run = await client.done(run_id)

    assert reply.channel == "control"
    assert run.done["status"] == "interrupted"
    assert client.of(interrupting, "interrupt_reply")


async def test_subshells(page):
    """A run in a subshell goes on beside one in the main shell, each with its own end."""
    _, client = await page()
    asked = client.send("create_subshell_request", {}, "control")
    reply = await client.first(asked, "create_subshell_reply")
    main = client.execute(
        "import threading\nevent = threading.Event()\n"
        "print('main', flush=True)\nassert event.wait(20)"
    )
    await client.first(main, "stream")
    content = {"code": "print('sub')\nevent.set()", "silent": False}
    sub = client.send(
        "execute_request", content, subshell_id=reply.content["subshell_id"]
    )
    runs = [await client.done(run_id) for run_id in (sub, main)]

    assert [run.text for run in runs] == ["sub\n", "main\n"]
    assert [run.done["status"] for run in runs] == ["ok", "ok"]


async def test_displays(page):
    """Clears and updates of displays pass in their places."""
    _, client = await page()
    code = """
from IPython.display import clear_output, display
handle = display("one", display_id="d")
print("gone", flush=True)
clear_output(wait=True)
handle.update("two")
print("stays", flush=True)
"""
    run = await client.run(code)
    shown = [
        message
        for message in run.messages
        if message.msg_type
        in {"display_data", "stream", "clear_output", "update_display_data"}
    ]

    assert [message.msg_type for message in shown] == [
        "display_data",
        "stream",
        "clear_output",
        "update_display_data",
        "stream",
    ]
    assert shown[2].content["wait"] is True
    assert shown[3].content["transient"]["display_id"] == "d"
    assert shown[3].content["data"]["text/plain"] == "'two'"


async def test_custom_type(page):
    """A type of message that nobody knows passes, with its metadata and its buffers."""
    _, client = await page()
    code = """
kernel = get_ipython().kernel
kernel.session.send(
    kernel.iopub_socket, "weather", {"sun": True}, metadata={"a": 1},
    parent=kernel.get_parent(), ident=b"weather", buffers=[b"rain"],
)
"""
    run = await client.run(code)
    message = run.one("weather")

    assert message.content == {"sun": True}
    assert message.metadata["a"] == 1
    assert message.place["run_id"] == run.run_id
    assert message.buffers == [b"rain"]


async def test_unknown_request(page):
    """A request that the kernel does not know harms nobody."""
    _, client = await page()
    client.send("nonsense_request", {"a": 1})

    assert (await client.run("2 + 2")).result == "4"


async def test_two_clients(page, connect):
    """Replies go to who asked, what is published to both."""
    kernel_id, client = await page()
    other = await connect(kernel_id)
    asked = client.send("complete_request", {"code": "pri", "cursor_pos": 3})
    await client.first(asked, "complete_reply")
    runs = [await one.run(f"{i} + {i}") for i, one in enumerate((client, other))]
    seen = [
        await one.done(run.run_id)
        for run, one in zip(runs, (other, client), strict=True)
    ]

    assert not other.of(asked, "complete_reply")
    assert ["0", "2"] == [run.result for run in runs] == [run.result for run in seen]
    assert [1, 1] == [len(run.all("execute_reply")) for run in runs]
    assert [0, 0] == [len(run.all("execute_reply")) for run in seen]
    assert [run.done for run in runs] == [run.done for run in seen]


async def test_legacy(start_kernel, connect):
    """A client that offers no subprotocol is served in JSON, with all that others get."""
    client = await connect(await start_kernel(), subprotocols=())
    asked = client.send("kernel_info_request")
    info = await client.first(asked, "kernel_info_reply")
    run = await client.run("print('text')\n2 + 3")

    assert client.connection.selected_subprotocol is None
    assert info.content["implementation"] == "ipython"
    assert (run.text, run.result) == ("text\n", "5")
    assert run.done["status"] == "ok"


async def test_kernel_info(page):
    """Each client that asks for the kernel's facts gets them once."""
    _, client = await page()
    asked = client.send("kernel_info_request")
    reply = await client.first(asked, "kernel_info_reply")

    assert reply.content["status"] == "ok"
    assert reply.header["session"] != client.session_id
    assert len(client.of(asked, "kernel_info_reply")) == 1


async def test_own_requests_are_not_seen(page):
    """Of what the server asks the kernel no client sees anything."""
    _, client = await page()
    asked = {client.send("kernel_info_request"), client.execute("1")}
    for msg_id in asked:
        await client.until(
            lambda: {"idle"} & {m.state for m in client.of(msg_id)}  # noqa: B023
        )
    parents = {message.run_id for message in client.received}

    assert parents <= asked | {""}


@configured(
    MappingKernelManager={
        "allowed_message_types": ["kernel_info_request", "comm_info_request"]
    }
)
async def test_allowed_types(page, counters):
    """Types that the administrator does not allow are dropped, counted, and harm nothing."""
    kernel_id, client = await page()
    refused = client.execute("print('never')")
    asked = client.send("kernel_info_request")
    await client.first(asked, "kernel_info_reply")

    assert not client.of(refused)
    assert (await counters(kernel_id))["refused"] == 1


@configured(
    MappingKernelManager={
        "allow_tracebacks": False,
        "traceback_replacement_message": "hidden",
    }
)
async def test_tracebacks(page):
    """Tracebacks that the administrator hides are shown to nobody, not in the reply either."""
    _, client = await page()
    run = await client.run("secret = 1/0")

    for content in (run.one("error").content, run.reply):
        assert content["traceback"] == ["hidden"]
        assert "ZeroDivisionError" not in str(content)
    assert run.done["status"] == "error"


@pytest.mark.promise("A4")
async def test_rerun(page):
    """Output of a run that was replaced stays away; its idle, reply and end arrive."""
    _, client = await page()
    await client.run("import time")
    first = client.execute(
        "for i in range(40): print('old', i, flush=True); time.sleep(0.01)", "cell-1"
    )
    other = client.execute("print('other')", "cell-2")
    await client.first(first, "stream")
    second = client.execute("print('new')", "cell-1")
    runs = [await client.done(run_id) for run_id in (first, other, second)]
    replaced = runs[0]

    assert "old 39" not in replaced.text
    assert replaced.types.count("idle") == 1
    assert replaced.reply["status"] == replaced.done["status"] == "ok"
    assert [run.text for run in runs[1:]] == ["other\n", "new\n"]


@pytest.mark.promise("A4")
async def test_rerun_keeps_comms_and_updates(page):
    """Comms and updates of displays of a run that was replaced arrive."""
    _, client = await page()
    code = """
from comm import create_comm
from IPython.display import display
handle = display("one", display_id="d")
print(input())
create_comm(target_name="nobody", comm_id="c").send({"n": 1})
handle.update("two")
print("gone", flush=True)
"""
    first = client.execute(code, "cell-1")
    asked = await client.first(first, "input_request")
    second = client.execute("pass", "cell-1")
    client.send("input_reply", {"value": "gone"}, "stdin", parent_header=asked.header)
    replaced = await client.done(first)
    await client.done(second)

    assert text_of(replaced.messages) == ""
    assert replaced.one("update_display_data").content["data"]["text/plain"] == "'two'"
    assert replaced.one("comm_open").content["comm_id"] == "c"
    assert replaced.one("comm_msg").content["data"] == {"n": 1}
