"""
What is cut from the output of runs, how that is told, and how it is had back.
"""

from __future__ import annotations

import json

import pytest

from jupyter_fastpath.core.marker import MARKER
from jupyter_fastpath.rest import MAX_POLICY

from .client import eventually
from .conftest import NOTEBOOK, configured


pytestmark = [pytest.mark.kernel, pytest.mark.promise("H2", "H3")]

LIMIT, TAIL = 100_000, 1_000
SMALL = {"live_bytes": LIMIT, "tail_bytes": TAIL}

# Characters of one, two, three and four bytes.
MANY_LINES = "for i in range({count}): print(i, 'aé€😀')"
TEXT = "".join(f"{i} aé€😀\n" for i in range(20_000))


def markers(run):
    """
    Return what the markers of a run say, each as it was told last.
    """
    told = {}
    for message in run.messages:
        data = message.content.get("data", {})
        if MARKER in data:
            transient = message.content["transient"]
            told[transient.get("display_id", message.header["msg_id"])] = data
    return list(told.values())


@pytest.fixture
def ask(jp_fetch):
    """
    Ask for what a run has put out.
    """

    async def ask(told, *path, headers=None, **params):
        kernel, run = ("kernels", told["kernel_id"]), ("runs", told["run_id"])
        return await jp_fetch(
            *("api", "fastpath", *kernel, *run, *path),
            params={"start": told["start"]} | params,
            headers=headers or {},
            raise_error=False,
        )

    return ask


@configured(PolicyConfig={"defaults": SMALL})
async def test_text(page, ask):
    """Of a long text the first and the last lines are shown, with a marker between them that is right to the byte, and all of it can be had back."""
    kernel_id, client = await page()
    run = await client.run(MANY_LINES.format(count=20_000), "c1")
    (data,) = markers(run)
    told, size = data[MARKER], len(TEXT.encode())
    head = "".join(
        message.content["text"]
        for message in run.all("stream")
        if "_fastpath_" not in message.header["msg_id"]
    )
    tail = run.text[len(head) :]
    whole = await ask(told, "text")

    assert TEXT.startswith(head)
    assert TEXT.endswith(tail)
    assert head.endswith("\n")
    assert LIMIT - 20 < len(head.encode()) <= LIMIT
    assert TAIL - 20 < len(tail.encode()) <= TAIL
    assert told == {
        "version": 1,
        "kind": "text",
        "kernel_id": kernel_id,
        "run_id": run.run_id,
        "start": told["start"],
        "is_done": True,
        "head_bytes": len(head.encode()),
        "tail_bytes": len(tail.encode()),
        "total_bytes": size,
        "head_lines": head.count("\n"),
        "tail_lines": tail.count("\n"),
        "total_lines": 20_000,
        "kept_bytes": size,
    }
    assert f"of {size:,} bytes of text are shown" in data["text/plain"]
    assert run.types.index("idle") > run.types.index("display_data")
    assert whole.body.decode() == TEXT
    numbers = [
        (message.place["event_idx"], message.place.get("events", 1))
        for message in run.messages
        if message.place
    ]
    assert [idx for idx, _ in numbers] == [
        sum(events for _, events in numbers[:i]) for i in range(len(numbers))
    ]


@configured(PolicyConfig={"defaults": SMALL})
async def test_ranges(page, ask):
    """Any bytes of a text can be had, or none if nothing has changed, or all of it in less."""
    _, client = await page()
    run = await client.run(MANY_LINES.format(count=20_000), "c1")
    told, data = markers(run)[0][MARKER], TEXT.encode()
    size = len(data)
    whole = await ask(told, "text")
    tag = whole.headers["Etag"]
    for asked, start, stop in [
        ("0-9", 0, 10),
        (f"{LIMIT - 50}-{LIMIT + 50}", LIMIT - 50, LIMIT + 51),
        (f"{size - 5}-{size + 100}", size - 5, size),
        ("-7", size - 7, size),
        ("300000-", 300_000, size),
    ]:
        part = await ask(told, "text", headers={"Range": f"bytes={asked}"})
        assert part.code == 206
        assert part.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{size}"
        assert part.body == data[start:stop]
    beyond = await ask(told, "text", headers={"Range": f"bytes={size}-"})
    same = await ask(told, "text", headers={"If-None-Match": tag})
    packed = await ask(told, "text", headers={"Accept-Encoding": "gzip"})
    saved = await ask(told, "text", download=1)

    assert whole.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert (beyond.code, beyond.headers["Content-Range"]) == (416, f"bytes */{size}")
    assert (same.code, same.body) == (304, b"")
    # The client unpacks what was packed.
    assert packed.headers["X-Consumed-Content-Encoding"] == "gzip"
    assert packed.body == data
    assert "attachment" in saved.headers["Content-Disposition"]
    assert saved.body == data


