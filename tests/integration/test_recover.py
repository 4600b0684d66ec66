"""
What a page is told that takes up runs which it has not started.
"""

from __future__ import annotations

import json

import pytest

from tornado.httpclient import HTTPClientError

from .client import LINES, eventually, text_of, wait_for
from .conftest import NOTEBOOK, configured


pytestmark = pytest.mark.kernel

DISPLAYS = """
import sys
from IPython.display import HTML, clear_output, display, update_display

print("wiped")
clear_output()
print("10 %", end="")
print("\\r50 %", end="", flush=True)
display(HTML("<b>0</b>"), display_id="shown")
print("oops", file=sys.stderr)
update_display(HTML("<b>1</b>"), display_id="shown")
1 / 0
"""


@pytest.fixture
def save(jp_fetch):
    """
    Save a notebook as a page does.
    """

    async def put(name="a.ipynb"):
        body = json.dumps({"type": "notebook", "content": NOTEBOOK})
        await jp_fetch("api", "contents", name, method="PUT", body=body)

    return put


@pytest.mark.promise("I1", "A3")
async def test_running_and_queued(page, connect, runs):
    """Who comes while cells run is told of them, with what they have put out, and gets the rest once."""
    kernel_id, client = await page()
    first = client.execute(LINES.format(count=200, pause=0.01), "c1")
    second = client.execute("2 + 3", "c2")
    await client.until(lambda: len(client.of(first, "stream")) > 3)
    await client.close(1001)
    fresh = await connect(kernel_id, cursor=0)
    running, queued = await runs(kernel_id, fresh.session_id)
    run = await fresh.done(second)
    rest = [
        message
        for message in fresh.of(first)
        if message.place.get("event_idx", -1) >= running["cursor"]
    ]
    (output,) = running["outputs"]

    assert (running["run_id"], running["cell_id"]) == (first, "c1")
    assert (running["state"], queued["state"]) == ("running", "queued")
    assert (queued["outputs"], queued["cursor"]) == ([], 0)
    assert running["request"]["msg_id"] == first
    assert output["text"] + text_of(rest) == "".join(f"{i}\n" for i in range(200))
    assert rest[0].place["event_idx"] == running["cursor"]
    assert run.result == "5"


@pytest.mark.promise("I1")
async def test_outputs(page, runs):
    """What was put out is told in the form of the notebook format, updates and errors included."""
    kernel_id, client = await page()
    await client.run(DISPLAYS, "c1")
    await client.run("7", "c2")
    one, two = await runs(kernel_id)
    text, shown, oops, error = one["outputs"]

    assert (one["state"], one["status"], one["execution_count"]) == ("done", "error", 1)
    assert text == {"output_type": "stream", "name": "stdout", "text": "50 %"}
    assert shown["output_type"] == "display_data"
    assert shown["data"]["text/html"] == "<b>1</b>"
    assert shown["transient"] == {"display_id": "shown"}
    assert oops == {"output_type": "stream", "name": "stderr", "text": "oops\n"}
    assert (error["output_type"], error["ename"]) == ("error", "ZeroDivisionError")
    assert two["outputs"][0]["data"] == {"text/plain": "7"}


@pytest.mark.promise("I1")
async def test_nothing_straddles(page, connect, runs):
    """However often it is asked during a flood, each answer and what comes after it make the whole."""
    kernel_id, client = await page()
    run_id = client.execute("for i in range(30000): print(i, flush=True)", "c1")
    watcher = await connect(kernel_id, cursor=0)
    await client.first(run_id, "stream")
    answers = [(await runs(kernel_id, watcher.session_id))[0] for _ in range(10)]
    await watcher.done(run_id, patience=60)
    whole = "".join(f"{i}\n" for i in range(30000))
    made = []
    for answer in answers:
        rest = [
            message
            for message in watcher.of(run_id)
            if message.place.get("event_idx", -1) >= answer["cursor"]
        ]
        made.append("".join(o["text"] for o in answer["outputs"]) + text_of(rest))

    assert all(text == whole for text in made)


@pytest.mark.promise("A4", "I1")
async def test_newest_of_a_cell(page, runs):
    """Of each cell only the newest run is told."""
    kernel_id, client = await page()
    await client.run("1", "c1")
    newer = await client.run("2", "c1")
    (told,) = await runs(kernel_id)

    assert told["run_id"] == newer.run_id
    assert told["outputs"][0]["data"] == {"text/plain": "2"}


@pytest.mark.promise("I4")
async def test_input(page, connect, runs):
    """A page that takes up a run can answer what that asks for."""
    kernel_id, client = await page()
    run_id = client.execute("print('Hello', input('Who? '))", "c1")
    await client.first(run_id, "input_request")
    await client.close(1001)
    fresh = await connect(kernel_id, cursor=0)
    (told,) = await runs(kernel_id, fresh.session_id)
    question = told["input_request"]
    fresh.send(
        "input_reply", {"value": "Ada"}, "stdin", parent_header=question["header"]
    )
    run = await fresh.done(run_id)

    assert question["content"] == {"prompt": "Who? ", "password": False}
    assert run.text == "Hello Ada\n"
    assert (await runs(kernel_id))[0]["input_request"] is None


