"""
Output in the page only grows, whatever its size, and costs others nothing.
"""

from __future__ import annotations

import pytest

from playwright.sync_api import expect

from .server import write


pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SLEEPS = """
import time

for i in range(30):
    print("line", i, "https://example.org/" + str(i), flush=True)
    time.sleep(0.03)
for i in range(101):
    print(f"\\r{i:3d}% |" + "#" * (i // 4) + " " * (25 - i // 4) + "|", end="", flush=True)
    time.sleep(0.005)
print("\\nthe end")
"""
SHOWN = "".join(f"line {i} https://example.org/{i}\n" for i in range(30))
SHOWN += f"100% |{'#' * 25}|\nthe end\n"
HUGE = "print('\\n'.join(f'{i:>59}' for i in range(333_333)))\n"
BAR = ".jp-fastpath-SizeBar"

# Notes each removal of visible text, and each frame in which the output is less high.
WATCH = """() => {
    const seen = window.seen = { removed: [], shrinks: [], nodes: new Set() };
    const area = document.querySelector('.jp-Cell .jp-Cell-outputArea');
    const texts = node => node.nodeType === 3
        ? [node] : [...node.childNodes].flatMap(texts);
    new MutationObserver(records => {
        for (const { removedNodes } of records) {
            for (const text of [...removedNodes].flatMap(texts)) {
                if (text.data.trim() && area.textContent.includes(text.data.trim())) {
                    seen.removed.push(text.data);
                }
            }
        }
    }).observe(area, { childList: true, subtree: true });
    let [width, height] = [0, 0];
    const look = () => {
        const { offsetWidth, offsetHeight, textContent } = area;
        // Another width breaks lines elsewhere.
        if (offsetWidth === width && offsetHeight < height) {
            seen.shrinks.push([height, offsetHeight, textContent]);
        }
        [width, height] = [offsetWidth, offsetHeight];
        requestAnimationFrame(look);
    };
    look();
}"""

# Counts what changes in outputs.
COUNT = """selectors => {
    window.changes = 0;
    const observer = new MutationObserver(records => { window.changes += records.length; });
    for (const selector of selectors) {
        observer.observe(
            document.querySelector(selector),
            { childList: true, subtree: true, characterData: true, attributes: true }
        );
    }
}"""
SELECT = """() => {
    const walker = document.createTreeWalker(
        document.querySelector('.jp-OutputArea-output pre'), NodeFilter.SHOW_TEXT
    );
    const text = walker.nextNode();
    document.getSelection().setBaseAndExtent(text, 0, text, 6);
}"""
SHOWN_LENGTH = "node => node.querySelector('pre').textContent.length"
TO_END = "node => node.scrollHeight - node.clientHeight - node.scrollTop"


@pytest.mark.promise("B5", "E3")
def test_growth(open_notebook):
    """Nothing that is seen of a stream is taken out of the page, and its height never shrinks."""
    notebook = open_notebook(SLEEPS)
    notebook.page.evaluate(WATCH)
    notebook.run()
    notebook.wait_for_prompts("[1]:")
    notebook.wait_for_text(SHOWN)

    seen = notebook.page.evaluate("() => window.seen")
    assert seen["removed"] == []
    assert seen["shrinks"] == []
    assert notebook.shown(0).locator("a").count() == 30


@pytest.mark.promise("B5")
def test_selection(open_notebook):
    """What is selected in an output stays so while that grows."""
    notebook = open_notebook("print('select', 'me', flush=True)\n" + SLEEPS)
    notebook.run()
    notebook.wait_for_output(0, "line 1 ")
    notebook.page.evaluate(SELECT)
    notebook.wait_for_output(0, "the end")

    assert (
        notebook.page.evaluate("() => document.getSelection().toString()") == "select"
    )


@pytest.mark.promise("E1")
def test_others(open_notebook, lab):
    """While one output floods, nothing of another cell, or of another output of its own, is rendered."""
    notebook = open_notebook(
        "import pathlib, time\n"
        "from IPython.display import HTML, display\n"
        "display(HTML('<b>bold</b>'))\n"
        "while not pathlib.Path('go').exists(): time.sleep(0.01)\n"
        "for i in range(3000): print(i, 'x' * 60, flush=True)",
        "print('other')\ndisplay(HTML('<i>other</i>'))",
    )
    (lab.root / "go").touch()
    notebook.run_all()
    notebook.wait_for_prompts("[1]:", "[2]:")
    (lab.root / "go").unlink()
    notebook.run(0)
    notebook.wait_for_prompts("[*]:", "[2]:")
    notebook.wait_for_output(0, "bold")
    first, other = ".jp-Cell .jp-RenderedHTML", ".jp-Cell:last-of-type .jp-OutputArea"
    notebook.page.evaluate(COUNT, [first, other])
    (lab.root / "go").touch()
    notebook.wait_for_prompts("[3]:", "[2]:")
    notebook.wait_for_output(0, "2999 x")

    assert notebook.page.evaluate("() => window.changes") == 0


