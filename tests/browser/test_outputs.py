"""
What a cell shows in the end, and what it asks, is what it is without us.
"""

from __future__ import annotations

import pytest


pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

STDOUT = "application/vnd.jupyter.stdout"
STDERR = "application/vnd.jupyter.stderr"

LEGACY = {"ZMQChannelsWebsocketConnection": {"kernel_ws_protocol": ""}}

INTERLEAVED = """
import sys

for i in range(3):
    print("out", i, flush=True)
    print("err", i, file=sys.stderr, flush=True)
"""
PROGRESS = """
for percent in range(101):
    print(f"\\r{percent:3} %", end="", flush=True)
"""
CLEARED = """
from IPython.display import clear_output

for i in range(200):
    clear_output(wait=True)
    print("frame", i, flush=True)
"""
UPDATED = """
from IPython.display import HTML, display, update_display

display(HTML("<b>0</b>"), display_id="shown")
print("between")
for i in range(1, 201):
    update_display(HTML(f"<b>{i}</b>"), display_id="shown")
"""
UPDATED_BY_ANOTHER = 'update_display(HTML("<b>done</b>"), display_id="shown")'


@pytest.mark.promise("A9")
@pytest.mark.parametrize("config", [{}, LEGACY], ids=["v1", "legacy"])
def test_simple(open_notebook):
    """A short run shows its result and its number, in either subprotocol."""
    notebook = open_notebook("2 + 3")
    notebook.run()
    notebook.wait_for_prompts("[1]:")
    notebook.wait_for_text("5")


@pytest.mark.promise("A9")
def test_all_kinds(open_notebook):
    """Two streams that take turns stay apart and in order, what writes over itself or is cleared shows what came last, and a display is updated where it stands, by another cell, too."""
    notebook = open_notebook(
        INTERLEAVED, PROGRESS, CLEARED, UPDATED, UPDATED_BY_ANOTHER
    )
    notebook.run_all()
    notebook.wait_for_prompts(*[f"[{number}]:" for number in range(1, 6)])
    notebook.wait_for_text("out 0\nout 1\nout 2\n", of_type=STDOUT)
    notebook.wait_for_text("err 0\nerr 1\nerr 2\n", of_type=STDERR)
    notebook.wait_for_text("100 %", 1)
    notebook.wait_for_text("frame 199\n", 2)
    notebook.wait_for_outputs(3, "done", "between")
    notebook.run(3)
    notebook.wait_for_prompts("[1]:", "[2]:", "[3]:", "[6]:", "[5]:")
    notebook.wait_for_outputs(3, "200", "between")

    assert [
        text for i in range(3) for text in (f"out {i}\n", f"err {i}\n")
    ] == notebook.shown(0).all_text_contents()
    assert "100 %" == notebook.saved_text(1)
    assert "frame 199\n" == notebook.saved_text(2)
    assert "" == notebook.text(4)


@pytest.mark.promise("A9")
def test_input(open_notebook):
    """A run can ask, and goes on with the answer."""
    notebook = open_notebook("print('Hello', input('Who? '))")
    notebook.run()
    notebook.answer("Ada")
    notebook.wait_for_prompts("[1]:")
    notebook.wait_for_text("Who?  Ada\nHello Ada\n")
