"""
How runs end: by error, interrupt, restart and death, each with one `cell_done`.
"""

from __future__ import annotations

import asyncio

import pytest

from .client import OUTPUT_TYPES, eventually
from .conftest import configured


pytestmark = [pytest.mark.kernel, pytest.mark.promise("A2", "A7")]

BUSY = "import time\nprint('begun', flush=True)\nwhile True: time.sleep(0.01)"
STUBBORN = """
import signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
print('begun', flush=True)
while True: time.sleep(0.01)
"""
FLUSH_INTERVAL = "import sys\nprint(sys.stdout.flush_interval)"


def ends(client, *run_ids):
    """
    Return how often and how each run was told to have ended.
    """
    return [
        [told.content["status"] for told in client.of(run_id, "cell_done")]
        for run_id in run_ids
    ]


async def is_usable(client):
    """
    Show that the kernel runs code, and that ipykernel has been tuned.
    """
    run = await client.run("2 + 2")
    interval = await client.run(FLUSH_INTERVAL)

    assert (run.result, run.done["status"]) == ("4", "ok")
    assert run.done["execution_count"] == 1
    assert float(interval.text) == 0.03


async def test_error(page):
    """An error ends its run with 'error', and the runs queued behind it with 'aborted'."""
    _, client = await page()
    failing = client.execute("import time; time.sleep(0.2); 1/0")
    queued = [client.execute("print('never')") for _ in range(2)]
    runs = [await client.done(run_id) for run_id in (failing, *queued)]

    assert [["error"], ["aborted"], ["aborted"]] == ends(client, failing, *queued)
    assert runs[0].one("error").content["ename"] == "ZeroDivisionError"
    assert [run.text for run in runs] == ["", "", ""]
    assert (await client.run("2 + 2")).done["status"] == "ok"


async def test_interrupt(page, interrupt):
    """An interrupt ends the run with 'interrupted', and the kernel goes on."""
    kernel_id, client = await page()
    run_id = client.execute(BUSY)
    await client.first(run_id, "stream")
    await interrupt(kernel_id)
    run = await client.done(run_id)

    assert [["interrupted"]] == ends(client, run_id)
    assert run.reply["ename"] == "KeyboardInterrupt"
    assert (await client.run("2 + 2")).result == "4"


async def test_restart(page, restart):
    """A restart ends the run and those behind it; the same websocket serves the new kernel."""
    kernel_id, client = await page()
    running = client.execute(STUBBORN)
    queued = client.execute("1 + 1")
    await client.first(running, "stream")
    await restart(kernel_id)
    await client.done(running)
    run = await client.done(queued)

    assert [["kernel_restarted"]] * 2 == ends(client, running, queued)
    assert run.reply["status"] == "aborted"
    assert run.types.count("idle") == 1
    await is_usable(client)
    assert [["kernel_restarted"]] * 2 == ends(client, running, queued)


async def test_restart_of_the_obedient(page, restart):
    """Before a restart Jupyter interrupts the kernel, and a run that heeds this tells so itself."""
    kernel_id, client = await page()
    running = client.execute(BUSY)
    queued = client.execute("1 + 1")
    await client.first(running, "stream")
    await restart(kernel_id)
    await client.done(running)
    await client.done(queued)
    (((first,), (second,))) = ends(client, running, queued)

    assert first in {"interrupted", "kernel_restarted"}
    assert second in {"ok", "aborted", "kernel_restarted"}
    await is_usable(client)


async def test_restarts(page, restart):
    """A kernel that is restarted again and again is usable after each time."""
    kernel_id, client = await page()
    for _ in range(3):
        await restart(kernel_id)
        await is_usable(client)


async def test_request_during_restart(page, restart):
    """What is asked while a kernel is being restarted ends, too, one way or the other."""
    kernel_id, client = await page()
    restarting = asyncio.ensure_future(restart(kernel_id))
    run_ids = []
    while not restarting.done():
        run_ids.append(client.execute("2 + 2"))
        await asyncio.sleep(0.02)
    await restarting
    for run_id in run_ids:
        await client.done(run_id)

    assert {"ok", "kernel_restarted"} >= {end for (end,) in ends(client, *run_ids)}
    assert (await client.run("2 + 2")).result == "4"


@configured(KernelRestarter={"time_to_dead": 0.2})
async def test_death(page):
    """When a kernel is killed its runs end, it is told, and the next one is usable."""
    _, client = await page()
    running = client.execute("print('last words', flush=True)\nimport os, time")
    # Its reply might die with the kernel.
    await client.done(running)
    dying = client.execute("print('last words')\nimport os\nos.kill(os.getpid(), 9)")
    queued = client.execute("1 + 1")
    run = await client.done(queued)
    await client.states("restarting")

    assert [["ok"], ["kernel_died"], ["kernel_died"]] == ends(
        client, running, dying, queued
    )
    assert run.reply["status"] == "aborted"
    await is_usable(client)
    assert (await client.states("restarting")).run_id == ""


@configured(KernelManager={"autorestart": False}, KernelConfig={"alive_interval": 0.2})
async def test_death_for_good(page, kernel_model):
    """The death of a kernel that nobody restarts is noticed and told."""
    kernel_id, client = await page()
    dying = client.execute("import os\nos.kill(os.getpid(), 9)")
    queued = client.execute("1 + 1")
    await client.done(dying)
    await client.done(queued)
    await client.states("dead")
    late = client.execute("1 + 1")
    await client.done(late)

    assert [["kernel_died"]] * 3 == ends(client, dying, queued, late)
    assert (await kernel_model(kernel_id))["execution_state"] == "dead"


