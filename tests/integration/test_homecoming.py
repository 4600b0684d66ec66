"""
Output that no page is there for gets into the notebook all the same, and nothing else
in it changes.
"""

from __future__ import annotations

import asyncio
import contextlib
import json

import nbformat
import pytest

from tornado.httpclient import HTTPClientError
from tornado.web import HTTPError

from jupyter_fastpath.core.checkpoints import PATIENCE
from tests.browser.server import serving

from .client import eventually, wait_for
from .conftest import configured
from .elsewhere import ON, PRINTS, kill_while_running
from .managers import ObjectStore


pytestmark = [pytest.mark.kernel, pytest.mark.timeout(180)]

# How soon output is in the file while it runs, with time to spare for a busy machine.
SOON = 20.0


def cell(cell_id, source="", outputs=(), **more):
    """
    Return a code cell.
    """
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": cell_id,
        "metadata": {},
        "outputs": list(outputs),
        "source": source,
        **more,
    }


def notebook_of(*cells, minor=5):
    """
    Return a notebook.
    """
    metadata = {"mine": "kept"}
    return {
        "cells": list(cells),
        "metadata": metadata,
        "nbformat": 4,
        "nbformat_minor": minor,
    }


def text_in(notebook, index=0):
    """
    Return the text that a cell of a notebook has put out.
    """
    outputs = notebook["cells"][index]["outputs"]
    return "".join("".join(output.get("text", "")) for output in outputs)


class Disk:
    """
    A file with a notebook, as everybody else sees it.
    """

    def __init__(self, path):
        self.path = path

    def write(self, notebook):
        """
        Write it, as an editor does.
        """
        self.path.write_text(json.dumps(notebook, indent=1), encoding="utf-8")

    def read(self):
        """
        Return what is in it, with each source as one text.
        """
        notebook = json.loads(self.path.read_text(encoding="utf-8"))
        for one in notebook["cells"]:
            one["source"] = "".join(one["source"])
        return notebook

    async def shows(self, text, index=0, patience=SOON):
        """
        Return the notebook as soon as a cell has put out *text*, and nothing else.
        """

        async def look():
            # Jupyter Server writes in place: half of it may be there.
            with contextlib.suppress(FileNotFoundError, json.JSONDecodeError):
                notebook = self.read()
                if text_in(notebook, index) == text:
                    return notebook
            return None

        return await eventually(look, patience)


@pytest.fixture
def disk(jp_root_dir):
    """
    The file of the notebook that :func:`opened` opens.
    """
    return Disk(jp_root_dir / "a.ipynb")


@pytest.fixture
def two_cells(opened, disk):
    """
    Open a notebook of two cells; return its session, kernel and page.
    """

    async def open_page():
        session_id, kernel_id, client = await opened()
        disk.write(notebook_of(cell("c1", "one"), cell("c2", "two")))
        return session_id, kernel_id, client

    return open_page


SYNC = "jupyter_server.services.contents.largefilemanager.LargeFileManager"


@pytest.mark.filterwarnings("ignore:The synchronous ContentsManager")
@pytest.mark.parametrize(
    "config",
    [{}, {"ServerApp": {"contents_manager_class": SYNC}}],
    ids=["async", "sync"],
)
@pytest.mark.promise("D5", "D1")
async def test_gone(two_cells, disk, gate):
    """Of a page that is gone for ever, the outputs and numbers of all its cells are in the file when they are done."""
    _, _, client = await two_cells()
    client.execute(f"{wait_for(gate)}print('first'); 1 + 1", "c1")
    client.execute("print('second')", "c2")
    await client.states("busy")
    await client.close(1001)
    gate.touch()
    saved = await disk.shows("second\n", 1)
    first, second = saved["cells"]

    assert text_in(saved) == "first\n"
    assert first["outputs"][1]["data"] == {"text/plain": ["2"]}
    assert [first["execution_count"], second["execution_count"]] == [1, 2]
    assert [first["source"], second["source"]] == ["one", "two"]
    assert saved["metadata"]["mine"] == "kept"
    assert "transient" not in first["outputs"][1]


@pytest.mark.promise("D4")
async def test_no_runtime_state(two_cells, disk):
    """Nothing of kernels, runs and measurements is in the file, which is a valid notebook."""
    _, kernel_id, client = await two_cells()
    run_id = client.execute("print('out'); 1", "c1")
    await client.done(run_id)
    await client.first(client.execute(PRINTS, "c2"), "stream")
    await client.close(1001)
    saved = await disk.shows("kept\n", 1)
    text = disk.path.read_text(encoding="utf-8")

    nbformat.validate(saved)
    found = [word for word in ("fastpath", run_id, kernel_id, "state") if word in text]
    assert found == []
    assert [sorted(one) for one in saved["cells"]] == 2 * [sorted(cell("c1"))]
    assert [one["metadata"] for one in saved["cells"]] == [{}, {}]


