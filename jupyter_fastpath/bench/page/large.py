"""
Large notebooks with saved outputs, in which each cell can be told from all others.
"""

from __future__ import annotations

import base64
import html
import struct
import zlib

from dataclasses import dataclass
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from collections.abc import Callable


__all__ = ["KEPT", "MIXED", "TEXT", "Cell", "code", "kept_id", "large", "marker"]

TEXT, MIXED = "text", "mixed"
# The outputs whose state is looked at; each has an id in the DOM.
KEPT = ("iframe", "script", "canvas", "details")

Output = dict[str, object]

_WORDS = (
    "the",
    "quick",
    "brown",
    "fox",
    "jumps",
    "over",
    "a",
    "lazy",
    "dog",
    "and",
    "away",
)
_WIDTH, _HEIGHT = 480, 200

_FRAME = "<b>0</b><script>setInterval(() => {{ const node = \
document.querySelector('b'); node.textContent = Number(node.textContent) + 1; \
}}, 500);</script> {name}"
# How often each script ran is noted where nothing takes it away.
_RUNS = "(window.benchRuns ??= {{}})['{id}'] = (window.benchRuns['{id}'] ?? 0) + 1;"
# A click has it find the output of the first one.
_SCRIPT = (
    """<p id="{id}" onclick="document.getElementById('{other}').dataset.met = this.id">
ran since <b>0</b></p><script>(() => {{
"""
    + _RUNS
    + """
const node = document.querySelector('#{id} b');
setInterval(() => {{ node.textContent = Number(node.textContent) + 1; }}, 500);
}})();</script>"""
)
_CANVAS = (
    """<canvas id="{id}" width="300" height="90"></canvas><script>(() => {{
"""
    + _RUNS
    + """
const context = document.getElementById('{id}').getContext('2d');
context.fillStyle = 'hsl({hue} 70% 50%)';
context.fillRect(10, 10, 200, 70);
}})();</script>"""
)
_DETAILS = (
    '<details id="{id}"><summary>{count} more</summary><ul>{items}</ul></details>'
)


@dataclass(frozen=True)
class Cell:
    """
    A cell of a large notebook.

    Args:
        content: The cell as nbformat has it.
        markers: What is to be seen when one goes to the cell.
        kept: Which of `KEPT` its output is, if any.
    """

    content: dict[str, object]
    markers: tuple[str, ...]
    kept: str | None = None

    @property
    def is_code(self) -> bool:
        """Whether one can type into it."""
        return self.content["cell_type"] == "code"


def large(kind: str, count: int) -> list[Cell]:
    """Return the cells of a notebook of *kind*, which are always the same."""
    # Whoever opens a notebook types into its first cell.
    kinds = _KINDS[kind]
    return [_silent(0), *(kinds[i % len(kinds)](i) for i in range(1, count))]


def marker(index: int, part: str = "cell") -> str:
    """Return the text that only this part of this cell has."""
    return f"{part}-{index:05d}-"


def kept_id(index: int) -> str:
    """Return the id in the DOM of the output of a cell whose state is looked at."""
    return f"kept-{index:05d}"


def code(index: int, source: str, *outputs: Output, kept: str | None = None) -> Cell:
    """Return a cell of code, whose outputs are seen by the marker of that part."""
    content: dict[str, object] = {
        "cell_type": "code",
        "execution_count": index + 1,
        "id": f"cell-{index}",
        "metadata": {},
        "outputs": list(outputs),
        "source": f"# {marker(index)}\n{source}",
    }
    markers = (marker(index), marker(index, "out"))
    return Cell(content, markers if outputs else markers[:1], kept)


def _markdown(index: int, text: str) -> Cell:
    content: dict[str, object] = {
        "cell_type": "markdown",
        "id": f"cell-{index}",
        "metadata": {},
        "source": f"### {marker(index)}\n\n{text}",
    }
    return Cell(content, (marker(index),))


def _silent(index: int) -> Cell:
    return code(index, f"value = {index}")


def _stream(text: str) -> Output:
    return {"name": "stdout", "output_type": "stream", "text": text}


def _lines(index: int, count: int) -> str:
    return "".join(
        f"{marker(index, 'out')} {i} {_sentence(index + i)}\n" for i in range(count)
    )


def _sentence(seed: int) -> str:
    start = seed % len(_WORDS)
    return " ".join(_WORDS[start:] + _WORDS[:start])


def _printed(count: int) -> Callable[[int], Cell]:
    def cell(index: int) -> Cell:
        source = f"for i in range({count}):\n    print(name, i, sentence(i))"
        return code(index, source, _stream(_lines(index, count)))

    return cell