@configured(PolicyConfig={"defaults": SMALL})
async def test_nobody_else(page, ask):
    """Who asks for a text that is not there, or by numbers that are none, is told so."""
    _, client = await page()
    run = await client.run(MANY_LINES.format(count=20_000), "c1")
    told = markers(run)[0][MARKER]
    codes = [
        (await ask(told | {"run_id": "other"}, "text")).code,
        (await ask(told | {"kernel_id": "0-0-0-0-0"}, "text")).code,
        (await ask(told | {"start": "x"}, "text")).code,
        (await ask(told, "rich", "0")).code,
    ]

    assert codes == [404, 404, 400, 404]


@configured(PolicyConfig={"defaults": {"rich_bytes": 1000, "outputs": 3}})
async def test_outputs(page, ask):
    """An output that is too large, and those that are too many, are had back as they were."""
    _, client = await page()
    run = await client.run(
        "from IPython.display import display\n"
        "display({'text/plain': 'x' * 2000}, raw=True)\n"
        "for i in range(4): display({'text/plain': str(i)}, raw=True)"
    )
    large, many = (data[MARKER] for data in markers(run))
    had = [
        json.loads((await ask(large, "rich", str(index))).body)
        for index in (large["index"], many["index"], many["index"] + 1)
    ]

    assert large["mime_types"] == ["text/plain"]
    assert (many["shown"], many["total"], many["kept"]) == (3, 5, 2)
    assert [output["output_type"] for output in had] == ["display_data"] * 3
    assert [output["data"]["text/plain"] for output in had] == ["x" * 2000, "2", "3"]
    assert len(run.all("display_data")) == 4


async def test_notebook(opened, jp_fetch):
    """What a page tells of its notebook holds for what it runs, from the next run on, and can be taken back."""
    _, kernel_id, client = await opened()
    route = ("api", "fastpath", "kernels", kernel_id, "sessions", client.session_id)

    async def tell(policy):
        body = json.dumps({"policy": policy})
        answer = await jp_fetch(*route, "policy", method="PUT", body=body)
        assert answer.code == 204

    counts = []
    for policy in (None, SMALL, {"live_bytes": "x"}):
        await tell(policy)
        run = await client.run(MANY_LINES.format(count=20_000), "c1")
        counts.append((len(markers(run)), run.text.count("[fastpath] left out")))

    assert counts == [(0, 0), (1, 0), (0, 1)]


async def test_bad_policies(opened, jp_fetch):
    """What is no policy of a notebook is refused."""
    _, kernel_id, client = await opened()
    route = ("api", "fastpath", "kernels", kernel_id, "sessions", client.session_id)
    large = json.dumps({"policy": "x" * MAX_POLICY})
    for body, code in (
        *((body, 400) for body in ("5", "{}", "{", b"\x80")),
        (large, 413),
    ):
        answer = await jp_fetch(
            *(*route, "policy"), method="PUT", body=body, raise_error=False
        )
        assert answer.code == code


@configured(
    PolicyConfig={
        "patterns": [("a.*", SMALL)],
        "ceilings": {"live_bytes": 2 * LIMIT},
    }
)
async def test_pattern(opened, jp_fetch):
    """The policy of a pattern holds for its notebooks from their first run on; what is set is told."""
    _, _, client = await opened()
    run = await client.run(MANY_LINES.format(count=20_000), "c1")
    told = json.loads((await jp_fetch("api", "fastpath", "policy")).body)

    assert len(markers(run)) == 1
    assert told == {
        "defaults": {},
        "patterns": [["a.*", SMALL]],
        "ceilings": {"live_bytes": 2 * LIMIT},
    }


@configured(PolicyConfig={"defaults": SMALL})
async def test_taken_up(page, connect, runs):
    """Who comes later is shown what the others were: the beginning, the marker and the end."""
    kernel_id, client = await page()
    run = await client.run(MANY_LINES.format(count=20_000), "c1")
    (told,) = (data[MARKER] for data in markers(run))
    (found,) = await runs(kernel_id)
    first, marker, last = found["outputs"]

    assert marker["data"][MARKER] == told
    assert first["text"] + last["text"] == run.text


@configured(PolicyConfig={"defaults": SMALL})
async def test_resumed(page, connect):
    """A page that was away while something was cut gets what the others got, and no more."""
    kernel_id, client = await page()
    away = await connect(kernel_id, cursor=0)
    await away.lose()
    run = await client.run(MANY_LINES.format(count=20_000), "c1")
    back = await connect(kernel_id, away.session_id, cursor=len(away.received))
    found = await back.done(run.run_id)

    assert found.text == run.text
    assert markers(found) == markers(run)


# ---- how long it is kept


