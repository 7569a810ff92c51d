"""Composition root: build every object but the window, and wire it.

``open_ward`` opens a data folder for work; ``create_ward`` makes one. The window (``app``), the command line
and the tests all come through here. What joins a ward to the city is in :mod:`desktop.wiring.city`.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path, user_state_path

from desktop.devices import passwords, signing_key
from desktop.devices.passwords import STRONG, HashCost
from desktop.devices.secret_store import KeyringStore
from desktop.devices.system_clock import SettableClock, SystemClock
from desktop.domain.attempts import NO_ATTEMPTS
from desktop.domain.authority import Delegation, check_delegation
from desktop.domain.errors import EnvironmentProblem, UserError
from desktop.domain.facts.unit import CalendarOverlaid, DelegationGranted, PasswordSet, UnitConfigured, UserSaved
from desktop.domain.ids import named_id, uuid7
from desktop.domain.own_calendar import said_days
from desktop.domain.users import User
from desktop.printing.receipts import ReceiptForms
from desktop.services.ports import Act, Desk
from desktop.services.records import Account
from desktop.storage.database import (
    Database,
    Replica,
    Surroundings,
    create_database,
    open_database,
)
from desktop.storage.keys import KeyFile, KeyMode, SecretStore, choose_mode, stored_name
from desktop.storage.keys_file import STRONG as STRONG_WRAP
from desktop.storage.keys_file import WrapCost
from desktop.storage.ledger import Ledger
from desktop.storage.publication_rows import PublicationRows
from desktop.storage.reference.calendars import load_calendar
from desktop.storage.reference.units import NO_OVERLAY, Provisioning
from desktop.storage.setting_up import setting_up
from desktop.wiring import key_changing
from desktop.wiring.key_changing import read_key as read_key
from desktop.wiring.reference import load_laid, reference_of
from desktop.wiring.reference import load_reference as load_reference

APP_NAME = "motcua"
KEYS_NAME = "keys.toml"


@dataclass(frozen=True, slots=True)
class Ward:
    """Hold an open ward.

    Attributes:
        desk: What every use case works with.
        database: The open database.
        clock: Tells the time; in training it may be set.
        keys: Key file, for wraps made at a first log-in.
    """

    desk: Desk
    database: Database
    clock: SettableClock
    keys: KeyFile

    def close(self) -> None:
        """Close the database and let go of its lock."""
        self.database.close()


@dataclass(frozen=True, slots=True)
class Created:
    """Say what a set-up produced, to be printed once.

    Attributes:
        folder: Data folder, absolute.
        unit_id: The unit.
        key_mode: ``keyring``, ``password`` or ``training``.
        mode_reason: Why that mode.
        recovery_key: To be printed once and locked away; "" in training.
        one_time_codes: (login, code) of each user; empty in training.
    """

    folder: Path
    unit_id: str
    key_mode: KeyMode
    mode_reason: str
    recovery_key: str
    one_time_codes: tuple[tuple[str, str], ...]


class Argon2Passwords:
    """Hash passwords with argon2id (the ``Passwords`` port)."""

    def __init__(self, cost: HashCost = STRONG) -> None:
        """Take the cost; tests take a cheap one."""
        self._cost = cost

    def hash_password(self, text: str) -> str:
        """Return an argon2id hash."""
        return passwords.hash_password(text, self._cost)

    def verify_password(self, hashed: str, text: str) -> bool:
        """Tell whether a password, or a one-time code in any spelling, matches."""
        return passwords.verify_password(hashed, text) or (
            passwords.plain_code(text) != text and passwords.verify_password(hashed, passwords.plain_code(text))
        )

    def check_new_password(self, text: str, login: str) -> None:
        """Refuse a weak password."""
        passwords.check_new_password(text, login)


def data_folder() -> Path:
    """Return the user's data folder, the default of ``--data``."""
    return user_data_path(APP_NAME, appauthor=False)


def state_folder() -> Path:
    """Return where markers live: never inside a data folder, so that a copied folder is recognised."""
    return user_state_path(APP_NAME, appauthor=False)


def keyring_store() -> SecretStore | None:
    """Return the machine's keyring, None when there is none we trust (it fails closed)."""
    try:
        return KeyringStore()
    except EnvironmentProblem:
        return None