def _coloured(index: int) -> Cell:
    colours = "".join(
        f"{marker(index, 'out')} \x1b[3{i % 8}m{_sentence(i)}\x1b[0m\n"
        for i in range(12)
    )
    return code(index, "print(coloured)", _stream(colours))


def _result(index: int) -> Cell:
    text = f"'{marker(index, 'out')} {_sentence(index)}'"
    result: Output = {
        "data": {"text/plain": text},
        "execution_count": index + 1,
        "metadata": {},
        "output_type": "execute_result",
    }
    return code(index, "found", result)


def _paragraphs(index: int) -> Cell:
    text = "\n\n".join(f"*{_sentence(index + i)}*, `{i}`" for i in range(4))
    return _markdown(index, text)


def _listed(index: int) -> Cell:
    points = "\n".join(f"- {_sentence(index + i)}" for i in range(6))
    rows = "\n".join(f"| {i} | {_sentence(i)} |" for i in range(4))
    return _markdown(index, f"{points}\n\n| n | text |\n| - | - |\n{rows}")


def _long_source(index: int) -> Cell:
    source = "\n".join(f"values.append({i})  # {_sentence(i)}" for i in range(15))
    return code(index, source, _stream(_lines(index, 2)))


def _shown(index: int, data: dict[str, str], kept: str | None = None) -> Cell:
    output: Output = {
        "data": {"text/plain": "<shown>", **data},
        "metadata": {},
        "output_type": "display_data",
    }
    return code(index, "display(it)", _stream(_lines(index, 1)), output, kept=kept)


def _picture(index: int) -> Cell:
    return _shown(index, {"image/png": base64.b64encode(_png(index)).decode()})


def _png(seed: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        check = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)

    rows = b"".join(
        b"\0" + bytes((x * 3 + y * seed) % 256 for x in range(_WIDTH))
        for y in range(_HEIGHT)
    )
    head = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 0, 0, 0, 0)
    chunks = (b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*each) for each in chunks)


def _table(index: int) -> Cell:
    rows = "".join(
        f"<tr><th>{i}</th>{''.join(f'<td>{i * j + index}</td>' for j in range(8))}</tr>"
        for i in range(20)
    )
    return _shown(index, {"text/html": f"<table>{rows}</table>"})


def _drawing(index: int) -> Cell:
    circles = "".join(
        f'<circle cx="{i * 12}" cy="{(i * index) % 100}" r="5" fill="teal"/>'
        for i in range(40)
    )
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="480" height="100">{circles}'
    return _shown(index, {"image/svg+xml": f"{svg}</svg>"})


def _failed(index: int) -> Cell:
    frames = [
        f"\x1b[0;32m{marker(index, 'out')} File {i}\x1b[0m in {_sentence(i)}"
        for i in range(40)
    ]
    error: Output = {
        "ename": "ValueError",
        "evalue": _sentence(index),
        "output_type": "error",
        "traceback": frames,
    }
    return code(index, "deep(40)", error)


def _iframe(index: int) -> Cell:
    inner = html.escape(_FRAME.format(name=kept_id(index)))
    text = f'<iframe id="{kept_id(index)}" height="60" srcdoc="{inner}"></iframe>'
    return _shown(index, {"text/html": text}, "iframe")


def _script(index: int) -> Cell:
    first = kept_id(_MIXED.index(_script))
    text = _SCRIPT.format(id=kept_id(index), other=first)
    return _shown(index, {"text/html": text}, "script")


def _canvas(index: int) -> Cell:
    text = _CANVAS.format(id=kept_id(index), hue=index % 360)
    return _shown(index, {"text/html": text}, "canvas")


def _details(index: int) -> Cell:
    items = "".join(f"<li>{_sentence(index + i)}</li>" for i in range(10))
    text = _DETAILS.format(id=kept_id(index), count=10, items=items)
    return _shown(index, {"text/html": text}, "details")


_TEXTS = (
    _printed(3),
    _paragraphs,
    _printed(40),
    _result,
    _listed,
    _long_source,
    _printed(120),
    _silent,
    _coloured,
    _printed(10),
)
_RICH = (
    _picture,
    _iframe,
    _table,
    _script,
    _failed,
    _canvas,
    _drawing,
    _details,
    _picture,
    _table,
)
_MIXED = tuple(each for pair in zip(_TEXTS, _RICH, strict=True) for each in pair)
_KINDS: dict[str, tuple[Callable[[int], Cell], ...]] = {TEXT: _TEXTS, MIXED: _MIXED}
