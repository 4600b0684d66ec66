"""
A watcher of the board, without a websocket.
"""

from __future__ import annotations

from jupyter_fastpath.states import States

from .client import eventually


__all__ = ["Watcher"]


class Watcher:
    """
    Somebody who watches, and takes what there is.
    """

    def __init__(self, states: States, *patterns: str) -> None:
        self._states = states
        self._id = states.subscribe(lambda: None)
        self.known: dict[str, object] = {}
        self.taken: list[dict[str, object]] = []
        for pattern in patterns:
            states.watch(self._id, pattern)

    def take(self) -> dict[str, object]:
        """
        Take what there is, and return all that is known to be there.
        """
        taken = self._states.take(self._id)
        if taken:
            self.taken.append(taken)
        self.known |= taken
        return {
            topic: value for topic, value in self.known.items() if value is not None
        }

    def leave(self) -> None:
        """
        Watch no more.
        """
        self._states.unsubscribe(self._id)

    async def sees(self, **expected: object) -> None:
        """
        Wait until there is just that, where __ stands for a slash.
        """
        topics = {name.replace("__", "/"): value for name, value in expected.items()}

        async def is_seen() -> bool:
            return self.take() == topics

        try:
            await eventually(is_seen)
        except AssertionError:
            assert topics == self.take()
