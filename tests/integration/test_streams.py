"""
Text, much of it and soon: nothing is lost, and nobody has to wait.
"""

from __future__ import annotations

import time

from itertools import pairwise

import pytest

from .client import text_of
from .conftest import configured


pytestmark = pytest.mark.kernel

FLOOD = "for i in range(20_000): print(i, flush=True)"
FLOOD_TEXT = "".join(f"{i}\n" for i in range(20_000))

# The bytes of text from which on a page takes long to read a message.
MOST = 300_000


@pytest.mark.promise("B1", "B3")
async def test_flood(page, counters):
    """Of 20,000 flushed prints each character arrives, in order, in far fewer messages."""
    kernel_id, client = await page()
    run = await client.run(FLOOD, patience=90)

    assert run.text == FLOOD_TEXT
    assert run.types[-2:] == ["idle", "cell_done"] or run.types[-3:-1] == [
        "idle",
        "execute_reply",
    ]
    assert len(run.all("stream")) < 2_000
    assert (await counters(kernel_id))["lost"] == 0


@pytest.mark.promise("A3", "B3", "B8")
async def test_large_print(page, counters):
    """A print of 20 MB arrives whole, in messages that a page reads soon, and each has its number."""
    kernel_id, client = await page()
    run = await client.run("print('ä1234567' * 2_500_000)", patience=60)
    texts = run.all("stream")
    numbers = [message.place["event_idx"] for message in texts]

    assert run.text == "ä1234567" * 2_500_000 + "\n"
    assert max(len(message.content["text"].encode()) for message in texts) < MOST
    assert numbers == list(range(numbers[0], numbers[0] + len(texts)))
    assert run.done["status"] == "ok"
    assert (await counters(kernel_id))["lost"] == 0


@pytest.mark.promise("B3")
async def test_large_print_in_the_old_protocol(start_kernel, connect):
    """A client of the older protocol gets the same."""
    client = await connect(await start_kernel(), subprotocols=())
    run = await client.run("print('😀' * 1_000_000)", patience=60)
    texts = [message.content["text"] for message in run.all("stream")]

    assert run.text == "😀" * 1_000_000 + "\n"
    assert max(len(text.encode()) for text in texts) < MOST


@pytest.mark.promise("B3", "F1")
async def test_text_goes_before_what_follows(page):
    """What is printed after a large print comes after the last of it."""
    _, client = await page()
    code = (
        "import sys\n"
        "print('x' * 3_000_000, end='!', flush=True)\n"
        "print('y', file=sys.stderr, flush=True)\n"
        "display(1)\n"
        "print('z', flush=True)"
    )
    run = await client.run(code)
    kinds = [
        message.content.get("name", message.msg_type)
        for message in run.messages
        if message.msg_type in {"stream", "display_data"}
    ]

    assert run.text == "x" * 3_000_000 + "!y\nz\n"
    assert kinds[-4:] == ["stdout", "stderr", "display_data", "stdout"]
    assert set(kinds[:-3]) == {"stdout"}


@pytest.mark.promise("B1")
async def test_order(page):
    """Two streams, displays and results stay in the order in which the kernel sent them."""
    _, client = await page()
    code = """
import sys
for i in range(300):
    print(i, flush=True)
    print(-i, file=sys.stderr, flush=True)
    if i % 100 == 0:
        display(i)
"""
    run = await client.run(code)
    seen = []
    for message in run.messages:
        if message.msg_type == "stream":
            seen += [int(line) for line in message.content["text"].split()]
        elif message.msg_type == "display_data":
            seen.append(f"display {message.content['data']['text/plain']}")
    wanted = []
    for i in range(300):
        wanted += [i, -i]
        if i % 100 == 0:
            wanted.append(f"display {i}")

    assert seen == wanted


@pytest.mark.promise("B2")
async def test_first_output(page):
    """The first output of a run that does not flush arrives at once."""
    _, client = await page()
    await client.run("import time")
    delays = []
    for _ in range(5):
        run = await client.run("print(time.time())\ntime.sleep(0.3)")
        message = run.all("stream")[0]
        delays.append(message.at - float(message.content["text"]))

    assert min(delays) < 0.15, delays


@pytest.mark.promise("B2")
async def test_first_output_after_a_flood(page):
    """The first output of a run does not wait for the pace of the run before it."""
    _, client = await page()
    await client.run("import time")
    delays = []
    for _ in range(5):
        flooding = client.execute("for i in range(2_000): print(i, flush=True)")
        run = await client.run("print(time.time(), flush=True)")
        message = run.all("stream")[0]
        delays.append(message.at - float(message.content["text"]))
        await client.done(flooding)

    assert min(delays) < 0.1, delays


