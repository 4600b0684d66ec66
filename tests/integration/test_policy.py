"""
What is cut from the output of runs, how that is told, and how it is had back.
"""

from __future__ import annotations

import pytest

from jupyter_fastpath.core.marker import MARKER

from .conftest import configured


pytestmark = [pytest.mark.kernel, pytest.mark.promise("H2", "H3")]

LIMIT, TAIL = 100_000, 1_000
SMALL = {"live_bytes": LIMIT, "tail_bytes": TAIL}

# Characters of one, two, three and four bytes.
MANY_LINES = "for i in range({count}): print(i, 'aé€😀')"
TEXT = "".join(f"{i} aé€😀\n" for i in range(20_000))

# A line is shown as it comes, so that a run that is cut can be looked at while it goes on.
UNTIL_TOLD = (
    "; import pathlib, time\nwhile not pathlib.Path('go').exists(): time.sleep(0.01)"
)


def markers(run):
    """
    Return what the markers of a run say, each as it was told last.
    """
    told = {}
    for message in run.messages:
        data = message.content.get("data", {})
        if MARKER in data:
            told[message.content["transient"]["display_id"]] = data
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
