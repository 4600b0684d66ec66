"""
Why a kernel has died, as far as that can be known.
"""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from jupyter_fastpath.cgroups import Cgroups
from jupyter_fastpath.death import LifeRecord

from .client import eventually
from .conftest import configured
from .machine import FakeCgroups, kernel_elsewhere, kernel_with


pytestmark = pytest.mark.promise("K3")

GIB = 1 << 30


@pytest.fixture
def dying(page, jp_serverapp):
    """
    Run code in a kernel that is its last, and return why it is found to have died by
    the one who starts it again.
    """

    async def die(*codes: str) -> list[str]:
        kernel_id, client = await page()
        await client.run("pass")
        manager = jp_serverapp.kernel_manager
        kernel = manager.get_kernel(kernel_id)
        record = LifeRecord()
        record.begin(kernel)
        causes: list[str] = []

        def restarting() -> None:
            causes.append(record.cause())
            # As a hub does, before there is a new process.
            record.begin(kernel)

        manager.add_restart_callback(kernel_id, restarting)
        for count, code in enumerate(codes, 1):
            await client.done(client.execute(code))
            await eventually(lambda count=count: is_as_long(causes, count))
            await client.run("pass")
        return causes

    return die


async def is_as_long(causes: list[str], count: int) -> bool:
    """
    Return whether so many have died.
    """
    return len(causes) == count


@pytest.mark.kernel
@configured(KernelRestarter={"time_to_dead": 0.2})
@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import os; os.kill(os.getpid(), 9)", "killed by SIGKILL"),
        ("import os; os.kill(os.getpid(), 15)", "killed by SIGTERM"),
        ("import os; os._exit(3)", "exit code 3"),
        ("import ctypes; ctypes.string_at(0)", "segmentation fault (SIGSEGV)"),
        ("import os; os.abort()", "aborted (SIGABRT)"),
    ],
)
async def test_restarted(dying, code, expected):
    """Of a kernel that is started again, the signal or the exit code is known before that."""
    (cause,) = await dying(code)

    assert cause.startswith(expected)


@pytest.mark.kernel
@configured(KernelRestarter={"time_to_dead": 0.2})
async def test_again(dying):
    """Each of its deaths has a cause of its own."""
    causes = await dying("import os; os._exit(3)", "import os; os.abort()")

    assert causes == ["exit code 3", "aborted (SIGABRT)"]


@pytest.mark.kernel
@configured(KernelManager={"autorestart": False})
async def test_not_restarted(page, jp_serverapp):
    """Of a kernel that nobody starts again it is known as well."""
    kernel_id, client = await page()
    kernel = jp_serverapp.kernel_manager.get_kernel(kernel_id)
    record = LifeRecord()
    record.begin(kernel)
    client.execute("import os; os._exit(3)")

    async def is_dead():
        return not await kernel.is_alive()

    await eventually(is_dead)

    assert record.cause() == "exit code 3"


@pytest.mark.kernel
async def test_shut_down(page, jp_serverapp, jp_fetch):
    """A kernel that somebody has shut down has not died."""
    kernel_id, _ = await page()
    kernel = jp_serverapp.kernel_manager.get_kernel(kernel_id)
    record = LifeRecord()
    record.begin(kernel)
    await jp_fetch("api", "kernels", kernel_id, method="DELETE")

    assert record.cause() == "it was shut down"


# ---- with any process in the place of a kernel


@pytest.fixture
def start():
    """
    Start processes in the place of kernels; all end with the test.
    """
    started: list[subprocess.Popen] = []

    def start_one(code: str = "input()", *, by_shell: bool = False):
        argv = [sys.executable, "-c", code]
        if by_shell:
            argv = ["sh", "-c", '"$@"; exit $?', "sh", *argv]
        process = subprocess.Popen(argv, stdin=subprocess.PIPE)
        started.append(process)
        return process

    yield start_one
    for process in started:
        process.kill()
        process.wait()
        process.stdin.close()


@pytest.fixture
def bounded(start, tmp_path):
    """
    A kernel of a group of others, which may have 2 GiB of memory together.
    """
    process = start()
    cgroups = FakeCgroups(tmp_path)
    cgroups.add(process.pid)
    cgroups.bound(2 * GIB, "max")
    cgroups.count(1)
    record = LifeRecord(cgroups)
    record.begin(kernel_with(process))
    return process, record, cgroups


