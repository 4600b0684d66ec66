"""
Large notebooks over HTTP, which are decoded, signed and written in threads.
"""

from __future__ import annotations

import asyncio
import contextvars
import hashlib
import json
import threading

from typing import Any

import nbformat
import pytest

from tornado.httpclient import HTTPClientError

from .conftest import configured


pytestmark = pytest.mark.filterwarnings("ignore:The synchronous ContentsManager")

STOCK = "jupyter_server.services.contents.largefilemanager"
KINDS = {
    "async": f"{STOCK}.AsyncLargeFileManager",
    "sync": f"{STOCK}.LargeFileManager",
    "store": f"{__package__}.managers.ObjectStore",
}
FILES = [
    {"ServerApp": {"contents_manager_class": KINDS[kind]}} for kind in ("async", "sync")
]
in_files = pytest.mark.parametrize("config", FILES, ids=["async", "sync"])
in_all = pytest.mark.parametrize(
    "config",
    [{"ServerApp": {"contents_manager_class": kind}} for kind in KINDS.values()],
    ids=KINDS,
)


def large(html: str = "<b>x</b>", is_trusted: bool = True) -> dict[str, Any]:
    """
    Return a notebook of a megabyte, with something that not everybody may show.
    """
    text = "".join(f"line {i} 'aé€😀\\\n" for i in range(200))
    cells: list[Any] = [
        nbformat.v4.new_code_cell(
            f"run({i})\nagain",
            metadata={"trusted": is_trusted, "tags": ["a", "b"]},
            outputs=[
                nbformat.v4.new_output("stream", name="stdout", text=text),
                nbformat.v4.new_output(
                    "display_data", {"text/html": html, "application/json": {"a": []}}
                ),
            ],
        )
        for i in range(200)
    ]
    cells += [nbformat.v4.new_markdown_cell("# a\n\nb"), nbformat.v4.new_raw_cell("")]
    metadata = {"zeta": {"cells": []}, "alpha": {}}
    made = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    found: dict[str, Any] = json.loads(json.dumps(made))
    return found


@pytest.fixture
def put(jp_fetch):
    """
    Save a notebook over HTTP.
    """

    async def save(content: Any, path: str = "a.ipynb", **more: Any) -> dict[str, Any]:
        model = {"type": "notebook", "format": "json", "content": content}
        body = content if isinstance(content, bytes) else json.dumps(model)
        answer = await jp_fetch(
            "api", "contents", path, method="PUT", body=body, **more
        )
        found: dict[str, Any] = json.loads(answer.body)
        return found

    return save


@in_files
async def test_bytes(put, jp_root_dir):
    """A large notebook is in the file as nbformat writes it, new or not, and as its saver was told."""
    for html in ("first", "second"):
        content = large(html)
        answer = await put(content)
        written = (jp_root_dir / "a.ipynb").read_bytes()
        expected = nbformat.writes(nbformat.from_dict(content)) + "\n"

        assert expected.encode() == written
        assert len(written) == answer["size"]
        assert "content" not in {key for key in answer if answer[key] is not None}


@pytest.mark.promise("D6")
async def test_read_meanwhile(put, jp_serverapp):
    """Who opens a notebook that is being saved is given what is saved, not the half that may be there."""
    manager = jp_serverapp.contents_manager
    await put(large("old"))
    opened = []

    def open_it(path, **_):
        # Somebody else, who has no part in this save.
        getting = contextvars.Context().run(asyncio.ensure_future, manager.get(path))
        opened.append(getting)

    manager.register_pre_save_hook(open_it)
    await put(large("new"))
    (found,) = await asyncio.gather(*opened)
    _, rich = found["content"]["cells"][0]["outputs"]

    assert rich["data"]["text/html"] == "new"


@pytest.mark.promise("D6")
async def test_read_all_the_time(put, jp_fetch):
    """However often a small notebook is saved and read, each reader gets one of those that were saved, and the last is there."""
    cell = nbformat.v4.new_code_cell("", id="one")
    stop = False

    async def read():
        while not stop:
            answer = await jp_fetch("api", "contents", "a.ipynb")
            assert json.loads(answer.body)["content"]["cells"][0]["source"]

    def numbered(number):
        text = f"{number}\n" * 10_000
        return nbformat.v4.new_notebook(cells=[cell | {"source": text}])

    await put(numbered(0))
    readers = [asyncio.create_task(read()) for _ in range(3)]
    for number in range(1, 60):
        await put(numbered(number))
    stop = True
    await asyncio.gather(*readers)
    last = json.loads((await jp_fetch("api", "contents", "a.ipynb")).body)

    assert last["content"]["cells"][0]["source"].startswith("59\n")


@in_files
async def test_trust(put, jp_serverapp, jp_root_dir):
    """It is signed if every cell is trusted, and else it is not."""
    notary = jp_serverapp.contents_manager.notary
    signed = []
    for is_trusted in (True, False):
        for html in ("first", "second"):
            await put(large(f"{html} {is_trusted}", is_trusted))
            found = nbformat.read(jp_root_dir / "a.ipynb", 4)
            signed.append(notary.check_signature(found))

    assert [True, True, False, False] == signed


