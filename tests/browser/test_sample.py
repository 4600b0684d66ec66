"""
The notebook that everybody is shown first.
"""

from __future__ import annotations

import json
import pathlib
import shutil

import pytest


pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SAMPLE = pathlib.Path(__file__).parents[2] / "docs" / "sample.ipynb"
FLOOD_TEXT = "".join(f"{i}\n" for i in range(20_000))


@pytest.mark.promise("A7", "A8", "B3")
def test_sample(open_notebook, lab):
    """Of the sample notebook, run as a whole, each code cell comes to its end."""
    shutil.copy(SAMPLE, lab.root)
    cells = json.loads(SAMPLE.read_text(encoding="utf-8"))["cells"]
    count = sum(cell["cell_type"] == "code" for cell in cells)
    notebook = open_notebook(name=SAMPLE.name)
    notebook.wait_for_prompts(*["[ ]:"] * count)
    notebook.run_all()
    notebook.wait_for_prompts(*[f"[{number}]:" for number in range(1, count + 1)])
    flood = next(i for i, cell in enumerate(cells) if cell["id"] == "flood")
    notebook.wait_for_text(FLOOD_TEXT, flood)