def create_ward(
    folder: Path,
    provisioning: Provisioning,
    *,
    is_training: bool,
    store: SecretStore | None = None,
    cost: HashCost = STRONG,
    wrap_cost: WrapCost = STRONG_WRAP,
    random: Callable[[int], bytes] = secrets.token_bytes,
) -> Created:
    """Create a database with the unit and its users: whole, or not at all.

    Everything is made in a folder of its own and put into place at the end, the database last: a set-up that was
    killed leaves nothing that the next one would mistake for data.

    Raises:
        EnvironmentProblem: ``database_exists``, ``keys_exist``, ``network_share``, ``disk_full`` …
    """
    folder = folder.absolute()
    clock = SettableClock(SystemClock())
    replica = new_replica(provisioning.unit.unit_id, is_training, clock, random)
    choice = (KeyMode.TRAINING, "training") if is_training else chosen_mode(store)
    users = new_users(provisioning)
    codes = () if is_training else first_codes(provisioning, random)
    with setting_up(folder) as stage:
        keys = KeyFile(stage / KEYS_NAME, wrap_cost)
        try:
            key = keys.create(choice[0], store, replica.replica_id, random)
            for login, code in codes:
                keys.add_wrap(login, code, key, random)
            recovery = "" if is_training else keys.recovery_key(key, random)
            fill = filling(provisioning, users, dict(codes), Argon2Passwords(cost))
            create_database(stage, key, replica, surroundings(clock, random), fill)
        except BaseException:
            if choice[0] is KeyMode.KEYRING and store is not None:
                store.delete(stored_name(replica.replica_id))
            raise
    return Created(folder, provisioning.unit.unit_id, *choice, recovery, codes)


def open_ward(
    folder: Path,
    *,
    store: SecretStore | None = None,
    password: tuple[str, str] | None = None,
    cost: HashCost = STRONG,
    auto_checkpoint: bool = True,
    random: Callable[[int], bytes] = secrets.token_bytes,
) -> Ward:
    """Open a ward as its one writer.

    Args:
        folder: Data folder.
        store: The machine's keyring.
        password: Login and password, where the key is wrapped by it.
        cost: Cost of password hashes made from now on.
        auto_checkpoint: False when the caller checkpoints in idle time.
        random: Returns n random bytes.

    Raises:
        EnvironmentProblem: ``database_absent``, ``database_in_use``, ``key_missing`` …
    """
    key = read_key(folder, store=store, password=password)
    key = key_changing.carry_out(folder, key, key_changing.ways_of(store, password))
    return open_with_key(folder, key, cost=cost, auto_checkpoint=auto_checkpoint, random=random)


def open_with_key(
    folder: Path,
    key: bytes,
    *,
    cost: HashCost = STRONG,
    auto_checkpoint: bool = True,
    random: Callable[[int], bytes] = secrets.token_bytes,
) -> Ward:
    """Open a ward as its one writer, with the key of its database; see :func:`open_ward`."""
    from desktop.wiring.updating import make_ready  # noqa: PLC0415 - it stands on this module's neighbours

    folder = folder.absolute()
    make_ready(folder, key, state_folder())
    keys = KeyFile(folder / KEYS_NAME)
    clock = SettableClock(SystemClock())
    database = open_database(folder, key, surroundings(clock, random), auto_checkpoint=auto_checkpoint)
    try:
        desk = _desk_of(database, clock, cost)
        key_changing.finish(desk, database, keys)
    except BaseException:
        database.close()  # or its lock would keep the next try out
        raise
    return Ward(desk, database, clock, keys)


def _desk_of(database: Database, clock: SettableClock, cost: HashCost) -> Desk:
    is_training = database.replica.is_training
    laid = load_laid(PublicationRows(database.ledger).texts())
    database.reader.use_calendar(laid.calendar)
    return Desk(
        ledger=database.ledger,
        reader=database.reader,
        way=database.way,
        reference=reference_of(laid),
        forms=ReceiptForms(is_training=is_training),
        passwords=Argon2Passwords(cost),
        clock=clock,
        is_training=is_training,
    )


@contextmanager
def opened_ward(folder: Path, **options: object) -> Iterator[Ward]:
    """Open a ward for the length of a block."""
    ward = open_ward(folder, **options)  # type: ignore[arg-type]  # open_ward's own options
    try:
        yield ward
    finally:
        ward.close()


def wrap_key(ward: Ward, login: str, password: str) -> None:
    """Let a user's password open the database on this PC from now on (his first log-in, or a new password).

    Threads: lane io or db; it takes 0.15 s and 64 MiB.
    """
    if ward.keys.mode() is not KeyMode.TRAINING:
        ward.keys.add_wrap(login, password, ward.database.key)


