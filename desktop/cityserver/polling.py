"""Long polls: many PCs wait for their feed without a thread each.

One task per process asks the database twice a second where the awaited feeds end, so that an append by another process
is seen too; an append by this process wakes its waiters at once.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

import psycopg
from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger(__name__)

_ASK_EVERY_S: Final = 0.5

Heads = Callable[[set[str]], Awaitable[dict[str, int]]]


class Waiters:
    """Let calls wait until a unit's feed passes a place."""

    def __init__(self, most: int) -> None:
        """Set how many may wait at once."""
        self._most = most
        self._waiting: dict[str, set[tuple[int, asyncio.Future[None]]]] = {}
        self._count = 0

    @property
    def count(self) -> int:
        """Return how many wait."""
        return self._count

    async def wait(self, unit_id: str, after: int, seconds: float) -> None:
        """Return when the unit's feed has passed ``after``, the time is over, or too many wait already."""
        if seconds <= 0 or self._count >= self._most:
            return
        entry = (after, asyncio.get_running_loop().create_future())
        self._waiting.setdefault(unit_id, set()).add(entry)
        self._count += 1
        try:
            async with asyncio.timeout(seconds):
                await entry[1]
        except TimeoutError:
            return
        finally:
            self._count -= 1
            waiting = self._waiting.get(unit_id, set())
            waiting.discard(entry)
            if not waiting:
                self._waiting.pop(unit_id, None)

    def wake(self, unit_id: str, head: int) -> None:
        """Wake who waits for a place before ``head``. Threads: the event loop's."""
        for after, future in self._waiting.get(unit_id, ()):
            if head > after and not future.done():
                future.set_result(None)

    def wake_all(self) -> None:
        """Wake everybody: the process is about to end."""
        for waiting in self._waiting.values():
            for _, future in waiting:
                if not future.done():
                    future.set_result(None)

    async def watch(self, heads: Heads) -> None:
        """Wake waiters when another process appended; runs until cancelled."""
        while True:
            await asyncio.sleep(_ASK_EVERY_S)
            if not self._waiting:
                continue
            try:
                found = await heads(set(self._waiting))
            except (SQLAlchemyError, psycopg.Error) as error:
                # A database that is away for a while must not end the watching for ever.
                log.info("the feeds' heads are not known", extra={"cause": type(error).__name__})
                continue
            for unit_id, head in found.items():
                self.wake(unit_id, head)
