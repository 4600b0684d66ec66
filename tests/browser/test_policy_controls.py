"""
How much of the outputs is shown and kept is seen, and set, where people meet them.
"""

from __future__ import annotations

import json
import re

from collections.abc import Callable
from typing import Any

import pytest

from playwright.sync_api import Locator, Request, expect

from .conftest import IN_BOTH
from .notebook import Notebook
from .server import write


pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

OPEN = "jupyter-fastpath:output-policy"

METADATA = """index => {
    const { model } = window.jupyterapp.shell.currentWidget.content;
    const owner = index === null ? model : model.cells.get(index);
    return JSON.stringify(owner.getMetadata('fastpath') ?? null);
}"""
SET_METADATA = """([index, value]) => {
    const { model } = window.jupyterapp.shell.currentWidget.content;
    const owner = index === null ? model : model.cells.get(index);
    owner.setMetadata('fastpath', value);
}"""
HAS_METADATA = f"([index, text]) => ({METADATA})(index) === text"
EXECUTE = "([id, args]) => void window.jupyterapp.commands.execute(id, args)"
CELL_ID = """index => window.jupyterapp.shell.currentWidget
    .content.model.cells.get(index).id"""
SHOW = """index => {
    const { content } = window.jupyterapp.shell.currentWidget;
    content.activeCellIndex = index;
    void content.scrollToItem(index);
}"""
CHANGE_KERNEL = """() => void window.jupyterapp.shell.currentWidget
    .sessionContext.changeKernel({ name: 'python3' })"""

# Where the page tells what a notebook says.
TOLD = re.compile(r"/api/fastpath/kernels/[^/]+/sessions/[^/]+/policy")

LINES = "for i in range(20):\n    print(i)"


class Controls:
    """
    What a notebook offers to set output policies.
    """

    def __init__(self, notebook: Notebook) -> None:
        self.notebook = notebook
        self.page = notebook.page
        self.dialog = self.page.locator(".jp-Dialog", has_text="Output policy")
        self.accept = self.dialog.locator(".jp-mod-accept")
        self.button = self.page.locator("[data-jp-item-name='fastpath-output-policy']")
        self.marks = self.page.locator("[data-fastpath-policy]")

    def open(self) -> None:
        """
        Open the dialog from the toolbar of the active cell.
        """
        self.button.get_by_role("button").click()
        self.dialog.wait_for()

    def set(self) -> None:
        """
        Accept the dialog, and return when it is gone.
        """
        self.accept.click()
        self.dialog.wait_for(state="detached")

    def field(self, label: str, scope: str = "This cell") -> Locator:
        """
        Return where one key is set, by the names that a screen reader says.
        """
        name = f"{label} {scope}"
        typed = self.dialog.get_by_role("textbox", name=name, exact=True)
        return typed.or_(self.dialog.get_by_role("combobox", name=name, exact=True))

    def in_force(self, label: str) -> Locator:
        """
        Return what is told to be in force for one key.
        """
        return self.dialog.locator("tr", has_text=label).locator("td").last

    def metadata(self, index: int | None = 0) -> Any:
        """
        Return what is ours in the metadata of a cell, or of the notebook.
        """
        return json.loads(self.page.evaluate(METADATA, index))

    def wait_for_metadata(self, expected: Any, index: int | None = 0) -> None:
        """
        Return when this is ours in the metadata of a cell, or of the notebook.
        """
        text = json.dumps(expected, separators=(",", ":"))
        self.page.wait_for_function(HAS_METADATA, arg=[index, text])

    def say(self, policy: Any, index: int | None = 0) -> None:
        """
        Have the metadata of a cell, or of the notebook, say this.
        """
        self.page.evaluate(SET_METADATA, [index, {"policy": policy}])

    def execute(self, command: str, **args: Any) -> None:
        """
        Start a command of ours.
        """
        self.page.evaluate(EXECUTE, [f"jupyter-fastpath:{command}", args])

    def wait_for_toast(self, text: str) -> None:
        """
        Return when the page tells this.
        """
        expect(self.page.get_by_text(text).first).to_be_visible()


