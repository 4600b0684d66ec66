"""
What a cell shows of all that its run has published: outputs of the notebook format.

Text goes on where JupyterLab lets it: a carriage return goes back to the beginning of
the last line and what follows writes over it, a backspace takes a character away, and
nothing moves the place where text goes on out of the last line.
"""

from __future__ import annotations

import re
import sys

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any


if TYPE_CHECKING:
    from collections.abc import Iterable

    from .message import Message


__all__ = ["Outputs", "Part", "TextOutput", "fold", "has_moves"]

CONTROLS = re.compile("[\n\b\r]")

RICH_TYPES = frozenset({"display_data", "execute_result"})


def has_moves(text: str) -> bool:
    """
    Return whether something in *text* moves the place where text goes on.
    """
    # Much faster than to look for both in one go.
    return "\r" in text or "\b" in text


@dataclass(frozen=True)
class Part:
    """
    The characters from *start* to *stop* of the text of one output.

    Attributes:
        index: Which output it is.

        start: The first character.

        stop: The one after the last.
    """

    index: int
    start: int
    stop: int


class TextOutput:
    """
    One output of type ``stream``, as it grows.

    Args:
        name: ``stdout`` or ``stderr``.

        start: The first character that is kept.

        stop: The one after the last that is; more is only counted.
    """

    def __init__(self, name: str, start: int = 0, stop: int = sys.maxsize) -> None:
        self.name = name
        self._start, self._stop = start, stop
        self._lines: list[str] = []  # those that nothing can change any more
        self._length = 0  # of those
        self._pieces: list[str] = []  # of the last line
        self._size = 0  # of that
        self._place = 0  # where in it text goes on

    @property
    def _line(self) -> str:
        self._pieces = ["".join(self._pieces)]
        return self._pieces[0]

    def _set_line(self, line: str) -> None:
        self._pieces, self._size = [line], len(line)

    def add(self, text: str) -> None:
        """
        Write *text* where the last one ended.
        """
        if self._place == self._size and not has_moves(text):
            head, newline, text = text.rpartition("\n")
            if newline:
                self._write(head)
                self._move(newline)
        start = 0
        for control in CONTROLS.finditer(text):
            self._write(text[start : control.start()])
            self._move(control.group())
            start = control.end()
        self._write(text[start:])

    def _write(self, text: str) -> None:
        place = self._place
        self._place += len(text)
        if place == self._size:
            # The rule, and a line may be as long as all that was written.
            self._pieces.append(text)
            self._size = self._place
        else:
            line = self._line
            self._set_line(line[:place] + text + line[self._place :])

    def _move(self, control: str) -> None:
        if control == "\n":
            self._lines.append(self._kept(self._line + "\n"))
            self._length += self._size + 1
            self._place = 0
            self._set_line("")
        elif control == "\r":
            self._place = 0
        elif self._place > 0:
            # JupyterLab takes away the character at the place as well.
            line, place = self._line, self._place
            self._set_line(line[: place - 1] + line[place + 1 :])
            self._place -= 1

    def _kept(self, line: str) -> str:
        return line[
            max(0, self._start - self._length) : max(0, self._stop - self._length)
        ]

    @property
    def text(self) -> str:
        """What is seen, as far as it is kept."""
        return "".join(self._lines) + self._kept(self._line)

    @property
    def length(self) -> int:
        """How many characters are seen."""
        return self._length + self._size

    @property
    def source(self) -> str:
        """A text that is seen as this one, and goes on where this one does."""
        if self._place == self._size:
            return self.text
        return f"{self.text}\r{self._line[: self._place]}"


class Outputs:
    """
    The outputs of one run, folded from its messages.

    Args:
        part: What of their text is kept; all of it if that is None.

    Attributes:
        clears_next: Whether the next output replaces all of so far.
    """

    def __init__(self, part: Part | None = None) -> None:
        self._part = part
        self._outputs: list[TextOutput | dict[str, Any]] = []
        self.clears_next = False

    def add(self, message: Message) -> None:
        """
        Let *message*, of this run, do to the outputs what it does to a cell.
        """
        msg_type, content = message.msg_type, message.content
        if msg_type == "clear_output":
            self._clear(wait=bool(content.get("wait")))
        elif msg_type == "stream":
            self._add_text(str(content.get("name")), str(content.get("text", "")))
        elif msg_type in RICH_TYPES or msg_type == "error":
            self._begin()
            self._outputs.append({**content, "output_type": msg_type})

    def update(self, message: Message) -> None:
        """
        Let an ``update_display_data`` of any run change the displays that it is for.
        """
        display_id = _display_id(message.content)
        for output in self._outputs:
            if isinstance(output, TextOutput) or display_id is None:
                continue
            if _display_id(output) == display_id:
                output["data"] = message.content.get("data", {})
                output["metadata"] = message.content.get("metadata", {})

    def _add_text(self, name: str, text: str) -> None:
        self._begin()
        last = self._outputs[-1] if self._outputs else None
        if not isinstance(last, TextOutput) or last.name != name:
            last = self._text_output(name)
            self._outputs.append(last)
        last.add(text)

    def _text_output(self, name: str) -> TextOutput:
        part = self._part
        if part is None:
            return TextOutput(name)
        if part.index != len(self._outputs):
            return TextOutput(name, 0, 0)
        return TextOutput(name, part.start, part.stop)

    def _clear(self, *, wait: bool) -> None:
        if wait:
            self.clears_next = True
        else:
            self._outputs, self.clears_next = [], False

    def _begin(self) -> None:
        if self.clears_next:
            self._clear(wait=False)

    def freeze(self) -> list[dict[str, Any]]:
        """
        Return the outputs as a page takes them up.
        """
        return [_frozen(output) for output in self._outputs]

    def get_text(self, index: int) -> TextOutput | None:
        """
        Return the output at *index*; None if that is no text.
        """
        if index >= len(self._outputs):
            return None
        output = self._outputs[index]
        return output if isinstance(output, TextOutput) else None


def fold(
    messages: Iterable[Message], part: Part | None = None
) -> defaultdict[str, Outputs]:
    """
    Return the outputs of each run that has some among *messages*, which are in order.
    """
    runs: defaultdict[str, Outputs] = defaultdict(lambda: Outputs(part))
    for message in messages:
        if message.msg_type == "update_display_data":
            for outputs in runs.values():
                outputs.update(message)
        else:
            runs[message.run_id].add(message)
    return runs


def _frozen(output: TextOutput | dict[str, Any]) -> dict[str, Any]:
    if isinstance(output, TextOutput):
        return {"output_type": "stream", "name": output.name, "text": output.source}
    return output


def _display_id(content: dict[str, Any]) -> str | None:
    transient = content.get("transient")
    display_id = transient.get("display_id") if isinstance(transient, dict) else None
    return display_id if isinstance(display_id, str) else None
