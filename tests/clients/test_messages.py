"""
Message by message: a client gets what it would get without Fastpath, but for text that is
merged and what Fastpath adds.
"""

from __future__ import annotations

import asyncio
import itertools
import uuid

from collections.abc import Iterable
from typing import Any

import pytest

from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from tests.integration.client import V1, Client, Received


pytestmark = [pytest.mark.kernel, pytest.mark.promise("A9", "B1")]

# What Fastpath adds; see docs/protocol.md.
ADDED = {"cell_start", "cell_done"}

# What is another at each time.
VARIABLE = {"started", "date", "session", "engine_info", "banner"}

RUNS = {
    "text": "import sys\nfor i in range(300): print(i, file=[sys.stdout, sys.stderr][i % 7 == 0], flush=True)",
    "result": "2 + 3",
    "nothing": "",
    "error": "1 / 0",
    "syntax": "1 +",
    "exit": "raise SystemExit(3)",
    "displays": (
        "from IPython.display import clear_output, display\n"
        "handle = display('one', display_id='d')\n"
        "print('gone', flush=True)\n"
        "clear_output(wait=True)\n"
        "handle.update('two')\n"
        "display({'image/png': 'AAAA', 'text/plain': 'x'}, raw=True, metadata={'a': 1})"
    ),
    "pager": "print?",
    "next input": "get_ipython().set_next_input('again')",
    "comm": (
        "from comm import create_comm\n"
        "comm = create_comm(target_name='nobody', comm_id='c', data={'a': 1}, buffers=[b'xyz'])\n"
        "comm.send({'b': 2}, buffers=[b'', bytes(range(256))])\n"
        "comm.close()"
    ),
    "unknown type": (
        "kernel = get_ipython().kernel\n"
        "sent = kernel.session.send(kernel.iopub_socket, 'weather', {'sun': True},"
        " metadata={'a': 1}, parent=kernel.get_parent(), buffers=[b'rain'])"
    ),
    "input": "print('hello', input('who? '))",
    "surrogates": r"print('\N{SNOWMAN} \x1b[31m red \r\n'); print('\ud83d\ude00'.encode('utf-16', 'surrogatepass').decode('utf-16'))",
}

CURSOR = {"code": "pri", "cursor_pos": 3}

REQUESTS: dict[str, tuple[str, dict[str, Any]]] = {
    "kernel_info_request": ("shell", {}),
    "complete_request": ("shell", CURSOR),
    "inspect_request": ("shell", CURSOR | {"detail_level": 0}),
    "is_complete_request": ("shell", {"code": "for i in"}),
    "comm_info_request": ("shell", {}),
    "history_request": (
        "shell",
        {"hist_access_type": "tail", "n": 0, "output": False, "raw": True},
    ),
    "interrupt_request": ("control", {}),
}


def normal(message: Received) -> tuple[Any, ...]:
    """
    Return what is the same each time.
    """
    content = {k: v for k, v in message.content.items() if k not in VARIABLE}
    metadata = set(message.metadata) - {"fastpath"} - VARIABLE
    header = {k: v for k, v in message.header.items() if k in {"version", "username"}}
    parent = message.parent_header.get("msg_type")
    told = (message.msg_type, parent, header, content, metadata)
    return (*told, [bytes(buffer) for buffer in message.buffers])


def merged(messages: Iterable[Received]) -> list[tuple[Any, ...]]:
    """
    Return what is the same each time, with neighbouring text in one.
    """
    found: list[tuple[Any, ...]] = []
    for message in messages:
        one = normal(message)
        last = found[-1] if found else None
        if last and "stream" == one[0] == last[0] and one[3]["name"] == last[3]["name"]:
            last[3]["text"] += one[3]["text"]
        else:
            found.append(one)
    return found


def told(messages: Iterable[Received]) -> dict[str, list[tuple[Any, ...]]]:
    """
    Return what came on each channel, in order.
    """
    known = [message for message in messages if message.msg_type not in ADDED]
    channels = ("shell", "control", "stdin", "iopub")
    return {
        channel: merged(one for one in known if one.channel == channel)
        for channel in channels
    }


async def opened(server, subprotocols):
    """
    Start a kernel, and connect to it as a page does.
    """
    asked = ("POST", "/api/kernels", {"name": "python3"})
    kernel = await asyncio.to_thread(server.ask, *asked)
    client = Client(str(uuid.uuid4()))
    address = f"ws://127.0.0.1:{server.port}/api/kernels/{kernel['id']}/channels"
    request = HTTPRequest(
        f"{address}?session_id={client.session_id}",
        headers={"Authorization": f"token {server.token}"},
    )
    connection = await websocket_connect(
        request, on_message_callback=client.take, subprotocols=subprotocols or None
    )
    client.use(connection)
    return client


async def ended(client, msg_id):
    """
    Wait until a request is replied to and the kernel is idle, and return what came of it.
    """
    await client.until(
        lambda: (
            "idle" in [message.state for message in client.of(msg_id)]
            and [m for m in client.of(msg_id) if m.msg_type.endswith("_reply")]
        )
    )
    return told(client.of(msg_id))


async def session(server, subprotocols):
    """
    Return what came of all that is asked of a kernel.
    """
    client = await opened(server, subprotocols)
    found = {}
    for name, code in RUNS.items():
        run_id = client.execute(code)
        if name == "input":
            asked = await client.first(run_id, "input_request")
            answer = {"value": "Ada"}
            client.send("input_reply", answer, "stdin", parent_header=asked.header)
        found[name] = await ended(client, run_id)
    for msg_type, (channel, content) in REQUESTS.items():
        msg_id = client.send(msg_type, content, channel)
        found[msg_type] = await ended(client, msg_id)
    await client.close()
    return found


@pytest.mark.parametrize("subprotocols", [[V1], []], ids=["v1", "legacy"])
async def test_same_messages(servers, subprotocols):
    """The same requests have the same answers on each channel, in the same order, in both protocols."""
    ours, stock = [await session(server, subprotocols) for server in servers]

    assert all(one["iopub"] for one in stock.values())
    for name, channels in stock.items():
        for channel, expected in channels.items():
            pairs = itertools.zip_longest(expected, ours[name][channel])

            assert [] == [pair for pair in pairs if pair[0] != pair[1]], name
