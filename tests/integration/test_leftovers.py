"""
What is found of a server that was killed, and of kernels that were shut down.
"""

from __future__ import annotations

import asyncio
import json
import os
import stat
import sys
import time

import pytest

from tests.browser.server import serving

from .client import eventually
from .conftest import NOTEBOOK, configured
from .elsewhere import ON, PRINTS, kill_while_running


pytestmark = [pytest.mark.kernel, pytest.mark.timeout(180)]


@pytest.fixture
def leftovers(jp_fetch):
    """
    Return what is left of the runs of a notebook, as a page is told.
    """

    async def ask(path="a.ipynb"):
        answer = await jp_fetch("api/fastpath/leftovers", params={"path": path})
        return json.loads(answer.body)["runs"]

    return ask


@pytest.mark.promise("B4", "D7")
async def test_shut_down(opened, jp_fetch, leftovers, jp_root_dir, hub):
    """Output of a kernel that was shut down before the notebook was saved is told until it is saved."""
    session_id, kernel_id, client = await opened()
    run = await client.run("print('kept')", "c1")
    await client.close(1001)
    assert await leftovers() == []
    await jp_fetch("api", "sessions", session_id, method="DELETE")
    (told,) = await eventually(leftovers)
    body = json.dumps({"type": "notebook", "content": NOTEBOOK})
    await jp_fetch("api", "contents", "a.ipynb", method="PUT", body=body)

    async def is_forgotten():
        return not await leftovers()

    await eventually(is_forgotten)

    assert told["run_id"] == run.run_id
    assert (told["kernel_id"], told["cell_id"]) == (kernel_id, "c1")
    assert (told["status"], told["execution_count"]) == ("ok", 1)
    assert told["outputs"][0]["text"] == "kept\n"


@pytest.mark.promise("B4")
async def test_saved_in_time(opened, jp_fetch, leftovers, hub, jp_runtime_dir):
    """Nothing is left of a kernel whose output was in the notebook."""
    session_id, _, client = await opened()
    await client.run("print('saved')", "c1")
    body = json.dumps({"type": "notebook", "content": NOTEBOOK})
    await jp_fetch("api", "contents", "a.ipynb", method="PUT", body=body)
    await jp_fetch("api", "sessions", session_id, method="DELETE")

    async def is_clean():
        return not list((jp_runtime_dir / "fastpath").iterdir())

    assert await eventually(is_clean)
    assert await leftovers() == []


@pytest.mark.promise("Z4")
async def test_only_for_its_owner(opened, jp_runtime_dir):
    """Nobody else can look into what is kept on disk."""
    _, _, client = await opened()
    await client.run("print('secret')", "c1")
    root = jp_runtime_dir / "fastpath"
    (folder,) = root.iterdir()

    assert [0o700, 0o700] == [stat.S_IMODE(p.stat().st_mode) for p in (root, folder)]


@configured(SpoolConfig={"keep_seconds": 0.0})
@pytest.mark.promise("D7")
async def test_left_under_its_name(opened, jp_fetch, leftovers, rename):
    """What a run leaves that never ended is found by the path that its notebook had when it was begun."""
    session_id, _, client = await opened()
    await rename("b.ipynb")
    await client.first(client.execute(PRINTS, "c1"), "stream")
    await jp_fetch("api", "sessions", session_id, method="DELETE")
    (run,) = await leftovers("b.ipynb")

    assert run["outputs"][0]["text"] == "kept\n"


@pytest.mark.promise("D7")
async def test_retention(opened, jp_fetch, leftovers, hub, jp_serverapp):
    """What is left is removed when it has been left for longer than is configured."""
    session_id, _, client = await opened()
    await client.run("print('kept')", "c1")
    await jp_fetch("api", "sessions", session_id, method="DELETE")
    hubs = jp_serverapp.web_app.settings["fastpath_hubs"]

    async def is_left():
        return hubs.leftovers.find()

    (left,) = await eventually(is_left)
    hubs.leftovers.expire(time.time() - left.modified_at + 60)
    assert [left] == hubs.leftovers.find()
    hubs.leftovers.expire(0.0)

    assert hubs.leftovers.find() == []


@pytest.mark.promise("D7")
async def test_read_while_another_reads(opened, jp_fetch, leftovers, jp_runtime_dir):
    """What is left is found though a file beside it goes that very moment, as a database's log does."""
    session_id, _, client = await opened()
    await client.run("print('kept')", "c1")
    await jp_fetch("api", "sessions", session_id, method="DELETE")
    (folder,) = (jp_runtime_dir / "fastpath").iterdir()
    (folder / "spool.sqlite-wal-gone").symlink_to("gone")
    (run,) = await eventually(leftovers)

    assert run["outputs"][0]["text"] == "kept\n"


@pytest.mark.promise("D7", "Z2")
async def test_killed(tmp_path):
    """Of a server that is killed, what had arrived is told by the next one, and by the doctor."""
    with serving(tmp_path, ON) as lab:
        (lab.root / "a.ipynb").write_text(json.dumps(NOTEBOOK), encoding="utf-8")
        run_id = await kill_while_running(lab)
        # Somebody writes the notebook since, into which the server brings nothing then.
        written_at = time.time() + 1
        os.utime(lab.root / "a.ipynb", (written_at, written_at))
        doctor = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "jupyter_fastpath.cli", "doctor"),
            env=lab.environment,
            stdout=asyncio.subprocess.PIPE,
        )
        said, _ = await doctor.communicate()
        lab.start()
        (told,) = lab.get("/api/fastpath/leftovers?path=a.ipynb")["runs"]

    assert (told["run_id"], told["cell_id"], told["status"]) == (run_id, "c1", "lost")
    assert told["outputs"][0]["text"] == "kept\n"
    assert "in no notebook yet: of a.ipynb" in said.decode()
