"""
People see what a kernel does and uses, for how long cells run, and what became of runs.
"""

from __future__ import annotations

import json
import re

from typing import Final

import pytest

from playwright.sync_api import expect

from .conftest import IN_BOTH
from .server import write
from .test_ends import KILL
from .test_recover import UNTIL_TOLD


pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NAME: Final = "Untitled.ipynb"
SHOW_RUNS: Final = "jupyter-fastpath:show-runs"

# What a cell tells of its time: for how long it runs, and how long it took, if not long.
RUNNING: Final = re.compile(r"^\d+(\.\d)? s$")
TOOK: Final = re.compile(r"^\d+ ms$")
LATER: Final = """before => {
    const [prompt] = document.querySelectorAll('.jp-CodeCell .jp-InputPrompt');
    return parseFloat(prompt.dataset.fastpathTime) > before;
}"""
DONE: Final = [
    re.compile(r"^\[2\] 2 \+ 3Done"),
    re.compile(r"^\[1\] import pathlib, timeDone"),
]
USAGE: Final = re.compile(r"\d+\.\d MB\s*CPU \d+ %")
LINE: Final = "polyline[points*=' ']"

# Returns the two runs of a notebook when the page has told when it had painted them.
WATCH: Final = """() => new Promise(resolve => {
    const { serviceManager, shell } = window.jupyterapp;
    const { wsUrl, token } = serviceManager.serverSettings;
    const { kernel } = shell.currentWidget.sessionContext.session;
    const socket = new WebSocket(`${wsUrl}api/fastpath/state?token=${token}`);
    const subscribe = [`kernels/${kernel.id}/runs/*`];
    const runs = {};
    socket.onopen = () => socket.send(JSON.stringify({ subscribe }));
    socket.onmessage = ({ data }) => {
        Object.assign(runs, JSON.parse(data).topics);
        const found = Object.values(runs);
        if (found.length === 2 && found.every(run => run.painted !== null)) {
            socket.close();
            resolve(found);
        }
    };
})"""
IS_ACTIVE: Final = """index =>
    window.jupyterapp.shell.currentWidget.content.activeCellIndex === index"""
THEME: Final = """theme =>
    window.jupyterapp.commands.execute('apputils:change-theme', { theme })"""

# Returns how well the text of an element can be told from what is behind it, as the Web
# Content Accessibility Guidelines have it: 21 at most, and 4.5 is enough.
CONTRAST: Final = """node => {
    const canvas = document.createElement('canvas').getContext('2d');
    const bytes = colour => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = colour => {
        const [r, g, b] = bytes(colour).map(byte => {
            const part = byte / 255;
            return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
    };
    let behind = node;
    const background = () => getComputedStyle(behind).backgroundColor;
    while (bytes(background())[3] === 0) behind = behind.parentElement;
    const [one, other] = [getComputedStyle(node).color, background()].map(light);
    return Math.max(one / other, other / one);
}"""
READABLE: Final = 4.5


class Status:
    """
    What a page shows of the kernel and the runs of its notebook.
    """

    def __init__(self, notebook) -> None:
        page = notebook.page
        self.notebook = notebook
        self.item = page.locator(".jp-fastpath-StatusItem button")
        self.panel = page.locator(".jp-fastpath-Runs")
        self.rows = self.panel.locator("tbody tr")

    def wait_for_times(self, *times):
        """
        Return when the code cells tell these times; None stands for none.
        """
        for index, time in enumerate(times):
            prompt = self.notebook.numbers.nth(index)
            if time is None:
                expect(prompt).not_to_have_attribute(
                    "data-fastpath-time", re.compile("")
                )
            else:
                expect(prompt).to_have_attribute("data-fastpath-time", time)

    def times(self):
        """
        Return what the code cells tell.
        """
        return self.notebook.numbers.evaluate_all(
            "nodes => nodes.map(node => node.dataset.fastpathTime ?? null)"
        )


