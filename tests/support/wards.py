"""Real wards for tests: the program's own storage, with a clock, randomness and folders of the test.

A ward is made once per run and copied for each test: making one costs half a second, copying a few milliseconds.
"""

import atexit
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import count
from pathlib import Path

from desktop.devices import signing_key
from desktop.devices.passwords import HashCost
from desktop.devices.system_clock import FixedClock, SettableClock
from desktop.domain.attempts import NO_ATTEMPTS
from desktop.domain.catalogue import Procedure
from desktop.domain.commands import ComponentCount, Receive
from desktop.domain.dossiers import Channel, Dossier, Party, Relation, Submitter
from desktop.domain.facts.unit import PasswordSet, UnitConfigured, UserSaved
from desktop.domain.units import Unit
from desktop.domain.users import User
from desktop.domain.vietnamese import local
from desktop.printing.receipts import ReceiptForms
from desktop.services import receive
from desktop.services.ports import Desk
from desktop.services.records import Account
from desktop.services.reference import Reference
from desktop.storage.database import Database, Replica, Surroundings, create_database, open_database
from desktop.storage.ledger import Ledger
from desktop.storage.reference.units import sample_provisioning
from desktop.storage.verification import Report, verify
from desktop.wiring import Argon2Passwords, grant_delegations, load_reference
from tests.support.samples import NINE, OWNER, calendar

#: The cheapest argon2id there is.
CHEAP = HashCost(memory_kib=8, rounds=1, lanes=1)
KEY = bytes(range(32))
PASSWORD = "đúng là mật khẩu này"
LOGINS = tuple(entry.login for entry in sample_provisioning().users)
BIRTH = "1.001193"
SLOW = "1.004884"

#: Two openings of one database must not repeat each other's ids, as two runs of the program would not.
random_seeds = count(1)
_PRIVATE, _PUBLIC = signing_key.generate()


@cache
def reference() -> Reference:
    """Return the dated data the program ships with."""
    return load_reference()


@dataclass(frozen=True, slots=True)
class Ward:
    """Hold an open ward of a test.

    Attributes:
        folder: Data folder.
        state: State folder, where the marker lies.
    """

    desk: Desk
    database: Database
    clock: SettableClock
    folder: Path
    state: Path

    def user(self, login: str) -> User:
        """Return a user by login."""
        return next(user for user in self.desk.reader.users() if user.login == login)

    def verify(self, *, all_signatures: bool = True) -> Report:
        """Verify the ward's database."""
        return verify(self.folder, KEY, self.state, signing_key.verify, all_signatures=all_signatures)

    def receive(self, at: datetime | None = None, **fields: object) -> Dossier:
        """Receive a dossier as ``lan``; give the owner a name or number of his own to avoid a twin."""
        if at is not None:
            self.clock.set(at)
        return receive.receive(self.desk, self.user("lan"), command(self.desk, **fields)).dossier


def procedure(desk: Desk, code: str = BIRTH) -> Procedure:
    """Return a procedure of the catalogue as it is today for a desk."""
    return desk.reference.catalogue.procedure(code, local(desk.clock.now()).date())


def command(desk: Desk, code: str = BIRTH, **fields: object) -> Receive:
    """Return the command that receives a whole dossier from its owner."""
    chosen = procedure(desk, code)
    owner = fields.get("owner", OWNER)
    assert isinstance(owner, Party)
    counts = tuple(ComponentCount(component.code, originals=1) for component in chosen.components)
    plain = Receive(chosen, Channel.DIRECT, owner, Submitter(owner, Relation.OWNER), counts)
    return replace(plain, **fields)  # type: ignore[arg-type]


def person(n: int) -> Party:
    """Return the n-th citizen."""
    return Party(f"Trần Văn {n}", id_number=f"0790900{n:05d}")


def around(state: Path, clock: SettableClock) -> Surroundings:
    """Return what lies outside a database: repeatable randomness, the test's clock and folders."""
    return Surroundings(
        state_folder=state,
        clock=clock,
        signer=lambda private: signing_key.Signer(private).sign,
        calendar=calendar(),
        random=random.Random(next(random_seeds)).randbytes,
    )


def make_ward(tmp_path: Path, *, is_training: bool = True) -> Ward:
    """Copy the template below a folder and open it."""
    shutil.copytree(_template(is_training=is_training), tmp_path, dirs_exist_ok=True)
    return reopened(tmp_path / "data", tmp_path / "state")


def reopened(folder: Path, state: Path, *, at: datetime = NINE) -> Ward:
    """Open a ward's folder."""
    clock = SettableClock(FixedClock(at))
    database = open_database(folder, KEY, around(state, clock))
    is_training = database.replica.is_training
    desk = Desk(
        ledger=database.ledger,
        reader=database.reader,
        way=database.way,
        reference=reference(),
        forms=ReceiptForms(is_training=is_training),
        passwords=Argon2Passwords(CHEAP),
        clock=clock,
        is_training=is_training,
    )
    return Ward(desk, database, clock, folder, state)


@contextmanager
def opened(folder: Path, state: Path, *, at: datetime = NINE) -> Iterator[Ward]:
    """Open a ward's folder for the length of a block."""
    ward = reopened(folder, state, at=at)
    try:
        yield ward
    finally:
        ward.database.close()


def filling(unit: Unit, *, password: str = "") -> Callable[[Ledger], None]:
    """Return what writes a unit and the sample users, each with the same password."""
    hashed = Argon2Passwords(CHEAP).hash_password(password) if password else ""

    def fill(ledger: Ledger) -> None:
        with ledger.act(None) as act:
            act.record_unit((UnitConfigured(unit),))
            provisioning, ids = sample_provisioning(), {}
            for n, entry in enumerate(provisioning.users):
                user = User(f"u{n}-{entry.login}", entry.login, entry.name, entry.roles, entry.section, entry.title)
                act.record_unit((UserSaved(user),))
                if hashed:
                    act.record_unit((PasswordSet(user.user_id, is_one_time=True),))
                act.save_account(Account(user, hashed, is_one_time=bool(hashed), attempts=NO_ATTEMPTS))
                ids[user.login] = user.user_id
            grant_delegations(act, provisioning, ids)

    return fill


def new_replica(*, is_training: bool = True, replica_id: str = "0197f000-0000-7000-8000-0000000000aa") -> Replica:
    """Return an identity for a new database."""
    unit_id = sample_provisioning().unit.unit_id
    return Replica(replica_id, unit_id, _PRIVATE, _PUBLIC.hex(), 1, is_training)


@cache
def _template(*, is_training: bool) -> Path:
    base = Path(tempfile.mkdtemp(prefix="motcua-template-"))
    atexit.register(shutil.rmtree, base, ignore_errors=True)
    clock = SettableClock(FixedClock(datetime.fromisoformat("2019-07-17T08:00:00+07:00")))
    create_database(
        base / "data",
        KEY,
        new_replica(is_training=is_training),
        around(base / "state", clock),
        filling(sample_provisioning().unit, password="" if is_training else PASSWORD),
    )
    return base
