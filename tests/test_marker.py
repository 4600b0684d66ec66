"""
A notebook in which something was cut, where nobody knows of Fastpath.
"""

from __future__ import annotations

import nbformat
import pytest

from nbconvert import HTMLExporter, MarkdownExporter

from jupyter_fastpath.core.marker import (
    MARKER,
    outputs_marker,
    rich_marker,
    text_marker,
)


pytestmark = pytest.mark.promise("H3")

PLACE = {"kernel_id": "k", "run_id": "r", "start": 3, "is_done": True}
TEXT = PLACE | {
    "head_bytes": 64_000_000,
    "tail_bytes": 1_000_000,
    "total_bytes": 200_000_000,
    "head_lines": 1,
    "tail_lines": 1,
    "total_lines": 3,
}
RICH = PLACE | {"index": 0, "total_bytes": 5_000, "mime_types": ["image/png"]}
OUTPUTS = PLACE | {"index": 0, "shown": 10, "total": 12}

KEPT = "Jupyter Fastpath keeps the rest for a while, and can show it in JupyterLab."
DROPPED = "The rest is not kept, as the output policy has it."
SHOWN = "65,000,000 of 200,000,000 bytes of text are shown"

MARKERS = [
    (
        text_marker(TEXT | {"kept_bytes": 200_000_000}),
        f"{SHOWN}, the first 64,000,000 and the last 1,000,000. {KEPT}",
    ),
    (text_marker(TEXT | {"kept_bytes": 0}), DROPPED),
    (
        text_marker(TEXT | {"kept_bytes": 90_000_000}),
        "keeps the first 90,000,000 bytes for a while",
    ),
    (
        text_marker(TEXT | {"tail_bytes": 0, "is_done": False, "kept_bytes": 0}),
        "64,000,000 of 200,000,000 bytes of text are shown, so far.",
    ),
    (
        rich_marker(RICH | {"kept_bytes": 5_000}),
        f"An output of 5,000 bytes is not shown (image/png). {KEPT}",
    ),
    (rich_marker(RICH | {"kept_bytes": 0}), DROPPED),
    (outputs_marker(OUTPUTS | {"kept": 2}), f"10 of 12 outputs are shown. {KEPT}"),
    (outputs_marker(OUTPUTS | {"kept": 0}), DROPPED),
]


@pytest.mark.parametrize(("data", "words"), MARKERS)
def test_words(data, words):
    """A marker says in words what it says in numbers."""
    assert data["text/plain"].startswith("[fastpath] ")
    assert words in data["text/plain"]


@pytest.mark.parametrize("exporter", [HTMLExporter, MarkdownExporter])
def test_converted(exporter, tmp_path):
    """A notebook with markers is valid, and converted and read again has their words."""
    outputs = [
        nbformat.v4.new_output("stream", name="stdout", text="before\n"),
        *(nbformat.v4.new_output("display_data", data=data) for data, _ in MARKERS),
    ]
    cell = nbformat.v4.new_code_cell("1", outputs=outputs)
    path = tmp_path / "a.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    notebook = nbformat.read(path, 4)
    nbformat.validate(notebook)
    converted, _ = exporter().from_notebook_node(notebook)

    assert [output.data[MARKER] for output in notebook.cells[0].outputs[1:]] == [
        data[MARKER] for data, _ in MARKERS
    ]
    for data, _ in MARKERS:
        assert data["text/plain"] in converted