@pytest.mark.promise("I4")
async def test_input_of_an_orphan(page, connect, gate):
    """When who started a run has gone, what it asks for later is asked of who takes up runs."""
    kernel_id, client = await page()
    run_id = client.execute(wait_for(gate) + "print(input('Who? '))", "c1")
    await client.first(run_id, "execute_input")
    watcher = await connect(kernel_id, cursor=0)
    await client.close(1001)
    gate.touch()
    question = await watcher.first(run_id, "input_request")
    watcher.send("input_reply", {"value": "Bo"}, "stdin", parent_header=question.header)

    assert (await watcher.done(run_id)).text == "Bo\n"


@pytest.mark.promise("I2")
async def test_owner(page, connect, runs):
    """Who started a run owns it; when that goes, who takes up runs and came first is told that it does."""
    kernel_id, client = await page()
    plain = await connect(kernel_id)
    second = await connect(kernel_id, cursor=0)
    third = await connect(kernel_id, cursor=0)
    run_id = client.execute(LINES.format(count=100, pause=0.01), "c1")
    await second.first(run_id, "stream")
    owners = [
        one.session_id
        for one in (client, plain, second, third)
        if (await runs(kernel_id, one.session_id))[0]["is_owner"]
    ]
    await client.close(1001)
    told = await second.until(
        lambda: [m for m in second.received if m.msg_type == "cell_owner"]
    )
    heirs = [
        one.session_id
        for one in (plain, second, third)
        if (await runs(kernel_id, one.session_id))[0]["is_owner"]
    ]
    await second.close(1001)
    await third.until(lambda: [m for m in third.received if m.msg_type == "cell_owner"])

    assert owners == [client.session_id]
    assert told[0].content == {"run_ids": [run_id]}
    assert heirs == [second.session_id]
    assert (await third.done(run_id)).done["status"] == "ok"


@pytest.mark.promise("I2")
async def test_nobody_owns(page, connect, runs):
    """When all are gone the server keeps the output, and the next page owns it."""
    kernel_id, client = await page()
    run_id = client.execute(LINES.format(count=20, pause=0.01), "c1")
    await client.first(run_id, "stream")
    await client.close(1001)
    (told,) = await eventually(lambda: ended(runs, kernel_id))
    fresh = await connect(kernel_id, cursor=0)
    (owned,) = await runs(kernel_id, fresh.session_id)

    assert not told["is_owner"]
    assert owned["is_owner"]
    assert owned["outputs"][0]["text"] == "".join(f"{i}\n" for i in range(20))


@pytest.mark.promise("K4")
async def test_seen(page, connect, runs):
    """Who comes is told that a run has ended with nobody there, though its owner may return, and not what that has seen."""
    kernel_id, client = await page()
    other = await connect(kernel_id, cursor=0)
    await client.run("1", "c1")
    (seen,) = await runs(kernel_id, other.session_id)
    run_id = client.execute(LINES.format(count=20, pause=0.01), "c1")
    await client.first(run_id, "stream")
    await client.lose()
    await other.done(run_id)
    (unseen,) = await runs(kernel_id, other.session_id)

    assert [(False, True), (False, False)] == [
        (told["is_owner"], told["is_seen"]) for told in (seen, unseen)
    ]


@pytest.fixture
def new_user(jp_fetch, jp_http_port):
    """
    Return the headers of a browser that is logged in as a user of its own.
    """

    async def log_in():
        # Cookies are for a host, and websockets are opened at this one.
        host = {"Host": f"localhost:{jp_http_port}"}
        answer = await jp_fetch("api", "status", headers=host)
        cookies = answer.headers.get_list("Set-Cookie")
        pairs = [cookie.partition(";")[0] for cookie in cookies]
        return {"Authorization": "", "Cookie": "; ".join(pairs)}

    return log_in


@pytest.mark.promise("F4", "Z3")
async def test_cookie_and_token(start_kernel, connect, runs, new_user, jp_fetch):
    """A page whose websocket came with a cookie is known when it asks with the token."""
    kernel_id = await start_kernel()
    headers = await new_user()
    client = await connect(kernel_id, cursor=0, headers=headers)
    await client.run("1", "c1")
    (told,) = await runs(kernel_id, client.session_id)
    path = ("api", "fastpath", "kernels", kernel_id, "sessions")
    standing = json.loads((await jp_fetch(*path, client.session_id)).body)

    assert told["is_owner"]
    assert standing == {"is_connected": True, "sent": len(client.received)}