@pytest.mark.promise("D5", "D1")
async def test_while_it_runs(two_cells, disk):
    """What a cell has put out is in the file while it runs, and has no number there yet."""
    _, _, client = await two_cells()
    await client.first(client.execute(PRINTS, "c1"), "stream")
    await client.close(1001)
    saved = await disk.shows("kept\n")

    assert saved["cells"][0]["execution_count"] is None


@pytest.mark.promise("D5", "I3")
async def test_asleep(two_cells, disk):
    """A page whose connection broke is not waited for."""
    _, _, client = await two_cells()
    await client.first(client.execute(PRINTS, "c1"), "stream")
    await client.lose()

    assert await disk.shows("kept\n")


@pytest.mark.promise("D5", "I2")
async def test_owned(two_cells, disk, connect):
    """As long as a page owns the runs, the server leaves the file alone, and tells the page when to save it."""
    _, kernel_id, client = await two_cells()
    other = await connect(kernel_id)
    before = disk.path.stat()
    await client.run("print('hers')", "c1")
    due = await client.until(
        lambda: [m for m in client.received if m.msg_type == "save_due"]
    )
    await other.close(1001)

    assert due[0].content == {"path": "a.ipynb", "reason": "done"}
    assert [m for m in other.received if m.msg_type == "save_due"] == []
    types = [message.msg_type for message in client.received]
    assert types.index("cell_done") < types.index("save_due")
    assert disk.path.stat().st_mtime_ns == before.st_mtime_ns


def edited(notebook):
    """Change the source of the cell that runs, and of another."""
    for one in notebook["cells"]:
        one["source"] += " edited"


def moved(notebook):
    """Move the cell that runs to the end."""
    notebook["cells"].append(notebook["cells"].pop(0))


def added(notebook):
    """Add a cell at the beginning."""
    notebook["cells"].insert(0, cell("c0", "new"))


@pytest.mark.promise("D6")
@pytest.mark.parametrize("change", [edited, moved, added])
async def test_changed_on_disk(two_cells, disk, gate, change):
    """What an editor did to the file meanwhile stays, and the output is in the cell that ran, wherever that is."""
    _, _, client = await two_cells()
    await client.first(client.execute(f"{wait_for(gate)}print('out')", "c1"))
    await client.close(1001)
    notebook = disk.read()
    change(notebook)
    disk.write(notebook)
    gate.touch()
    ids = [one["id"] for one in notebook["cells"]]
    saved = await disk.shows("out\n", ids.index("c1"))
    sources = [one["source"] for one in notebook["cells"]]

    assert [one["id"] for one in saved["cells"]] == ids
    assert [one["source"] for one in saved["cells"]] == sources


def deleted(notebook):
    """Delete the cell that runs."""
    del notebook["cells"][0]


def no_code(notebook):
    """Make the cell one of text."""
    notebook["cells"][0] = {
        "cell_type": "markdown",
        "id": "c1",
        "metadata": {},
        "source": "text",
    }


@pytest.mark.promise("D6")
@pytest.mark.parametrize("change", [deleted, no_code])
async def test_no_such_cell(two_cells, disk, gate, change):
    """Where there is no one cell for an output, none is touched; that of others is there all the same."""
    _, _, client = await two_cells()
    await client.first(client.execute(f"{wait_for(gate)}print('out')", "c1"))
    client.execute("print('other')", "c2")
    await client.close(1001)
    notebook = disk.read()
    change(notebook)
    disk.write(notebook)
    gate.touch()
    saved = await disk.shows("other\n", -1)

    assert saved["cells"][:-1] == notebook["cells"][:-1]


@pytest.mark.promise("D6")
async def test_without_ids(opened, disk):
    """In a notebook of an older format the cell is the one with the code that ran."""
    _, _, client = await opened()
    cells = [cell("x", source) for source in ("print('a')", "print('b')", "print('b')")]
    for one in cells:
        del one["id"]
    disk.write(notebook_of(*cells, minor=4))
    client.execute("print('b')", "made-up-1")
    await client.run("print('a')", "made-up-2")
    await client.close(1001)
    saved = await disk.shows("a\n")

    assert [one["outputs"] for one in saved["cells"][1:]] == [[], []]
    assert all("id" not in one for one in saved["cells"])
    assert saved["nbformat_minor"] == 4


