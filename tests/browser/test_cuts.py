"""
Where something is cut a marker says how much, and gives it back in its place.
"""

from __future__ import annotations

import hashlib
import json

from typing import Any, Final

import pytest

from playwright.sync_api import Locator, expect

from .notebook import Notebook, until_text
from .server import write


LIMITS: Final = {"live_bytes": 100_000, "tail_bytes": 1_000, "rich_bytes": 50_000}
POLICY: Final = {"PolicyConfig": {"defaults": {**LIMITS, "outputs": 10}}}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(300),
    pytest.mark.parametrize("config", [POLICY], ids=["limited"]),
]

TYPE: Final = "application/vnd.jupyter.fastpath.cut+json"
GONE: Final = "The server no longer keeps this."

# Some bytes begin no character, and pieces end anywhere.
TEXT: Final = "".join(f"{i:06d} äöü\n" for i in range(72_000))
PRINT: Final = "print(''.join(f'{i:06d} äöü\\n' for i in range(72_000)), end='')"

TEXTS: Final = """nodes => nodes.map(node => node.textContent).join('')"""
SHUT_DOWN: Final = "() => window.jupyterapp.serviceManager.sessions.shutdownAll()"


class Cut:
    """
    The marker in the output of a cell, and what is around it.
    """

    def __init__(self, notebook: Notebook, index: int = 0) -> None:
        self.notebook = notebook
        self.index = index
        self.output = notebook.shown(index, TYPE)
        self.bar = self.output.locator(".jp-fastpath-CutBar").first
        self.loaded = self.output.locator("pre")

    def button(self, name: str) -> Locator:
        """
        Return what is there to be pressed.
        """
        return self.bar.get_by_role("button", name=name, exact=True)

    def link(self, name: str) -> Locator:
        """
        Return what is there to be followed.
        """
        return self.bar.get_by_text(name, exact=True)

    def wait(self, text: str) -> None:
        """
        Return when the marker says this, and raise if it never does.
        """
        # What an assertion says would have all of the page in it.
        self.bar.filter(has_text=text).wait_for()

    def wait_for_text(self, text: str) -> None:
        """
        Return when this is all the text that has been loaded, and raise if it never is.
        """
        until_text(self.loaded, TEXTS, text)

    def data(self) -> dict[str, Any]:
        """
        Return what the marker says.
        """
        outputs = self.notebook.outputs(self.index)
        (data,) = (one["data"][TYPE] for one in outputs if TYPE in one.get("data", {}))
        return data

    def around(self) -> tuple[str, str]:
        """
        Return the text of the model before and after the marker.
        """
        outputs = self.notebook.outputs(self.index)
        (at,) = (i for i, one in enumerate(outputs) if TYPE in one.get("data", {}))
        head, tail = (
            "".join("".join(one["text"]) for one in part)
            for part in (outputs[:at], outputs[at + 1 :])
        )
        return head, tail


@pytest.fixture
def whole_text(lab):
    """
    All of a text is in the page, however large it is.
    """
    settings = lab.home / "settings" / "jupyter-fastpath"
    write(settings / "rendering.jupyterlab-settings", {"hugeText": 0})


@pytest.fixture
def cut(open_notebook, whole_text):
    """
    A marker in a text that has been printed.
    """
    notebook = open_notebook(PRINT)
    notebook.run()
    notebook.wait_for_prompts("[1]:")
    cut = Cut(notebook)
    cut.wait("the last")
    return cut


def size(text: str) -> int:
    """
    Return how many bytes a text has on the wire.
    """
    return len(text.encode())


def middle_of(cut: Cut) -> str:
    """
    Return what is missing of the text that was printed.
    """
    head, tail = cut.around()

    assert TEXT.startswith(head)
    assert TEXT.endswith(tail)
    return TEXT[len(head) : len(TEXT) - len(tail)]


