"""
A large notebook with outputs of real libraries that have state, and what is known of it.
"""

from __future__ import annotations

import time

from typing import Any, Final

from playwright.sync_api import Browser, FloatRect, Locator

from .notebook import PATIENCE, Notebook


__all__ = ["MANY", "Stateful", "sources"]

# So many cells there are in all: more than are in the page at once.
MANY: Final = 160

PLOTLY: Final = """
import plotly.graph_objects

graph = plotly.graph_objects.Figure({"y": [1, 3, 2]})
graph.show("plotly_mimetype")
"""
PLOTLY_HTML: Final = """
from IPython.display import HTML

HTML(graph.to_html(full_html=False, post_script="runs('plotly')"))
"""
SLIDER: Final = """
import ipywidgets

slider = ipywidgets.IntSlider(3)
label = ipywidgets.Label()
ipywidgets.dlink((slider, "value"), (label, "value"), str)
ipywidgets.VBox([slider, label])
"""
BOKEH: Final = """
import bokeh.io, bokeh.plotting, bokeh.resources

bokeh.io.output_notebook(bokeh.resources.INLINE, hide_banner=True)
plot = bokeh.plotting.figure(width=500, height=300)
plot.line([1, 2, 3], [1, 3, 2])
bokeh.plotting.show(plot)
"""
IPYMPL: Final = """
%matplotlib widget
import matplotlib.pyplot

figure, axes = matplotlib.pyplot.subplots(figsize=(5, 3))
axes.plot([1, 3, 2])
figure.canvas.toolbar.pan();
"""
FRAME: Final = """
HTML('''
<iframe srcdoc="<script>var n = 0; setInterval(() => { n += 1; }, 20);</script>"
    width="200" height="60"></iframe>
<script>runs('frame');</script>
''')
"""
VIDEO: Final = """
HTML('''
<video id="film" src="FILM" width="64" height="48" muted></video>
<script>
    const film = document.getElementById('film');
    film.playbackRate = 0.0625;
    film.play();
    runs('video');
</script>
''')
"""
CANVAS: Final = """
HTML('''
<canvas id="drawn" width="40" height="40"></canvas>
<script>
    document.getElementById('drawn').getContext('2d').fillRect(0, 0, 40, 20);
    runs('canvas');
</script>
''')
"""
STATEFUL: Final = (
    PLOTLY,
    PLOTLY_HTML,
    SLIDER,
    BOKEH,
    IPYMPL,
    FRAME,
    VIDEO,
    CANVAS,
)
# Finds what another cell has put out, wherever that is.
FINDER: Final = """
HTML('''<script>document.getElementById('drawn').dataset.found = true;</script>''')
"""

