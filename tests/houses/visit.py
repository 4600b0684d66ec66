"""
What works in every house: a page that runs, floods, is refreshed, and saves.
"""

from __future__ import annotations

from typing import Final

from playwright.sync_api import ConsoleMessage, Page

from tests.browser.notebook import Notebook, difference
from tests.browser.server import Lab


__all__ = ["Visit"]

NAME: Final = "Untitled.ipynb"
OURS: Final = "fastpath"

SUM: Final = "2 + 3"
FLOOD: Final = "for i in range(5_000): print(i, flush=True)"
# Larger than what a proxy lets through unless told otherwise.
LARGE: Final = "print('x' * 1_200_000)"
COUNT: Final = """
import pathlib, time

i = 0
while not pathlib.Path("go").exists():
    print("line", i, flush=True)
    i += 1
    time.sleep(0.05)
"""
TEXTS: Final = {
    1: "".join(f"{i}\n" for i in range(5_000)),
    2: "x" * 1_200_000 + "\n",
}


class Visit:
    """
    A page of a notebook, from its opening on.

    Args:
        page: An empty page of somebody who may come in.
        lab: The server, at the address at which the page finds it.
    """

    def __init__(self, page: Page, lab: Lab) -> None:
        self._lab = lab
        self.page = page
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self._complain(error.stack or ""))
        lab.write(NAME, (SUM, FLOOD, LARGE, COUNT))
        self.notebook = Notebook(self.page)

    def spend(self) -> None:
        """
        Do in the page what people do, and raise if anything is not as it should be.
        """
        self.notebook.open(self._lab.url(NAME))
        self._run()
        self._refresh()
        self._save()

        assert [] == self.complaints

    def _run(self) -> None:
        self.notebook.run(0)
        self.notebook.wait_for_text("5", 0)
        for index, text in TEXTS.items():
            self.notebook.run(index)
            self.notebook.wait_for_prompts(*prompts(index + 1))

            assert "" == difference(text, self.notebook.saved_text(index))
        # Of the larger one not all is in the page.
        self.notebook.wait_for_text(TEXTS[1], 1)

    def _refresh(self) -> None:
        self.notebook.save()
        self.notebook.run(3)
        self.notebook.wait_for_output(3, "line 5")
        self.notebook.refresh()
        self.notebook.wait_for_prompts(*prompts(3)[:3], "[*]:")
        self.notebook.wait_for_output(3, "line 30")
        (self._lab.root / "go").touch()
        self.notebook.wait_for_prompts(*prompts(4))
        text = self.notebook.whole_text(3)
        lines = "".join(f"line {i}\n" for i in range(text.count("\n")))

        assert "" == difference(lines, text)

    def _save(self) -> None:
        self.notebook.save()
        text = self.notebook.saved_text(3)
        for index, expected in (TEXTS | {3: text}).items():
            self._lab.wait_for_saved(
                lambda _, index=index, expected=expected: (
                    expected == self._lab.saved_text(NAME, index)
                )
            )

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._complain(f"{message.text} ({message.location['url']})")

    def _complain(self, words: str) -> None:
        """
        Note what is said of us.
        """
        if OURS in words:
            self.complaints.append(words)


def prompts(count: int) -> list[str]:
    """
    Return the prompts of the four cells when so many of them have run.
    """
    return [f"[{number}]:" if number <= count else "[ ]:" for number in range(1, 5)]
