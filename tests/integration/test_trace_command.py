"""
``jupyter fastpath trace`` of a real server with real kernels.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys

import pytest

from tests.command import COMMAND

from .client import eventually


pytestmark = [pytest.mark.kernel, pytest.mark.promise("G1", "G6")]

PATIENCE = 60.0


@pytest.fixture
def url(jp_serverapp, http_server, jp_http_port, jp_base_url):
    """
    The address of the server.
    """
    return f"http://localhost:{jp_http_port}{jp_base_url}"


@pytest.fixture
def trace(tmp_path, jp_asyncio_loop):
    """
    Start the command in a process of its own, which ends with the test.
    """
    started = []
    environment = os.environ | {"JUPYTER_RUNTIME_DIR": str(tmp_path / "none")}

    async def start(*arguments):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", COMMAND, "trace", *map(str, arguments)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=environment,
        )
        started.append(process)
        return process

    async def end():
        for process in started:
            if process.returncode is None:
                process.kill()
            await process.communicate()

    yield start
    jp_asyncio_loop.run_until_complete(end())


async def ended(process):
    """
    Wait for the end of the command, and return what it said.
    """
    out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert 0 == process.returncode, err
    return out.decode()


@pytest.fixture
def path(tmp_path):
    """
    A trace that is read while it is written.
    """
    return tmp_path / "runs.jsonl"


@pytest.fixture
def config(path):
    """
    The server writes it.
    """
    return {"TraceConfig": {"runs": str(path)}}


async def test_file(notebook, trace, path):
    """Each run is a line in the trace, with its kernel, cell, notebook and end."""
    kernel_id, client = await notebook()
    good = await client.run("print(1)\n2+3", "c1")
    bad = await client.run("1/0", "c2")

    async def is_written():
        return len(path.read_bytes().splitlines()) == 2 if path.exists() else False

    await eventually(is_written)
    told = [
        json.loads(line)
        for line in (await ended(await trace(path, "--json"))).splitlines()
    ]

    assert [(good.run_id, "c1", "ok"), (bad.run_id, "c2", "error")] == [
        (run["run_id"], run["cell_id"], run["status"]) for run in told
    ]
    for run in told:
        assert (kernel_id, "a.ipynb", "done") == (
            run["kernel_id"],
            run["path"],
            run["state"],
        )
        stamps = ("ts_server_recv", "ts_kernel_start", "ts_first_output", "ts_done")
        assert sorted(run[name] for name in stamps) == [run[name] for name in stamps]
        assert 0 == run["lost"]
        assert 0 < run["messages_in"] <= run["bytes_in"]
    summary = await ended(await trace(path, "--summary", "--status", "ok"))
    assert "runs: 1 (ok 1)" in summary
    assert "server to kernel start" in summary


async def test_live(page, trace, url, jp_serverapp):
    """The runs of a running server are told of, those of one kernel if that is asked for."""
    _, client = await page()
    other_id, other = await page()
    mine, its = await client.run("1"), await other.run("2")
    server = ("--url", url, "--token", jp_serverapp.identity_provider.token, "--json")

    all_told = await ended(await trace(*server))
    told = await ended(await trace(*server, "--kernel", other_id))

    assert {mine.run_id, its.run_id} == {
        json.loads(line)["run_id"] for line in all_told.splitlines()
    }
    assert [its.run_id] == [json.loads(line)["run_id"] for line in told.splitlines()]


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C would end us, too")
async def test_follow(page, trace, url, jp_serverapp):
    """The runs of a running server are told of as they are done, until Ctrl-C."""
    _, client = await page()
    first = await client.run("1")
    token = jp_serverapp.identity_provider.token
    process = await trace("--url", url, "--token", token, "--json", "--follow")

    async def next_run():
        line = await asyncio.wait_for(process.stdout.readline(), PATIENCE)
        return json.loads(line)["run_id"]

    assert first.run_id == await next_run()
    second = await client.run("2")
    assert second.run_id == await next_run()
    process.send_signal(signal.SIGINT)

    assert "" == await ended(process)


async def test_token(trace, url):
    """Who has no token is told that nothing is told."""
    process = await trace("--url", url)
    _, err = await asyncio.wait_for(process.communicate(), PATIENCE)

    assert 1 == process.returncode
    assert b"403" in err