@pytest.mark.promise("F4", "Z3")
async def test_stranger(start_kernel, connect, new_user, gate):
    """Who knows the session of another user gets nothing of what that misses."""
    kernel_id = await start_kernel()
    users = [await new_user(), await new_user()]
    client = await connect(kernel_id, cursor=0, headers=users[0])
    run_id = client.execute(wait_for(gate) + "print('secret')")
    await client.first(run_id, "execute_input")
    await client.lose()
    gate.touch()
    count = len(client.received)
    session = client.session_id
    stranger = await connect(kernel_id, session, cursor=count, headers=users[1])
    gap = await stranger.until(
        lambda: [m for m in stranger.received if m.msg_type == "gap"]
    )
    back = await connect(kernel_id, session, cursor=count, headers=users[0])
    run = await back.done(run_id)

    assert gap
    assert run.reply["status"] == "ok"
    assert not [m for m in stranger.received if m.channel == "shell"]


async def ended(runs, kernel_id):
    """
    Return the runs if all have ended.
    """
    found = await runs(kernel_id)
    return found if all(run["state"] == "done" for run in found) else []


@pytest.mark.promise("B4")
async def test_saved(notebook, save, runs):
    """What its owner had when the notebook was saved is told no more; what came later is."""
    kernel_id, client = await notebook()
    await client.run("1", "c1")
    later = client.execute(LINES.format(count=100, pause=0.01), "c2")
    await client.first(later, "stream")
    await save()

    async def is_one():
        return len(await runs(kernel_id)) == 1

    await eventually(is_one)
    (told,) = await runs(kernel_id)
    await client.done(later)

    assert told["run_id"] == later


@pytest.mark.promise("B4")
async def test_saved_under_another_name(notebook, save, runs, rename):
    """A notebook that was renamed since its last run has its output when it is saved."""
    kernel_id, client = await notebook()
    await client.run("1", "c1")
    await rename("b.ipynb")
    await save("b.ipynb")

    async def is_saved():
        return not await runs(kernel_id)

    await eventually(is_saved)


@pytest.mark.promise("B4")
async def test_saved_without_its_owner(notebook, save, runs, connect, gate):
    """A page that has not got the output does not make it durable by saving."""
    kernel_id, client = await notebook()
    run_id = client.execute(wait_for(gate) + "print(1)", "c1")
    await client.first(run_id, "execute_input")
    await client.close(1001)
    gate.touch()
    await eventually(lambda: ended(runs, kernel_id))
    await save()
    await connect(kernel_id)
    await save()

    assert [run["run_id"] for run in await runs(kernel_id)] == [run_id]


@pytest.mark.promise("I1")
async def test_part_of_a_text(page, jp_fetch):
    """Of a large text any part can be had, and no more than that."""
    kernel_id, client = await page()
    run = await client.run("print('a' * 3_000_000 + 'b' * 10)", "c1")
    path = ("api", "fastpath", "kernels", kernel_id, "runs", run.run_id, "outputs", "0")
    answer = await jp_fetch(*path, params={"start": 2_999_998, "stop": 3_000_003})
    beginning = await jp_fetch(*path)

    assert json.loads(answer.body) == {
        "text": "aabbb",
        "start": 2_999_998,
        "stop": 3_000_003,
        "length": 3_000_011,
    }
    assert json.loads(beginning.body)["stop"] == 1024 * 1024


@pytest.mark.promise("Z4")
@pytest.mark.parametrize(
    ("part", "params", "code"),
    [
        (("nothing", "outputs", "0"), {}, 404),
        (("{run_id}", "outputs", "1"), {}, 404),
        (("{run_id}", "outputs", "0"), {"start": "x"}, 400),
        (("{run_id}", "outputs", "0"), {"stop": "-1"}, 400),
    ],
)
async def test_no_such_part(page, jp_fetch, part, params, code):
    """A part that there is not, or that cannot be, is refused."""
    kernel_id, client = await page()
    run = await client.run("print('a')", "c1")
    asked = [name.format(run_id=run.run_id) for name in part]
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch(
            *("api", "fastpath", "kernels", kernel_id, "runs"), *asked, params=params
        )

    assert caught.value.code == code


@pytest.mark.promise("I3")
async def test_standing(page, jp_fetch):
    """A client can ask whether the server thinks it connected, and how much it was sent."""
    kernel_id, client = await page()
    await client.run("1")
    path = ("api", "fastpath", "kernels", kernel_id, "sessions")
    here = json.loads((await jp_fetch(*path, client.session_id)).body)
    nobody = json.loads((await jp_fetch(*path, "nobody")).body)

    assert here == {"is_connected": True, "sent": len(client.received)}
    assert nobody == {"is_connected": False, "sent": 0}


@configured(SpoolConfig={"bytes": 3_000_000, "memory_bytes": 0})
@pytest.mark.promise("F1")
async def test_limit_of_the_spool(page, runs, jp_runtime_dir):
    """What is on disk is bounded, and of what is kept the latest can be had."""
    kernel_id, client = await page()
    await client.run("for i in range(9000): print(f'{i:>999}', flush=True)", "c1")
    (told,) = await runs(kernel_id)
    text = told["outputs"][-1]["text"]

    assert 0 < len(text) < 4_000_000
    assert text.endswith(f"{8999:>999}\n")
