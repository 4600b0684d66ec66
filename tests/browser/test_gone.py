"""
The network, a page, or the server goes away, and what it had to bring is there after.
"""

from __future__ import annotations

import psutil
import pytest

from jupyter_fastpath.bench.shape import Shape

from .link import linked
from .notebook import FREE, difference
from .test_recover import COUNT, UNTIL_TOLD, counted


pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PROGRESS = """
import pathlib, time

percent = 0
while percent < 100:
    if percent < 50 or pathlib.Path("go").exists(): percent += 1
    print(f"\\r\\x1b[32m{percent:3}\\x1b[0m % done", end="", flush=True)
    time.sleep(0.02)
print("\\nready")
"""
RERUN = """
import time

for i in range(1000):
    print("{word}", i, flush=True)
    time.sleep(0.01)
"""

# Seconds for which the network swallows everything: how long it does is what is tried,
# and nothing is waited for.
BLACK_HOLE = 8

# Marks the nodes of the outputs of a page, and tells how many marked ones are left.
MARK = """() => document.querySelectorAll('.jp-OutputArea-child').forEach(
    node => { node.markedByTest = true; }
)"""
MARKED = """() => [...document.querySelectorAll('.jp-OutputArea-child')].filter(
    node => node.markedByTest
).length"""


@pytest.mark.promise("A5", "F4", "I3")
def test_long_black_hole(lab, open_notebook):
    """A network that swallows everything for eight seconds loses nothing, doubles nothing and redraws nothing."""
    with linked(lab.port) as link:
        notebook = open_notebook(COUNT, "2 + 3", port=link.port)
        notebook.run_all()
        notebook.wait_for_output(0, "line 5")
        notebook.page.evaluate(MARK)
        link.swallow()
        notebook.page.wait_for_timeout(1000 * BLACK_HOLE)
        before = notebook.text()
        link.cut()
        notebook.wait_for_output(0, f"line {BLACK_HOLE * 20 + 20}")
        (lab.root / "go").touch()
        notebook.wait_for_prompts("[1]:", "[2]:")

        assert before.count("\n") < BLACK_HOLE * 20
        text = notebook.whole_text()

        assert "" == difference(counted(text), text)
        assert 1 == notebook.page.evaluate(MARKED)


@pytest.mark.promise("I3")
def test_dead_without_a_word(lab, open_notebook):
    """A page whose websocket is dead without having been told finds out, and gets what it missed."""
    with linked(lab.port) as link:
        notebook = open_notebook(COUNT, "2 + 3", port=link.port)
        notebook.run_all()
        notebook.wait_for_output(0, "line 5")
        link.swallow_websockets()
        (lab.root / "go").touch()
        lab.wait_for_kernel("idle")
        notebook.wait_for_prompts("[1]:", "[2]:")

        text = notebook.whole_text()

        assert "" == difference(counted(text), text)


@pytest.mark.promise("G3", "I3")
def test_far(lab, open_notebook):
    """Over a network with delay, jitter and loss that also breaks nothing is lost, doubled or stuck."""
    with linked(lab.port, Shape(rtt=0.15, jitter=0.05, loss=0.001)) as link:
        notebook = open_notebook(COUNT, "2 + 3", port=link.port)
        notebook.run_all()
        notebook.wait_for_output(0, "line 20")
        link.cut()
        notebook.wait_for_output(0, "line 60")
        (lab.root / "go").touch()
        notebook.wait_for_prompts("[1]:", "[2]:")
        notebook.wait_for_text("5", 1)
        text = notebook.whole_text()

        assert "" == difference(counted(text), text)


@pytest.mark.promise("I1", "I3")
def test_after_the_end(lab, open_notebook):
    """A page that is opened after all have gone and the run has ended shows it, and saves it."""
    first = open_notebook(COUNT, "2 + 3")
    first.save()
    first.run_all()
    first.wait_for_output(0, "line 5")
    first.leave()
    (lab.root / "go").touch()
    lab.wait_for_kernel("idle")
    second = open_notebook()
    second.wait_for_prompts("[1]:", "[2]:")
    second.save()
    second.wait_for_text("5", 1)
    text = second.whole_text()

    assert "" == difference(counted(text), text)
    assert "" == difference(text, lab.saved_text("Untitled.ipynb"))


@pytest.mark.promise("I1")
def test_saved_and_cleared(lab, open_notebook):
    """Output that was cleared and saved does not come back by a refresh."""
    notebook = open_notebook("print('gone')", "2 + 3")
    notebook.run_all()
    notebook.wait_for_prompts("[1]:", "[2]:")
    notebook.save()
    notebook.execute("notebook:clear-all-cell-outputs")
    notebook.wait_for_prompts("[ ]:", "[ ]:")
    notebook.save()
    notebook.refresh()
    notebook.wait_for_kernel()
    notebook.run(1)
    notebook.wait_for_prompts("[ ]:", "[3]:")

    assert "" == notebook.text(0)


