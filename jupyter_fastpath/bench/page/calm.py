"""
Whether what is shown stays where it is while more comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_fastpath.bench.storms import prefixed


if TYPE_CHECKING:
    from jupyter_fastpath.bench.storms import Numbers

    from .bed import PageBed
    from .notebook import Notebook


__all__ = ["calm", "sources"]

_LOOP = """
import time

for i in range(50):
    print(i)
    time.sleep(0.05)
"""
_BAR = """
for i in range({steps}):
    print(f"\\r{{i}}...", end="", flush=True)
"""
_TEXT = """
import time
from IPython.display import clear_output

for i in range({pictures}):
    clear_output(wait=True)
    print(f"step {{i}}", "x" * 60, "y" * 60, sep="\\n")
    time.sleep(0.05)
"""
_IMAGE = """
import struct, time, zlib
from IPython.display import Image, clear_output, display

def chunk(name, data):
    check = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)

def png(shade, size=160):
    rows = (b"\\0" + bytes([shade]) * size) * size
    head = struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)
    chunks = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows))
    return b"\\x89PNG\\r\\n\\x1a\\n" + chunks + chunk(b"IEND", b"")

for i in range({pictures}):
    clear_output(wait=True)
    display(Image(png(i * 5 % 256)))
    time.sleep(0.05)
"""


async def calm(bed: PageBed) -> Numbers:
    """Count what flickers: in a loop, a progress bar, and two animations."""
    sizes = bed.sizes
    cells = sources(sizes.bar_steps, sizes.pictures)
    ends = {"loop": "49", "bar": f"{sizes.bar_steps - 1}...", "text": "y" * 60}
    numbers: Numbers = {}
    async with bed.notebook(*cells.values()) as notebook:
        for index, name in enumerate(cells):
            found = await _flickers(notebook, index, sizes.patience)
            if name in ends:
                is_last = await notebook.ask("endsInView", index, ends[name])
                found["last_ok"] = float(is_last)
            numbers.update(prefixed(name, found))
    return numbers


def sources(bar_steps: int, pictures: int) -> dict[str, str]:
    """Return the code of the cells, by what they show."""
    return {
        "loop": _LOOP,
        "bar": _BAR.format(steps=bar_steps),
        "text": _TEXT.format(pictures=pictures),
        "image": _IMAGE.format(pictures=pictures),
    }


async def _flickers(notebook: Notebook, index: int, patience: float) -> Numbers:
    await notebook.ask("calm", index)
    await notebook.run(index)
    ending = await notebook.ending(index, patience)
    found: dict[str, float] = await notebook.ask("calmed")
    await notebook.ask("scrollToEnd", index)
    return {**found, "ended_ok": float(ending.is_told)}
