"""Write acts: events, projections, numbers and print jobs in one ``BEGIN IMMEDIATE`` transaction.

Threads: lane db only; one ledger per process, guarded by the process lock.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime

from sqlalchemy import Connection, Engine, bindparam, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop.domain.attempts import Attempts
from desktop.domain.codes import FIRST_COUNTER, Lease, counter_of
from desktop.domain.errors import EnvironmentProblem, UserError
from desktop.domain.events import GENESIS_HASH
from desktop.domain.facts.unit import EpochOpened, LeaseDeclared
from desktop.domain.users import User
from desktop.services.ports import Clock
from desktop.services.records import JobState
from desktop.storage.act import Identity, StorageAct, attempt_values
from desktop.storage.engine import Prepared, translated
from desktop.storage.epochs import last_code_day
from desktop.storage.saying import Head
from desktop.storage.strangers import stranger_key, write_stranger
from desktop.storage.tables import ACCESS, ACCOUNT, DRAFT, META, PRINT_JOB, REMINDER, UNIT_STATE

_EPOCH_BYTES = 16
_STORED_USER = Prepared(select(UNIT_STATE.c.value).where(UNIT_STATE.c.key == bindparam("key")))


class Ledger:
    """Append acts to the log and keep the projections beside it.

    Attributes:
        head: Where the log ends; moves only after a commit.
    """

    def __init__(
        self,
        engine: Engine,
        identity: Identity,
        head: Head,
        *,
        clock: Clock,
        sign: Callable[[bytes], bytes],
        random: Callable[[int], bytes],
        committed: Callable[[Head], None],
    ) -> None:
        """Take the parts.

        Args:
            engine: Writer engine.
            identity: The replica.
            head: Where the log ends.
            clock: Tells the instant of each act.
            sign: Signs a hash with the PC's key.
            random: Returns n random bytes.
            committed: Called after each commit, before anything is printed or answered (the marker).
        """
        self._engine = engine
        self._identity = identity
        self._clock = clock
        self._sign = sign
        self._random = random
        self._committed = committed
        self._is_broken = False
        self.head = head

    @contextmanager
    def act(self, actor: User | None) -> Iterator[StorageAct]:
        """Open an act; leaving the block commits it, an exception rolls it back.

        Raises:
            UserError: ``user_inactive``, ``rights_changed``: the actor was deactivated, or given another role or
                section, since his session began.
            EnvironmentProblem: the disk failed; nothing of the act exists.
        """
        self._refuse_if_broken()
        with self._watched():
            with self._engine.begin() as connection:
                if actor is not None:
                    _refuse_outdated(connection, actor)
                act = StorageAct(
                    connection, self._identity, self.head, self._clock.now(), actor, self._random, self._sign
                )
                yield act
                is_longer = act.seal()
            if is_longer:
                self.head = act.head
                self._committed(act.head)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a write transaction that adds nothing to the own log (the feed, what is known of the city).

        Raises:
            EnvironmentProblem: the disk failed; nothing of it exists.
        """
        self._refuse_if_broken()
        with self._watched(), self._engine.begin() as connection:
            yield connection

    @property
    def identity(self) -> Identity:
        """Return the replica and what it may hand out."""
        return self._identity

    def open_epoch(self, reason: str, public_key: str, counter: int, lease: Lease, book: int) -> None:
        """Begin the log again; the own head moves to the new epoch with the commit.

        Args:
            reason: Why.
            public_key: The PC's, hex.
            counter: Number of the PC's counter.
            lease: What it may hand out from now on.
            book: Book of the register it writes into from now on.
        """
        old_head, old_identity = self.head, self._identity
        epoch = self._random(_EPOCH_BYTES).hex()
        fact = EpochOpened(
            reason=reason,
            counter=counter,
            lease=lease,
            book=book,
            public_key=public_key,
            previous_epoch=old_head.epoch,
            previous_seq=old_head.seq,
            previous_hash=old_head.hash.hex(),
        )
        self.head = Head(epoch, 0, GENESIS_HASH, old_head.acted_at, old_head.last_date)
        self._identity = replace(old_identity, lease=lease, book=book)
        try:
            with self.act(None) as act:
                act.record_unit((fact,))
                act.keep_epoch(epoch)
        except BaseException:
            self.head, self._identity = old_head, old_identity
            raise

    def take_lease(self, lease: Lease, reason: str) -> None:
        """Take a lease that the city gave."""
        with self.act(None) as act:
            act.record_unit((LeaseDeclared(lease, reason),))
        self._identity = replace(self._identity, lease=lease)

    def has_lease(self, day: date) -> bool:
        """Tell whether official codes can be given on a day."""
        return bool(self._identity.lease.blocks_on(day))

    def declare_lease(self, actor: User, lease: Lease, reason: str) -> Lease:
        """Take a lease by an administrator's word; return it, void up to the last day with a code of it at least.

        Raises:
            UserError: ``lease_from_city``: it is the first counter's, and this PC is another one.
        """
        if counter_of(self._identity.book) != FIRST_COUNTER:
            raise UserError("lease_from_city")
        with self.writing() as connection:
            known = last_code_day(connection, lease)
        lease = replace(lease, void_through=max(lease.void_through or date.min, known))
        with self.act(actor) as act:
            act.record_unit((LeaseDeclared(lease, reason),))
        self._identity = replace(self._identity, lease=lease)
        return lease

    def latest_act_at(self) -> datetime | None:
        """Return the latest instant of an own event, None for an empty log."""
        return self.head.acted_at

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Translate errors; after a failed write to the disk trust nothing until the database is opened again."""
        try:
            with translated():
                yield
        except EnvironmentProblem as error:
            self._is_broken = self._is_broken or error.code == "disk_error"
            raise

    def _refuse_if_broken(self) -> None:
        if self._is_broken:
            raise EnvironmentProblem("restart_needed")

    def save_draft(self, user_id: str, page: str, content: str) -> None:
        """Keep what a user has typed on a page; "" drops it."""
        with translated(), self._engine.begin() as connection:
            if not content:
                connection.execute(DRAFT.delete().where(DRAFT.c.user_id == user_id, DRAFT.c.page == page))
                return
            saved_at = self._clock.now().isoformat()
            statement = upsert(DRAFT).values(user_id=user_id, page=page, content=content, saved_at=saved_at)
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["user_id", "page"], set_={"content": content, "saved_at": saved_at}
                )
            )

    def settle_job(self, job_id: str, state: JobState, reason: str = "") -> None:
        """Record what became of a print job."""
        with translated(), self._engine.begin() as connection:
            connection.execute(
                update(PRINT_JOB)
                .where(PRINT_JOB.c.job_id == job_id)
                .values(state=state.value, reason=reason, attempts=PRINT_JOB.c.attempts + 1)
            )

    def settle_jobs(self, job_ids: Sequence[str], state: JobState) -> None:
        """Record what became of many print jobs, in one transaction."""
        with translated(), self._engine.begin() as connection:
            connection.execute(
                update(PRINT_JOB)
                .where(PRINT_JOB.c.job_id == bindparam("wanted"))
                .values(state=state.value, attempts=PRINT_JOB.c.attempts + 1),
                [{"wanted": job_id} for job_id in job_ids],
            )

    def note_reminders(self, user_id: str, seen: Sequence[tuple[str, str]]) -> None:
        """Keep which reminders (subject, stage) a user has seen."""
        if not seen:
            return
        now = self._clock.now().isoformat()
        rows = [{"user_id": user_id, "subject": subject, "stage": stage, "shown_at": now} for subject, stage in seen]
        with translated(), self._engine.begin() as connection:
            connection.execute(upsert(REMINDER).on_conflict_do_nothing(), rows)

    def note_access(self, user_id: str, act: str, subject: str, reason: str = "") -> None:
        """Write into the access log who looked at what; it is no part of the synced log."""
        at = self._clock.now().astimezone(UTC).isoformat()
        values = {"at": at, "user_id": user_id, "act": act, "subject": subject}
        with translated(), self._engine.begin() as connection:
            connection.execute(insert(ACCESS).values(**values, reason=reason))

    def save_attempts(self, user_id: str, attempts: Attempts) -> None:
        """Store failed log-ins at once."""
        with translated(), self._engine.begin() as connection:
            connection.execute(update(ACCOUNT).where(ACCOUNT.c.user_id == user_id).values(attempt_values(attempts)))

    def save_stranger_attempts(self, login: str, attempts: Attempts) -> None:
        """Store failed log-ins under a name nobody has."""
        value = write_stranger(attempts)
        statement = upsert(META).values(key=stranger_key(login), value=value)
        with translated(), self._engine.begin() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": value}))


def _refuse_outdated(connection: Connection, actor: User) -> None:
    """Look at the user as he stands now: the one who acts was read when his session began.

    Who has a log-in here and is no user was refused by the city while he worked: the ward had been set up before.
    """
    row = _STORED_USER.run(connection, {"key": f"user:{actor.user_id}"}).fetchone()
    if row is None:
        of_actor = ACCOUNT.c.user_id == actor.user_id
        if connection.execute(select(ACCOUNT.c.user_id).where(of_actor)).first() is not None:
            raise UserError("user_inactive", login=actor.login)
        return
    now = json.loads(row[0])
    if not now["is_active"]:
        raise UserError("user_inactive", login=actor.login)
    if (set(now["roles"]), now["section"]) != ({role.value for role in actor.roles}, actor.section):
        raise UserError("rights_changed", login=actor.login)
