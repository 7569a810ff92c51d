"""One process of the city: its store, key, limits, clock and counters, handed to every router."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import ParamSpec, Self, TypeVar

import anyio
import anyio.to_thread
from sqlalchemy import select

from desktop.cityserver.core import CityCore, Limits
from desktop.cityserver.database import SIGNING_KEY, open_database, read_setting
from desktop.cityserver.guesses import Guesses
from desktop.cityserver.keys import CityKey, is_signed
from desktop.cityserver.limits import Buckets
from desktop.cityserver.metrics import Metrics
from desktop.cityserver.polling import Waiters
from desktop.cityserver.relaying import Keys
from desktop.cityserver.schema import FEED
from desktop.cityserver.settings import Settings
from desktop.cityserver.sql_store import SqlStore
from desktop.cityserver.tokens import Tokens
from desktop.cityserver.vault import NO_VAULT, Vault

P = ParamSpec("P")
T = TypeVar("T")


def wall_clock_ms() -> int:
    """Return the machine's time in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class City:
    """Hold what every router needs.

    Attributes:
        now_ms: The clock.
        devices: Calls of each PC.
        addresses: Calls of each address that shows no token.
        guesses: Failures of who guesses, in all processes.
    """

    store: SqlStore
    core: CityCore
    key: CityKey
    incarnation: str
    settings: Settings
    now_ms: Callable[[], int]
    tokens: Tokens
    devices: Buckets
    addresses: Buckets
    guesses: Guesses
    metrics: Metrics
    waiters: Waiters
    threads: anyio.CapacityLimiter

    @classmethod
    def open(
        cls,
        url: str,
        settings: Settings | None = None,
        now_ms: Callable[[], int] = wall_clock_ms,
        vault: Vault = NO_VAULT,
    ) -> Self:
        """Open a city on a database; its tables are made when there are none.

        Raises:
            UserError, EnvironmentProblem, NewerData: as :func:`desktop.cityserver.database.open_database` and
                :meth:`desktop.cityserver.vault.Vault.open`.
        """
        settings = settings or Settings()
        store = SqlStore(open_database(url, connections=settings.threads, vault=vault), now_ms, vault)
        with store.reading() as connection:
            key = CityKey(bytes.fromhex(vault.open(SIGNING_KEY, read_setting(connection, SIGNING_KEY))))
            incarnation = read_setting(connection, "incarnation")
        core = CityCore(
            store,
            Keys(verify=is_signed, sign=key.sign, public_key=key.public),
            incarnation,
            now=lambda: datetime.fromtimestamp(now_ms() / 1000, UTC),
            random=secrets.token_bytes,
            limits=Limits(settings.max_events, settings.max_bytes, settings.max_events),
        )
        return cls(
            store=store,
            core=core,
            key=key,
            incarnation=incarnation,
            settings=settings,
            now_ms=now_ms,
            tokens=Tokens(store, key, settings, incarnation),
            devices=Buckets(settings.device_per_s, settings.device_burst, time.monotonic),
            addresses=Buckets(settings.address_per_s, settings.address_burst, time.monotonic),
            guesses=Guesses(store, settings, now_ms),
            metrics=Metrics(),
            waiters=Waiters(settings.waiters),
            threads=anyio.CapacityLimiter(settings.threads),
        )

    async def in_thread(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run work that reads or writes the database away from the event loop."""
        return await anyio.to_thread.run_sync(partial(work, *args, **kwargs), limiter=self.threads)

    def heads(self, unit_ids: set[str]) -> dict[str, int]:
        """Return where the feeds of some units end."""
        with self.store.reading() as connection:
            query = select(FEED.c.unit_id, FEED.c.gseq).where(FEED.c.unit_id.in_(sorted(unit_ids)))
            return {row.unit_id: row.gseq for row in connection.execute(query)}

    def close(self) -> None:
        """Close the database."""
        self.store.engine.dispose()