@IN_BOTH
@pytest.mark.promise("H4", "Z5")
def test_toolbar(lab, open_notebook):
    """A value that is set by the toolbar of a cell is in its metadata, and saved."""
    notebook = open_notebook("1", "2")
    controls = Controls(notebook)
    notebook.cells.nth(0).click()
    controls.open()

    expect(controls.field("Text shown of a run, in MB")).to_have_attribute(
        "placeholder", "64"
    )
    expect(controls.in_force("Text shown of a run")).to_have_text("64 MB built in")
    controls.field("Text shown of a run, in MB").fill("1.5")
    expect(controls.in_force("Text shown of a run")).to_have_text("1.5 MB this cell")
    controls.field("Outputs of a run").fill("none")
    controls.field("Above a limit").select_option(label="Drop the rest")
    controls.set()
    policy = {"above": "cut", "live_bytes": 1_500_000, "outputs": None}
    controls.wait_for_metadata({"policy": policy})
    expect(controls.marks).to_have_count(1)
    notebook.save()
    cell, other = saved(lab)["cells"]

    assert {"policy": policy} == cell["metadata"]["fastpath"]
    assert "fastpath" not in other["metadata"]


def saved(lab: Any, name: str = "Untitled.ipynb") -> Any:
    """
    Return a notebook as it is on disk.
    """
    return json.loads((lab.root / name).read_text(encoding="utf-8"))


@pytest.mark.promise("H4")
def test_refusal(open_notebook):
    """A value that cannot be is refused with the reason, and nothing is set."""
    notebook = open_notebook("1")
    controls = Controls(notebook)
    notebook.cells.nth(0).click()
    controls.open()
    field = controls.field("Lines shown of a run")
    field.fill("-1")

    expect(
        controls.dialog.get_by_role("alert").filter(has_text="neither")
    ).to_have_text("This is neither a number from 0 on nor “none”.")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(controls.accept).to_be_disabled()
    field.press("Enter")
    expect(controls.dialog).to_be_visible()
    controls.field("Its end, after what was cut, in MB", "This notebook").fill("none")
    field.fill("10")
    expect(field).to_have_attribute("aria-invalid", "false")
    expect(controls.accept).to_be_disabled()
    field.press("Escape")
    controls.dialog.wait_for(state="detached")

    assert controls.metadata() is None
    assert controls.metadata(None) is None


@pytest.mark.promise("H4")
def test_notebook(lab, open_notebook):
    """A value of the notebook holds for its cells, but for those with one of their own."""
    notebook = open_notebook("1")
    controls = Controls(notebook)
    notebook.cells.nth(0).click()
    controls.open()
    controls.field("Saving", "This notebook").select_option(label="Never save outputs")
    controls.field("Outputs of a run", "This notebook").fill("5")
    expect(controls.field("Outputs of a run")).to_have_attribute("placeholder", "5")
    expect(controls.in_force("Outputs of a run")).to_have_text("5 this notebook")
    controls.field("Outputs of a run").fill("7")
    expect(controls.in_force("Outputs of a run")).to_have_text("7 this cell")
    policy = {"outputs": 5, "ephemeral": True}
    with notebook.page.expect_request(telling(policy)):
        controls.set()
    controls.wait_for_metadata({"policy": policy}, None)
    controls.wait_for_metadata({"policy": {"outputs": 7}})
    notebook.save()

    assert {"policy": policy} == saved(lab)["metadata"]["fastpath"]


def telling(policy: Any) -> Callable[[Request], bool]:
    """
    Return what tells whether a request tells the server that a notebook says this.
    """
    # The page may still be telling, for the kernel that has come, that it says nothing.
    return lambda request: (
        bool(TOLD.search(request.url)) and request.post_data_json == {"policy": policy}
    )


