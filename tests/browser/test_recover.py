"""
A page that comes to a run which it has not started: after a refresh, or as a second.
"""

from __future__ import annotations

import re

import pytest

from .conftest import IN_BOTH
from .link import linked
from .notebook import difference


pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

COUNT = """
import pathlib, time

i = 0
while not pathlib.Path("go").exists():
    print("line", i, flush=True)
    i += 1
    time.sleep(0.05)
"""
UNTIL_TOLD = """
import pathlib, time

while not pathlib.Path("go").exists(): time.sleep(0.05)
"""
DISPLAY = (
    """
from IPython.display import HTML, display, update_display

display(HTML("<b>before</b>"), display_id="shown")
print("between")
"""
    + UNTIL_TOLD
    + """
update_display(HTML("<b>after</b>"), display_id="shown")
1 / 0
"""
)
PLOT = (
    """
%matplotlib inline
import matplotlib.pyplot as plt

plt.plot([1, 2])
plt.show()
"""
    + UNTIL_TOLD
    + "print('plotted')"
)
SLIDER = """
import ipywidgets

slider = ipywidgets.IntSlider(description="level")
display(slider)
"""


def counted(text: str) -> str:
    """
    Return what COUNT has put out if it ended with the last line of *text*.
    """
    return "".join(f"line {i}\n" for i in range(text.count("\n")))


@IN_BOTH
@pytest.mark.promise("I1", "Z5")
def test_refresh(lab, open_notebook):
    """A page that is refreshed shows what runs and what waits, and misses nothing."""
    notebook = open_notebook(COUNT, "2 + 3")
    notebook.run_all()
    notebook.wait_for_output(0, "line 5")
    notebook.refresh()
    notebook.wait_for_prompts("[*]:", "[*]:")
    notebook.wait_for_output(0, "line 30")
    (lab.root / "go").touch()
    notebook.wait_for_prompts("[1]:", "[2]:")
    notebook.wait_for_text("5", 1)
    text = notebook.whole_text()

    assert "" == difference(counted(text), text)


@pytest.mark.promise("I1")
def test_refreshes(lab, open_notebook):
    """However often it is refreshed, nothing is missing and nothing comes twice."""
    notebook = open_notebook(COUNT, "2 + 3")
    notebook.run_all()
    for _ in range(5):
        notebook.wait_for_output(0, "line 5")
        notebook.refresh()
    notebook.wait_for_prompts("[*]:", "[*]:")
    (lab.root / "go").touch()
    notebook.wait_for_prompts("[1]:", "[2]:")
    notebook.wait_for_text("5", 1)
    text = notebook.whole_text()

    assert "" == difference(counted(text), text)


@IN_BOTH
@pytest.mark.promise("I2", "Z5")
def test_second_page(lab, open_notebook):
    """A second page sees what the first one runs, live, and has nothing to save."""
    author = open_notebook(COUNT, "2 + 3")
    author.save()
    author.run()
    author.wait_for_output(0, "line 5")
    viewer = open_notebook(is_idle=False)
    viewer.wait_for_prompts("[*]:", "[ ]:")
    viewer.wait_for_output(0, "line 30")
    (lab.root / "go").touch()
    viewer.wait_for_prompts("[1]:", "[ ]:")
    author.wait_for_prompts("[1]:", "[ ]:")
    author.run(1)
    viewer.wait_for_prompts("[1]:", "[2]:")
    viewer.wait_for_text("5", 1)
    viewer.wait_for_text(author.whole_text())

    assert not viewer.is_dirty()


@pytest.mark.promise("I4")
def test_input(open_notebook):
    """A run that asks before a refresh is answered after it."""
    notebook = open_notebook("print('Hello', input('Who? '))")
    notebook.run()
    notebook.page.locator(".jp-Stdin-input").wait_for()
    notebook.refresh()
    notebook.wait_for_prompts("[*]:")
    notebook.answer("Ada")
    notebook.wait_for_prompts("[1]:")
    notebook.wait_for_output(0, "Hello Ada\n")


