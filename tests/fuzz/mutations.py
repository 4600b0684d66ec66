"""
Bytes that were good once.
"""

from __future__ import annotations

from hypothesis import strategies as st


__all__ = ["mutated"]


@st.composite
def mutated(draw: st.DrawFn, good: bytes, most: int = 4) -> bytes:
    """
    Return *good* with up to so many places overwritten, cut out, doubled or cut short.
    """
    data = good
    for _ in range(draw(st.integers(1, most))):
        at = draw(st.integers(0, len(data)))
        size = draw(st.integers(0, 16))
        middle = draw(
            st.sampled_from([b"", data[at : at + size] * 2, b"\xff" * size])
            | st.binary(max_size=size)
        )
        rest = draw(st.sampled_from([data[at + size :], data[at:], b""]))
        data = data[:at] + middle + rest
    return data
