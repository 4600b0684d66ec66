from __future__ import annotations

from jupyter_fastpath.bench.record import Record
from jupyter_fastpath.bench.storms import delivery, lines, prefixed


def test_whole_delivery():
    """All of the text, in order, is an exact delivery."""
    record = Record("1", 0.0, reply=2.0, idle=3.0, first_output=0.5)
    record.stdout = [(0.5, "0\n1"), (0.6, "\n2\n")]

    numbers = delivery(record, lines(3))

    assert (1, 1, 1, 1) == tuple(
        numbers[name] for name in ("delivered_share", "exact_ok", "reply_ok", "idle_ok")
    )
    assert (3, 500) == (numbers["wall_s"], numbers["first_output_ms"])


def test_partial_delivery():
    """Missing text and a missing idle are told, and nothing is made up for them."""
    record = Record("1", 0.0, reply=2.0, latest=2.0)
    record.stdout = [(0.5, "0\n2\n")]

    numbers = delivery(record, lines(4))

    assert (0.5, 0, 1, 0) == tuple(
        numbers[name] for name in ("delivered_share", "exact_ok", "reply_ok", "idle_ok")
    )
    assert "first_output_ms" not in numbers


def test_reordered_delivery():
    """As many characters in another order are not exact."""
    record = Record("1", 0.0, reply=2.0, idle=2.0)
    record.stdout = [(0.5, "1\n0\n")]

    numbers = delivery(record, lines(2))

    assert (1, 0) == (numbers["delivered_share"], numbers["exact_ok"])


def test_prefixed():
    """Numbers of one kind can stand beside those of another."""
    assert {"4_mb_wall_s": 1.0} == prefixed("4_mb", {"wall_s": 1.0})
