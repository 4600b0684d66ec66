"""
Kernels that break the protocol: who uses them is told, and nobody else notices.
"""

from __future__ import annotations

import json

import pytest

from tests.integration.client import V1, eventually
from tests.integration.conftest import NOTEBOOK, configured

from .misbehaving import LARGE, MANY_BYTES


# A kernel that says nothing more is given up soon.
SOON = configured(KernelConfig={"idle_grace": 0.3, "reply_grace": 0.3})

pytestmark = [pytest.mark.kernel, pytest.mark.promise("A8", "Z4"), SOON]

# What is published of a run, in order.
BEHAVIOUR = ["cell_start", "busy", "execute_input", "stream", "idle", "cell_done"]

# What ends a run, and how.
ENDING = dict.fromkeys(
    (
        "no_idle",
        "no_reply",
        "everything_twice",
        "reply_first",
        "idle_only",
        "busy_after_the_end",
        "other_parents",
        "bad_signatures",
        "malformed_frames",
        "no_objects",
        "odd_replies",
        "huge_types",
        "flood_of_states",
    ),
    "ok",
) | {"odd_contents": "error"}


@pytest.fixture
def opened(start_kernel, connect, tricks):
    """
    Start a kernel, and connect to it.
    """

    async def open_page(subprotocols):
        return await connect(await start_kernel(tricks), subprotocols=subprotocols)

    return open_page


@pytest.fixture
def opened_notebook(jp_fetch, connect, tricks, jp_root_dir):
    """
    Write a notebook, start a session for it, and connect a page that counts.
    """

    async def open_page():
        (jp_root_dir / "a.ipynb").write_text(json.dumps(NOTEBOOK), encoding="utf-8")
        model = {"path": "a.ipynb", "name": "a.ipynb", "type": "notebook"}
        body = json.dumps(model | {"kernel": {"name": tricks}})
        answer = await jp_fetch("api", "sessions", method="POST", body=body)
        session = json.loads(answer.body)
        return session["id"], await connect(session["kernel"]["id"], cursor=0)

    return open_page


def ends(client, run_id):
    """
    Return how often a run was told to begin, and how the server told it to end.
    """
    starts, dones = (
        [m for m in client.of(run_id, told) if "_fastpath_" in m.header["msg_id"]]
        for told in ("cell_start", "cell_done")
    )
    return len(starts), [told.content["status"] for told in dones]


async def behaves(*clients):
    """
    Show that the kernels of some clients run code.
    """
    for client in clients:
        run = await client.run("behave")

        assert run.text == "well\n"
        assert BEHAVIOUR == [one for one in run.types if one != "execute_reply"]
        assert (1, ["ok"]) == ends(client, run.run_id)


async def until_ended(client, run_id):
    """
    Wait until the server has told the end of a run.
    """
    await client.until(lambda: ends(client, run_id)[1])


@pytest.mark.parametrize("subprotocols", [(V1,), ()], ids=["v1", "legacy"])
@pytest.mark.parametrize("trick", ENDING)
async def test_end(opened, trick, subprotocols):
    """Whatever a kernel says, its run ends once, what it says afterwards counts, and no other kernel is in the way."""
    other, client = [await opened(subprotocols) for _ in range(2)]
    await behaves(client, other)
    run_id = client.execute(trick)
    await behaves(other)
    await until_ended(client, run_id)
    await behaves(client, other)

    assert (1, [ENDING[trick]]) == ends(client, run_id)
    if trick != "idle_only":
        texts = [m.content.get("text") for m in client.of(run_id, "stream")]
        assert any("said" in str(text) or "well" in str(text) for text in texts)


@pytest.mark.promise("B3", "F1")
async def test_bursts(opened):
    """Very large messages arrive whole, and those of another kernel beside them."""
    client, other = [await opened((V1,)) for _ in range(2)]
    await behaves(other)
    run_id = client.execute("bursts")
    await behaves(other)
    run = await client.done(run_id)
    shown = [m.content["data"]["text/plain"] for m in run.all("display_data")]

    assert LARGE * MANY_BYTES == len(run.text) == sum(map(len, shown))
    assert (1, ["ok"]) == ends(client, run_id)


async def test_told(opened, caplog):
    """Who looks after the server finds in its log what no message was, and which runs lack an end."""
    client = await opened((V1,))
    run_id = client.execute("malformed_frames")
    await client.done(run_id)
    lacking = [client.execute(trick) for trick in ("no_idle", "no_reply")]
    for one in lacking:
        await until_ended(client, one)

    assert caplog.text.count("what is no message: it goes to nobody") == 1
    assert f"run {lacking[0]} has ended without its 'status: idle'" in caplog.text
    assert f"run {lacking[1]} has ended without its execute_reply" in caplog.text


@pytest.mark.parametrize("trick", ["nothing", "nothing_more"])
async def test_no_end(page, tricks, trick, restart):
    """A kernel that does not end a run goes on with others, and its restart is the end."""
    kernel_id, client = await page(tricks)
    run_id = client.execute(trick)
    await behaves(client)
    await restart(kernel_id)
    await until_ended(client, run_id)
    await behaves(client)

    assert (1, ["kernel_restarted"]) == ends(client, run_id)


@pytest.mark.promise("K3")
async def test_death(page, tricks):
    """A kernel that dies in the middle of a message leaves its run ended, with a reason."""
    _, client = await page(tricks)
    run = await client.run("death")

    assert (1, ["kernel_died"]) == ends(client, run.run_id)
    assert run.done["reason"] == "exit code 3"
    await behaves(client)


@pytest.mark.promise("D5")
async def test_leftovers(opened_notebook, jp_fetch, jp_root_dir):
    """What is left of a kernel that said odd things is found as that of any other."""
    session_id, client = await opened_notebook()
    odd = client.execute("odd_contents", "c1")
    await until_ended(client, odd)
    run = await client.run("behave", "c2")
    await client.close(1001)
    await jp_fetch("api", "sessions", session_id, method="DELETE")

    async def look():
        answer = await jp_fetch("api/fastpath/leftovers", params={"path": "a.ipynb"})
        return json.loads(answer.body)["runs"]

    found = {run["cell_id"]: run for run in await eventually(look)}

    assert {"c1", "c2"} == set(found)
    assert run.run_id == found["c2"]["run_id"]
    assert "well\n" == found["c2"]["outputs"][0]["text"]
