"""
Many users of one server, for as long as is wanted, with everything going wrong that can.

    python -m tests.soak --minutes 10 --users 6 --json soak.json --plot soak.svg

Leaves with 1 if anything was lost or stuck, or if the server has grown.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

from collections.abc import Iterator
from typing import Any, Final
from unittest import mock

import psutil

from tests.browser.server import Lab, serving, write

from .drawing import draw
from .users import KERNEL, Report, User


# Files that the server may have open: a small container's.
MANY_FILES: Final = 512
CAN_MOUNT: Final = sys.platform == "linux" and os.geteuid() == 0
# Seconds between two looks at the server, and until it has taken its form.
LOOK: Final = 2.0
WARM: Final = 0.25

# Bytes per hour by which a server may grow that keeps nothing.
GROWTH: Final = 64e6
SPOOLS: Final = 512 * 1024 * 1024

# How many seconds the clock of the server is off, one after the other: days ahead, and
# half a minute back. Further back Jupyter starts no dead kernel again before that time
# has come: tornado's PeriodicCallback goes by the clock.
JUMPS: Final = ("+86400", "+86370", "+90000", "+2592000", "+2591970")


def main() -> int:
    """
    Do it, and tell.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--users", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--plot", type=pathlib.Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, small_disk(home) as spools:
        config = {
            "ServerApp": {"jpserver_extensions": {"jupyter_fastpath": True}},
            "SpoolConfig": {"folder": str(spools), "bytes": SPOOLS // 16},
        }
        # The server inherits it.
        resource.setrlimit(resource.RLIMIT_NOFILE, (MANY_FILES, MANY_FILES))
        write_kernel(home)
        with (
            own_clock(home) as clock,
            serving(pathlib.Path(home), config) as lab,
            contextlib.redirect_stdout(None),
        ):
            told = asyncio.run(soak(lab, spools, clock, arguments))
            told["errors"] = [
                line
                for line in lab.news().splitlines()
                if line.startswith(("[E", "Trace"))
            ]
    if arguments.json:
        arguments.json.write_text(json.dumps(told))
    if arguments.plot:
        arguments.plot.write_bytes(draw(told))
    print(
        json.dumps({name: told[name] for name in told if name != "samples"}, indent=1)
    )
    return 1 if told["failures"] or told["growth"] > GROWTH else 0


@contextlib.contextmanager
def small_disk(home: str) -> Iterator[pathlib.Path]:
    """
    Give a folder on a disk of its own that can be filled; only root can make one.
    """
    folder = pathlib.Path(home, "spools")
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SPOOLS}", "tmpfs", str(folder)]
    if CAN_MOUNT:
        subprocess.run(mount, check=True)
    try:
        yield folder
    finally:
        if CAN_MOUNT:
            subprocess.run(["umount", "-l", str(folder)], check=True)


def write_kernel(home: str) -> None:
    """
    Write what starts the kernels of users: ipykernel, whose clock is the machine's, for
    with faketime the time.sleep of Python raises.
    """
    file = pathlib.Path(home, "data", "kernels", KERNEL, "kernel.json")
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    model = {"argv": argv, "language": "python", "display_name": KERNEL}
    write(file, model | {"env": {"LD_PRELOAD": ""}})


@contextlib.contextmanager
def own_clock(home: str) -> Iterator[pathlib.Path | None]:
    """
    Have what is started meanwhile be told the time by faketime, if that is installed,
    and give the file that says how far it is off.
    """
    library = next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
    if library is None:
        yield None
        return
    clock = pathlib.Path(home, "clock")
    clock.write_text("+0")
    asked = {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_CACHE_DURATION": "1",
        # As the clock of a machine that is set: how long things take goes on.
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    with mock.patch.dict(os.environ, asked):
        yield clock


async def soak(
    lab: Lab,
    spools: pathlib.Path,
    clock: pathlib.Path | None,
    arguments: argparse.Namespace,
) -> dict[str, Any]:
    """
    Have users live, fill the disk in the middle, set the clock, and return what was seen.
    """
    report, samples = Report(), []
    names = [f"user-{number}" for number in range(arguments.users)]
    users = [
        User(lab, name, report, arguments.seed + number)
        for number, name in enumerate(names)
    ]
    begin = time.monotonic()
    duration = 60.0 * arguments.minutes
    watching = asyncio.create_task(watch(lab, samples, begin))
    living = [user.live(begin + duration) for user in users]
    if CAN_MOUNT:
        living.append(fill(spools, users, duration))
    if clock is not None:
        living.append(jump(clock, duration))
    await asyncio.gather(*living)
    watching.cancel()
    return {
        "done": dict(report.done),
        "failures": report.failures,
        "minutes": arguments.minutes,
        "users": arguments.users,
        "disk_was_full": CAN_MOUNT,
        "clock_jumped": clock is not None,
        "samples": samples,
        "growth": growth(samples),
    }


async def watch(lab: Lab, samples: list[dict[str, float]], begin: float) -> None:
    """
    Note again and again what the server uses.
    """
    assert lab.process is not None
    process = psutil.Process(lab.process.pid)
    while True:
        samples.append(
            {
                "at": time.monotonic() - begin,
                "rss": process.memory_info().rss,
                "files": process.num_fds(),
                "threads": process.num_threads(),
                "cpu": sum(process.cpu_times()[:2]),
            }
        )
        await asyncio.sleep(LOOK)


async def fill(spools: pathlib.Path, users: list[User], duration: float) -> None:
    """
    Fill the disk of the spools for a while, in the middle.
    """
    await asyncio.sleep(duration / 2)
    for user in users:
        user.is_disk_full = True
    await asyncio.sleep(duration / 20)
    with contextlib.suppress(OSError), (spools / "full").open("wb") as file:
        while file.write(b"x" * 65536):
            pass
    await asyncio.sleep(duration / 20)
    (spools / "full").unlink()
    await asyncio.sleep(duration / 20)
    for user in users:
        user.is_disk_full = False


async def jump(clock: pathlib.Path, duration: float) -> None:
    """
    Set the clock again and again.
    """
    for off in JUMPS:
        await asyncio.sleep(duration / (len(JUMPS) + 1))
        await asyncio.to_thread(clock.write_text, off)


def growth(samples: list[dict[str, float]]) -> float:
    """
    Return by how many bytes an hour the server grew, once it had taken its form.
    """
    settled = [one for one in samples if one["at"] > WARM * samples[-1]["at"]]
    at = [one["at"] for one in settled]
    rss = [one["rss"] for one in settled]
    middle_at, middle = sum(at) / len(at), sum(rss) / len(rss)
    spread = sum((t - middle_at) ** 2 for t in at)
    slope = sum(
        (t - middle_at) * (value - middle) for t, value in zip(at, rss, strict=True)
    )
    return 3600.0 * slope / spread


if __name__ == "__main__":
    sys.exit(main())