@configured(KernelManager={"autorestart": False}, KernelConfig={"alive_interval": 0.2})
async def test_restart_of_the_dead(page, restart):
    """A kernel that had died for good can be restarted, and is usable through the same websocket."""
    kernel_id, client = await page()
    await client.done(client.execute("import os\nos.kill(os.getpid(), 9)"))
    await restart(kernel_id)

    await is_usable(client)


@configured(
    KernelRestarter={"restart_limit": 2, "time_to_dead": 0.2, "stable_start_time": 60.0}
)
async def test_death_again_and_again(page, jp_fetch):
    """A kernel that dies too often is told to be dead, and its runs end."""
    kernel_id, client = await page()

    async def is_gone():
        client.execute("import os\nos.kill(os.getpid(), 9)")
        answer = await jp_fetch("api", "kernels", kernel_id, raise_error=False)
        return answer.code == 404

    await eventually(is_gone)
    await client.states("dead")
    run_ids = {message.run_id for message in client.received} - {""}

    assert {"kernel_died", "kernel_restarted"} >= {
        end for run_id in run_ids for told in ends(client, run_id) for end in told
    }


async def test_shutdown(page, jp_fetch):
    """A shutdown ends the run and tells that the kernel is dead."""
    kernel_id, client = await page()
    run_id = client.execute(BUSY)
    await client.first(run_id, "stream")
    await jp_fetch("api", "kernels", kernel_id, method="DELETE")
    await client.done(run_id)
    await client.states("dead")

    assert [["kernel_died"]] == ends(client, run_id)


@pytest.mark.promise("A6")
async def test_nothing_after_the_end(page):
    """No output of a run comes after its end, even of one that prints without flushing."""
    _, client = await page()
    for _ in range(20):
        run_id = client.execute("for i in range(200): print(i)\ndisplay(i)")
        await client.done(run_id)
    await client.run("pass")

    for run_id in {message.run_id for message in client.received} - {""}:
        types = [message.msg_type for message in client.of(run_id)]
        after = types[types.index("cell_done") :] if "cell_done" in types else []

        assert not OUTPUT_TYPES & set(after)


@configured(KernelConfig={"idle_grace": 0.3})
@pytest.mark.promise("A8")
async def test_idle_is_made_good(page):
    """If a kernel's idle is lost, the run ends all the same, with an idle for every client."""
    _, client = await page()
    run = await client.run(LOSE_IDLE)

    assert run.reply["status"] == "ok"
    assert run.done["status"] == "ok"
    assert run.types.count("idle") == 1
    assert run.messages[-2].header["username"] == "fastpath"
    assert run.messages[-2].header["session"] == run.messages[0].header["session"]
    assert (await client.run("2 + 2")).types.count("idle") == 1


@configured(KernelConfig={"reply_grace": 0.3})
@pytest.mark.promise("A8")
async def test_reply_is_made_good(page):
    """If a kernel's reply stays away, the run ends all the same, with a reply."""
    _, client = await page()
    run = await client.run(LOSE_REPLY)

    assert run.reply["status"] == "aborted"
    assert run.types.count("idle") == 1
    assert (await client.run("2 + 2")).reply["status"] == "ok"


@configured(KernelConfig={"reply_grace": 0.3})
@pytest.mark.promise("A8")
async def test_both_are_made_good(page):
    """If neither reply nor idle comes, the run ends when the kernel has answered something later."""
    _, client = await page()
    run = await client.run(LOSE_REPLY + LOSE_IDLE + "print('shown')")

    assert run.text == "shown\n"
    assert run.reply["status"] == "aborted"
    assert run.types[-2:] == ["idle", "cell_done"]
    assert run.types.count("idle") == 1
    assert (await client.run("2 + 2")).reply["status"] == "ok"


@configured(KernelConfig={"reply_grace": 0.2})
@pytest.mark.promise("A8")
async def test_silent_cell(page):
    """A cell that is silent for long is not ended, and finds no trace of what the kernel was asked."""
    _, client = await page()
    await client.run("40 + 2")
    run_id = client.execute("import time; time.sleep(2)")
    queued = client.execute("_, len(In)")
    slept = await client.done(run_id)
    shown = await client.done(queued)

    assert (slept.reply["status"], slept.done["status"]) == ("ok", "ok")
    assert (shown.result, shown.reply["execution_count"]) == ("(42, 4)", 3)


LOSE_IDLE = """
kernel = get_ipython().kernel
publish = kernel._publish_status

def lose(status, *args, **kwargs):
    if status == "idle":
        del kernel._publish_status
    else:
        publish(status, *args, **kwargs)

kernel._publish_status = lose
"""

LOSE_REPLY = """
session = get_ipython().kernel.session
send = type(session).send

def lose(stream, msg_or_type, *args, **kwargs):
    if msg_or_type == "execute_reply":
        object.__delattr__(session, "send")
        return session.msg(msg_or_type)
    return send(session, stream, msg_or_type, *args, **kwargs)

object.__setattr__(session, "send", lose)
"""


async def test_shutdown_is_told_to_all(page, connect, jp_fetch):
    """A shutdown is told to every page, whether it started the run or not, or if nothing ran."""
    kernel_id, client = await page()
    other = await connect(kernel_id)
    run_id = client.execute(BUSY)
    await other.first(run_id, "stream")
    idle_id, bystander = await page()
    for each in (kernel_id, idle_id):
        await jp_fetch("api", "kernels", each, method="DELETE")
    await bystander.states("dead", patience=5)
    await other.states("dead", patience=5)
    run = await other.done(run_id)

    assert run.done["status"] == "kernel_died"