@pytest.mark.promise("H4", "N1")
def test_plane(lab, open_notebook):
    """Whether outputs stay in the page is chosen for the notebook, and for a cell."""
    notebook = open_notebook("1")
    controls = Controls(notebook)
    notebook.cells.nth(0).click()
    controls.open()
    label = "Keep as they are when their cell moves"

    expect(controls.in_force(label)).to_have_text("Automatic built in")
    controls.field(label, "This notebook").select_option(label="No")
    expect(controls.in_force(label)).to_have_text("No this notebook")
    expect(controls.field(label).locator("option")).to_have_text(
        ["Not set (No)", "Automatic", "No", "Yes"]
    )
    controls.field(label).select_option(label="Yes")
    expect(controls.in_force(label)).to_have_text("Yes this cell")
    controls.set()
    controls.wait_for_metadata({"policy": {"plane": "ephemeral"}}, None)
    controls.wait_for_metadata({"policy": {"plane": "persistent"}})
    notebook.save()
    content = saved(lab)

    assert {"policy": {"plane": "ephemeral"}} == content["metadata"]["fastpath"]
    assert {"policy": {"plane": "persistent"}} == (
        content["cells"][0]["metadata"]["fastpath"]
    )


@pytest.mark.promise("H4")
def test_telling(open_notebook):
    """The server is told what the notebook says: on changes, and when a kernel comes."""
    notebook = open_notebook("1")
    controls = Controls(notebook)
    with notebook.page.expect_request(telling({"outputs": 3})) as to_one:
        controls.say({"outputs": 3}, None)
    with notebook.page.expect_request(telling({"outputs": 3})) as to_another:
        notebook.page.evaluate(CHANGE_KERNEL)

    assert to_one.value.url != to_another.value.url


@pytest.mark.promise("H4")
def test_keyboard(open_notebook):
    """The palette opens the dialog, and all in it goes by keys alone, in order."""
    notebook = open_notebook("1")
    controls = Controls(notebook)
    keyboard = notebook.page.keyboard
    notebook.cells.nth(0).locator(".cm-content").click()
    keyboard.press("Escape")
    keyboard.press("Control+Shift+c")
    notebook.page.locator(".lm-CommandPalette-input:focus").wait_for()
    keyboard.type("Output Policy…")
    item = notebook.page.locator(".lm-CommandPalette-item.lm-mod-active")
    expect(item).to_contain_text("Output Policy…")
    keyboard.press("Enter")
    controls.dialog.wait_for()
    expect(controls.field("Above a limit")).to_be_focused()
    keyboard.press("Tab")
    expect(controls.field("Above a limit", "This notebook")).to_be_focused()
    keyboard.press("Tab")
    expect(controls.field("Text shown of a run, in MB")).to_be_focused()
    keyboard.type("2")
    keyboard.press("Enter")
    controls.dialog.wait_for(state="detached")
    controls.wait_for_metadata({"policy": {"live_bytes": 2_000_000}})

    assert controls.metadata(None) is None


@IN_BOTH
@pytest.mark.promise("H4", "Z5")
def test_menu(open_notebook):
    """The context menu of outputs opens the dialog for the cell under the mouse."""
    notebook = open_notebook("1", "2")
    controls = Controls(notebook)
    notebook.run(0)
    notebook.wait_for_output(0, "1")
    notebook.run(1)
    notebook.wait_for_output(1, "2")
    notebook.shown(0).first.click(button="right")
    notebook.page.locator(f".lm-Menu-item[data-command='{OPEN}']").click()
    controls.dialog.wait_for()
    controls.field("Outputs of a run").fill("9")
    controls.set()
    controls.wait_for_metadata({"policy": {"outputs": 9}})

    assert controls.metadata(1) is None


@pytest.mark.promise("H4", "H5")
def test_keeping(open_notebook):
    """All output of a cell, or of a notebook, is kept by a command, and that forgotten."""
    notebook = open_notebook("1", "2")
    controls = Controls(notebook)
    second = notebook.page.evaluate(CELL_ID, 1)
    controls.execute("keep-all", scope="cell", cellId=second)
    controls.wait_for_metadata({"policy": {"above": "keep"}}, 1)
    controls.wait_for_toast("From its next run on, this cell shows all of its output.")
    controls.execute("keep-all", scope="notebook")
    controls.wait_for_metadata({"policy": {"above": "keep"}}, None)
    controls.execute("forget-policy", scope="cell", cellId=second)
    controls.wait_for_metadata(None, 1)
    controls.execute("forget-policy", scope="notebook")
    controls.wait_for_metadata(None, None)

    assert controls.metadata(0) is None