@pytest.mark.promise("I1")
def test_display(lab, open_notebook):
    """A display from before a refresh is updated after it, and an error is shown."""
    notebook = open_notebook(DISPLAY)
    notebook.run()
    notebook.wait_for_output(0, "before")
    notebook.refresh()
    notebook.wait_for_prompts("[*]:")
    notebook.wait_for_output(0, "before")
    (lab.root / "go").touch()
    notebook.wait_for_prompts("[1]:")
    notebook.wait_for_outputs(0, "after", "between", re.compile("ZeroDivisionError"))


@pytest.mark.promise("I1")
def test_plot(lab, open_notebook):
    """A plot from before a refresh is there after it."""
    notebook = open_notebook(PLOT)
    notebook.run()
    notebook.shown(0, "image/png").wait_for()
    notebook.refresh()
    notebook.shown(0, "image/png").wait_for()
    (lab.root / "go").touch()
    notebook.wait_for_prompts("[1]:")
    notebook.wait_for_text("plotted\n")

    assert 1 == notebook.shown(0, "image/png").count()


@pytest.mark.promise("I5")
@pytest.mark.parametrize("is_saved", [True, False], ids=["saved", "not saved"])
def test_widget(open_notebook, is_saved):
    """A slider from before a refresh is live after it, whether it was in the file or not."""
    notebook = open_notebook(SLIDER, "slider.value")
    notebook.run()
    notebook.page.locator(".jp-OutputArea .widget-slider").wait_for()
    notebook.wait_for_prompts("[1]:", "[ ]:")
    if is_saved:
        notebook.save()
    notebook.refresh()
    handle = notebook.page.locator(".jp-OutputArea .noUi-handle")
    handle.press("ArrowRight")
    notebook.run(1)
    notebook.wait_for_prompts("[1]:", "[2]:")
    notebook.wait_for_text("1", 1)


@pytest.mark.promise("I3")
def test_cuts(lab, open_notebook):
    """A connection that breaks again and again loses nothing and doubles nothing."""
    with linked(lab.port) as link:
        notebook = open_notebook(COUNT, "2 + 3", port=link.port)
        notebook.run_all()
        for last in range(10, 60, 10):
            notebook.wait_for_output(0, f"line {last}")
            link.cut()
        (lab.root / "go").touch()
        notebook.wait_for_prompts("[1]:", "[2]:")
        notebook.wait_for_text("5", 1)
        text = notebook.whole_text()

        assert "" == difference(counted(text), text)


@pytest.mark.promise("I2")
def test_heir(lab, open_notebook):
    """Who is left of two pages saves what both have seen, and is asked nothing."""
    author = open_notebook(COUNT)
    author.save()
    author.run()
    author.wait_for_output(0, "line 5")
    viewer = open_notebook(is_idle=False)
    viewer.wait_for_output(0, "line 20")
    with author.page.expect_response(lambda answer: answer.request.method == "PUT"):
        author.execute("docmanager:save")

    assert not viewer.is_dirty()

    author.leave()
    (lab.root / "go").touch()
    viewer.wait_for_prompts("[1]:")
    lab.wait_for_saved(lambda found: found["cells"][0]["execution_count"] == 1)
    viewer.wait_until_saved()
    text = viewer.whole_text()

    assert "" == difference(counted(text), text)
    assert "" == difference(text, lab.saved_text("Untitled.ipynb"))


@IN_BOTH
@pytest.mark.promise("K4", "Z5")
def test_marks(lab, open_notebook):
    """The prompt tells what waits, what runs, and what finished with nobody there."""
    notebook = open_notebook(COUNT, "2 + 3")
    notebook.run_all()
    notebook.wait_for_marks("running", "queued")
    notebook.refresh()
    notebook.wait_for_marks("running", "queued")
    notebook.leave()
    (lab.root / "go").touch()
    lab.wait_for_kernel("idle")
    notebook.open(lab.url("Untitled.ipynb"))
    notebook.wait_for_marks("away", "away")
    notebook.run(1)
    notebook.wait_for_marks("away", None)