@pytest.mark.promise("H3")
def test_numbers(cut):
    """The numbers of a marker are right to the byte, and the bar says them in words."""
    head, tail = cut.around()
    data = cut.data()

    assert data["kind"] == "text"
    assert data["is_done"]
    assert [size(head), size(tail), size(TEXT)] == [
        data["head_bytes"],
        data["tail_bytes"],
        data["total_bytes"],
    ]
    assert [data[f"{part}_lines"] for part in ("head", "tail", "total")] == [
        head.count("\n"),
        tail.count("\n"),
        TEXT.count("\n"),
    ]
    assert data["kept_bytes"] == size(TEXT)
    cut.wait(" kB of 1.0 MB of text are shown, the first ")
    shown = f"{size(head) + size(tail):,} of {size(TEXT):,} bytes"
    assert cut.bar.locator("[title]").first.get_attribute("title").startswith(shown)


@pytest.mark.promise("H3")
def test_show(cut):
    """More and all of it is shown between head and tail, to the letter, hidden again, and never saved."""
    middle = middle_of(cut)
    outputs = cut.notebook.outputs()
    cut.button("Show all").click()
    cut.wait_for_text(middle)
    cut.wait("All 1.0 MB of text are shown.")
    cut.notebook.save()

    assert cut.notebook.outputs() == outputs
    expect(cut.button("Hide")).to_be_focused()
    cut.button("Hide").click()
    expect(cut.loaded).to_have_count(0)
    cut.wait(" kB of 1.0 MB")
    expect(cut.button("Show all")).to_be_focused()


@pytest.mark.promise("H3")
def test_files(cut):
    """In a new tab and as a file there is all of the text."""
    page = cut.notebook.page
    with page.expect_download() as downloading:
        cut.link("Download").click()
    content = downloading.value.path().read_bytes()
    with page.context.expect_page() as opening:
        cut.link("Open in a new tab").click()

    assert hashlib.sha256(content).digest() == hashlib.sha256(TEXT.encode()).digest()
    expect(opening.value.locator("pre")).to_have_text(TEXT)


@pytest.mark.promise("H3")
def test_reopened(cut, open_notebook, lab):
    """A page that opens the notebook later has the same marker, also when the kernel is gone."""
    middle = middle_of(cut)
    cut.notebook.save()
    cut.notebook.page.evaluate(SHUT_DOWN)
    later = Cut(open_notebook(name="Untitled.ipynb"))

    assert middle not in lab.saved_text("Untitled.ipynb")
    assert later.data() == cut.data()
    later.wait(" kB of 1.0 MB of text are shown, the first ")
    later.button("Show all").click()
    later.wait_for_text(middle)


@pytest.mark.promise("H3")
def test_steps(open_notebook, whole_text, lab):
    """More is shown a million bytes at a time, also while the run goes on, and stays when the marker changes."""
    # The kernel takes its time, so that the marker changes while somebody looks.
    notebook = open_notebook(
        "import pathlib, time\n"
        f"for i in range(3): {PRINT}\n"
        "while not pathlib.Path('go').exists():\n"
        "    print('.' * 9, flush=True)\n"
        "    time.sleep(0.05)\n"
        "print('the end')\n"
    )
    cut = Cut(notebook)
    notebook.run()
    cut.wait("3.0 MB of text so far are shown.")
    head = cut.data()["head_bytes"]
    more = (3 * TEXT).encode()[head:]
    cut.button("Show more").click()
    cut.wait("The first 1.0 of 3.0 MB")
    cut.wait_for_text(more[:1_000_000].decode(errors="ignore"))
    cut.button("Show more").click()
    cut.wait_for_text(more[:2_000_000].decode(errors="ignore"))
    cut.output.evaluate("node => { window.marker = node; }")
    (lab.root / "go").touch()
    notebook.wait_for_prompts("[1]:")
    cut.wait("and the last ")

    cut.wait_for_text(more[:2_000_000].decode(errors="ignore"))
    assert cut.output.evaluate("node => node === window.marker")
    expect(cut.button("Show more").or_(cut.button("Show all"))).to_be_focused()


