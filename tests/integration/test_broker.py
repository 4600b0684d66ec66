"""
The board of one server, and the same board where two servers share it through Redis.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import subprocess
import sys
import time
import tracemalloc

import pytest

from jupyter_fastpath.redis_broker import RedisBroker
from jupyter_fastpath.states import States

from .board_watcher import Watcher
from .client import eventually
from .redis_server import BEAT, GROUP, RedisServer


pytestmark = pytest.mark.promise("K1")

# A server that publishes its first argument's topic until it is killed.
MORTAL = """
import asyncio, logging, sys
from jupyter_fastpath.redis_broker import RedisBroker
from jupyter_fastpath.states import States

async def live():
    states = States(RedisBroker(sys.argv[1], sys.argv[2], logging.getLogger(), 0.5))
    states.publish("kernels/mortal/state", {"execution_state": "busy"})
    states.publish("kernels/shared/state", {"execution_state": "busy"})
    states.watch(states.subscribe(lambda: None), "kernels/mine/**")
    await states.open()
    await asyncio.Event().wait()

asyncio.run(live())
"""


@pytest.fixture(params=["in-process", "redis"])
def servers(request, jp_asyncio_loop):
    """
    One server and another, which is the same where nothing is shared.
    """
    if request.param == "in-process":
        states = States()
        yield states, states
        jp_asyncio_loop.run_until_complete(states.close())
    else:
        redis, share = map(request.getfixturevalue, ("redis", "share"))
        open_one = jp_asyncio_loop.run_until_complete
        yield open_one(share(redis)), open_one(share(redis))


@pytest.fixture
def mortal(redis):
    """
    Start a server that can be killed.
    """
    started: list[subprocess.Popen[bytes]] = []

    def start(group: str = GROUP) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", MORTAL, redis.url, group]
        started.append(subprocess.Popen(command))
        return started[-1]

    yield start
    for one in started:
        one.kill()
        one.wait()


def warnings_in(caplog) -> list[str]:
    """
    Return what the log has warned of.
    """
    return [
        record.getMessage()
        for record in caplog.records
        if record.levelno >= logging.WARNING and record.name == "broker"
    ]


# ---- the same for both


async def test_last_value_first(servers):
    """Who begins to watch is told the last value, then the changes, then that it is gone."""
    here, there = servers
    here.publish("kernels/a/state", {"queue": 0})
    here.publish("kernels/a/state", {"queue": 1})
    watcher = Watcher(there, "kernels/a/*")
    await watcher.sees(kernels__a__state={"queue": 1})

    here.publish("kernels/a/state", {"queue": 2})
    await watcher.sees(kernels__a__state={"queue": 2})
    here.publish("kernels/a/state", None)
    await watcher.sees()

    queues = [taken["kernels/a/state"] for taken in watcher.taken]
    assert [{"queue": 1}, {"queue": 2}, None] == queues


async def test_both_ways(servers):
    """Each of two servers has the topics of both."""
    here, there = servers
    at_one, at_other = Watcher(here, "kernels/**"), Watcher(there, "kernels/**")
    here.publish("kernels/a/state", "idle")
    there.publish("kernels/b/state", "busy")

    await at_one.sees(kernels__a__state="idle", kernels__b__state="busy")
    await at_other.sees(kernels__a__state="idle", kernels__b__state="busy")


async def test_values_as_they_are(servers):
    """A value arrives as it was published, whatever JSON it is."""
    here, there = servers
    value = {"é/\n": [None, True, 1.5, 1 << 53, "\u2028", {}], "": ""}
    watcher = Watcher(there, "saving/**")
    here.publish("saving/a b/ü.ipynb", value)

    await eventually(lambda: has(watcher, {"saving/a b/ü.ipynb": value}))


async def has(watcher: Watcher, expected: dict[str, object]) -> bool:
    """
    Return whether there is just that.
    """
    return watcher.take() == expected


async def test_newest_in_the_end(servers):
    """Of many changes at once the newest is there in the end, and none is older again."""
    here, there = servers
    watcher = Watcher(there, "kernels/a/counters")
    for number in range(2000):
        here.publish("kernels/a/counters", number)
        if number % 50 == 0:
            await asyncio.sleep(0.002)
            watcher.take()
    await watcher.sees(kernels__a__counters=1999)

    seen = [taken["kernels/a/counters"] for taken in watcher.taken]
    assert sorted(seen) == seen


async def test_lifetime(servers):
    """What has a lifetime is gone after it, wherever it is watched."""
    here, there = servers
    watcher = Watcher(there, "**")
    here.publish("kernels/a/state", 1)
    await watcher.sees(kernels__a__state=1)
    here.publish("kernels/a/usage", 1, lifetime=2.0)
    await watcher.sees(kernels__a__usage=1, kernels__a__state=1)

    await watcher.sees(kernels__a__state=1)


async def test_thousands(servers):
    """Five thousand topics arrive, and so does what changes of them."""
    here, there = servers
    expected = {f"kernels/{n % 50}/runs/{n}": {"position": n} for n in range(5000)}
    for topic, value in expected.items():
        here.publish(topic, value)
    watcher = Watcher(there, "kernels/**")
    await eventually(lambda: has(watcher, expected))

    for topic in list(expected)[::2]:
        expected.pop(topic)
        here.publish(topic, None)

    await eventually(lambda: has(watcher, expected))


async def test_interest(servers):
    """A server knows what is watched, be it at another one, and is told when it begins."""
    here, there = servers
    begun: list[str] = []
    here.on_watch(begun.append)

    async def is_watched() -> bool:
        return here.is_watched("kernels/a/usage")

    async def is_not_watched() -> bool:
        return not here.is_watched("kernels/a/usage")

    assert await is_not_watched()
    first, second = Watcher(there, "kernels/a/*"), Watcher(there, "kernels/a/*")
    await eventually(is_watched)
    first.leave()
    assert not here.is_watched("kernels/b/usage")
    assert await is_watched()
    second.leave()

    await eventually(is_not_watched)
    assert ["kernels/a/*"] == begun


# ---- what only servers that share can do


async def test_interest_of_who_was_there(redis, share):
    """A server that comes later knows what is watched at those that were there."""
    there = await share(redis)
    Watcher(there, "kernels/a/*")
    here = await share(redis)

    async def is_watched() -> bool:
        return here.is_watched("kernels/a/usage")

    await eventually(is_watched)


async def test_no_topics_of_our_own(redis, share):
    """What servers tell each other of themselves is no topic that can be watched."""
    here, there = await share(redis), await share(redis)
    watcher = Watcher(there, "**")
    Watcher(here, "kernels/**")
    here.publish("kernels/a/state", 1)

    await watcher.sees(kernels__a__state=1)


@pytest.mark.alone
async def test_leave(redis, share):
    """What a server has published is gone at once when it stops, and Redis has nothing."""
    here, there = await share(redis), await share(redis)
    watcher = Watcher(there, "**")
    here.publish("kernels/a/state", 1)
    there.publish("kernels/b/state", 1)
    await watcher.sees(kernels__a__state=1, kernels__b__state=1)
    begun_at = time.monotonic()
    await here.close()
    await watcher.sees(kernels__b__state=1)

    assert time.monotonic() - begun_at < BEAT
    await there.close()
    assert [] == await redis.command("KEYS", "*")


async def test_close_while_publishing(redis, share):
    """A server stops soon whatever it is about to say."""
    for turns in range(20):
        states = await share(redis)
        states.publish("a", 1)
        await Watcher(states, "a").sees(a=1)
        watcher = Watcher(await share(redis), "a")
        await watcher.sees(a=1)
        states.publish("b", 1)
        for _ in range(turns % 4):
            await asyncio.sleep(0)
        await asyncio.wait_for(states.close(), 2.0)
        await watcher.sees()


async def test_death(redis, share, mortal):
    """What a server has published is gone within seconds when it is killed."""
    here = await share(redis)
    watcher = Watcher(here, "kernels/*/state")
    killed = mortal()
    busy = {"execution_state": "busy"}
    await watcher.sees(kernels__mortal__state=busy, kernels__shared__state=busy)
    assert here.is_watched("kernels/mine/usage")

    here.publish("kernels/shared/state", {"execution_state": "idle"})
    killed.kill()

    # What somebody else has published since is not gone with it.
    await watcher.sees(kernels__shared__state={"execution_state": "idle"})
    await eventually(lambda: forgotten(here))


async def forgotten(states: States) -> bool:
    """
    Return whether what the mortal server watched is watched no more.
    """
    return not states.is_watched("kernels/mine/usage")


async def test_silent_server(redis, share, mortal):
    """What a server has published comes back if it was only held up."""
    watcher = Watcher(await share(redis), "kernels/mortal/*")
    held_up = mortal()
    await watcher.sees(kernels__mortal__state={"execution_state": "busy"})
    held_up.send_signal(signal.SIGSTOP)
    await watcher.sees()
    held_up.send_signal(signal.SIGCONT)

    await watcher.sees(kernels__mortal__state={"execution_state": "busy"})


async def test_groups(redis, share):
    """Servers of two groups see nothing of each other, not even what is watched."""
    here, there = await share(redis, "alice"), await share(redis, "bob")
    friend = await share(redis, "bob")
    watcher = Watcher(there, "**")
    here.publish("kernels/a/state", 1)
    friend.publish("kernels/b/state", 1)
    await watcher.sees(kernels__b__state=1)

    async def friend_knows() -> bool:
        return friend.is_watched("anything")

    await eventually(friend_knows)
    assert not here.is_watched("anything")
    assert 1 == len(there)


async def test_redis_is_killed(redis, share, caplog):
    """All is there again after Redis was killed, also what has changed meanwhile."""
    here, there = await share(redis), await share(redis)
    watcher = Watcher(there, "**")
    here.publish("kept", 1)
    here.publish("changed", 1)
    here.publish("withdrawn", 1)
    await watcher.sees(kept=1, changed=1, withdrawn=1)

    redis.kill()
    here.publish("changed", 2)
    here.publish("withdrawn", None)
    here.publish("new", 1)
    await watcher.sees()  # who cannot be asked may be dead
    await redis.begin()

    await watcher.sees(kept=1, changed=2, new=1)
    assert 2 == len(warnings_in(caplog))  # one of each server


async def test_redis_comes_later(share, caplog):
    """A server works without Redis, and shares as soon as it is there."""
    redis = RedisServer()
    try:
        here, there = await share(redis), await share(redis)
        here.publish("kernels/a/state", 1)
        await Watcher(here, "**").sees(kernels__a__state=1)
        await redis.begin()
        await Watcher(there, "**").sees(kernels__a__state=1)
    finally:
        redis.end()

    assert len(warnings_in(caplog)) <= 2  # one of each server


async def test_emptied(redis, share):
    """All is there again, for servers that come later too, if somebody empties Redis."""
    here = await share(redis)
    here.publish("kernels/a/state", 1)
    await Watcher(await share(redis), "**").sees(kernels__a__state=1)
    await redis.command("FLUSHALL")
    here.publish("kernels/b/state", 1)

    await Watcher(await share(redis), "**").sees(
        kernels__a__state=1, kernels__b__state=1
    )


async def test_cut_off(redis, share):
    """Whose connections are cut misses nothing."""
    here, there = await share(redis), await share(redis)
    watcher = Watcher(there, "**")
    for number in range(20):
        here.publish("a", number)
        here.publish(f"gone/{number}", number)
        await asyncio.sleep(0.01)
        await redis.command("CLIENT", "KILL", "TYPE", "pubsub")
        here.publish(f"gone/{number}", None)

    await watcher.sees(a=19)


@pytest.mark.alone
async def test_slow_redis(redis, share):
    """A Redis that hangs holds up nobody, and what waits for it does not grow."""
    here, there = await share(redis), await share(redis)
    watcher = Watcher(there, "kernels/**")
    here.publish("kernels/a/counters", "")
    await watcher.sees(kernels__a__counters="")
    redis.halt()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    longest, ends_at, number = 0.0, time.monotonic() + 5.0, 0
    while time.monotonic() < ends_at:
        number += 1
        begun_at = time.monotonic()
        for kernel in "abcde":
            here.publish(f"kernels/{kernel}/counters", f"{number}" + "x" * 5000)
            for run in range(number * 10, number * 10 + 10):
                here.publish(f"kernels/{kernel}/runs/{run}", "x" * 5000)
                here.publish(f"kernels/{kernel}/runs/{run}", None)
        await asyncio.sleep(0.005)
        longest = max(longest, time.monotonic() - begun_at)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    redis.go_on()

    expected = {f"kernels/{k}/counters": f"{number}" + "x" * 5000 for k in "abcde"}
    await eventually(lambda: has(watcher, expected))
    assert number > 100
    assert longest < 0.5
    assert after - before < 2_000_000


async def test_garbage(redis, share, caplog):
    """What is of no server is passed over, and told at most once a minute."""
    here, there = await share(redis), await share(redis)
    watcher = Watcher(there, "**")
    here.publish("a", 1)
    await watcher.sees(a=1)
    await redis.command("SADD", f"fastpath:{GROUP}:servers", "x", "y", b"\xff")
    await redis.command("SET", f"fastpath:{GROUP}:x", "garbage")
    await redis.command("HSET", f"fastpath:{GROUP}:y", "", "garbage")
    for raw in GARBAGE:
        await redis.command("PUBLISH", f"fastpath:{GROUP}", raw)
    late = Watcher(await share(redis), "**")
    here.publish("a", 2)

    await watcher.sees(a=2)
    await late.sees(a=2)
    assert {0, 1} >= {text.count("no server") for text in warnings_in(caplog)}
    assert 3 == sum("no server" in text for text in warnings_in(caplog))


GARBAGE = [
    b"",
    b"\xff",
    b"{}",
    b"[" * 100_000,
    b'{"server": "x", "number": 1}',
    b'{"server": "y", "number": 1, "changes": {"b": 1}}',
    b'{"server": "nobody", "number": 1, "changes": {"b": 1}}',
    b'{"server": "servers", "number": 1}',
]


async def test_strange_interest(redis, share):
    """What of another server is no pattern is none, and harms nothing."""
    here = await share(redis)
    stored = ("", "1", "servers/patterns", '[1,[1,null,"a/*"]]', "b", "[1,1]")
    await redis.command("HSET", f"fastpath:{GROUP}:z", *stored)
    await redis.command("PUBLISH", f"fastpath:{GROUP}", '{"server":"z","number":1}')
    await Watcher(here, "b").sees(b=1)

    assert here.is_watched("a/b")
    assert not here.is_watched("b/b")


async def test_what_is_no_json(redis, share, caplog):
    """Nothing is raised for what cannot be said to others, which is told."""
    here, there = await share(redis), await share(redis)
    watcher = Watcher(there, "**")
    here.publish("a", object())
    here.publish("\ud800", 1)
    here.publish("b", 1)
    await watcher.sees(b=1)

    assert 1 == len(warnings_in(caplog))


@pytest.mark.parametrize(
    "url",
    [
        "http://alice:secret@host",
        "redis://alice:sec/ret@host",
        "redis://alice:12/secret@host",
        "redis://alice:1?secret@host",
        "alice:secret",
    ],
)
def test_no_url(url):
    """What is no URL is refused, and a password that may be in it is not shown."""
    with pytest.raises(ValueError) as raised:
        RedisBroker(url, GROUP, logging.getLogger())

    assert "secret" not in str(raised.value)
    assert raised.value.__cause__ is None


async def test_password(redis, share, caplog):
    """With a password that is wrong nothing is shared, and it is not in the log."""
    caplog.set_level(logging.DEBUG)
    await redis.command("CONFIG", "SET", "requirepass", "right")
    log = logging.getLogger("broker")
    url = redis.url.replace("unix://", "unix://:s3cret@")
    states = States(RedisBroker(url, GROUP, log, BEAT))
    await states.open()

    async def is_told() -> bool:
        return bool(warnings_in(caplog))

    await eventually(is_told)
    await states.close()

    assert "s3cret" not in caplog.text
    assert redis.path in caplog.text