def kill(process, signum=signal.SIGKILL):
    """
    Send a signal, and wait until that has ended the process.
    """
    process.send_signal(signum)
    process.wait()


def test_out_of_memory(bounded):
    """It was for want of memory if the system has killed one of its group meanwhile."""
    process, record, cgroups = bounded
    cgroups.count(2)
    kill(process)

    expected = "killed by SIGKILL, out of memory: its limit is 2.0 GiB"
    assert record.cause() == expected


def test_found_once(bounded):
    """What is known of its death is not forgotten since its runs were told to be done."""
    process, record, cgroups = bounded
    cgroups.count(2)
    kill(process)
    causes = [record.cause()]
    record.look()
    causes.append(record.cause())

    assert causes == ["killed by SIGKILL, out of memory: its limit is 2.0 GiB"] * 2


def test_not_out_of_memory(bounded):
    """It was somebody's will if the system has killed none."""
    process, record, _ = bounded
    kill(process)

    assert record.cause() == "killed by SIGKILL"


def test_others_out_of_memory(bounded):
    """It was not for want of memory if others were killed before it was started."""
    process, record, cgroups = bounded
    cgroups.count(2)
    record.begin(kernel_with(process))
    kill(process)

    assert record.cause() == "killed by SIGKILL"


def test_lingering(bounded):
    """What is killed for want of memory may be seen alive for a moment."""
    process, record, cgroups = bounded
    cgroups.count(2)
    record.look()
    record.look()
    kill(process)

    assert record.cause() == "killed by SIGKILL, out of memory: its limit is 2.0 GiB"


def test_other_signal(bounded):
    """Nor if it was another signal."""
    process, record, cgroups = bounded
    cgroups.count(2)
    kill(process, signal.SIGTERM)

    assert record.cause() == "killed by SIGTERM"


def test_maybe_out_of_memory(start, tmp_path):
    """Where the system does not tell, it may have been for want of memory."""
    process = start()
    record = LifeRecord(Cgroups(tmp_path))
    record.begin(kernel_with(process))
    kill(process)

    expected = "killed by SIGKILL, maybe by the system for want of memory"
    assert record.cause() == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            "import os; os.kill(os.getpid(), 11)",
            "segmentation fault (SIGSEGV) (exit code 139)",
        ),
        ("import sys; sys.exit(130)", "exit code 130"),
        ("import sys; sys.exit(200)", "exit code 200"),
        ("", "exit code 0"),
    ],
)
def test_shell(start, code, expected):
    """A shell that has started the kernel tells by which signal that has ended."""
    process = start(code, by_shell=True)
    record = LifeRecord()
    record.begin(kernel_with(process))
    process.wait()

    assert record.cause() == expected


def test_real_time_signal(start):
    """A signal without a name is told by its number."""
    process = start()
    record = LifeRecord()
    record.begin(kernel_with(process))
    kill(process, signal.SIGRTMIN + 3)

    assert record.cause() == f"killed by signal {signal.SIGRTMIN + 3}"


def test_forgotten(start):
    """It is known although the kernel manager has forgotten the process already."""
    process = start()
    kernel = kernel_with(process)
    record = LifeRecord()
    record.begin(kernel)
    kill(process, signal.SIGTERM)
    kernel.provisioner.process = None

    assert record.cause() == "killed by SIGTERM"


def test_never_seen(start):
    """It is known of a process that has died before anybody saw it alive."""
    kernel = kernel_with(None)
    record = LifeRecord()
    record.begin(kernel)
    kernel.provisioner.process = process = start("raise SystemExit(3)")
    process.wait()

    assert record.cause() == "exit code 3"


def test_not_again(start):
    """What was restarted and has no new process has not died of what the old one has."""
    process = start()
    kernel = kernel_with(process)
    record = LifeRecord()
    record.begin(kernel)
    kill(process)
    record.begin(kernel)
    kernel.provisioner.process = None

    assert record.cause() == "for an unknown reason"


def test_alive(start):
    """Why it should have died is unknown while it lives, or before it began."""
    record = LifeRecord()
    assert record.cause() == "for an unknown reason"

    record.begin(kernel_with(start()))
    assert record.cause() == "for an unknown reason"


def test_elsewhere():
    """Of a kernel elsewhere there is only the word of who has started it."""
    kernel = kernel_elsewhere()
    record = LifeRecord()
    record.begin(kernel)

    assert record.cause() == "CloudProvisioner tells only that it is gone"
    kernel.reason = "the node was drained"
    assert record.cause() == "the node was drained"