# Returns the address of a film of a second, in a document that has nothing.
FILMED: Final = """async () => {
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('2d');
    const recorder = new MediaRecorder(canvas.captureStream());
    const recorded = new Promise(resolve => { recorder.ondataavailable = resolve; });
    recorder.start();
    const begin = performance.now();
    while (performance.now() < begin + 1000) {
        context.fillStyle = `hsl(${performance.now() % 360} 90% 50%)`;
        context.fillRect(0, 0, canvas.width, canvas.height);
        await new Promise(resolve => requestAnimationFrame(resolve));
    }
    recorder.stop();
    const { data } = await recorded;
    const reader = new FileReader();
    const read = new Promise(resolve => { reader.onload = resolve; });
    reader.readAsDataURL(data);
    await read;
    return reader.result;
}"""
# Lets scripts in outputs tell that they run.
COUNTING: Final = """() => {
    window.ran = {};
    window.runs = name => { window.ran[name] = (window.ran[name] ?? 0) + 1; };
}"""
# Each output that has state: whether it is that which was marked, and what it shows.
STATES: Final = """() => {
    const of = (selector, value) =>
        [...document.querySelectorAll(`.jp-Notebook ${selector}`)]
            .map(node => [node.isMarked ?? null, value(node)]);
    const range = node => node.layout?.xaxis?.range.map(end => end.toFixed(3));
    const goesOn = (place, value) => {
        const before = place.valueBefore ?? value;
        place.valueBefore = value;
        return value >= before;
    };
    const ranges = (window.Bokeh?.documents ?? [])
        .map(one => one.roots()[0].x_range.start.toFixed(3));
    return {
        plotly: of('.jp-RenderedPlotly', range),
        plotlyHtml: of('.plotly-graph-div', range),
        slider: of('.widget-slider', node => node.innerText.trim()),
        label: of('.widget-vbox > .widget-label', node => node.textContent),
        bokeh: of('.bk-Figure', () => ranges),
        ipympl: of('.jupyter-matplotlib canvas', node => node.toDataURL()),
        frame: of('iframe', ({ contentWindow }) =>
            [contentWindow.isMarked ?? null,
            goesOn(contentWindow, contentWindow.n ?? 0)]),
        video: of('video', node => [node.error, goesOn(node, node.currentTime)]),
        canvas: of('#drawn', node => node.toDataURL()),
        ran: window.ran
    };
}"""
MARK: Final = """() => {
    const selectors = ['.jp-RenderedPlotly', '.plotly-graph-div', '.widget-slider',
        '.widget-vbox > .widget-label', '.bk-Figure', '.jupyter-matplotlib canvas',
        'iframe', 'video', '#drawn'];
    for (const selector of selectors) {
        for (const node of document.querySelectorAll(`.jp-Notebook ${selector}`)) {
            node.isMarked = true;
        }
    }
    document.querySelector('.jp-Notebook iframe').contentWindow.isMarked = true;
    const canvas = document.querySelector('.jp-Notebook #drawn');
    canvas.getContext('2d').fillRect(0, 20, 20, 20);
}"""
CHANGES: Final = f"before => JSON.stringify(({STATES})()) !== JSON.stringify(before)"
PLAYS: Final = "() => document.querySelector('#film').currentTime > 0"
IS_FOUND: Final = "() => document.querySelector('#drawn').dataset.found === 'true'"
ACTIVATE: Final = """index => {
    const { content } = window.jupyterapp.shell.currentWidget;
    content.activeCellIndex = index;
    content.deselectAll();
    return content.scrollToItem(index, 'smart').catch(() => {});
}"""
HAS_RUN: Final = """([index, count]) => {
    const { model } = window.jupyterapp.shell.currentWidget.content;
    return model.cells.get(index).executionCount === count;
}"""
ID: Final = """index => window.jupyterapp.shell.currentWidget
    .content.model.cells.get(index).id"""
IS_AT: Final = f"([index, id]) => ({ID})(index) === id"
MOVE_AWAY: Final = """index => {
    const { sharedModel } = window.jupyterapp.shell.currentWidget.content.model;
    sharedModel.moveCell(index, index + 1);
    sharedModel.moveCell(index + 1, index);
}"""
OTHER_TAB: Final = """async () => {
    const { commands, shell } = window.jupyterapp;
    const { id } = shell.currentWidget;
    await commands.execute('launcher:create');
    return id;
}"""
IS_TAB: Final = "id => window.jupyterapp.shell.currentWidget.id === id"
TO_TAB: Final = "id => window.jupyterapp.shell.activateById(id)"
SCROLL: Final = """async isDown => {
    const { content } = window.jupyterapp.shell.currentWidget;
    const { outerNode, widgets } = content;
    const last = widgets[isDown ? widgets.length - 1 : 0];
    const isThere = () => {
        const { top, bottom } = last.node.getBoundingClientRect();
        const view = outerNode.getBoundingClientRect();
        return bottom > top && (isDown ? bottom <= view.bottom : top >= view.top);
    };
    while (!isThere()) {
        outerNode.scrollTop = isDown ? outerNode.scrollHeight : 0;
        await new Promise(resolve => requestAnimationFrame(resolve));
    }
}"""


def sources(browser: Browser) -> list[str]:
    """
    Return the sources of the cells: those with state first, each with another one below.
    """
    page = browser.new_page()
    film = page.evaluate(FILMED)
    page.context.close()
    with_state = [
        one
        for source in STATEFUL
        for one in (source.replace("FILM", film), "print('beside')")
    ]
    others = [f"print({index})" for index in range(MANY - len(with_state) - 1)]
    return [*with_state, *others, FINDER]


