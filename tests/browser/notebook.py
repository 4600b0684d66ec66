"""
A notebook in a page of JupyterLab or Notebook, as a person sees and uses it.
"""

from __future__ import annotations

import json
import re
import time

from typing import Any, Final

from playwright.sync_api import Locator, Page, expect


__all__ = ["FREE", "IS_DIRTY", "PATIENCE", "Notebook", "difference", "until_text"]

# Milliseconds to wait for anything: two busy cores are slow, and a hang is a failure.
PATIENCE: Final = 90_000
expect.set_options(timeout=PATIENCE)

# The prompt of a cell that neither runs nor waits to run.
FREE: Final = re.compile(r"\[(\d+| )\]:")

IS_CONNECTED: Final = """() => {
    const panel = window.jupyterapp?.shell.currentWidget;
    const kernel = panel?.sessionContext?.session?.kernel;
    return kernel?.connectionStatus === 'connected' && kernel.status === 'idle';
}"""
IS_DIRTY: Final = "() => window.jupyterapp.shell.currentWidget.content.model.dirty"
HAS_MARKS: Final = """marks => {
    const cells = [...document.querySelectorAll('.jp-Notebook .jp-CodeCell')];
    const actual = cells.map(cell => cell.dataset.fastpathRun ?? null);
    return JSON.stringify(actual) === JSON.stringify(marks);
}"""
EXECUTE: Final = "command => void window.jupyterapp.commands.execute(command)"
MODEL: Final = """index => {
    const { model } = window.jupyterapp.shell.currentWidget.content;
    return JSON.stringify(model.cells.get(index).outputs.toJSON());
}"""
# Not what offers more of a text, beside it.
TEXT: Final = """nodes => nodes
    .map(node => (node.querySelector(':scope > pre') ?? node).textContent)
    .join('')"""
IS_WHOLE: Final = """([index, length]) => {
    const cell = document.querySelectorAll('.jp-Notebook .jp-Cell')[index];
    const text = cell.querySelector('.jp-OutputArea-output > pre');
    return text.textContent.length === length;
}"""


