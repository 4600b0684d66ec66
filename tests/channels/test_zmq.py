"""
The sockets of a hub, against those that a kernel would bind.
"""

from __future__ import annotations

import asyncio

import pytest
import zmq

from jupyter_client.ioloop.manager import AsyncIOLoopKernelManager
from jupyter_client.session import DELIM
from zmq.asyncio import Context

from jupyter_fastpath.channels.zmq import ZmqChannels
from tests.integration.client import eventually


TIMEOUT = 10.0


@pytest.fixture
def context():
    """
    The context of the kernel's own sockets.
    """
    context = Context()
    yield context
    context.destroy(linger=0)


@pytest.fixture
def kernel(context):
    """
    A kernel manager, and the sockets of its kernel by channel.
    """
    types = {"iopub": zmq.XPUB, "shell": zmq.ROUTER}
    types |= {"control": zmq.ROUTER, "stdin": zmq.ROUTER}
    sockets = {channel: context.socket(kind) for channel, kind in types.items()}
    manager = AsyncIOLoopKernelManager(context=context)
    for channel, socket in sockets.items():
        port = socket.bind_to_random_port("tcp://127.0.0.1")
        setattr(manager, f"{channel}_port", port)
    return manager, sockets


@pytest.fixture
def received():
    """
    What the channels have received.
    """
    return []


@pytest.fixture
def channels(kernel, received, jp_asyncio_loop):
    """
    The channels of that kernel, not connected yet.
    """
    channels = ZmqChannels(kernel[0], received.extend)
    yield channels
    channels.close()


async def connected(channels):
    """
    Wait until the kernel has accepted all connections.
    """

    async def look():
        return channels.are_connected()

    await eventually(look)


async def sender(sockets, channel):
    """
    Return the identity of who sent the next message to *channel*.
    """
    frames = await asyncio.wait_for(sockets[channel].recv_multipart(), TIMEOUT)
    return frames[0]


@pytest.mark.promise("A8", "C2")
async def test_no_identity_twice(kernel, channels):
    """
    All channels have one identity, and another one each time that they are opened: a
    kernel that is not done with the last may never read what comes under it.
    """
    _, sockets = kernel
    identities = []
    for _ in range(2):
        channels.close()
        channels.open()
        await connected(channels)
        for channel in ("shell", "control"):
            channels.request(channel, "kernel_info_request", {})
        seen = {await sender(sockets, channel) for channel in ("shell", "control")}
        identities.extend(seen)

    assert 2 == len(set(identities)) == len(identities)


@pytest.mark.promise("C2")
async def test_one_connection_each(kernel, channels):
    """
    Each channel is connected to once.
    """
    _, sockets = kernel
    monitors = {
        channel: socket.get_monitor_socket(zmq.EVENT_ACCEPTED)
        for channel, socket in sockets.items()
    }
    channels.open()
    await connected(channels)
    channels.request("shell", "kernel_info_request", {})
    await sender(sockets, "shell")
    accepted = {}
    for channel, monitor in monitors.items():
        await asyncio.wait_for(monitor.recv_multipart(), TIMEOUT)
        accepted[channel] = 1
        while await monitor.poll(50):
            await monitor.recv_multipart()
            accepted[channel] += 1
        sockets[channel].disable_monitor()

    assert dict.fromkeys(sockets, 1) == accepted


@pytest.mark.promise("B3", "A8")
@pytest.mark.parametrize("count", [0, 63, 64, 200])
async def test_bound(kernel, channels, received, count):
    """
    However much a kernel has published before that is bounded, the rest arrives.
    """
    _, sockets = kernel
    sockets["iopub"].sndhwm = 0
    channels.open()
    # The subscription.
    await asyncio.wait_for(sockets["iopub"].recv(), TIMEOUT)
    await publish(sockets["iopub"], count)
    await until(received, count)
    channels.bound(64)
    await publish(sockets["iopub"], 500)
    await until(received, count + 500)


async def publish(socket, count):
    """
    Publish so many messages of no content.
    """
    for _ in range(count):
        await socket.send_multipart([b"topic", DELIM, b"", *[b"{}"] * 4])


async def until(received, count):
    """
    Wait until so much has been received.
    """

    async def look():
        return len(received) == count

    await eventually(look, TIMEOUT)


async def test_options(kernel):
    """
    The sockets of the hub drop nothing, and others of the same context are as they were.
    """
    manager, _ = kernel
    with manager.context.socket(zmq.DEALER) as other:
        usual = other.rcvhwm, other.immediate
    made = []

    class Recording(AsyncIOLoopKernelManager):
        def connect_shell(self, identity=None):
            made.append(super().connect_shell(identity))
            return made[-1]

    recording = Recording(context=manager.context, shell_port=manager.shell_port)
    channels = ZmqChannels(recording, lambda _: None)
    channels.open()
    (shell,) = made

    assert (0, 1) == (shell.socket.rcvhwm, shell.socket.immediate)
    channels.close()
    with manager.context.socket(zmq.DEALER) as other:
        assert usual == (other.rcvhwm, other.immediate)


MESSAGE = [b"topic", DELIM, b"", b"{}", b"{}", b"{}", b"{}"]


async def published(sockets, count):
    """
    Publish so many messages to who has subscribed.
    """
    await asyncio.wait_for(sockets["iopub"].recv(), TIMEOUT)
    for _ in range(count):
        await sockets["iopub"].send_multipart(MESSAGE)


@pytest.mark.promise("F1", "Z4")
async def test_pressure(kernel):
    """
    Under pressure what the kernel publishes stays in its socket, and nobody can say
    that nothing is there; without it, it is received.
    """
    manager, sockets = kernel
    received = []
    channels = ZmqChannels(manager, received.extend)
    channels.open()
    await connected(channels)
    pressure = ["some"]
    channels.is_pressed = lambda: bool(pressure)
    channels.rest(0.01)
    await published(sockets, 3)
    channels.request("shell", "kernel_info_request", {})
    await sender(sockets, "shell")

    assert not channels.drain()
    assert [] == received
    pressure.clear()

    async def is_received():
        return len(received) == 3

    await eventually(is_received)
    channels.close()


@pytest.mark.promise("A7", "Z4")
async def test_drain_all(kernel):
    """
    What a kernel that is gone has left is received whatever the pressure.
    """
    manager, sockets = kernel
    received = []
    channels = ZmqChannels(manager, received.extend)
    channels.open()
    await connected(channels)
    channels.is_pressed = lambda: True
    channels.rest(0.01)
    await published(sockets, 3)

    async def is_received():
        channels.drain_all()
        return len(received) == 3

    await eventually(is_received)
    channels.close()


@pytest.mark.promise("Z4")
@pytest.mark.parametrize(
    "frames", [[b""], [b"topic"], [DELIM], [DELIM, b""], MESSAGE[:-1]]
)
async def test_garbled(kernel, frames):
    """
    What is no message is told of, and what follows it is received.
    """
    manager, sockets = kernel
    received, garbled = [], []
    channels = ZmqChannels(manager, received.extend)
    channels.garbled = garbled.append
    channels.open()
    await connected(channels)
    await asyncio.wait_for(sockets["iopub"].recv(), TIMEOUT)
    await sockets["iopub"].send_multipart(frames)
    await sockets["iopub"].send_multipart(MESSAGE)

    async def is_received():
        return received

    await eventually(is_received)

    assert ["iopub"] == garbled
    assert 1 == len(received)
    channels.close()