@pytest.mark.promise("D6")
async def test_renamed(two_cells, disk, gate, jp_fetch, jp_root_dir):
    """A notebook that was given another name gets its outputs there, and the old name does not come back."""
    _, _, client = await two_cells()
    await client.first(client.execute(f"{wait_for(gate)}print('out')", "c1"))
    await client.close(1001)
    body = json.dumps({"path": "sub/b.ipynb"})
    (jp_root_dir / "sub").mkdir()
    await jp_fetch("api", "contents", "a.ipynb", method="PATCH", body=body)
    gate.touch()
    await Disk(jp_root_dir / "sub" / "b.ipynb").shows("out\n")

    assert not disk.path.exists()


@pytest.mark.promise("D6", "B3")
async def test_deleted(two_cells, disk, runs):
    """A notebook that was deleted is not made again; its output can still be had."""
    _, kernel_id, client = await two_cells()
    disk.path.unlink()
    run = await client.run("print('out')", "c1")
    await client.close(1001)

    async def is_given_up(kernel_id=kernel_id):
        (told,) = await runs(kernel_id)
        return told["run_id"] == run.run_id and told["outputs"]

    (output,) = await eventually(is_given_up)
    assert output["text"] == "out\n"
    assert not disk.path.exists()


@pytest.mark.promise("D6")
async def test_trust(two_cells, disk, jp_fetch):
    """A trusted notebook is as trusted afterwards, with what it shows."""
    _, _, client = await two_cells()
    body = json.dumps({"type": "notebook", "content": disk.read()})
    await jp_fetch("api", "contents", "a.ipynb", method="PUT", body=body)
    await client.run("from IPython.display import HTML; HTML('<b>x</b>')", "c1")
    await client.close(1001)

    async def look():
        answer = await jp_fetch("api", "contents", "a.ipynb")
        cells = json.loads(answer.body)["content"]["cells"]
        return cells if cells[0]["outputs"] else None

    cells = await eventually(look)
    assert [one["metadata"]["trusted"] for one in cells] == [True, True]


@pytest.mark.promise("D6")
async def test_no_trust(two_cells, disk, jp_fetch):
    """A notebook that was not trusted is not made so."""
    _, _, client = await two_cells()
    html = {"output_type": "display_data", "data": {"text/html": "x"}, "metadata": {}}
    disk.write(notebook_of(cell("c1"), cell("c2", outputs=[html])))
    await client.run("print('out')", "c1")
    await client.close(1001)
    await disk.shows("out\n")
    answer = await jp_fetch("api", "contents", "a.ipynb")
    cells = json.loads(answer.body)["content"]["cells"]

    assert cells[1]["metadata"]["trusted"] is False


@pytest.mark.promise("D5")
async def test_kernel_shut_down(two_cells, disk, jp_fetch):
    """Output that was not saved when the kernel is shut down is in the file then, and nothing of it is left over."""
    session_id, _, client = await two_cells()
    await client.first(client.execute(PRINTS, "c1"), "stream")
    await client.close(1001)
    await jp_fetch("api", "sessions", session_id, method="DELETE")
    await disk.shows("kept\n")

    async def is_home():
        answer = await jp_fetch("api/fastpath/leftovers", params={"path": "a.ipynb"})
        (told,) = json.loads(answer.body)["runs"]
        return told["is_home"] and not told["outputs"]

    assert await eventually(is_home)


@pytest.mark.promise("D5", "I3")
async def test_written_by_the_server(two_cells, disk, jp_fetch, connect):
    """Pages are told what the server has written, and can ask whether anybody else has."""
    _, kernel_id, client = await two_cells()
    viewer = await connect(kernel_id)
    run = client.execute("print('out')", "c1")
    await client.close(1001)
    await viewer.done(run)
    (told,) = await viewer.until(
        lambda: [m.content for m in viewer.received if m.msg_type == "notebook_written"]
    )

    async def ask():
        params = {"path": "a.ipynb", "since": told["before"]}
        return json.loads((await jp_fetch("api/fastpath/writes", params=params)).body)

    is_ours = await ask()
    notebook = disk.read()
    edited(notebook)
    disk.write(notebook)
    is_not = await ask()

    assert (told["path"], told["by"]) == ("a.ipynb", "server")
    assert is_ours == {"path": "a.ipynb", "version": told["after"], "is_ours": True}
    assert is_not["is_ours"] is False
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch("api/fastpath/writes", params={"path": "no.ipynb", "since": "x"})
    assert caught.value.code == 404


