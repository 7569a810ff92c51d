"""Bounds on guessing that hold for the whole city: failures are counted in its database, not in one process.

Only what failed is counted, so nobody who knows his code, key or password is ever slowed down by others' traffic; who
guesses waits until the window of his first failure is over. Names are kept as hashes.
"""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, delete, select

from desktop.cityserver.problems import Refusal
from desktop.cityserver.schema import GUESS
from desktop.cityserver.statements import count_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desktop.cityserver.settings import Settings
    from desktop.cityserver.sql_store import SqlStore

#: Refusals that mean a code, key or signature was wrong.
WRONG: Final = frozenset({"code-unknown", "code-expired", "bad-signature", "device-unknown", "dossier-unknown"})


@dataclass(frozen=True, slots=True)
class Bound:
    """Allow so many failures under a name.

    Attributes:
        name: What is guessed and by whom, or at what.
        most: Failures of one window.
    """

    name: str
    most: int


class Guesses:
    """Count failures, and refuse who has too many."""

    def __init__(self, store: "SqlStore", settings: "Settings", now_ms: Callable[[], int]) -> None:
        """Keep where failures are counted, and by which clock."""
        self._store, self._settings, self._now_ms = store, settings, now_ms

    def enrolling(self, address: str) -> tuple[Bound, ...]:
        """Bound guesses of one-time codes."""
        return (Bound(f"enrol:{address}", self._settings.enrol_guesses),)

    def logging_in(self, address: str) -> tuple[Bound, ...]:
        """Bound false assertions; many, for a ward's PCs share an address and one may have lost its key."""
        return (Bound(f"token:{address}", self._settings.token_guesses),)

    def administering(self, address: str) -> tuple[Bound, ...]:
        """Bound guesses of an administrator's token."""
        return (Bound(f"admin:{address}", self._settings.enrol_guesses),)

    def looking_up(self, address: str, code: str) -> tuple[Bound, ...]:
        """Bound guesses of keys: of one address, and at one code from everywhere, be there such a code or not."""
        at_code = Bound(f"code:{code.strip().upper()}", self._settings.code_guesses)
        return (Bound(f"look-up:{address}", self._settings.lookup_guesses), at_code)

    def check(self, bounds: Sequence[Bound]) -> None:
        """Refuse who has guessed too often.

        Raises:
            Refusal: ``rate-limited``, with when the window is over.
        """
        with self._store.reading() as connection:
            waits = [_wait_ms(connection, bound, self._now_ms()) for bound in bounds]
        if wait_ms := max(waits, default=0):
            raise Refusal("rate-limited", retry_after_s=wait_ms // 1_000 + 1)

    def failed(self, bounds: Sequence[Bound]) -> None:
        """Count a failure."""
        now_ms, until_ms = self._now_ms(), self._now_ms() + self._settings.guess_window_s * 1_000
        with self._store.writing() as connection:
            connection.execute(delete(GUESS).where(GUESS.c.until_ms < now_ms))
            for bound in sorted(bounds, key=lambda each: each.name):
                row = {"name": _hashed(bound.name), "failures": 1, "until_ms": until_ms}
                connection.execute(count_up(connection.dialect.name, GUESS, "failures"), row)

    @contextmanager
    def counted(self, bounds: Sequence[Bound]) -> "Iterator[None]":
        """Refuse who has guessed too often, and count it when the block is refused for a wrong secret.

        Raises:
            Refusal: ``rate-limited``.
        """
        self.check(bounds)
        try:
            yield
        except Refusal as refusal:
            if refusal.code in WRONG:
                self.failed(bounds)
            raise

    @contextmanager
    def bounding_failures(self, bounds: Sequence[Bound]) -> "Iterator[None]":
        """Count wrong secrets and refuse more of them; who has the right one always passes.

        For what nobody can guess, as a signature: there the bound saves work, and must not let a stranger behind a
        ward's address keep the ward's own PCs out.

        Raises:
            Refusal: ``rate-limited``.
        """
        try:
            yield
        except Refusal as refusal:
            if refusal.code in WRONG:
                self.check(bounds)
                self.failed(bounds)
            raise


def _wait_ms(connection: Connection, bound: Bound, now_ms: int) -> int:
    query = select(GUESS.c.failures, GUESS.c.until_ms).where(GUESS.c.name == _hashed(bound.name))
    row = connection.execute(query).one_or_none()
    return 0 if row is None or row.failures < bound.most else max(row.until_ms - now_ms, 0)


def _hashed(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