def take_key(ward: Ward, login: str) -> None:
    """Let a user's password open the database on this PC no more, once he may not come in.

    Raises:
        UserError: ``last_key_wrap``: nothing else would open the database.
    """
    if ward.keys.mode() is not KeyMode.TRAINING:
        ward.keys.remove_wrap(login)


def training_only(ward: Ward) -> None:
    """Refuse what only a training database may do.

    Raises:
        UserError: ``training_only``.
    """
    if not ward.database.replica.is_training:
        raise UserError("training_only")


def surroundings(clock: SettableClock, random: Callable[[int], bytes]) -> Surroundings:
    """Return what lies outside a database on this machine."""
    return Surroundings(
        state_folder=state_folder(),
        clock=clock,
        signer=lambda private: signing_key.Signer(private).sign,
        calendar=load_calendar(),
        random=random,
    )


def new_replica(unit_id: str, is_training: bool, clock: SettableClock, random: Callable[[int], bytes]) -> Replica:
    """Return the identity of a new database, with a key of its own."""
    private, public = signing_key.generate()
    return Replica(
        replica_id=_new_id(clock, random),
        unit_id=unit_id,
        private_key=private,
        public_key=public.hex(),
        counter=1,
        is_training=is_training,
    )


def new_users(provisioning: Provisioning) -> tuple[User, ...]:
    """Return the users of a file; set up on two PCs apart they are the same people."""
    unit_id = provisioning.unit.unit_id
    return tuple(
        User(named_id(unit_id, "user", entry.login), entry.login, entry.name, entry.roles, entry.section, entry.title)
        for entry in provisioning.users
    )


def first_codes(provisioning: Provisioning, random: Callable[[int], bytes]) -> tuple[tuple[str, str], ...]:
    """Return (login, one-time code) of each user: the file's, or a fresh one.

    Raises:
        UserError: ``bad_provisioning`` for a code that is none of ours: a short one would be guessed.
    """
    codes = []
    for entry in provisioning.users:
        code = passwords.plain_code(entry.one_time_code)
        if code and not passwords.is_code(code):
            raise UserError("bad_provisioning", place=f"users: {entry.login}: one_time_code")
        codes.append((entry.login, code or passwords.one_time_code(random)))
    return tuple(codes)


def filling(
    provisioning: Provisioning, users: tuple[User, ...], codes: dict[str, str], hasher: Argon2Passwords
) -> Callable[[Ledger], None]:
    """Return what writes a unit and its users into a database.

    Args:
        provisioning: The unit's file.
        users: Its users with their ids.
        codes: One-time code by login; none in training.
        hasher: Hashes the codes.
    """
    hashes = {login: hasher.hash_password(code) for login, code in codes.items()}

    def fill(ledger: Ledger) -> None:
        with ledger.act(None) as act:
            act.record_unit((UnitConfigured(provisioning.unit),))
            if provisioning.calendar != NO_OVERLAY:
                act.record_unit((CalendarOverlaid(provisioning.calendar, changes=said_days(provisioning.calendar)),))
            for user in users:
                act.record_unit((UserSaved(user),))
                # In training nobody is asked for a password; no stored hash means none fits.
                hashed = hashes.get(user.login, "")
                if hashed:
                    act.record_unit((PasswordSet(user.user_id, is_one_time=True),))
                act.save_account(Account(user, hashed, is_one_time=bool(hashed), attempts=NO_ATTEMPTS))
            grant_delegations(act, provisioning, {user.login: user.user_id for user in users})

    return fill


def grant_delegations(act: Act, provisioning: Provisioning, ids: dict[str, str]) -> None:
    """Grant the delegations of the provisioning file."""
    for entry in provisioning.delegations:
        delegation = Delegation(
            delegation_id=named_id(provisioning.unit.unit_id, "delegation", entry.login, entry.form, entry.document),
            form=entry.form,
            delegate=ids[entry.login],
            document=entry.document,
            document_on=entry.document_on,
            from_on=entry.from_on,
            to_on=entry.to_on,
            fields=entry.fields,
            procedures=entry.procedures,
        )
        check_delegation(delegation)
        act.record_unit((DelegationGranted(delegation),))


def chosen_mode(store: SecretStore | None) -> tuple[KeyMode, str]:
    """Return where a real database's key goes, and why."""
    choice = choose_mode(store)
    return choice.mode, choice.reason


def _new_id(clock: SettableClock, random: Callable[[int], bytes]) -> str:
    return uuid7(int(clock.now().timestamp() * 1_000), random(10))