@pytest.mark.promise("D6", "I2")
async def test_overwritten(two_cells, disk, jp_fetch):
    """If somebody else saves the notebook without what was brought home, it is brought home again."""
    _, _, client = await two_cells()
    notebook = disk.read()
    await client.run("print('out')", "c1")
    await client.close(1001)
    await disk.shows("out\n")
    edited(notebook)
    body = json.dumps({"type": "notebook", "content": notebook})
    await jp_fetch("api", "contents", "a.ipynb", method="PUT", body=body)
    saved = await disk.shows("out\n")

    assert saved["cells"][0]["source"] == "one edited"


STORE = {"contents_manager_class": ObjectStore}


@configured(ServerApp=STORE)
@pytest.mark.promise("D5", "D6")
async def test_any_contents_manager(opened, jp_serverapp):
    """Where the contents manager fails for a while, output gets home when it works again; what others saved meanwhile stays."""
    store = jp_serverapp.contents_manager
    _, _, client = await opened()
    model = {"type": "notebook", "content": notebook_of(cell("c1", "one"))}
    await store.save(dict(model), "a.ipynb")
    failures = []

    async def fail(_, path):
        failures.append(path)
        raise HTTPError(503, "the store is down")

    works, store.on_write = store.on_write, fail
    await client.run("print('out')", "c1")
    await client.close(1001)

    async def has_failed_twice():
        return len(failures) > 1

    await eventually(has_failed_twice)
    other = json.dumps(notebook_of(cell("c1", "edited elsewhere")))
    store.objects["a.ipynb"] = other, store.objects["a.ipynb"][1]
    store.on_write = works

    async def look():
        saved = json.loads(store.objects["a.ipynb"][0])
        return saved if text_in(saved) else None

    saved = await eventually(look)
    assert text_in(saved) == "out\n"
    assert saved["cells"][0]["source"] == "edited elsewhere"


@pytest.mark.promise("D7")
@pytest.mark.parametrize("is_changed", [False, True], ids=["as left", "changed"])
async def test_killed(tmp_path, is_changed):
    """The next start brings home what had arrived when the server was killed; not into a file that somebody has changed since."""
    with serving(tmp_path, ON) as lab:
        disk = Disk(lab.root / "a.ipynb")
        disk.write(notebook_of(cell("c1", "one")))
        await kill_while_running(lab)
        if is_changed:
            await asyncio.sleep(0.1)  # beyond the slack of clocks
            disk.write(notebook_of(cell("c1", "changed")))
        lab.start()
        if not is_changed:
            await disk.shows("kept\n")

        async def is_told():
            (told,) = lab.get("/api/fastpath/leftovers?path=a.ipynb")["runs"]
            return told if told["is_home"] is not is_changed else None

        told = await eventually(is_told)

    assert told["status"] == "lost"
    assert text_in(disk.read()) == ("" if is_changed else "kept\n")


@configured(SavingConfig={"bring_home": False})
@pytest.mark.promise("D5", "B3")
async def test_turned_off(two_cells, disk, runs):
    """Where the administrator wants so, the server writes into no notebook, and the output waits for a page."""
    _, kernel_id, client = await two_cells()
    before = disk.path.stat().st_mtime_ns
    await client.run("print('out')", "c1")
    await client.close(1001)
    (told,) = await runs(kernel_id)
    loop = asyncio.get_running_loop()
    end = loop.time() + 2 * PATIENCE

    async def is_over():
        return loop.time() > end

    await eventually(is_over)
    assert disk.path.stat().st_mtime_ns == before
    assert told["outputs"][0]["text"] == "out\n"


@pytest.mark.promise("I2")
async def test_written_by_a_page(two_cells, disk, connect, jp_fetch):
    """When one of several pages has saved, all are told which version there is."""
    _, kernel_id, client = await two_cells()
    viewer = await connect(kernel_id)
    await client.run("1", "c1")
    body = json.dumps({"type": "notebook", "content": disk.read()})
    await jp_fetch("api", "contents", "a.ipynb", method="PUT", body=body)
    (told,) = await viewer.until(
        lambda: [m.content for m in viewer.received if m.msg_type == "notebook_written"]
    )
    answer = await jp_fetch("api/contents/a.ipynb", params={"content": 0, "hash": 1})

    assert (told["path"], told["by"]) == ("a.ipynb", "page")
    assert told["after"] == json.loads(answer.body)["hash"]