@pytest.mark.promise("K1", "K2", "G1", "D4")
def test_live(lab, open_notebook):
    """Each tab shows what runs, what waits and what was, and no notebook has it."""
    pages = [open_notebook(UNTIL_TOLD, "2 + 3"), open_notebook(name=NAME)]
    statuses = [Status(notebook) for notebook in pages]
    pages[0].run_all()
    for status in statuses:
        status.wait_for_times(RUNNING, "#1")
        status.notebook.page.wait_for_function(LATER, arg=0.3)
    front = statuses[1]
    front.notebook.page.bring_to_front()
    expect(front.item).to_contain_text("Busy, 1 waiting")
    front.item.click()
    expect(front.rows).to_contain_text(["Queued, #1", "Running"])
    (lab.root / "go").touch()
    for status in statuses:
        status.wait_for_times(re.compile(r"s$"), TOOK)
    expect(front.item).to_contain_text("Idle")
    expect(front.rows).to_have_text(DONE)
    painted = [run["painted"] for run in front.notebook.page.evaluate(WATCH)]
    front.rows.nth(0).get_by_role("button").press("ArrowDown")
    front.notebook.page.keyboard.press("Enter")
    front.notebook.page.wait_for_function(IS_ACTIVE, arg=0)
    statuses[0].wait_for_times(*front.times())
    pages[0].save()

    assert all(0 < times["done"] < 60 for times in painted)
    assert not re.search("fastpath|duration", json.dumps(lab.read(NAME)))
    expect(front.item).to_contain_text(USAGE)
    expect(front.item.locator(LINE)).to_be_attached()


@IN_BOTH
@pytest.mark.promise("K3")
def test_death(lab, open_notebook):
    """A cell that its kernel died of says so, and the table of runs why, in light and dark."""
    notebook = open_notebook(UNTIL_TOLD + KILL, "2 + 3")
    status = Status(notebook)
    notebook.execute(SHOW_RUNS)
    expect(status.panel).to_contain_text("Nothing has run lately.")
    notebook.run_all()
    status.wait_for_times(RUNNING)
    (lab.root / "go").touch()
    status.wait_for_times("died", None)
    expect(status.rows).to_contain_text(["Kernel died", "killed by SIGKILL"])
    title = notebook.numbers.first.get_attribute("title")
    body = notebook.page.locator("body")
    shown = status.panel.locator("h2, th, tbody button, td > span, td > small")
    contrasts = []
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        notebook.page.evaluate(THEME, theme)
        expect(body).to_have_attribute("data-jp-theme-name", theme)
        contrasts += [node.evaluate(CONTRAST) for node in shown.all()]

    assert title.startswith("Kernel died: killed by SIGKILL")
    assert min(contrasts) > READABLE


@pytest.mark.promise("K2")
def test_out_of_view(lab, open_notebook):
    """A run leads to its cell, and that tells its time, where only cells in view are."""
    tracker = lab.home / "settings" / "@jupyterlab" / "notebook-extension"
    write(tracker / "tracker.jupyterlab-settings", {"windowingMode": "full"})
    notebook = open_notebook(*(str(i) for i in range(60)))
    status = Status(notebook)
    notebook.run(0)
    status.wait_for_times(TOOK)
    notebook.execute(SHOW_RUNS)
    notebook.execute("notebook:run-all-cells")
    expect(status.rows.first).to_contain_text("[61] 59")
    status.rows.filter(has_text="[2] 0").get_by_role("button").click()
    expect(notebook.cells.first).to_be_in_viewport()
    status.wait_for_times(TOOK)
    status.rows.first.get_by_role("button").click()
    expect(notebook.cells.last).to_be_in_viewport()
    expect(notebook.numbers.last).to_have_attribute("data-fastpath-time", TOOK)
    notebook.page.wait_for_function(IS_ACTIVE, arg=59)


@pytest.mark.promise("K2")
def test_off(lab, open_notebook):
    """Who wants no times and no status bar has none, and the server is asked for none."""
    settings = lab.home / "settings" / "jupyter-fastpath"
    off = {"cellTimes": False, "statusItem": False}
    write(settings / "status.jupyterlab-settings", off)
    notebook = open_notebook("2 + 3")
    status = Status(notebook)
    sockets = []
    notebook.page.on("websocket", lambda socket: sockets.append(socket.url))
    notebook.refresh()
    notebook.wait_for_kernel()
    notebook.run()
    notebook.wait_for_prompts("[1]:")

    assert [None] == status.times()
    assert not status.item.is_visible()
    assert not any("/api/fastpath/state" in url for url in sockets)
