"""
Servers that share a board through Redis: those with the same URL and group.

Each has one hash with what it has published, which expires when the server is not heard
of any more, and all tell their changes on one channel. What they say and store is in
:mod:`.core.word`. Nothing of it is needed for the server itself: while Redis cannot be
reached, it goes on alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid

from typing import TYPE_CHECKING, Any

from redis.exceptions import RedisError, ResponseError

from .core.errors import MalformedWord
from .core.other_servers import OtherServers, decode_stored
from .core.own_values import OwnValues
from .core.word import MARK, Word
from .redis_url import PATIENCE, connection, place


if TYPE_CHECKING:
    import logging

    from collections.abc import Callable, Coroutine, Iterable, Mapping

    from redis.asyncio import Redis
    from redis.asyncio.client import Pipeline, PubSub

    from .core.other_servers import Change
    from .core.own_values import Changes


__all__ = ["RedisBroker"]

# Seconds between two signs of life.
BEAT = 2.0

# After how many beats without one a server is gone.
MISSED = 3

# Seconds between two times that changes are sent: the first goes at once, so that what
# comes often costs little. Pages are not told more often, either.
PACE = 0.05

# Topics that are sent or taken at a time: more would hold up the loop.
BATCH = 250

# Seconds until it is tried again: at first, and at most.
SHORTEST_PAUSE, LONGEST_PAUSE = 0.25, 5.0

# Seconds until what was cancelled is cancelled again.
INSIST = 0.2

# Seconds between two warnings of what is not of ours.
QUIET = 60.0

FAILURES = (RedisError, OSError, asyncio.TimeoutError)


class RedisBroker:
    """
    Brings what this server has published to others, and theirs to it.

    Args:
        url: Where Redis is. It may have a password, so it is shown to nobody.

        group: Whose servers share.

        log: What is told of failures.

        beat: The seconds between two signs of life.

    Raises:
        ValueError: *url* cannot be one; why is not told, since it would be shown.
    """

    def __init__(
        self,
        url: str,
        group: str,
        log: logging.Logger | logging.LoggerAdapter[Any],
        beat: float = BEAT,
    ) -> None:
        server_id = uuid.uuid4().hex
        self._connect = connection(url)
        self._place = place(url)
        self._log = log
        self._beat = beat
        self._expiry = MISSED * beat
        self._server_id = server_id
        self._own = OwnValues(server_id)
        self._others = OtherServers()
        # A channel and the keys, which go with what an administrator may allow.
        self._channel = f"fastpath:{group}"
        self._members = f"fastpath:{group}:servers"
        self._wake = asyncio.Event()
        self._changed: Callable[[str, str, object], None] | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_sharing = False
        self._has_warned = False
        self._pause = SHORTEST_PAUSE
        self._quiet_until = 0.0
        self._heard_itself_at = 0.0

    async def open(self, changed: Callable[[str, str, object], None]) -> None:
        """
        Begin to share, as soon as Redis can be reached, which is not waited for.

        Args:
            changed: Called with the ID of another server, a topic and its value, and
                with None for what is gone.
        """
        self._changed = changed
        self._task = asyncio.create_task(self._keep_sharing())

    def publish(self, topic: str, value: object) -> None:
        """
        Let the others know, now or when they can be reached.
        """
        try:
            self._own.put(topic, value)
        except MalformedWord as exc:
            self._complain("cannot share", exc)
        else:
            self._wake.set()

    async def close(self) -> None:
        """
        Withdraw what this server has published, if Redis takes that in time.
        """
        if self._task is None:
            return
        await _end([self._task])
        if self._is_sharing:
            with contextlib.suppress(*FAILURES):
                await asyncio.wait_for(self._leave(), PATIENCE)

    # ---- as long as it can be reached

    async def _keep_sharing(self) -> None:
        while True:
            try:
                async with self._connect() as redis:
                    await self._share(redis)
            except FAILURES as exc:
                self._failed(exc)
            except Exception:  # noqa: BLE001 - the server has to go on without
                self._log.exception("cannot share state at %s", self._place)
            self._is_sharing = False
            self._own.lost()
            for server_id in self._silent():
                await self._tell(self._others.forget(server_id))
            await asyncio.sleep(self._pause)
            self._pause = min(2 * self._pause, LONGEST_PAUSE)

    def _failed(self, error: BaseException) -> None:
        say = self._log.debug if self._has_warned else self._log.warning
        why = str(error) or type(error).__name__
        say("state is not shared while %s fails: %s", self._place, why)
        self._has_warned = True

    async def _share(self, redis: Redis) -> None:
        async with redis.pubsub() as pubsub:
            # Whatever changes from here on is heard, so that all can be read after.
            await pubsub.subscribe(self._channel)
            if await pubsub.get_message(timeout=PATIENCE) is None:
                raise ConnectionError("no answer")
            await self._store_all(redis)
            self._begun()
            await _both(self._send(redis), self._listen(redis, pubsub))

    def _begun(self) -> None:
        self._log.info("state is shared at %s", self._place)
        self._is_sharing = True
        self._has_warned = False
        self._pause = SHORTEST_PAUSE
        self._heard_itself_at = _now()

    # ---- what this server has published

    async def _send(self, redis: Redis) -> None:
        while True:
            await asyncio.sleep(PACE)
            if not self._own.waiting:
                await self._wait()
            self._wake.clear()
            changes = self._own.take(BATCH)
            if await self._perform(redis, changes):
                # It has expired meanwhile: this server was held up, or Redis.
                await self._store_all(redis)

    async def _wait(self) -> None:
        """Return when there is something to say, be it only that we are alive."""
        loop = asyncio.get_running_loop()
        beat = loop.call_later(self._beat, self._wake.set)
        try:
            await self._wake.wait()
        finally:
            beat.cancel()

    async def _store_all(self, redis: Redis) -> None:
        self._own.lost()
        await redis.delete(self._key)
        for stored in self._own.take_all(BATCH):
            async with redis.pipeline(transaction=False) as pipe:
                self._store(pipe, stored)
                await pipe.execute()
        await self._perform(redis, self._own.finish())

    async def _perform(self, redis: Redis, changes: Changes) -> bool:
        """Store and say what there is; return whether nothing was stored before."""
        async with redis.pipeline(transaction=False) as pipe:
            pipe.hset(self._key, MARK, changes.number)
            self._store(pipe, changes.stored)
            if changes.gone:
                pipe.hdel(self._key, *changes.gone)
            pipe.sadd(self._members, self._server_id)
            pipe.pexpire(self._members, self._milliseconds)
            pipe.publish(self._channel, changes.word)
            is_new, *_ = await pipe.execute()
        return bool(is_new)

    def _store(self, pipe: Pipeline, values: Mapping[Any, bytes]) -> None:
        if values:
            pipe.hset(self._key, mapping=values)
        pipe.pexpire(self._key, self._milliseconds)

    async def _leave(self) -> None:
        async with (
            self._connect() as redis,
            redis.pipeline(transaction=False) as pipe,
        ):
            pipe.delete(self._key)
            pipe.srem(self._members, self._server_id)
            pipe.publish(self._channel, self._own.leave().word)
            await pipe.execute()

    @property
    def _key(self) -> str:
        return self._key_of(self._server_id)

    def _key_of(self, server_id: str) -> str:
        return f"{self._channel}:{server_id}"

    @property
    def _milliseconds(self) -> int:
        return round(1000 * self._expiry)

    # ---- what others have

    async def _listen(self, redis: Redis, pubsub: PubSub) -> None:
        for member in await redis.smembers(self._members):
            assert isinstance(member, bytes)
            await self._read(redis, member.decode(errors="replace"))
        looked_at = _now()
        while True:
            message = await pubsub.get_message(
                ignore_subscribe_messages=True, timeout=self._beat / 2
            )
            if message is not None:
                await self._hear(redis, message["data"])
            elif self._heard_itself_at < _now() - self._expiry:
                raise ConnectionError("nothing is heard")
            if looked_at < _now() - self._beat / 2:
                looked_at = _now()
                for server_id in self._silent():
                    # Its hash has expired, or it is still there.
                    await self._read(redis, server_id)

    async def _hear(self, redis: Redis, raw: bytes) -> None:
        try:
            word = Word.decode(raw)
        except MalformedWord as exc:
            self._complain("hears what is of no server", exc)
            return
        if word.server == self._server_id:
            self._heard_itself_at = _now()
            return
        if self._others.has_to_read(word):
            await self._read(redis, word.server)
        await self._tell(self._others.heard(word, _now()))

    async def _read(self, redis: Redis, server_id: str) -> None:
        if server_id == self._server_id:
            return
        key = self._key_of(server_id)
        try:
            # First, so that it is not newer than what else is read.
            mark = await redis.hget(key, MARK)
            assert not isinstance(mark, str)
            fields = redis.hscan_iter(key, count=BATCH)
            stored = [decode_stored(*one) async for one in fields if one[0] != MARK]
            changes = self._others.read(server_id, mark, dict(stored), _now())
        except (MalformedWord, ResponseError) as exc:
            self._complain("finds what is of no server", exc)
            changes = self._others.forget(server_id)
        else:
            if mark is None:
                await redis.srem(self._members, server_id)
        await self._tell(changes)

    def _silent(self) -> list[str]:
        return self._others.silent_since(_now() - self._expiry)

    async def _tell(self, changes: Iterable[Change]) -> None:
        assert self._changed is not None
        for count, change in enumerate(changes, 1):
            self._changed(*change)
            if count % BATCH == 0:
                await asyncio.sleep(0)

    def _complain(self, what: str, error: MalformedWord | ResponseError) -> None:
        if _now() >= self._quiet_until:
            self._quiet_until = _now() + QUIET
            self._log.warning("%s %s: %s", self._place, what, error)


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _both(*coroutines: Coroutine[Any, Any, None]) -> None:
    """Run all until one of them fails, and end the others."""
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    try:
        await asyncio.gather(*tasks)
    finally:
        await _end(tasks)


async def _end(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel *tasks* until they have ended."""
    # asyncio.wait_for, as redis uses it, may lose one before Python 3.12.
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=INSIST)
