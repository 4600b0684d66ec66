from __future__ import annotations

import base64
import collections

import nbformat
import pytest

from jupyter_fastpath.bench.page.lab import notebook_with
from jupyter_fastpath.bench.page.large import KEPT, MIXED, TEXT, kept_id, large, marker


@pytest.mark.parametrize("kind", [TEXT, MIXED])
def test_notebook(kind):
    """A notebook of as many cells as are asked for is valid, and always the same."""
    cells = large(kind, 45)
    content = notebook_with([cell.content for cell in cells])
    nbformat.validate(nbformat.reads(content.decode(), as_version=4))

    assert 45 == len(cells)
    assert cells == large(kind, 45)
    assert cells[0].is_code
    assert {"code", "markdown"} == {cell.content["cell_type"] for cell in cells}


@pytest.mark.parametrize("kind", [TEXT, MIXED])
def test_markers(kind):
    """Each cell has its markers, and no other cell has them."""
    cells = large(kind, 45)
    texts = [repr(cell.content) for cell in cells]
    for index, cell in enumerate(cells):
        assert marker(index) in cell.markers
        for each in cell.markers:
            assert [index] == [i for i, text in enumerate(texts) if each in text]


def test_kept():
    """Outputs with a state are of all kinds, and have ids of their own, once."""
    cells = large(MIXED, 100)
    counts = collections.Counter(cell.kept for cell in cells)

    assert {None, *KEPT} == set(counts)
    assert {5} == {counts[kind] for kind in KEPT}
    for index, cell in enumerate(cells):
        assert bool(cell.kept) == (f'id="{kept_id(index)}"' in repr(cell.content))


def test_text():
    """A notebook of text has nothing with a state."""
    assert {None} == {cell.kept for cell in large(TEXT, 45)}


def test_scripts():
    """A script finds the output of the first one, which has one itself."""
    cells = large(MIXED, 100)
    scripts = [i for i, cell in enumerate(cells) if cell.kept == "script"]

    for index in scripts:
        _, output = cells[index].content["outputs"]
        text = output["data"]["text/html"]
        assert f"getElementById('{kept_id(scripts[0])}')" in text


def test_pictures():
    """Pictures are PNG."""
    outputs = [
        output["data"]["image/png"]
        for cell in large(MIXED, 21)
        for output in cell.content.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]

    assert outputs
    assert all(base64.b64decode(each).startswith(b"\x89PNG\r\n") for each in outputs)
