"""
What kernels use of the machine, as it is measured and published.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading

import psutil
import pytest

from jupyter_fastpath.cgroups import Cgroups
from jupyter_fastpath.config import TelemetryConfig
from jupyter_fastpath.gpus import Gpus
from jupyter_fastpath.states import States
from jupyter_fastpath.telemetry import Telemetry

from .client import eventually, wait_for
from .machine import FakeCgroups, FakeNvml, kernel_elsewhere, kernel_with


pytestmark = [pytest.mark.kernel, pytest.mark.alone, pytest.mark.promise("K1")]

MB = 1_000_000

# Quick, for tests do not wait long, and two busy cores are slow.
QUICK = {"shortest": 0.1, "longest": 0.4, "share": 1.0}

CHILDREN = """
import subprocess, sys, threading
sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
children = [subprocess.Popen(sleep) for _ in range(2)]
"""
SPIN = """
import time
end = time.monotonic() + 600
print('begun', flush=True)
while time.monotonic() < end: pass
"""
BRIEF = """
import subprocess, time
end = time.monotonic() + 2
while time.monotonic() < end: subprocess.run(["true"])
"""
THREADS = """
import threading
gate = threading.Event()
threads = [threading.Thread(target=gate.wait) for _ in range(20)]
for thread in threads: thread.start()
"""


class Watched:
    """
    The telemetry of one kernel, and a watcher of what it publishes.
    """

    def __init__(self, kernel_id="k", **more):
        config = TelemetryConfig(**(QUICK | more.pop("config", {})))
        self.states = States()
        self.topic = f"kernels/{kernel_id}/usage"
        self.log = logging.getLogger("telemetry of a test")
        self.telemetry = Telemetry(self.states, config, self.log, **more)
        self._watcher = self.states.subscribe(lambda: None)

    def watch(self):
        """
        Watch all that is published.
        """
        self.states.watch(self._watcher, "kernels/*/usage")

    def unwatch(self):
        """
        Watch nothing any more.
        """
        self.states.unwatch(self._watcher, "kernels/*/usage")

    async def next(self, is_it=bool):
        """
        Return the next value that is as wanted.
        """

        async def look():
            told = self.states.take(self._watcher)
            return told if self.topic in told and is_it(told[self.topic]) else None

        return (await eventually(look))[self.topic]

    async def known(self, is_it=lambda value: True):
        """
        Return the next usage that is as wanted.
        """
        return await self.next(lambda value: value["is_known"] and is_it(value))


@pytest.fixture
def watched(jp_asyncio_loop):
    """
    Make telemetry that is not watched yet; all is closed in the end.
    """
    made: list[Watched] = []

    def make(*args, **more):
        made.append(Watched(*args, **more))
        return made[-1]

    async def close():
        for one in made:
            one.telemetry.close()

    yield make
    jp_asyncio_loop.run_until_complete(close())


@pytest.fixture
def followed(page, jp_serverapp, watched):
    """
    Start a kernel with a page, and have it measured and watched.
    """

    async def start(**more):
        kernel_id, client = await page()
        await client.run("pass")
        kernel = jp_serverapp.kernel_manager.get_kernel(kernel_id)
        one = watched(kernel_id, **more)
        one.telemetry.follow(kernel_id, kernel)
        one.watch()
        return one, kernel, client

    return start


@pytest.fixture
def sleeper():
    """
    A process that does nothing.
    """
    with subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)"]
    ) as one:
        yield one
        one.kill()


@pytest.fixture
def cgroups(tmp_path, sleeper):
    """
    The control groups of a machine, of which the process is in one.
    """
    groups = FakeCgroups(tmp_path)
    groups.add(sleeper.pid)
    return groups


@pytest.fixture
def measured(watched, sleeper):
    """
    Have the process measured as that of a kernel, and watched.
    """

    def start(**more):
        one = watched(**more)
        one.watch()
        one.telemetry.follow("k", kernel_with(sleeper))
        return one

    return start


async def test_usage(followed):
    """What is told of an idle kernel is what the system tells of its process."""
    watched, kernel, _ = await followed()
    told = await watched.known()
    process = psutil.Process(kernel.provisioner.pid)

    assert told["rss"] == pytest.approx(process.memory_info().rss, rel=0.05)
    assert told["threads"] == process.num_threads()
    assert told["children"] == 0
    assert told["cpu_percent"] < 100
    assert told["gpu"] is None


@pytest.mark.skipif(not psutil.LINUX, reason="only Linux tells")
async def test_share(followed, monkeypatch):
    """The share of memory is told where it is known, and is less than all of it."""
    watched, _, _ = await followed()
    told = await watched.known()

    assert 0 < told["pss"] < told["rss"]

    def denied(process):
        raise psutil.AccessDenied(process.pid)

    monkeypatch.setattr(psutil.Process, "memory_full_info", denied)
    told = await watched.known(lambda value: value["pss"] is None)
    assert told["rss"] > 0


async def test_children(followed):
    """All that a kernel has started counts, until it has ended."""
    watched, _, client = await followed()
    before = await watched.known()
    await client.run(CHILDREN)
    during = await watched.known(lambda value: value["children"] == 2)
    await client.run("for child in children: child.kill()")
    # Nobody waits for them.
    after = await watched.known(lambda value: value["children"] == 0)

    assert during["rss"] > before["rss"] + 2 * 5 * MB
    assert during["threads"] >= before["threads"] + 2
    assert after["rss"] < during["rss"]


async def test_grandchildren(followed):
    """What its children have started counts as well."""
    watched, _, client = await followed()
    await client.run(
        'import subprocess\nsubprocess.Popen("sleep 600 & wait", shell=True)'
    )

    assert await watched.known(lambda value: value["children"] == 2)


async def test_threads(followed):
    """Threads are counted."""
    watched, _, client = await followed()
    before = await watched.known()
    await client.run(THREADS)
    await watched.known(lambda value: value["threads"] >= before["threads"] + 20)
    await client.run("gate.set()")


async def test_memory(followed):
    """Memory that grows is seen, and that it is given back."""
    watched, _, client = await followed()
    before = await watched.known()
    await client.run(f"x = b'1' * {300 * MB}")
    full = await watched.known(lambda value: value["rss"] > before["rss"] + 290 * MB)
    await client.run("del x")

    assert await watched.known(lambda value: value["rss"] < full["rss"] - 290 * MB)


async def test_cpu(followed):
    """What a kernel computes is seen, and when it does no more."""
    watched, kernel, client = await followed()
    run_id = client.execute(SPIN)
    await client.first(run_id, "stream")
    assert await watched.known(lambda value: value["cpu_percent"] > 20)
    await kernel.interrupt_kernel()
    await client.done(run_id)
    assert await watched.known(lambda value: value["cpu_percent"] < 20)


async def test_brief_processes(followed, caplog):
    """Processes that end while they are looked at harm nothing, and what they compute counts."""
    watched, _, client = await followed()
    watched.telemetry.began(watched.topic.split("/")[1], "run")
    before = watched.telemetry.samples
    run_id = client.execute(BRIEF)
    # The time that these take is in the many of them, and in starting them.
    assert await watched.known(lambda value: value["cpu_percent"] > 10)
    await client.done(run_id)

    assert watched.telemetry.samples > before + 2
    assert [] == [one for one in caplog.records if one.name == watched.log.name]


async def measured_again(followed):
    """
    Return when a kernel that is watched has been measured twice, as others could be.
    """
    other, _, _ = await followed()
    await other.known()
    await other.next()


async def test_nobody_watches(followed):
    """Nothing is measured while nobody watches, whatever the kernel does."""
    watched, kernel, _ = await followed()
    kernel_id, telemetry = kernel.kernel_id, watched.telemetry
    await watched.known()
    watched.unwatch()

    async def is_gone():
        return len(watched.states) == 0

    await eventually(is_gone)
    before = telemetry.samples
    telemetry.began(kernel_id, "run")
    telemetry.follow(kernel_id, kernel)
    await measured_again(followed)

    assert telemetry.samples == before
    assert telemetry.ended(kernel_id, "run") is None
    watched.watch()
    await watched.known()
    assert telemetry.samples >= before + 2


async def test_off(page, jp_serverapp, watched, followed):
    """Nothing is measured if that is switched off."""
    kernel_id, _ = await page()
    one = watched(kernel_id, config={"is_on": False})
    one.watch()
    one.telemetry.follow(kernel_id, jp_serverapp.kernel_manager.get_kernel(kernel_id))
    one.telemetry.began(kernel_id, "run")
    await measured_again(followed)

    assert one.telemetry.ended(kernel_id, "run") is None
    assert one.telemetry.samples == len(one.states) == 0


@pytest.mark.promise("K3")
async def test_peak(followed, gate):
    """The peak of a run is the most memory that was seen while it went on."""
    watched, kernel, client = await followed()
    telemetry, kernel_id = watched.telemetry, kernel.kernel_id
    before = await watched.known()
    telemetry.began(kernel_id, "first")
    run = client.execute(f"x = b'1' * {300 * MB}\n" + wait_for(gate) + "del x")
    await watched.known(lambda value: value["rss"] > before["rss"] + 290 * MB)
    gate.touch()
    await client.done(run)
    telemetry.began(kernel_id, "second")
    await watched.known(lambda value: value["rss"] < before["rss"] + 100 * MB)

    assert telemetry.ended(kernel_id, "first") > before["rss"] + 290 * MB
    await watched.known()
    assert telemetry.ended(kernel_id, "second") > 0


async def test_dead(followed, restart):
    """Of a kernel that has died nothing is told but that, until it is started again."""
    watched, kernel, _ = await followed()
    kernel.stop_restarter()
    await watched.known()
    os.kill(kernel.provisioner.pid, signal.SIGKILL)
    told = await watched.next(lambda value: not value["is_known"])

    assert told == {"is_known": False, "reason": "the kernel has no process"}
    await restart(kernel.kernel_id)
    watched.telemetry.follow(kernel.kernel_id, kernel)
    told = await watched.known()
    process = psutil.Process(kernel.provisioner.pid)
    assert told["threads"] <= process.num_threads()


async def test_left(followed):
    """Of a kernel that is gone nothing is told."""
    watched, kernel, _ = await followed()
    await watched.known()
    watched.telemetry.leave(kernel.kernel_id)

    assert await watched.next(lambda value: value is None) is None
    assert len(watched.states) == 0


async def test_elsewhere(watched):
    """Of a kernel that runs elsewhere it is told that nothing is known, and why."""
    one = watched()
    one.watch()
    one.telemetry.follow("k", kernel_elsewhere())
    told = await one.next()
    reason = "the kernel may run elsewhere, by CloudProvisioner"

    assert told == {"is_known": False, "reason": reason}
    assert one.telemetry.samples == 0


async def test_not_started(watched, sleeper):
    """Nor is anything known of a kernel that is not started yet, until it is."""
    one = watched()
    one.watch()
    kernel = kernel_with(None)
    one.telemetry.follow("k", kernel)
    told = await one.next()

    assert told == {"is_known": False, "reason": "the kernel has no process"}
    kernel.provisioner.process = sleeper
    assert await one.known()


async def test_denied(followed, monkeypatch):
    """If the system does not let a process be seen, no sum without it is told."""
    watched, _, _ = await followed()
    await watched.known()

    def denied(process):
        raise psutil.AccessDenied(process.pid)

    monkeypatch.setattr(psutil.Process, "num_threads", denied)
    told = await watched.next(lambda value: not value["is_known"])

    assert "does not let" in told["reason"]


async def test_failure(followed, caplog, monkeypatch):
    """What nobody has thought of is told to the administrator once, and goes on."""
    watched, _, _ = await followed()
    await watched.known()
    caplog.set_level(logging.DEBUG, watched.log.name)

    async def logged():
        records = [one for one in caplog.records if one.name == watched.log.name]
        return records if len(records) > 1 else None

    with monkeypatch.context() as patched:
        patched.setattr(psutil.Process, "status", lambda _: 1 / 0)
        told = await watched.next(lambda value: not value["is_known"])
        first, second, *_ = await eventually(logged)

    assert told["reason"] == "it could not be measured"
    assert [first.levelname, second.levelname] == ["ERROR", "DEBUG"]
    assert await watched.known()


@pytest.mark.parametrize(
    ("bounds", "mem_limit", "expected"),
    [
        ((3000 * MB, "max"), 0, (3000 * MB, "cgroup")),
        ((3000 * MB, 2000 * MB), 0, (2000 * MB, "cgroup")),
        ((3000 * MB, "max"), 1000 * MB, (1000 * MB, "mem_limit")),
        ((3000 * MB, "max"), 4000 * MB, (3000 * MB, "cgroup")),
        (("max", "max"), 4000 * MB, (4000 * MB, "mem_limit")),
        (("max", "max"), 0, (None, None)),
    ],
)
async def test_limit(measured, cgroups, bounds, mem_limit, expected):
    """The limit is the lowest of those that the system and the administrator have set."""
    cgroups.bound(*bounds)
    one = measured(cgroups=cgroups, config={"mem_limit": mem_limit})
    told = await one.known()

    assert expected == (told["limit"], told["limit_source"])


async def test_no_cgroups(measured, tmp_path):
    """Where there are no control groups, there is no limit."""
    told = await measured(cgroups=Cgroups(tmp_path)).known()

    assert (None, None) == (told["limit"], told["limit_source"])


async def test_gpu(measured, sleeper):
    """The devices that a kernel uses are told, what computes and draws only once."""
    of_kernel, of_others = sleeper.pid, os.getpid()
    nvml = FakeNvml(
        {"name": "one", "total": 8000, "compute": {of_kernel: 500, of_others: 900}},
        {"name": "two", "total": 4000, "compute": {of_others: 900}},
        {
            "name": "three",
            "total": 2000,
            "compute": {of_kernel: 30},
            "graphics": {of_kernel: 40},
        },
        {"name": "four", "total": 1000, "graphics": {of_kernel: None}},
    )
    one = measured(gpus=Gpus(nvml))
    told = await one.known()

    assert told["gpu"] == [
        {"name": "one", "memory": 500, "total": 8000},
        {"name": "three", "memory": 40, "total": 2000},
    ]
    nvml.is_lost = True
    assert await one.known(lambda value: value["gpu"] is None)
    # Whatever takes its time does so in a thread.
    assert threading.main_thread() not in nvml.threads
    assert len(nvml.threads) == 1


async def test_no_gpu(measured):
    """Where there is a library but no device, there is no list."""
    told = await measured(gpus=Gpus(FakeNvml())).known()

    assert told["gpu"] is None