@pytest.mark.promise("E3")
def test_height(open_notebook):
    """An output keeps its height when backspaces take the most of a long line back, as bars may."""
    notebook = open_notebook(
        "import time\n"
        "for i in range(10):\n"
        "    print('x' * 500, end='', flush=True)\n"
        "    time.sleep(0.05)\n"
        "    print('\\b' * 500, end='', flush=True)\n"
        "    time.sleep(0.05)"
    )
    notebook.page.evaluate(WATCH)
    notebook.run()
    notebook.wait_for_prompts("[1]:")

    assert notebook.page.evaluate("() => window.seen.shrinks") == []


@pytest.mark.promise("B6")
def test_typing(open_notebook, lab):
    """What is typed while another cell floods is in the page before the flood ends, and no line is left out."""
    notebook = open_notebook(
        "import pathlib\ni = 0\n"
        "while not pathlib.Path('go').exists():\n"
        "    print(i, 'x' * 60, flush=True)\n    i += 1",
        "",
    )
    notebook.run()
    notebook.wait_for_output(0, "1000 x")
    editor = notebook.cells.nth(1).locator(".cm-content")
    editor.press_sequentially("typed meanwhile")
    expect(editor).to_have_text("typed meanwhile")
    assert notebook.prompts() == ["[*]:", "[ ]:"]
    (lab.root / "go").touch()
    notebook.wait_for_prompts("[1]:", "[ ]:")
    lines = notebook.saved_text().splitlines()

    assert lines == [f"{i} {'x' * 60}" for i in range(len(lines))]


@pytest.mark.promise("B7", "E3")
def test_animation(open_notebook):
    """Text that `clear_output(wait=True)` replaces is there until the new text is."""
    notebook = open_notebook(
        "import time\nfrom IPython.display import clear_output\n"
        "for i in range(40):\n"
        "    clear_output(wait=True)\n    print('frame', i)\n    time.sleep(0.03)"
    )
    notebook.page.evaluate(WATCH)
    notebook.page.evaluate("""() => {
        window.empty = 0;
        let begun = false;
        const area = document.querySelector('.jp-Cell .jp-Cell-outputArea');
        const look = () => {
            begun ||= area.textContent !== '';
            window.empty += begun && area.textContent === '' ? 1 : 0;
            requestAnimationFrame(look);
        };
        look();
    }""")
    notebook.run()
    notebook.wait_for_output(0, "frame 39")

    assert notebook.page.evaluate("() => window.empty") == 0
    assert notebook.page.evaluate("() => window.seen.shrinks") == []


@pytest.mark.promise("E2")
def test_huge(open_notebook):
    """Of 20 MB little is in the page, all of it can be reached, and the last line is right."""
    notebook = open_notebook(HUGE)
    notebook.run()
    notebook.wait_for_prompts("[1]:")
    output = notebook.shown(0).first
    bar = output.locator(BAR)
    expect(bar).to_contain_text("20.0 million characters in 333,333 lines")

    assert 0 < output.evaluate(SHOWN_LENGTH) < 100_000
    bar.get_by_text("Go to the end").click()
    last = output.get_by_text("333332")
    expect(last).to_be_in_viewport()
    assert output.evaluate(SHOWN_LENGTH) < 100_000
    assert notebook.text().endswith(f"{333_332:>59}\n")

    notebook.page.evaluate(
        "() => document.querySelector('.jp-WindowedPanel-outer').scrollTo(0, 0)"
    )
    notebook.show_all()
    bar.get_by_text("Keep only what is near in the page").click()
    notebook.page.wait_for_function(
        "() => document.querySelector('.jp-OutputArea-output pre')"
        ".textContent.length < 100_000"
    )


