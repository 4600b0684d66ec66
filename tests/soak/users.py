"""
Users of one server, who do what users do, and see whether all of it is right.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
import uuid

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

import psutil

from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from tornado.websocket import websocket_connect

from tests.browser.server import Lab
from tests.integration.client import LINES, V1, Client, Run, eventually


__all__ = ["KERNEL", "Report", "User"]

# What they start; the server has to know it.
KERNEL: Final = "soak"

# Seconds within which anything has to end, on a machine that has too much to do.
PATIENCE: Final = 120.0

# Seconds between two deaths of a kernel: one that dies five times in a row, each time
# within ten seconds, is given up by Jupyter.
BETWEEN_DEATHS: Final = 30.0

FLOOD: Final = "for i in range({count}): print(i, flush=True)"
ENDLESS: Final = "import time\nprint('on', flush=True)\nwhile True: time.sleep(0.01)"


@dataclass
class Report:
    """
    What was done, and what went wrong.

    Attributes:
        done: How often each action came to its end as it should.

        failures: What did not: when, what, and why.
    """

    done: Counter[str] = field(default_factory=Counter)
    failures: list[dict[str, Any]] = field(default_factory=list)


class User:
    """
    Somebody with a notebook, who does one thing after the other.

    Args:
        lab: The server.

        name: Of the notebook.

        report: Where to write down what became of it.

        seed: Of what is done when.
    """

    def __init__(self, lab: Lab, name: str, report: Report, seed: int) -> None:
        self._lab = lab
        self._path = f"{name}.ipynb"
        self._report = report
        self._random = random.Random(seed)
        self._kernel_id = ""
        self._client = Client("")
        self._kill_at = 0.0
        self.is_disk_full = False

    async def live(self, until: float) -> None:
        """
        Do things until the monotonic time *until*.
        """
        await self._try(self._begin)
        while time.monotonic() < until:
            actions = [
                self._flood,
                self._flood,
                self._evaluate,
                self._save,
                self._stall,
            ]
            if not self.is_disk_full:
                # These need what is on disk.
                actions += [self._reload, self._cut, self._interrupt]
            if time.monotonic() > self._kill_at:
                actions.append(self._kill)
            if not await self._try(self._random.choice(actions)):
                await self._try(self._begin)
        await self._client.close(1001)

    async def _try(self, action: Callable[[], Awaitable[None]]) -> bool:
        name = action.__name__.strip("_")
        try:
            await asyncio.wait_for(action(), PATIENCE)
        # Whatever it is, it is told, and the others go on.
        except Exception as exc:  # noqa: BLE001
            failure = {"at": time.time(), "action": name, "error": f"{exc!r}"[:500]}
            self._report.failures.append(failure)
            return False
        self._report.done[name] += 1
        return True

    # ---- what users do

    async def _begin(self) -> None:
        content = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        await self._write(content)
        if self._kernel_id:
            await self._ask("DELETE", f"kernels/{self._kernel_id}", is_sure=False)
        kernel = {"name": KERNEL}
        model = {"path": self._path, "name": self._path, "type": "notebook"}
        told = await self._ask("POST", "sessions", model | {"kernel": kernel})
        self._kernel_id = json.loads(told.body)["kernel"]["id"]
        await self._open()
        expect("1\n", (await self._run("print(1)")).text)

    async def _flood(self) -> None:
        count = self._random.randrange(100, 3000)
        run = await self._run(FLOOD.format(count=count))
        expect(numbers(count), run.text)

    async def _evaluate(self) -> None:
        for _ in range(5):
            expect("5", (await self._run("2+3")).result)

    async def _save(self) -> None:
        text = numbers(self._random.randrange(10_000))
        output = {"output_type": "stream", "name": "stdout", "text": text}
        cell = {"id": "c9", "cell_type": "code", "metadata": {}, "source": "1"}
        cell |= {"execution_count": 1, "outputs": [output]}
        whole = {"metadata": {}, "nbformat": 4, "nbformat_minor": 5, "cells": [cell]}
        await self._write(whole)
        told = await self._ask("GET", f"contents/{self._path}")
        (saved,) = json.loads(told.body)["content"]["cells"]
        expect(text, saved["outputs"][0]["text"] if text else text)

    async def _reload(self) -> None:
        """Go while a cell runs, and come again as another page."""
        run_id = self._client.execute(LINES.format(count=50, pause=0.02), "c1")
        await self._client.first(run_id, "stream")
        await self._client.close(1001)
        await self._open()

        async def outputs() -> list[dict[str, Any]]:
            query = f"kernels/{self._kernel_id}/runs?session_id={self._session}"
            told = await self._ask("GET", f"fastpath/{query}")
            found = [r for r in json.loads(told.body)["runs"] if r["run_id"] == run_id]
            is_done = bool(found) and found[0]["state"] == "done"
            return list(found[0]["outputs"]) if is_done else []

        (output,) = await eventually(outputs)
        expect(numbers(50), output["text"])

    async def _cut(self) -> None:
        """Lose the connection while a cell runs, and take it up again."""
        run_id = self._client.execute(LINES.format(count=50, pause=0.02), "c1")
        await self._client.first(run_id, "stream")
        await self._client.lose()
        await asyncio.sleep(self._random.random())
        await self._connect()
        expect(numbers(50), (await self._client.done(run_id)).text)

    async def _interrupt(self) -> None:
        run_id = self._client.execute(ENDLESS, "c1")
        await self._client.first(run_id, "stream")
        await self._ask("POST", f"kernels/{self._kernel_id}/interrupt", {})
        expect("interrupted", (await self._client.done(run_id)).done["status"])

    async def _kill(self) -> None:
        self._kill_at = time.monotonic() + BETWEEN_DEATHS
        run_id = self._client.execute(ENDLESS, "c1")
        await self._client.first(run_id, "stream")
        self._find_kernel().kill()
        expect("kernel_died", (await self._client.done(run_id)).done["status"])
        expect("2\n", (await self._run("print(2)")).text)

    async def _stall(self) -> None:
        """Run something while another client of the kernel reads nothing."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._lab.port)
        writer.write(
            f"GET /api/kernels/{self._kernel_id}/channels?session_id={uuid.uuid4()}"
            f" HTTP/1.1\r\nHost: localhost\r\nAuthorization: token {self._lab.token}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        expect(b"HTTP/1.1 101", (await reader.readline())[:12])
        run = await self._run("print('x' * 3_000_000)")
        expect(3_000_001, len(run.text))
        writer.transport.abort()

    # ---- by what they do it

    async def _run(self, code: str) -> Run:
        return await self._client.run(code, "c1", PATIENCE)

    async def _open(self) -> None:
        """Be a page that was just loaded."""
        self._session = str(uuid.uuid4())
        self._client = Client(self._session)
        await self._connect()

    async def _connect(self) -> None:
        client = self._client
        address = f"ws://127.0.0.1:{self._lab.port}/api/kernels/{self._kernel_id}"
        query = f"session_id={self._session}&fastpath_cursor={len(client.received)}"
        connection = await websocket_connect(
            HTTPRequest(f"{address}/channels?{query}", headers=self._headers),
            on_message_callback=client.take,
            subprotocols=[V1],
        )
        client.is_closed = False
        client.use(connection)

    def _find_kernel(self) -> psutil.Process:
        assert self._lab.process is not None
        (found,) = [
            one
            for one in psutil.Process(self._lab.process.pid).children(recursive=True)
            if one.status() != psutil.STATUS_ZOMBIE
            and self._kernel_id in " ".join(one.cmdline())
        ]
        return found

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"token {self._lab.token}"}

    async def _write(self, content: dict[str, Any]) -> None:
        model = {"type": "notebook", "format": "json", "content": content}
        await self._ask("PUT", f"contents/{self._path}", model)

    async def _ask(
        self, method: str, path: str, body: object = None, *, is_sure: bool = True
    ) -> HTTPResponse:
        request = HTTPRequest(
            f"http://127.0.0.1:{self._lab.port}/api/{path}",
            method,
            self._headers,
            None if body is None else json.dumps(body),
            request_timeout=PATIENCE,
        )
        return await AsyncHTTPClient().fetch(request, raise_error=is_sure)


def numbers(count: int) -> str:
    """
    Return the lines of so many numbers.
    """
    return "".join(f"{i}\n" for i in range(count))


def expect(wanted: object, found: object) -> None:
    """
    Raise if *found* is not what was *wanted*, and say where they part.
    """
    if wanted != found:
        raise AssertionError(f"wanted {short(wanted)}, found {short(found)}")


def short(value: object) -> str:
    """
    Return the begin and the end of *value*.
    """
    text = repr(value)
    return text if len(text) < 200 else f"{text[:90]}…{text[-90:]} ({len(text)})"