class Notebook:
    """
    A notebook that is open in a page; cells count from 0.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.page.set_default_timeout(PATIENCE)
        self.cells = page.locator(".jp-Notebook .jp-Cell")
        self.numbers = page.locator(".jp-Notebook .jp-CodeCell .jp-InputPrompt")
        self.indicator = page.locator(".jp-Notebook-ExecutionIndicator")

    def open(self, url: str, *, is_idle: bool = True) -> None:
        """
        Return when a cell can be edited and, if *is_idle*, the kernel waits for one.
        """
        self.page.goto(url)
        # The editor of a Markdown cell hides as soon as its text is rendered.
        self.page.locator(".jp-CodeCell .cm-content").first.wait_for()
        if is_idle:
            self.wait_for_kernel()

    def wait_for_kernel(self) -> None:
        """
        Return when the kernel waits for a cell: JupyterLab asks for one before it is there.
        """
        self.page.wait_for_function(IS_CONNECTED)

    def refresh(self) -> None:
        """
        Load the page anew, whatever is not saved, and return when a cell can be edited.
        """
        self.page.once("dialog", lambda dialog: dialog.accept())
        self.page.reload()
        self.page.locator(".jp-CodeCell .cm-content").first.wait_for()

    def save(self) -> None:
        """
        Save the notebook, and return when there is nothing left to save.
        """
        self.execute("docmanager:save")
        self.wait_until_saved()

    def wait_until_saved(self) -> None:
        """
        Return when the page has nothing to save.
        """
        self.page.wait_for_function(f"() => !({IS_DIRTY})()")

    def save_by_keys(self) -> None:
        """
        Save the notebook by the keyboard, and return when the server has answered.
        """
        with self.page.expect_response(lambda answer: answer.request.method == "PUT"):
            self.page.keyboard.press("Control+s")

    def leave(self) -> None:
        """
        Go to another page, whatever is not saved.
        """
        self.page.once("dialog", lambda dialog: dialog.accept())
        self.page.goto("about:blank")

    def wait_for_marks(self, *marks: str | None) -> None:
        """
        Return when the prompts of the code cells tell this of their runs.
        """
        self.page.wait_for_function(HAS_MARKS, arg=list(marks))

    def is_dirty(self) -> bool:
        """
        Return whether the page has something to save.
        """
        return bool(self.page.evaluate(IS_DIRTY))

    def execute(self, command: str) -> None:
        """
        Start a command of JupyterLab, and do not wait for its end.
        """
        self.page.evaluate(EXECUTE, command)

    def edit(self, index: int, source: str) -> None:
        """
        Write *source* into a cell, in the place of what it has.
        """
        self.cells.nth(index).locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(source)

    def run(self, index: int = 0) -> None:
        """
        Run a cell by the keyboard, and stay in it.
        """
        self.cells.nth(index).locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")

    def run_all(self) -> None:
        """
        Run all cells, as from the menu.
        """
        self.execute("notebook:run-all-cells")

    def prompts(self) -> list[str]:
        """
        Return what stands before each code cell.
        """
        return self.numbers.all_text_contents()

    def wait_for_prompts(self, *prompts: str | re.Pattern[str]) -> None:
        """
        Return when these stand before the code cells, and raise if they never do.
        """
        expect(self.numbers).to_have_text(prompts)

    def wait_for_output(self, index: int, text: str) -> None:
        """
        Return when an output of a cell has *text* in it.
        """
        self.shown(index).filter(has_text=text).first.wait_for(state="attached")

    def wait_for_text(self, text: str, index: int = 0, of_type: str = "") -> None:
        """
        Return when this is all the output of a cell in the page, and raise if it never is.
        """
        until_text(self.shown(index, of_type), TEXT, text)

    def wait_for_status(self, status: str) -> None:
        """
        Return when the page shows that the kernel is idle, or busy, or else.
        """
        expect(self.indicator).to_have_attribute("data-status", status)

    def shown(self, index: int, of_type: str = "") -> Locator:
        """
        Return the outputs of a cell in the page: all, or those of a MIME type.
        """
        which = f'[data-mime-type="{of_type}"]' if of_type else "[data-mime-type]"
        return self.cells.nth(index).locator(f".jp-OutputArea-output{which}")

    def text(self, index: int = 0, of_type: str = "") -> str:
        """
        Return all the text that the page has as output of a cell.
        """
        text: str = self.shown(index, of_type).evaluate_all(TEXT)
        return text

    def show_all(self, index: int = 0) -> None:
        """
        Put all of a huge output into the page, and return when it is there.
        """
        output = self.shown(index).first
        output.get_by_text("Put all of it into the page").click()
        length = len(self.saved_text(index))
        self.page.wait_for_function(IS_WHOLE, arg=[index, length])

    def outputs(self, index: int = 0) -> list[dict[str, Any]]:
        """
        Return the outputs of a cell as they would be saved.
        """
        outputs: list[dict[str, Any]] = json.loads(self.page.evaluate(MODEL, index))
        return outputs

    def saved_text(self, index: int = 0) -> str:
        """
        Return all the stream text of a cell as it would be saved.
        """
        return "".join(
            "".join(output["text"])
            for output in self.outputs(index)
            if output["output_type"] == "stream"
        )

    def wait_for_outputs(self, index: int, *texts: str | re.Pattern[str]) -> None:
        """
        Return when these are the outputs of a cell in the page; spaces do not count.
        """
        expect(self.shown(index)).to_have_text(texts)

    def whole_text(self, index: int = 0) -> str:
        """
        Return all the stream text of a cell, when the page shows what would be saved.
        """
        text = self.saved_text(index)
        self.wait_for_text(text, index)
        return text

    def answer(self, text: str) -> None:
        """
        Type an answer to what the kernel asks, and send it.
        """
        field = self.page.locator(".jp-Stdin-input")
        field.wait_for()
        field.press_sequentially(text)
        field.press("Enter")

    def accept(self, title: str) -> None:
        """
        Wait for the dialog with this title, and say yes.
        """
        dialog = self.page.locator(".jp-Dialog", has_text=title)
        dialog.locator(".jp-mod-accept").click()
        dialog.wait_for(state="detached")


def until_text(nodes: Locator, script: str, text: str) -> None:
    """
    Return when *script* finds this text in *nodes*, and raise if it never does.
    """
    deadline = time.monotonic() + PATIENCE / 1000
    while found := difference(text, nodes.evaluate_all(script)):
        assert time.monotonic() < deadline, found
        # Between two looks; an assertion of Playwright would have megabytes in its words.
        nodes.page.wait_for_timeout(20)


def difference(expected: str, actual: str) -> str:
    """
    Return in one line where two long texts part, and nothing if they are equal.
    """
    if expected == actual:
        return ""
    pairs = enumerate(zip(expected, actual, strict=False))
    shorter = min(len(expected), len(actual))
    at = next((i for i, (one, other) in pairs if one != other), shorter)
    return (
        f"{len(actual):,} characters and not {len(expected):,}; from {at:,} on"
        f" {actual[at : at + 60]!r} and not {expected[at : at + 60]!r}"
    )