@configured(PolicyConfig={"defaults": SMALL})
async def test_saved_and_shut_down(opened, ask, jp_fetch):
    """What was cut is kept when the notebook is saved, and when the kernel is gone."""
    session_id, _, client = await opened()
    run = await client.run(MANY_LINES.format(count=20_000), "c1")
    told = markers(run)[0][MARKER]
    model = {"type": "notebook", "format": "json", "content": NOTEBOOK}
    body = json.dumps(model)
    await jp_fetch("api", "contents", "a.ipynb", method="PUT", body=body)
    saved = await ask(told, "text")
    await jp_fetch("api", "sessions", session_id, method="DELETE")

    async def left():
        answer = await ask(told, "text")
        return answer if answer.code == 200 else None

    assert saved.body.decode() == TEXT
    assert (await eventually(left)).body.decode() == TEXT

    leftovers = ("api", "fastpath", "leftovers")
    await jp_fetch(*leftovers, params={"path": "a.ipynb"})
    await jp_fetch("api", "contents", "a.ipynb", method="PUT", body=body)

    assert (await ask(told, "text")).body.decode() == TEXT


@configured(PolicyConfig={"defaults": SMALL}, ConnectionConfig={"ping_interval": 0.05})
async def test_replaced(page, ask, hub):
    """When its cell has run again, what was cut of a run goes, and that is said."""
    kernel_id, client = await page()
    run = await client.run(MANY_LINES.format(count=20_000), "c1")
    told = markers(run)[0][MARKER]
    await client.run("pass", "c1")

    async def gone():
        hub(kernel_id).recovery.prune()
        return (await ask(told, "text")).code == 404

    assert await eventually(gone)


@configured(
    PolicyConfig={"defaults": SMALL}, SpoolConfig={"bytes": 200_000, "memory_bytes": 0}
)
async def test_no_room(page, ask):
    """What had to make room for what came later is said to be gone, not shown in part."""
    _, client = await page()
    run = await client.run(MANY_LINES.format(count=100_000), "c1")
    answer = await ask(markers(run)[0][MARKER], "text")

    assert answer.code == 410
    assert "no longer kept" in json.loads(answer.body)["message"]


# ---- what is saved


@pytest.fixture
def save(jp_fetch):
    """
    Save a notebook of one cell, whoever does it, and return the cell as it is on disk.
    """

    async def save(outputs, metadata=None, own=None):
        cell = {"id": "c1", "cell_type": "code", "source": "", "outputs": outputs}
        cell |= {"metadata": metadata or {}, "execution_count": 1}
        content = NOTEBOOK | {"cells": [cell], "metadata": own or {}}
        body = json.dumps({"type": "notebook", "format": "json", "content": content})
        route = ("api", "contents", "a.ipynb")
        await jp_fetch(*route, method="PUT", body=body)
        model = json.loads((await jp_fetch(*route)).body)
        return model["content"]["cells"][0]

    return save


@configured(PolicyConfig={"defaults": {"saved_bytes": LIMIT, "tail_bytes": TAIL}})
async def test_save(opened, save, ask):
    """Whoever saves a notebook, what is too long of a text that can be had back is cut in the file, once."""
    _, _, client = await opened()
    run = await client.run(MANY_LINES.format(count=20_000), "c1")
    stream = {"output_type": "stream", "name": "stdout", "text": run.text}
    once = (await save([stream]))["outputs"]
    twice = (await save(once))["outputs"]
    head, marker, tail = once
    told = marker["data"][MARKER]

    assert run.text == TEXT
    assert "".join(head["text"]) == TEXT[: len("".join(head["text"]))]
    assert TEXT.endswith("".join(tail["text"]))
    assert told["total_bytes"] == told["kept_bytes"] == len(TEXT.encode())
    assert twice == once
    assert (await ask(told, "text")).body.decode() == TEXT


async def test_ephemeral(save):
    """Outputs of a notebook that is not to have any are not in the file."""
    stream = {"output_type": "stream", "name": "stdout", "text": "x"}
    own = {"fastpath": {"policy": {"ephemeral": True}}}
    kept = await save([stream], own, own)

    assert kept["outputs"] == []
    assert kept["metadata"]["fastpath"] == own["fastpath"]
    assert kept["execution_count"] == 1


async def test_saved_policy(opened, save):
    """A page that tells nothing of its notebook runs under the policy with which that was saved."""
    _, _, client = await opened()
    await client.run("pass", "c1")
    await save([], own={"fastpath": {"policy": SMALL}})
    run = await client.run(MANY_LINES.format(count=20_000), "c1")

    assert len(markers(run)) == 1


@pytest.mark.promise("D3")
async def test_compact(save):
    """Text that any client saves in pieces is one output in the file."""
    pieces = [
        {"output_type": "stream", "name": "stdout", "text": f"\r{i} %"}
        for i in range(3)
    ]

    assert (await save(pieces))["outputs"] == [
        {"output_type": "stream", "name": "stdout", "text": "2 %"}
    ]
