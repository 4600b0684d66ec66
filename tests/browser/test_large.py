"""
Two hundred megabytes under the policy that holds by default.
"""

from __future__ import annotations

import hashlib

import pytest

from playwright.sync_api import expect

from .test_cuts import Cut


pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

# Lines of a hundred bytes, twenty thousand at a time.
LARGE = """
for start in range(0, 2_000_000, 20_000):
    print("".join(f"{i:>99}\\n" for i in range(start, start + 20_000)), end="")
"""
SIZE, HEAD, TAIL = 200_000_000, 64_000_000, 1_000_000

LENGTHS = """index => {
    const { outputs } = window.jupyterapp.shell.currentWidget.content.model.cells.get(index);
    return Array.from({ length: outputs.length }, (_, i) =>
        outputs.get(i).streamText?.text.length ?? 0);
}"""


def digest():
    """
    Return the checksum of what the kernel writes.
    """
    made = hashlib.sha256()
    for i in range(SIZE // 100):
        made.update(f"{i:>99}\n".encode())
    return made.hexdigest()


def lengths(notebook):
    """
    Return how long the texts of the first cell's outputs are.
    """
    return notebook.page.evaluate(LENGTHS, 0)


@pytest.fixture
def cut(open_notebook):
    """
    The marker in the output of a run that has ended, during which keys were typed.
    """
    notebook = open_notebook(LARGE, "")
    notebook.run()
    editor = notebook.cells.nth(1).locator(".cm-content")
    editor.press_sequentially("typed meanwhile")
    expect(editor).to_have_text("typed meanwhile")
    assert notebook.prompts() == ["[*]:", "[ ]:"]
    notebook.wait_for_prompts("[1]:", "[ ]:")
    cut = Cut(notebook)
    cut.wait("65.0 of 200.0 MB of text are shown")
    return cut


@pytest.mark.promise("E2", "H2", "H3", "H5")
def test_large(cut, open_notebook):
    """The numbers are right, a download is what was printed, all can be put into the page, and the file stays as it is."""
    told = cut.data()
    sizes = [told[f"{part}_bytes"] for part in ("head", "tail", "total", "kept")]
    with cut.notebook.page.expect_download() as downloading:
        cut.link("Download").click()
    content = downloading.value.path().read_bytes()

    assert sizes == [HEAD, TAIL, SIZE, SIZE]
    assert hashlib.sha256(content).hexdigest() == digest()

    cut.button("Show all").click()
    cut.wait("All 200.0 MB of text are shown.")
    expect(cut.output).to_contain_text("135.0 million characters")
    cut.notebook.save()
    again = Cut(open_notebook(name="Untitled.ipynb"))
    again.wait("65.0 of 200.0 MB of text are shown")

    assert again.data() == told
    assert lengths(cut.notebook) == lengths(again.notebook) == [HEAD, 0, TAIL]