@pytest.mark.promise("C4")
async def test_initiator_first(page, connect):
    """Who started a run is sent its end before everybody else, and all get the same text."""
    kernel_id, initiator = await page()
    others = [await connect(kernel_id) for _ in range(3)]
    late = 0
    for i in range(10):
        run = await initiator.run(f"for i in range(200): print({i}, i, flush=True)")
        for other in others:
            seen = await other.done(run.run_id)

            assert seen.text == run.text
            assert not seen.all("execute_reply")
            late += seen.messages[-1].at > run.messages[-1].at

    assert late >= 25


@configured(ZMQChannelsWebsocketConnection={"iopub_data_rate_limit": 40_000})
@pytest.mark.promise("B3")
async def test_configured_rate(page):
    """A rate that the administrator has set paces the text of a run, and all of it arrives."""
    _, client = await page()
    run = await client.run(
        "import time\n"
        "for i in range(100): print('x' * 999, flush=True); time.sleep(0.01)"
    )
    texts = run.all("stream")
    # The end of the run takes along what still waits.
    paces = [
        len(one.content["text"]) / (two.at - one.at)
        for one, two in pairwise(texts[:-1])
    ]

    assert run.text == ("x" * 999 + "\n") * 100
    assert 2 < len(texts) < 40
    assert max(paces) < 60_000


@pytest.mark.promise("B3")
async def test_default_rate(page):
    """The default rates of Jupyter Server do not pace anything."""
    _, client = await page()
    begun = time.monotonic()
    run = await client.run("for i in range(100): print('x' * 100_000, flush=True)")

    assert len(run.text) == 100 * 100_001
    assert time.monotonic() - begun < 8


@pytest.mark.promise("B8")
async def test_loss_is_told(page, counters):
    """Messages that the kernel sent and that never came are counted, and the output says how many."""
    kernel_id, client = await page()
    code = "session = get_ipython().kernel.session\nfor _ in range(25): session.msg_id"
    run = await client.run(code)
    (marker,) = run.all("stream")

    assert marker.content["name"] == "stderr"
    assert marker.content["text"].startswith("[fastpath] 25 messages")
    assert run.types.index("stream") < run.types.index("cell_done")
    assert (await counters(kernel_id))["lost"] == 25
    assert (await client.run("print('fine')")).text == "fine\n"


@pytest.mark.promise("B8")
async def test_nothing_is_said_to_be_lost(page, connect, counters, jp_serverapp):
    """Whatever else happens on all channels, nothing counts as lost that is not."""
    kernel_id, client = await page()
    other = await connect(kernel_id)
    foreign = jp_serverapp.kernel_manager.get_kernel(kernel_id).client()
    foreign.start_channels()
    for i in range(5):
        other.send("kernel_info_request")
        client.send("complete_request", {"code": "pri", "cursor_pos": 3})
        foreign.execute("import threading\nprint(threading.get_ident())")
        foreign.kernel_info()
        client.send("debug_request", debugged(i), "control")
        run_id = client.execute(
            "import threading\n"
            "threads = [threading.Thread(target=print, args=(i,)) for i in range(9)]\n"
            "for thread in threads: thread.start()\n"
        )
        await other.run("1/0")
        run = await client.done(run_id)

        assert "[fastpath]" not in run.text
    foreign.stop_channels()

    assert (await counters(kernel_id))["lost"] == 0


def debugged(seq):
    """
    Return the content of a request to the debugger.
    """
    return {"type": "request", "seq": seq, "command": "debugInfo", "arguments": {}}


@pytest.mark.promise("B3")
async def test_unknown_parent(page):
    """Text of a run that is over, from a thread, arrives with its place in the run."""
    _, client = await page()
    code = (
        "import threading, time\n"
        "def late():\n"
        "    time.sleep(0.3); print('late', flush=True)\n"
        "threading.Thread(target=late).start()"
    )
    run = await client.run(code)
    message = await client.first(run.run_id, "stream")
    done = run.one("cell_done")

    assert message.content["text"] == "late\n"
    assert message.place["event_idx"] == done.place["event_idx"] + 1


@configured(KernelConfig={"tune_ipykernel": False})
@pytest.mark.promise("B3", "B8")
async def test_untuned_flood(page, counters, jp_asyncio_loop):
    """What an untuned kernel drops while the server is stalled is made out, to a message."""
    kernel_id, client = await page()
    code = "for i in range(30_000): print(i, flush=True)\nprint('end', flush=True)"
    run_id = client.execute("import time\n" + code)
    await client.first(run_id, "stream")
    stall_until = time.monotonic() + 1.5
    while time.monotonic() < stall_until:
        pass
    run = await client.done(run_id, patience=60)
    lines = text_of(run.messages, "stdout").split()
    lost = (await counters(kernel_id))["lost"]

    assert run.done["status"] == "ok"
    assert 30_001 - len(lines) <= lost <= 30_001 - len(lines) + 10
    assert bool(lost) == ("[fastpath]" in text_of(run.messages, "stderr"))