@pytest.mark.promise("H2")
def test_kept(open_notebook, lab):
    """Where the cell wants to have all there is no marker."""
    lab.write("kept.ipynb", (PRINT,))
    path = lab.root / "kept.ipynb"
    content = json.loads(path.read_bytes())
    content["cells"][0]["metadata"] = {"fastpath": {"policy": {"above": "keep"}}}
    path.write_text(json.dumps(content), encoding="utf-8")
    page = open_notebook(name=path.name)
    page.run()
    page.wait_for_prompts("[1]:")

    assert page.whole_text() == TEXT


@pytest.mark.promise("H4")
def test_keep(cut):
    """What the marker is told to keep is there as a whole after the next run."""
    expect(cut.button("Keep all for this notebook")).to_be_visible()
    cut.button("Keep all for this cell").click()
    cut.notebook.run()
    cut.notebook.wait_for_prompts("[2]:")

    expect(cut.output).to_have_count(0)
    assert cut.notebook.whole_text() == TEXT


@pytest.mark.promise("H3")
def test_rich(open_notebook):
    """An output that is too large, and those that are too many, are shown when they are asked for."""
    notebook = open_notebook(
        "from IPython.display import HTML, display\n"
        "display(HTML('<b>large</b>' + ' ' * 60_000))",
        "for i in range(30): display(HTML(f'<i>{i}</i>'))",
    )
    notebook.run_all()
    notebook.wait_for_prompts("[1]:", "[2]:")
    large, many = Cut(notebook, 0), Cut(notebook, 1)
    large.wait("A large output of 60.")
    many.wait("10 of 30 outputs are shown.")
    outputs = notebook.outputs(0), notebook.outputs(1)
    large.button("Show").click()
    many.button("Show all").click()

    expect(large.output.locator("b")).to_have_text("large")
    expect(many.output.locator("i")).to_have_text([str(i) for i in range(10, 30)])
    many.wait("30 of 30 outputs are shown.")
    assert (notebook.outputs(0), notebook.outputs(1)) == outputs


def marked(lab: Any, *data: object) -> str:
    """
    Write a notebook with such markers, one in each cell, and return its name.
    """
    lab.write("marked.ipynb", ("0",) * len(data))
    path = lab.root / "marked.ipynb"
    content = json.loads(path.read_bytes())
    for cell, one in zip(content["cells"], data, strict=True):
        bundle = {"text/plain": "[fastpath] <b>words</b>", TYPE: one}
        cell["outputs"] = [
            {"output_type": "display_data", "metadata": {}, "data": bundle}
        ]
    path.write_text(json.dumps(content), encoding="utf-8")
    return path.name


@pytest.mark.promise("H3")
def test_unknown(open_notebook, lab):
    """Of a run that the server does not know nothing is offered once it has said so."""
    sizes = {"head_bytes": 0, "tail_bytes": 0, "total_bytes": 5, "kept_bytes": 5}
    lines = {"head_lines": 0, "tail_lines": 0, "total_lines": 1}
    run = {"kernel_id": "0" * 36, "run_id": "none", "start": 0, "is_done": True}
    name = marked(lab, {"version": 1, "kind": "text", **run, **sizes, **lines})
    cut = Cut(open_notebook(name=name))
    cut.wait("Nothing of 5 B of text is shown.")
    cut.button("Show all").click()
    cut.wait(GONE)

    expect(cut.button("Show all")).to_be_disabled()
    expect(cut.link("Download")).to_be_disabled()
    assert cut.link("Download").get_attribute("href") is None


@pytest.mark.promise("H3")
def test_hostile(open_notebook, lab):
    """A marker that is none has its words shown, and nothing of it becomes more than text."""
    rich = {"version": 1, "kind": "rich", "kernel_id": "..", "run_id": "..", "start": 0}
    hostile = [{"version": 2}, "<b>", [[]], {"kind": "text"}, rich, 10**30]
    notebook = open_notebook(name=marked(lab, *hostile))
    outputs = notebook.page.locator(".jp-OutputArea-output")

    expect(outputs).to_have_text(["[fastpath] <b>words</b>"] * len(hostile))
    assert notebook.page.locator(".jp-OutputArea-output b").count() == 0
