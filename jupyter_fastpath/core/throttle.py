"""
Say *when* something may be sent. What is sent is no business of this module.
"""

from __future__ import annotations

import math

from dataclasses import dataclass, replace


__all__ = ["Pace", "Throttle"]

# How fast the interval of a burst goes from the shortest to the longest.
GROWTH = 1.25


@dataclass(frozen=True)
class Pace:
    """
    How often a client is sent to.

    Attributes:
        shortest: Seconds between two sends at the beginning of a burst.

        longest: Seconds between two sends of a long burst.

        pressed: The same at most, for a client whose socket drains slowly.

        messages_per_second: How many messages of text are sent at most.

        bytes_per_second: How many bytes of text are sent at most.
    """

    shortest: float = 0.015
    longest: float = 0.03
    pressed: float = 1.0
    messages_per_second: float = math.inf
    bytes_per_second: float = math.inf

    def at(self, seconds: float | None) -> Pace:
        """
        Return the same pace with so many *seconds* between two sends, if that is said.
        """
        if seconds is None:
            return self
        pressed = max(self.pressed, seconds)
        return replace(self, shortest=seconds, longest=seconds, pressed=pressed)


class Throttle:
    """
    Let the first of a burst through at once and pace the rest.

    Args:
        pace: How often to let something through.

    Attributes:
        open_at: When the next text may be sent.

        held_until: When it may be sent if it has waited for long enough already, and
            only the limits per second hold it.
    """

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._interval = pace.shortest
        self.open_at = 0.0
        self.held_until = 0.0

    def sent(self, now: float, messages: int, size: int) -> None:
        """
        Note that *messages* with *size* bytes of text were sent at *now*.
        """
        pace = self._pace
        held = max(messages / pace.messages_per_second, size / pace.bytes_per_second)
        self.held_until = max(now, self.held_until) + held if held else now
        self.open_at = max(now + self._interval, self.held_until)
        if self._interval < pace.longest:
            self._interval = min(self._interval * GROWTH, pace.longest)
        else:
            self._interval = max(self._interval / GROWTH, pace.longest)

    def use(self, pace: Pace) -> None:
        """
        Let through at another pace from now on.
        """
        self._pace = pace
        self._interval = pace.shortest

    def begin_burst(self) -> None:
        """
        Start again with short intervals.
        """
        self._interval = self._pace.shortest

    def drained(self, seconds: float) -> None:
        """
        Note that the socket needed *seconds* to take what it had been given.
        """
        self._interval = min(max(self._interval, seconds), self._pace.pressed)