@pytest.mark.promise("B7", "I1")
def test_progress(lab, open_notebook):
    """A coloured line that writes over itself goes on in its place after a refresh."""
    notebook = open_notebook(PROGRESS)
    notebook.run()
    notebook.wait_for_output(0, " 50 % done")
    notebook.refresh()
    notebook.wait_for_prompts("[*]:")
    notebook.wait_for_output(0, " 50 % done")
    during = notebook.text()
    (lab.root / "go").touch()
    notebook.wait_for_prompts("[1]:")
    notebook.wait_for_text("100 % done\nready\n")

    assert " 50 % done" == during
    assert "\x1b[32m100\x1b[0m % done\nready\n" == notebook.saved_text()


@pytest.mark.own_server
@pytest.mark.promise("D7", "K4")
def test_killed_server(lab, open_notebook):
    """What had arrived when the server was killed is shown by the next one, as lost, until it is saved."""
    notebook = open_notebook(COUNT, "2 + 3")
    notebook.save()
    notebook.run_all()
    notebook.wait_for_output(0, "line 30")
    shown = notebook.text()
    notebook.leave()
    lab.crash()
    lab.start()
    found = open_notebook()
    found.wait_for_marks("lost", None)
    text = found.whole_text()
    found.save()
    again = open_notebook()
    again.wait_for_status("idle")
    again.wait_for_text(text)

    # What is shown is on disk at most a tenth of a second, or two lines, later.
    assert text.startswith(shown[: shown.index("line 27")])
    assert "" == difference(counted(text), text)
    assert "" == difference(text, lab.saved_text("Untitled.ipynb"))
    assert not again.is_dirty()


@pytest.mark.promise("K4")
def test_killed_kernel(lab, open_notebook):
    """A run whose kernel was killed with nobody there is told as lost, with what it had put out, and why."""
    notebook = open_notebook(COUNT, "2 + 3")
    notebook.save()
    notebook.run_all()
    notebook.wait_for_output(0, "line 5")
    notebook.leave()
    assert lab.process is not None
    for process in psutil.Process(lab.process.pid).children():
        process.kill()
    found = open_notebook()
    found.wait_for_marks("lost", "lost")
    found.wait_for_output(0, "The kernel died while this cell ran: killed by SIGKILL")
    text = found.saved_text()
    found.wait_for_text(text, of_type="application/vnd.jupyter.stdout")

    assert "line 5\n" in text
    assert "" == difference(counted(text), text)


@pytest.mark.promise("A4", "I2")
def test_rerun(lab, open_notebook):
    """Of a cell that two pages run again and again only the newest run is shown, on both."""
    one = open_notebook(RERUN.format(word="old"), "2 + 3")
    one.save()
    one.run()
    one.wait_for_output(0, "old 5")
    two = open_notebook(is_idle=False)
    two.wait_for_output(0, "old 20")
    two.edit(0, "print('new')" + UNTIL_TOLD)
    two.run()
    two.execute("notebook:interrupt-kernel")
    two.wait_for_output(0, "new")
    one.wait_for_output(0, "new")
    during = [one.prompts(), two.prompts()]
    (lab.root / "go").touch()
    for page in (one, two):
        page.wait_for_prompts("[2]:", "[ ]:")
    one.run()
    for page in (one, two):
        page.wait_for_output(0, "old 5")
    one.execute("notebook:interrupt-kernel")
    for page in (one, two):
        page.wait_for_prompts("[3]:", "[ ]:")
    one.wait_for_output(0, "KeyboardInterrupt")
    two.wait_for_text(one.text())

    assert [["[*]:", "[ ]:"]] * 2 == during
    assert "new" not in one.text()


@pytest.mark.promise("A7", "I1")
def test_restart(lab, open_notebook):
    """A restart frees what a page has taken up, and what was queued behind it."""
    notebook = open_notebook(COUNT, "2 + 3")
    notebook.run_all()
    notebook.wait_for_output(0, "line 5")
    notebook.refresh()
    notebook.wait_for_prompts("[*]:", "[*]:")
    notebook.execute("notebook:restart-kernel")
    notebook.accept("Restart Kernel?")
    notebook.wait_for_prompts(FREE, FREE)
    notebook.run(1)
    notebook.wait_for_prompts(FREE, "[1]:")
    notebook.wait_for_text("5", 1)


@pytest.mark.promise("I1")
def test_untrusted(lab, open_notebook):
    """A refresh makes nothing trusted that a run would not have, and shows all that one would."""
    script = "from IPython.display import HTML\nHTML('<i>kept</i><script>window.ran = true</script>')"
    notebook = open_notebook(script, UNTIL_TOLD)
    notebook.run_all()
    notebook.wait_for_prompts("[1]:", "[*]:")
    notebook.refresh()
    notebook.wait_for_output(0, "kept")
    notebook.page.wait_for_function("() => window.ran")
    (lab.root / "go").touch()
    notebook.wait_for_prompts("[1]:", "[2]:")
    notebook.wait_for_output(0, "kept")
