"""
Pages in one room: what runs put out is in the document that they share once, whoever
comes and goes meanwhile.
"""

from __future__ import annotations

import time

import pytest

from tests.browser.link import linked
from tests.browser.notebook import PATIENCE, difference


pytestmark = [
    pytest.mark.collaboration,
    pytest.mark.browser,
    pytest.mark.timeout(300),
]

# Displays, since text that comes twice is noticed by who writes it.
# It goes on until it is told, slowly enough for pages to come and go meanwhile.
COUNT = """
import pathlib, time

i = 0
while not pathlib.Path(END).exists():
    print("line", i, flush=True)
    display({"text/plain": f"shown {i}"}, raw=True)
    i += 1
    time.sleep(0.2)
"""

HAS_LOADED = """() => {
    const panel = window.jupyterapp.shell.currentWidget;
    return panel.content.model.collaborative;
}"""
IS_BACK = """() => {
    const panel = window.jupyterapp.shell.currentWidget;
    return panel.sessionContext.session.kernel.connectionStatus === 'connected';
}"""
# In the model, since JupyterLab shows no more than 50 outputs of a cell.
HAS_MORE = """count => {
    const { model } = window.jupyterapp.shell.currentWidget.content;
    return model.cells.get(0).outputs.length > count;
}"""
SHOW_AS_RUNNING = """() => {
    const { model } = window.jupyterapp.shell.currentWidget.content;
    model.cells.get(0).executionState = 'running';
}"""
HASH = """() => {
    const { model } = window.jupyterapp.shell.currentWidget.content;
    return model.sharedModel.getState('hash');
}"""


def counted(count):
    """
    Return what COUNT has put out by then, as texts.
    """
    return [text for i in range(count) for text in (f"line {i}\n", f"shown {i}")]


def texts(outputs):
    """
    Return the outputs as texts.
    """
    parts = [one.get("text") or one["data"]["text/plain"] for one in outputs]
    return ["".join(part) for part in parts]


def is_right(outputs):
    """
    Return whether these are outputs of COUNT, all from the first on, and each once.
    """
    return texts(outputs) == wanted(outputs)


def wanted(outputs):
    """
    Return the texts of as many outputs of COUNT, each once.
    """
    return counted(len(outputs) // 2 + 1)[: len(outputs)]


def is_more_than(count):
    """
    Return what tells whether outputs are right, and more than so many.
    """
    return lambda outputs: is_right(outputs) and len(outputs) > count


def wait_for_more(notebook, count=10):
    """
    Return when the first cell of a notebook has got so many more outputs in a page.
    """
    at = len(notebook.outputs())
    notebook.page.wait_for_function(HAS_MORE, arg=at + count)


def wait_until_right(notebook):
    """
    Return when a page has right outputs in the first cell, and raise if it never has.
    """
    # Where page and server have both written, the server mends it when the room is saved.
    deadline = time.monotonic() + PATIENCE / 1000
    while not is_right(outputs := notebook.outputs()):
        found = difference("".join(wanted(outputs)), "".join(texts(outputs)))
        assert time.monotonic() < deadline, found
        # Between two looks.
        notebook.page.wait_for_timeout(20)


def assert_all_right(room, *notebooks):
    """
    Assert that these pages and the file come to have the same outputs, and right ones.
    """
    for notebook in notebooks:
        wait_until_right(notebook)
    room.wait_for_file(
        lambda outputs: (
            is_right(outputs)
            and all(texts(one.outputs()) == texts(outputs) for one in notebooks)
        )
    )

    assert room.reloads() == 0


@pytest.mark.promise("I6", "I2", "I1")
def test_come_and_go(room):
    """Others come while cells run, who runs them reloads the page and then leaves for good: all that are there see each output once."""
    room.write(COUNT, "2 + 3")
    author = room.open()
    assert author.page.evaluate(HAS_LOADED)
    author.run_all()
    wait_for_more(author)
    viewer = room.open(1, is_idle=False)
    wait_for_more(viewer)
    author.refresh()
    author.wait_for_prompts("[*]:", "[*]:")
    wait_for_more(author)
    author.leave()
    wait_for_more(viewer)
    room.end()
    viewer.wait_for_prompts("[1]:", "[2]:")
    viewer.wait_for_text("5", 1)

    assert_all_right(room, viewer)


@pytest.mark.promise("I6", "D5")
def test_all_gone(room):
    """All leave while a cell runs: its output and that of the next get into the file, and who comes back sees each once."""
    room.write(COUNT, "2 + 3")
    author = room.open()
    author.run_all()
    wait_for_more(author)
    author.page.close()
    room.wait_for_file(is_more_than(20))
    viewer = room.open(1, is_idle=False)
    viewer.wait_for_prompts("[*]:", "[*]:")
    wait_for_more(viewer)
    seen = len(viewer.outputs())
    viewer.page.close()
    room.end()
    room.wait_for_file(lambda outputs: "5" in texts(outputs), 1)
    room.wait_for_file(is_more_than(seen - 1))
    author = room.open()
    author.wait_for_prompts("[1]:", "[2]:")
    author.wait_for_text("5", 1)

    assert_all_right(room, author)


@pytest.mark.promise("I6", "I3")
def test_cut(lab, room, contexts):
    """Who comes back after the server has written for a page that had been cut off sees each output once."""
    room.write(COUNT)
    with linked(lab.port) as link:
        author = room.open(port=link.port)
        author.run_all()
        wait_for_more(author)
        contexts[0].set_offline(True)
        link.cut()
        room.wait_for_file(is_more_than(len(author.outputs())))
        contexts[0].set_offline(False)
        author.page.wait_for_function(IS_BACK)
        wait_for_more(author)
        room.end()
        author.wait_for_prompts("[1]:")

        assert_all_right(room, author)


@pytest.mark.promise("I6")
def test_stale(room):
    """A cell that a page has left as running, and that does not run, is not shown as running."""
    room.write("2 + 3")
    author = room.open()
    author.page.evaluate(SHOW_AS_RUNNING)
    author.wait_for_prompts("[*]:")
    viewer = room.open(1)
    viewer.wait_for_prompts("[ ]:")
    author.wait_for_prompts("[ ]:")


@pytest.mark.promise("I6", "D3")
def test_saved(lab, room):
    """A room saves what is changed on the way into the file, knows how the file is then, and does not load it anew."""
    room.write("import sys\nprint(1); print(2, file=sys.stderr)", "print('a\\rb')")
    author = room.open()
    author.run_all()
    author.wait_for_prompts("[1]:", "[2]:")
    room.wait_for_file(lambda outputs: texts(outputs) == ["1\n", "2\n"])
    known = lab.get(f"/api/contents/{room.name}?content=0&hash=1")
    author.page.wait_for_function(f"hash => ({HASH})() === hash", arg=known["hash"])

    assert room.reloads() == 0
