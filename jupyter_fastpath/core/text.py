"""
Text by its bytes in UTF-8.
"""

from __future__ import annotations

from collections import deque
from copy import deepcopy
from itertools import groupby
from operator import itemgetter

from .notebook import TextOutput, has_moves


__all__ = ["Tail", "TextMeter", "byte_size", "encoded", "first_bytes", "fitting"]

# From how many bytes on a line that has not ended counts as if it had.
LONGEST_LINE = 1024 * 1024

# How many stretches of one name the end of a text has at most: each is an output.
MOST_STRETCHES = 200


def encoded(text: str) -> bytes:
    """
    Return *text* in UTF-8, with lone surrogates, which a kernel may send.
    """
    return text.encode("utf-8", "surrogatepass")


def byte_size(text: str) -> int:
    """
    Return how many bytes *text* has.
    """
    return len(text) if text.isascii() else len(encoded(text))


def first_bytes(text: str, size: int) -> str:
    """
    Return the beginning of *text*, as much as *size* bytes hold.
    """
    if len(text) <= size and byte_size(text) <= size:
        return text
    return encoded(text)[:size].decode("utf-8", "ignore")


def last_bytes(text: str, size: int) -> str:
    """
    Return the end of *text*, as much as *size* bytes hold.
    """
    data = encoded(text)
    return data[max(0, len(data) - size) :].decode("utf-8", "ignore")


def fitting(text: str, size: float, lines: float) -> str:
    """
    Return the beginning of *text* that has so many bytes and lines at most.

    Whole lines, if there is one.
    """
    head = text if size >= byte_size(text) else first_bytes(text, max(0, int(size)))
    if head.count("\n") > lines:
        return "".join(f"{line}\n" for line in head.split("\n")[: int(lines)])
    if len(head) < len(text):
        whole, newline, _ = head.rpartition("\n")
        return whole + newline or head
    return head


class TextMeter:
    """
    How much is seen of the text of one run, as that is written.

    Attributes:
        lines: How many lines of it have ended.
    """

    def __init__(self) -> None:
        self.lines = 0
        self._size = 0  # of what nothing can change any more
        self._pending: list[str] = []  # the last line, or what is seen as that
        self._pending_size = 0
        self._has_moved = False

    @property
    def size(self) -> int:
        """How many bytes are seen."""
        return self._size + self._pending_size

    @property
    def is_at_line_start(self) -> bool:
        """Whether the last line has nothing in it."""
        return self._pending_size == 0

    def begin(self) -> None:
        """
        Note that what is written next is another output.
        """
        self._size = self.size
        self._pending, self._pending_size, self._has_moved = [], 0, False

    def add(self, text: str) -> None:
        """
        Count *text*, which is written where the last one ended.
        """
        head, newline, rest = text.rpartition("\n")
        self.lines += text.count("\n")
        if self._has_moved or has_moves(text):
            self._fold(head + newline, rest)
            return
        if newline:
            self._size += self._pending_size + byte_size(head) + 1
            self._pending, self._pending_size = [], 0
        self._pending.append(rest)
        self._pending_size += byte_size(rest)
        if self._pending_size > LONGEST_LINE:
            self.begin()

    def size_with(self, text: str) -> int:
        """
        Return how many bytes would be seen if *text* was written, too.
        """
        then = deepcopy(self)
        then.add(text)
        return then.size

    def _fold(self, ended: str, rest: str) -> None:
        """Count what carriage returns and backspaces leave."""
        pending = "".join(self._pending)
        if ended:
            self._size += byte_size(_written(pending + ended).text)
            pending = ""
        line = _written(pending + rest)
        self._pending, self._pending_size = [line.source], byte_size(line.text)
        self._has_moved = line.source != line.text


def _written(text: str) -> TextOutput:
    output = TextOutput("")
    output.add(text)
    return output


class Tail:
    """
    The end of what is written.

    Args:
        limit: How many bytes it has at most.

    Attributes:
        is_all: Whether it is all that was written.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._pieces: deque[tuple[str, str, int]] = deque()
        self._size = 0
        self._stretches = 0
        self.is_all = True

    def add(self, name: str, text: str) -> None:
        """
        Note that *text* was written to the stream *name*.
        """
        if not text:
            return
        if not self._pieces or self._pieces[-1][0] != name:
            self._stretches += 1
        self._pieces.append((name, text, byte_size(text)))
        self._size += self._pieces[-1][2]
        self.is_all &= self._size <= self._limit
        while self._is_too_much():
            first, _, size = self._pieces.popleft()
            self._size -= size
            self.is_all = False
            if self._pieces and self._pieces[0][0] != first:
                self._stretches -= 1

    def _is_too_much(self) -> bool:
        if len(self._pieces) <= 1:
            return False
        return (
            self._size - self._pieces[0][2] >= self._limit
            or self._stretches > MOST_STRETCHES
        )

    def take(self) -> list[tuple[str, str]]:
        """
        Return it, and begin anew: whole lines, unless there is none.
        """
        pieces = [(name, text) for name, text, _ in self._pieces]
        if (over := self._size - self._limit) > 0:
            name, text = pieces[0]
            size = self._pieces[0][2] - over
            pieces[0] = (name, _last_lines(text, size, is_last=len(pieces) == 1))
        self._pieces.clear()
        self._size = self._stretches = 0
        self.is_all = True
        return _joined(pieces)


def _last_lines(text: str, size: int, *, is_last: bool) -> str:
    """Return the end of *text*: whole lines, if there are some, or more comes."""
    end = last_bytes(text, size)
    if text[: len(text) - len(end)].endswith("\n"):
        return end
    _, newline, rest = end.partition("\n")
    return rest if newline and (rest or not is_last) else end


def _joined(pieces: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return *pieces* with neighbours of one name in one, and without empty ones."""
    stretches = groupby((piece for piece in pieces if piece[1]), key=itemgetter(0))
    return [(name, "".join(text for _, text in stretch)) for name, stretch in stretches]