@pytest.mark.promise("E2")
def test_search_of_huge(open_notebook):
    """The search of the notebook finds what is far away in a huge output, and shows it."""
    notebook = open_notebook(HUGE)
    notebook.run()
    notebook.wait_for_prompts("[1]:")
    notebook.page.keyboard.press("Control+f")
    search = notebook.page.locator(".jp-DocumentSearch-overlay")
    search.locator(".jp-DocumentSearch-filter-button").click()
    search.get_by_label("Search Cell Outputs").check()
    search.locator(".jp-DocumentSearch-input").fill("222222")
    mark = notebook.shown(0).locator("mark").first
    mark.wait_for(state="attached")
    notebook.page.keyboard.press("Enter")

    expect(mark).to_be_in_viewport()
    notebook.page.keyboard.press("Escape")
    notebook.page.wait_for_function(
        "() => document.querySelector('.jp-OutputArea-output pre')"
        ".textContent.length < 200_000"
    )


@pytest.mark.promise("E2")
def test_copy_of_huge(open_notebook):
    """All of a huge output can be selected and copied, what is not in the page, too."""
    notebook = open_notebook(HUGE.replace("333_333", "40_000"))
    notebook.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    notebook.run()
    expect(notebook.shown(0).first.locator(BAR)).to_contain_text("40,000 lines")
    notebook.page.evaluate("""() => document.getSelection().selectAllChildren(
        document.querySelector('.jp-OutputArea-output pre')
    )""")
    notebook.page.evaluate("() => document.execCommand('copy')")
    copied = notebook.page.evaluate("() => navigator.clipboard.readText()")
    expected = "\n".join(f"{i:>59}" for i in range(40_000))

    assert copied.rstrip("\n") == expected
    notebook.page.evaluate("() => navigator.clipboard.writeText('')")
    notebook.shown(0).first.locator(BAR).get_by_text("Copy all").click()
    notebook.page.wait_for_function(
        "async length => (await navigator.clipboard.readText()).length === length",
        arg=40_000 * 60,
    )


@pytest.mark.promise("E2")
def test_reopened_huge(open_notebook):
    """A notebook with a huge output opens with little of it in the page."""
    notebook = open_notebook(HUGE.replace("333_333", "60_000"))
    notebook.run()
    notebook.wait_for_prompts("[1]:")
    notebook.save()
    notebook.refresh()
    expect(notebook.shown(0).locator(BAR)).to_contain_text("60,000 lines")

    assert notebook.shown(0).first.evaluate(SHOWN_LENGTH) < 100_000
    assert notebook.saved_text().endswith(f"{59_999:>59}\n")


@pytest.mark.promise("B5")
def test_following(open_notebook, lab):
    """A scrolled output follows its end while the reader is there, and stays where the reader has put it."""
    notebook = open_notebook(
        "import pathlib, time\n"
        "def part(n):\n"
        "    for i in range(n, n + 200): print('line', i, flush=True)\n"
        "    while not pathlib.Path(f'go{n}').exists(): time.sleep(0.01)\n"
        "for n in range(0, 800, 200): part(n)"
    )
    area = notebook.cells.first.locator(".jp-Cell-outputArea")
    notebook.execute("notebook:enable-output-scrolling")
    expect(notebook.cells.first).to_contain_class("jp-mod-outputsScrolled")
    notebook.run()
    notebook.wait_for_output(0, "line 199")
    assert area.evaluate(TO_END) < 1
    lab.root.joinpath("go0").touch()
    notebook.wait_for_output(0, "line 399")
    assert area.evaluate(TO_END) < 1

    area.evaluate("node => node.scrollTo(0, 500)")
    lab.root.joinpath("go200").touch()
    notebook.wait_for_output(0, "line 599")
    assert area.evaluate("node => node.scrollTop") == 500

    area.evaluate("node => node.scrollTo(0, node.scrollHeight)")
    lab.root.joinpath("go400").touch()
    notebook.wait_for_output(0, "line 799")
    assert area.evaluate(TO_END) < 1
    lab.root.joinpath("go600").touch()


@pytest.mark.promise("B7")
def test_off(open_notebook, lab):
    """With the setting off, text is rendered as JupyterLab does, and all of it is there."""
    settings = lab.home / "settings" / "jupyter-fastpath"
    write(settings / "rendering.jupyterlab-settings", {"appendText": False})
    notebook = open_notebook(SLEEPS)
    notebook.run()
    notebook.wait_for_prompts("[1]:")

    assert notebook.shown(0).locator(".jp-fastpath-Block").count() == 0
    assert notebook.saved_text().endswith(f"|{'#' * 25}|\nthe end\n")