class Stateful:
    """
    Such a notebook in a page; all of its cells have been run there, or elsewhere.
    """

    # Where the cells with state are.
    INDICES = range(0, 2 * len(STATEFUL), 2)

    def __init__(self, notebook: Notebook) -> None:
        self.notebook = notebook
        self.page = notebook.page
        self.errors: list[str] = []
        self.kept: dict[str, Any] = {}
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def use(self) -> None:
        """
        Do something with each output, and remember how they all are then.
        """
        self.look_at_all()
        self.page.wait_for_function(PLAYS)
        self.drag(0, ".jp-RenderedPlotly .nsewdrag")
        self.drag(2, ".plotly-graph-div .nsewdrag")
        self.slide()
        self.drag(6, ".bk-Figure")
        self.drag(8, ".jupyter-matplotlib canvas")
        self.page.evaluate(MARK)
        self.kept = self.quiet()

    def slide(self) -> None:
        """
        Move the slider by the keyboard, and return when the kernel has answered.
        """
        label = self.shown(4, ".widget-vbox > .widget-label")
        value = int(label.inner_text())
        self.shown(4, ".noUi-handle").press("ArrowRight")
        label.get_by_text(str(value + 1), exact=True).wait_for()

    def drag(self, index: int, selector: str) -> None:
        """
        Drag the mouse over a part of a cell's output, and return when it has changed.
        """
        before = self.page.evaluate(STATES)
        box = self.box(self.shown(index, selector))
        y = box["y"] + box["height"] / 2
        self.page.mouse.move(box["x"] + box["width"] * 0.4, y)
        self.page.mouse.down()
        self.page.mouse.move(box["x"] + box["width"] * 0.6, y, steps=5)
        self.page.mouse.up()
        self.page.wait_for_function(CHANGES, arg=before)

    def box(self, node: Locator) -> FloatRect:
        """
        Return where a node is, as soon as it stays there.
        """
        before = None
        deadline = time.monotonic() + PATIENCE / 1000
        while (box := node.bounding_box()) is None or box != before:
            assert time.monotonic() < deadline, f"it never stays where it is: {box}"
            before = box
            # Between two looks: rows move when those above are measured.
            self.page.wait_for_timeout(100)
        return box

    def shown(self, index: int, selector: str) -> Locator:
        """
        Return the first such node of a cell's output, which is in view then.
        """
        self.page.evaluate(ACTIVATE, index)
        # Not all rows above it need be in the page.
        cell = self.page.locator(f".jp-Cell[data-windowed-list-index='{index}']")
        found = cell.locator(selector).first
        found.scroll_into_view_if_needed()
        return found

    def quiet(self) -> dict[str, Any]:
        """
        Return the state of all as soon as it is the same for a while.
        """
        before: dict[str, Any] = {}
        deadline = time.monotonic() + PATIENCE / 1000
        while before != (states := self.page.evaluate(STATES)):
            assert time.monotonic() < deadline, differences(before, states)
            before = states
            # Between two looks: kernels answer meanwhile, and nothing tells when all have.
            self.page.wait_for_timeout(300)
        return states

    def is_kept(self) -> None:
        """
        Return when all is as it was remembered, and raise if it never is.
        """
        deadline = time.monotonic() + PATIENCE / 1000
        while self.kept != (states := self.page.evaluate(STATES)):
            assert time.monotonic() < deadline, differences(self.kept, states)
            # Between two looks.
            self.page.wait_for_timeout(20)
        assert not self.errors

    def look_at_all(self) -> None:
        """
        Look at each cell that has state, and return when all have been seen.
        """
        for index in self.INDICES:
            self.page.evaluate(ACTIVATE, index)

    def to_end(self) -> None:
        """
        Scroll, and return when the last cell is in view.
        """
        self.page.evaluate(SCROLL, True)

    def to_top(self) -> None:
        """
        Scroll, and return when the first cell is in view.
        """
        self.page.evaluate(SCROLL, False)

    def does(self, command: str, index: int) -> None:
        """
        Do something with a cell, by a command of JupyterLab.
        """
        self.page.evaluate(ACTIVATE, index)
        self.notebook.execute(command)

    def move(self, index: int, to: int) -> None:
        """
        Move a cell up or down by one, and return when it is there.
        """
        moved = self.page.evaluate(ID, index)
        self.does(f"notebook:move-cell-{'down' if to > index else 'up'}", index)
        self.page.wait_for_function(IS_AT, arg=[to, moved])

    def move_away(self, index: int) -> None:
        """
        Move a cell down and up as others do, wherever one looks.
        """
        self.page.evaluate(MOVE_AWAY, index)

    def go_away(self) -> None:
        """
        Look at something else, and then at the notebook again.
        """
        tab = self.page.evaluate(OTHER_TAB)
        self.page.wait_for_function(f"id => !({IS_TAB})(id)", arg=tab)
        self.page.evaluate(TO_TAB, tab)
        self.page.wait_for_function(IS_TAB, arg=tab)

    def wait_for_count(self, index: int, count: int) -> None:
        """
        Return when a cell has that number before it.
        """
        self.page.wait_for_function(HAS_RUN, arg=[index, count])


def differences(expected: dict[str, Any], actual: dict[str, Any]) -> str:
    """
    Return what differs between two states.
    """
    return "; ".join(
        f"{name}: {actual[name]!s:.300} and not {value!s:.300}"
        for name, value in expected.items()
        if value != actual[name]
    )
