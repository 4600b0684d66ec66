"""
A notebook that is open in a page, and what is asked of the page.
"""

from __future__ import annotations

import asyncio
import time

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from jupyter_fastpath.bench.errors import BenchError
from jupyter_fastpath.bench.raw import Raw


if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Page

    from .folder import Folder


__all__ = ["Ending", "Notebook"]

_IS_CONNECTED = """() => {
    const panel = window.jupyterapp?.shell.currentWidget;
    const kernel = panel?.sessionContext?.session?.kernel;
    return kernel?.connectionStatus === 'connected' && kernel.status === 'idle';
}"""
_CALL = "([name, ...rest]) => window.bench[name](...rest)"
_START = "([key, name, ...rest]) => { window[key] = window.bench[name](...rest); }"
_EXTENSIONS = """() => JSON.parse(
    document.querySelector('#jupyter-config-data').textContent
).federated_extensions.map(({ name }) => name)"""
_SCRIPTS = "() => [...document.scripts].map(({ src }) => src)"

_OPEN_TIMEOUT = 60.0
# A page, or a kernel's connection, that is silent for so long is through: with a run
# that ended, and with one whose end was lost.
_QUIET, _LOST = 1.0, 6.0
_LOOK = 0.2


class _State(msgspec.Struct, rename="camel"):
    is_free: bool
    quiet: float
    changed: float


@dataclass(frozen=True)
class Ending:
    """
    How a run ended in the page.

    Args:
        is_told: Whether its prompt has a number.
        is_settled: Whether nothing changed any more when the page was given up.
        changed: When the output changed last, on the clock of the kernel.
    """

    is_told: bool = False
    is_settled: bool = False
    changed: float | None = None


@dataclass
class Notebook:
    """
    A notebook in JupyterLab; its cells count from 0.

    Args:
        page: Where it is.
        folder: That in which its kernel runs.
        cdp: What the browser tells of itself goes through it, if it tells that.
        raw: What numbers are made from is kept in it.
        shares_clock: Whether the clock of the kernel is the page's.
    """

    page: Page
    folder: Folder
    cdp: CDPSession | None
    raw: Raw = field(default_factory=Raw)
    shares_clock: bool = True
    _pressing: list[asyncio.Task[Any]] = field(default_factory=list)

    async def open(self, url: str) -> None:
        """Return when the page has begun to load."""
        self.page.set_default_timeout(_OPEN_TIMEOUT * 1000)
        await self.page.goto(url, wait_until="commit")

    async def ready(self) -> None:
        """Return when the cells are there and the kernel waits for one to be run."""
        await self.page.locator(".jp-CodeCell .cm-content").first.wait_for()
        await self.page.wait_for_function(_IS_CONNECTED)

    async def extensions(self) -> list[str]:
        """Return the names of the extensions that JupyterLab has beside its own."""
        names: list[str] = await self.page.evaluate(_EXTENSIONS)
        return names

    async def scripts(self) -> list[str]:
        """Return the addresses of the scripts that the page has loaded."""
        addresses: list[str] = await self.page.evaluate(_SCRIPTS)
        return addresses

    async def metrics(self) -> dict[str, float]:
        """Return what the browser tells of the page, durations in CPU time, by name."""
        assert self.cdp is not None
        # Not anew if it is on already.
        await self.cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
        answer = await self.cdp.send("Performance.getMetrics")
        return {metric["name"]: metric["value"] for metric in answer["metrics"]}

    async def ask(self, name: str, *arguments: object, patience: float = 60.0) -> Any:
        """Return what a function of the probe returns."""
        asking = self.page.evaluate(_CALL, [name, *arguments])
        return await asyncio.wait_for(asking, patience)

    async def expect(self, key: str, name: str, *arguments: object) -> None:
        """Call a function of the probe whose promise :meth:`expected` waits for."""
        await self.page.evaluate(_START, [f"bench:{key}", name, *arguments])

    async def expected(self, key: str, patience: float) -> float | None:
        """Return what was promised, or None if it does not come in time."""
        asking = self.page.evaluate("key => window[key]", f"bench:{key}")
        try:
            moment: float = await asyncio.wait_for(asking, patience)
        except asyncio.TimeoutError:
            return None
        return moment

    async def enter(self, index: int) -> None:
        """Put the cursor at the end of a cell."""
        await self.page.locator(".jp-Cell .cm-content").nth(index).click()
        await self.page.keyboard.press("Control+End")

    async def run(self, index: int) -> None:
        """Run a cell by the keyboard, and stay in it."""
        await self.enter(index)
        await self.page.keyboard.press("Control+Enter")

    def press(self, key: str) -> None:
        """Press a key that writes itself, and do not wait for the page to take it."""
        assert self.cdp is not None
        down = {"type": "keyDown", "key": key, "text": key, "unmodifiedText": key}
        for event in (down, {"type": "keyUp", "key": key}):
            sending = self.cdp.send("Input.dispatchKeyEvent", event)
            self._pressing.append(asyncio.ensure_future(sending))

    async def pressed(self, patience: float) -> None:
        """Return when the page has taken all keys, or does not."""
        if self._pressing:
            _, late = await asyncio.wait(self._pressing, timeout=patience)
            for task in late:
                task.cancel()
        self._pressing.clear()

    async def ending(self, index: int, patience: float) -> Ending:
        """Return how a run ended, once its page is quiet or has been given up."""
        ending = Ending()
        end = time.monotonic() + patience
        while (left := end - time.monotonic()) > 0:
            try:
                answer = await self.ask("state", index, patience=left)
            except asyncio.TimeoutError:
                break
            state = msgspec.convert(answer, _State)
            is_settled = state.quiet > (_QUIET if state.is_free else _LOST)
            ending = Ending(state.is_free, is_settled, state.changed)
            if is_settled:
                break
            await asyncio.sleep(_LOOK)
        return ending

    async def shows(self, index: int, length: int, patience: float) -> None:
        """Return when a cell has so much text, and the page is through with it."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            state = msgspec.convert(await self.ask("state", index), _State)
            text = await self.ask("saved", index)
            if len(text) >= length and state.quiet > _QUIET:
                return
            await asyncio.sleep(_LOOK)
        raise BenchError(f"the page does not show {length:,} characters")

    async def written(self, name: str, patience: float) -> str:
        """Return what the kernel has written into a file of this name."""
        end = time.monotonic() + patience
        while (text := await self.folder.read(name)) is None:
            if time.monotonic() > end:
                raise BenchError(f"the kernel did not write {name} in {patience} s")
            await asyncio.sleep(_LOOK / 10)
        return text