class Witness:
    """
    Is called by others, and notes whether that was on the event loop, and for whom.
    """

    def __init__(self) -> None:
        self.thread = threading.get_ident()
        self.calls: list[tuple[str, bool]] = []
        # Whether nobody's code was being waited for, as if a thread had asked.
        self.were_asked: set[bool] = set()

    def note(self, name: str) -> None:
        """Note a call."""
        asyncio.get_running_loop()
        self.calls.append((name, threading.get_ident() == self.thread))
        self.were_asked.add(asyncio.current_task() is None)

    def before(self, model: Any, **_: Any) -> None:
        """Change what is about to be saved, as a hook may."""
        self.note("before")
        model["content"]["metadata"]["hook"] = "was here"

    def after(self, **_: Any) -> None:
        """Note that it was saved."""
        self.note("after")

    async def event(self, data: Any, **_: Any) -> None:
        """Note an event."""
        if data["action"] == "save":
            self.calls.append((f"event {data['path']}", True))

    def attend(self, serverapp: Any) -> None:
        """Be called from now on."""
        manager = serverapp.contents_manager
        manager.register_pre_save_hook(self.before)
        manager.register_post_save_hook(self.after)
        serverapp.event_logger.add_listener(
            schema_id=manager.event_schema_id, listener=self.event
        )


@in_files
async def test_hooks(put, jp_serverapp, jp_root_dir):
    """Hooks and listeners are called once for each save, on the event loop, for what is written in a thread."""
    witness = Witness()
    witness.attend(jp_serverapp)
    for html in ("first", "second"):
        await put(large(html))
        written = json.loads((jp_root_dir / "a.ipynb").read_bytes())
        assert "was here" == written["metadata"]["hook"]
    once = [("before", True), ("after", True), ("event a.ipynb", True)]

    assert sorted(2 * once) == sorted(witness.calls)
    assert {True} == witness.were_asked


@configured(WritingConfig={"off_loop": False})
async def test_switched_off(put, jp_serverapp):
    """An administrator can have everything done on the event loop."""
    witness = Witness()
    witness.attend(jp_serverapp)
    await put(large())

    assert {False} == witness.were_asked


@in_all
async def test_refused(put, jp_fetch):
    """What Jupyter Server refuses is refused as by itself: what is no JSON, hidden files, and strangers."""
    refused = []
    broken = b'{"type": "notebook", "content": {' + b" " * 1_000_000
    stranger = {"headers": {"Authorization": "token wrong"}}
    for content, path, more in (
        (broken, "a.ipynb", {}),
        (large(), ".a.ipynb", {}),
        (large(), "a.ipynb", stranger),
    ):
        with pytest.raises(HTTPClientError) as found:
            await put(content, path, **more)
        refused.append(found.value.code)

    assert [400, 400, 403] == refused


@in_files
async def test_odd_json(put, jp_root_dir):
    """What only json decodes is decoded."""
    content = large()
    content["metadata"]["odd"] = float("inf")
    await put(content)

    assert "Infinity" in (jp_root_dir / "a.ipynb").read_text("utf-8")


@in_all
@pytest.mark.promise("D2", "D3")
async def test_compact(put, jp_serverapp, jp_fetch):
    """Text in pieces is saved as one, once, and not again, whatever the contents manager."""
    content = large()
    for text in ("a", "b\n"):
        one = nbformat.v4.new_output("stream", name="stdout", text=text)
        content["cells"][0]["outputs"].append(dict(one))
    first = await put(json.loads(json.dumps(content)))
    second = await put(content)
    answer = await jp_fetch("api", "contents", "a.ipynb", params={"content": 1})
    outputs = json.loads(answer.body)["content"]["cells"][0]["outputs"]

    assert ["ab\n"] == ["".join(output["text"]) for output in outputs[2:]]
    assert first["last_modified"] == second["last_modified"]


@in_files
async def test_hash(put, jp_fetch, jp_root_dir):
    """A hash is that of the file."""
    await put(large())
    params = {"content": 0, "hash": 1}
    answer = await jp_fetch("api", "contents", "a.ipynb", params=params)
    written = (jp_root_dir / "a.ipynb").read_bytes()

    assert hashlib.sha256(written).hexdigest() == json.loads(answer.body)["hash"]


async def test_stopped(jp_serverapp):
    """When the server stops, what is in line is written first."""
    (app,) = jp_serverapp.extension_manager.extension_apps["jupyter_fastpath"]
    manager: Any = jp_serverapp.contents_manager
    model = {"type": "notebook", "format": "json", "content": large()}
    saving = asyncio.ensure_future(manager.save(model, "a.ipynb"))
    await asyncio.sleep(0)
    assert not await manager.file_exists("a.ipynb")
    await app.stop_extension()

    assert await manager.file_exists("a.ipynb")
    await saving
