from __future__ import annotations

from jupyter_fastpath.bench.stopped import text_of
from jupyter_fastpath.bench.viewers import checksum


def test_text():
    """What is printed is known without being kept: so many lines of one length, each its own."""
    total, expected = text_of(3)
    lines = [f"{i:>99999}\n" for i in range(3)]

    assert 300_000 == total
    assert checksum("".join(lines)) == expected
