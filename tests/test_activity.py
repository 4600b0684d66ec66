"""
What Jupyter Server wants to know of every kernel, as its own watcher would say it.
"""

from __future__ import annotations

import json

from types import SimpleNamespace

import pytest

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

from jupyter_fastpath.activity import ActivityWatcher
from jupyter_fastpath.core.message import Message


OWN = "the session of the hub"


@pytest.fixture
def kernel():
    """
    What a kernel manager tells of its kernel.
    """
    return SimpleNamespace(execution_state="starting", last_activity=None, reason="?")


@pytest.fixture
def manager():
    """
    The manager of all kernels.
    """
    return AsyncMappingKernelManager()


@pytest.fixture
def watcher(manager, kernel):
    """
    A watcher of the one kernel.
    """
    return ActivityWatcher(manager, kernel, OWN)


def published(msg_type, parent_type="execute_request", state=None, **parent):
    """
    Return a message of the kernel on iopub.
    """
    header = {"msg_id": "k_1", "msg_type": msg_type, "session": "k"}
    parent_header = {"msg_id": "1", "msg_type": parent_type, "session": "s"} | parent
    content = {} if state is None else {"execution_state": state}
    parts = [json.dumps(part).encode() for part in (header, parent_header, {}, content)]
    return Message("iopub", parts)


def test_begin(watcher, kernel):
    """The start of a kernel is an activity, and whatever the one before it was at is over."""
    kernel.execution_state = "busy"
    watcher.begin()

    assert (kernel.reason, kernel.execution_state) == ("", "starting")
    assert kernel.last_activity.tzinfo is not None


@pytest.mark.parametrize(
    ("asked", "states"),
    [
        ("", "starting starting > starting"),
        ("", "starting idle > idle"),
        ("kernel_info_request", "starting busy > idle"),
        ("execute_request", "starting busy > busy"),
        ("execute_request", "idle busy > busy"),
        ("kernel_info_request", "idle busy > idle"),
        ("kernel_info_request", "busy idle > busy"),
        ("execute_request", "busy idle > idle"),
        ("debug_request", "busy idle > busy"),
    ],
)
def test_state(watcher, kernel, asked, states):
    """Only a tracked request makes a kernel busy, and only that one's end idle."""
    kernel.execution_state, told, _, after = states.split()
    watcher.observed([published("status", asked, told)])

    assert kernel.execution_state == after


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ("idle", published("status", state="idle")),
        ("idle", published("stream")),
        ("idle", published("comm_msg", "")),
        ("busy", published("stream", "")),
        ("busy", published("status", "kernel_info_request", "busy")),
    ],
)
def test_activity(watcher, kernel, manager, state, message):
    """What is tracked is activity, and so is all that a busy kernel says."""
    kernel.execution_state = state
    watcher.observed([message])

    assert kernel.last_activity is not None
    assert manager.last_kernel_activity == kernel.last_activity


@pytest.mark.parametrize("msg_type", ["status", "stream", "kernel_info_reply"])
def test_no_activity(watcher, kernel, msg_type):
    """What an idle kernel says of an untracked request is none."""
    kernel.execution_state = "idle"
    watcher.observed([published(msg_type, "kernel_info_request", "idle")])

    assert kernel.last_activity is None


@pytest.mark.promise("Z4")
@pytest.mark.parametrize("state", [None, 5, ["busy"], "x" * 1_000_000])
def test_no_state(watcher, kernel, state):
    """What is no state, or is longer than any, is not taken for one."""
    kernel.execution_state = "busy"
    watcher.observed([published("status", state=state)])

    assert kernel.execution_state == "busy"


def test_own_requests(watcher, kernel):
    """What the server itself asks a kernel makes it neither busy nor active."""
    kernel.execution_state = "idle"
    watcher.observed([published("status", state="busy", session=OWN)])
    watcher.observed([published("execute_input", session=OWN)])

    assert (kernel.execution_state, kernel.last_activity) == ("idle", None)


def test_own_request_ends_the_start(watcher, kernel):
    """The answer to the server's own request shows that a kernel has started."""
    watcher.observed([published("status", state="busy", session=OWN)])

    assert kernel.execution_state == "idle"


def test_other_channels(watcher, kernel):
    """Only what is published counts, as with Jupyter Server."""
    message = published("execute_reply")
    watcher.observed([Message("shell", message.parts)])

    assert kernel.last_activity is None
