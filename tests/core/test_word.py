from __future__ import annotations

import pytest

from jupyter_fastpath.core.errors import MalformedWord
from jupyter_fastpath.core.word import Word


def test_decode():
    """A word is what it was, and by default a change."""
    raw = b'{"server":"a","number":3,"changes":{"x":[1,null]}}'

    assert Word("a", 3, "changed", {"x": [1, None]}) == Word.decode(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"server":"a"}',
        b'{"server":1,"number":1}',
        b'{"server":"a","number":"1"}',
        b'{"server":"a","number":1,"kind":"else"}',
        b'{"server":"a","number":1,"changes":[]}',
        b'{"server":"a","number":1,"changes":{"x":' + b"[" * 100_000,
    ],
)
def test_garbage(raw):
    """Anything else is refused by name, however deep it is."""
    with pytest.raises(MalformedWord):
        Word.decode(raw)