@pytest.mark.promise("H4")
def test_marks(open_notebook):
    """Cells with a policy of their own are marked, whatever becomes of them."""
    notebook = open_notebook("0", "1", "2")
    controls = Controls(notebook)
    notebook.cells.nth(0).click()
    controls.say({"outputs": 3}, 0)
    mark = notebook.cells.nth(0).get_by_role(
        "img", name="This cell has an output policy of its own"
    )
    expect(mark).to_be_visible()
    notebook.page.keyboard.press("Escape")
    notebook.execute("notebook:duplicate-below")
    expect(controls.marks).to_have_count(2)
    notebook.execute("notebook:move-cell-down")
    expect(controls.marks).to_have_count(2)
    notebook.execute("notebook:delete-cell")
    expect(controls.marks).to_have_count(1)


@pytest.mark.promise("H4")
def test_marks_out_of_view(lab, open_notebook):
    """Where only cells in view are rendered, marks are right when they come into view."""
    tracker = lab.home / "settings" / "@jupyterlab" / "notebook-extension"
    write(tracker / "tracker.jupyterlab-settings", {"windowingMode": "full"})
    notebook = open_notebook(*(str(i) for i in range(99)))
    controls = Controls(notebook)
    controls.say({"outputs": 3}, 98)
    notebook.page.evaluate(SHOW, 98)

    expect(controls.marks.get_by_role("img")).to_be_in_viewport()
    notebook.page.evaluate(SHOW, 0)
    expect(notebook.cells.first).to_be_in_viewport()
    controls.say(None, 98)
    notebook.page.evaluate(SHOW, 98)
    expect(notebook.cells.last).to_be_in_viewport()
    expect(controls.marks).to_have_count(0)


@pytest.mark.promise("H4")
def test_problems(open_notebook):
    """What cannot be in metadata is told in the dialog, and taken out if that is wanted."""
    notebook = open_notebook("1")
    controls = Controls(notebook)
    controls.say({"outputs": 3, "live_bytes": -5})
    controls.say("all", None)
    notebook.cells.nth(0).click()
    controls.open()
    problems = controls.dialog.get_by_role("listitem")

    expect(problems).to_have_text(
        [
            'this notebook: "all" is no object',
            "this cell: live_bytes = -5 is neither null nor a whole number",
        ]
    )
    controls.set()
    controls.open()
    expect(problems).to_have_count(2)
    controls.dialog.get_by_label("Take it out").check()
    controls.set()
    controls.wait_for_metadata({"policy": {"outputs": 3}})
    controls.wait_for_metadata(None, None)


@pytest.mark.promise("H2", "H5")
def test_collapse(open_notebook):
    """An output above its limit is collapsed once in a run, if that is the policy."""
    notebook = open_notebook(LINES)
    controls = Controls(notebook)
    controls.say({"above": "collapse", "live_lines": 10})
    placeholder = notebook.cells.nth(0).locator(".jp-OutputPlaceholder")
    notebook.run()
    placeholder.wait_for()
    placeholder.click()
    notebook.wait_for_output(0, "19")
    controls.say({"above": "collapse", "live_lines": 20})
    notebook.run()
    notebook.wait_for_prompts("[2]:")
    notebook.wait_for_output(0, "19")
    controls.say({"above": "collapse", "live_lines": 5})
    notebook.run()
    placeholder.wait_for()


@pytest.mark.promise("H4")
def test_settings(lab, open_notebook):
    """Users can be without the marks, and without the button."""
    settings = lab.home / "settings"
    marks = settings / "jupyter-fastpath" / "policy.jupyterlab-settings"
    write(marks, {"markCells": False})
    toolbar = settings / "@jupyterlab" / "cell-toolbar-extension"
    item = {"name": "fastpath-output-policy", "disabled": True}
    write(toolbar / "plugin.jupyterlab-settings", {"toolbar": [item]})
    notebook = open_notebook("1")
    controls = Controls(notebook)
    notebook.cells.nth(0).click()
    controls.say({"outputs": 3})
    notebook.page.locator("[data-jp-item-name='duplicate-cell']").wait_for()

    expect(controls.marks).to_have_count(0)
    expect(controls.button).to_have_count(0)
