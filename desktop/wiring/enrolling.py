"""Make a PC one of a unit's from an empty folder: the city's address and a one-time code are all that is typed.

A joining that was cut anywhere goes on when the same code is given again, until its one-time codes were shown to a
person (:func:`end_enrolment`).
"""

import secrets
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from desktop.devices import passwords
from desktop.devices.passwords import STRONG, HashCost
from desktop.devices.system_clock import SettableClock, SystemClock
from desktop.domain.attempts import NO_ATTEMPTS
from desktop.domain.codes import Lease
from desktop.domain.errors import EnvironmentProblem, UserError
from desktop.domain.facts.unit import PasswordSet
from desktop.protocol.messages import EnrolAnswer
from desktop.services.records import Account
from desktop.storage.database import DATABASE_NAME, Replica, create_database
from desktop.storage.joining import JoinedCity, keep_city, read_city
from desktop.storage.keys import KeyFile, KeyMode, SecretStore, stored_name
from desktop.storage.keys_file import STRONG as STRONG_WRAP
from desktop.storage.keys_file import WrapCost
from desktop.storage.ledger import Ledger
from desktop.storage.reference.units import parse_provisioning
from desktop.storage.setting_up import setting_up
from desktop.sync.addresses import city_address
from desktop.sync.blob_lane import BlobLane
from desktop.sync.enrolment import enrol
from desktop.sync.ports import CityRefused, LinkFailed
from desktop.sync.rounds import CountingReplica, RoundReport, run_rounds
from desktop.wiring import (
    KEYS_NAME,
    Argon2Passwords,
    Ward,
    chosen_mode,
    city,
    filling,
    new_replica,
    new_users,
    open_with_key,
    read_key,
    surroundings,
)
from desktop.wiring.learning import take_lookup_base

#: The enrolment code opens the database under this name until the users have codes of their own.
JOINING = "ghi-danh"


@dataclass(frozen=True, slots=True)
class Joining:
    """Say what joining an empty folder to a unit made.

    Attributes:
        answer: What the city said.
        key_mode: Where the key lies.
        recovery_key: To be printed once; "" in training.
        key: Of the database.
    """

    answer: EnrolAnswer
    key_mode: KeyMode
    recovery_key: str = field(repr=False)
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Say how far an enrolment came.

    Attributes:
        unit_name: "" while the unit has not arrived.
        city: Its address.
        report: What the rounds did; its error ends the enrolment for now, and the same code goes on with it.
        key_mode: Where the key lies.
        recovery_key: To be printed once; "" in training, and while the users have not arrived.
        one_time_codes: (login, code) of each user, to be printed once; none in training.
    """

    folder: Path
    unit_id: str
    unit_name: str
    replica_id: str
    counter: int
    is_training: bool
    city: str
    report: RoundReport
    key_mode: KeyMode
    recovery_key: str = field(default="", repr=False)
    one_time_codes: tuple[tuple[str, str], ...] = field(default=(), repr=False)


def enrol_empty(
    folder: Path,
    address: str,
    code: str,
    authority: str = "",
    *,
    store: SecretStore | None = None,
    cost: HashCost = STRONG,
    wrap_cost: WrapCost = STRONG_WRAP,
) -> Enrolled:
    """Enrol an empty folder, or go on with an enrolment that was cut; then fetch the unit, its users and dossiers.

    Raises:
        EnvironmentProblem: ``database_exists`` for a folder that holds other data, ``network_share`` …
        UserError: ``city_*``, ``link_*``: nothing was made.
    """
    ward, recovery_key = open_unfinished(folder, code, store=store), ""
    if ward is None:
        joining = create_joined_ward(folder, address, code, authority, store=store, wrap_cost=wrap_cost)
        ward, recovery_key = open_with_key(folder, joining.key), joining.recovery_key
    with closing(ward):
        return finish(replace(ward, keys=KeyFile(ward.keys.path, wrap_cost)), recovery_key, cost=cost)


def create_joined_ward(
    folder: Path,
    address: str,
    code: str,
    authority: str = "",
    *,
    store: SecretStore | None = None,
    wrap_cost: WrapCost = STRONG_WRAP,
    random: Callable[[int], bytes] = secrets.token_bytes,
) -> Joining:
    """Create a database that belongs to a unit of the city; its content comes with the first rounds.

    Raises:
        EnvironmentProblem: ``database_exists``, ``network_share`` …
        UserError: ``city_refused``, ``link_*`` …
    """
    clock = SettableClock(SystemClock())
    city_address(address)
    with setting_up(folder.absolute()) as stage:
        nobody = new_replica("", is_training=False, clock=clock, random=random)
        answer = enrol(address, code, city.applicant_of(nobody, "", 0), city.machine_surroundings(authority))
        replica = replace(nobody, unit_id=answer.unit_id, counter=answer.counter, is_training=answer.is_training)
        keys = KeyFile(stage / KEYS_NAME, wrap_cost)
        mode = KeyMode.TRAINING if answer.is_training else chosen_mode(store)[0]
        try:
            key = keys.create(mode, store, replica.replica_id, random)
            recovery = ""
            if mode is not KeyMode.TRAINING:
                keys.add_wrap(JOINING, passwords.plain_code(code), key, random)
                recovery = keys.recovery_key(key, random)
            _create(stage, key, replica, city.joined_by(address, answer, authority), random)
        except BaseException:
            if mode is KeyMode.KEYRING and store is not None:
                store.delete(stored_name(replica.replica_id))
            raise
    return Joining(answer, mode, recovery, key)


def open_unfinished(folder: Path, code: str, *, store: SecretStore | None = None) -> Ward | None:
    """Open a folder whose enrolment was cut before its codes were shown; None for any other."""
    if not (folder / DATABASE_NAME).exists():
        return None
    try:
        ward = open_joining(folder, code, store=store)
    except (EnvironmentProblem, UserError) as error:
        if error.code in ("user_not_on_this_pc", "wrong_password", "key_missing"):
            return None
        raise
    if read_city(ward.database) is None or not is_joining(ward):
        ward.close()
        return None
    return ward


def open_joining(folder: Path, code: str, *, store: SecretStore | None = None) -> Ward:
    """Open a database whose joining is not finished: nobody has a password yet."""
    password = (JOINING, passwords.plain_code(code))
    return open_with_key(folder, read_key(folder, store=store, password=password))


def is_joining(ward: Ward) -> bool:
    """Tell whether the joining has not come to its end: in training without users, else its code still opens."""
    if ward.database.replica.is_training:
        return not _has_users(ward)
    return JOINING in ward.keys.users()


def finish(ward: Ward, recovery_key: str = "", *, cost: HashCost = STRONG) -> Enrolled:
    """Read the feed, settle the users, send what that wrote.

    Args:
        ward: Open, its joining not finished.
        recovery_key: The one just made; "" makes another, for nobody has seen the one before.
        cost: Cost of password hashes.
    """
    report = rounds(ward)
    if report.error:
        return enrolled_of(ward, report)
    codes = settle(ward, cost=cost)
    is_training = ward.database.replica.is_training
    if not is_training and not recovery_key:
        recovery_key = ward.keys.recovery_key(ward.database.key)
    # What is said so far stands whether or not the city hears of it now.
    report += rounds(ward)
    return replace(enrolled_of(ward, report), recovery_key=recovery_key, one_time_codes=codes)


def settle(
    ward: Ward, *, cost: HashCost = STRONG, random: Callable[[int], bytes] = secrets.token_bytes
) -> tuple[tuple[str, str], ...]:
    """Give the users of an empty folder that was joined, after the feed was read, codes to log in with.

    A feed without a unit means that this is its first PC: it begins with the unit's file. Again, it gives new codes.

    Returns:
        (login, one-time code) of each user; none in training.
    """
    joined = read_city(ward.database)
    if joined is None:
        raise UserError("city_not_joined")
    hasher, is_training = Argon2Passwords(cost), ward.database.replica.is_training
    if not _has_users(ward):
        provisioning = parse_provisioning("city", joined.provisioning)
        filling(provisioning, new_users(provisioning), {}, hasher)(ward.database.ledger)
    take_lookup_base(ward, joined.lookup_base)
    if is_training:
        return ()
    codes = []
    for user in ward.desk.reader.users():
        code = passwords.one_time_code(random)
        with ward.database.ledger.act(None) as act:
            act.record_unit((PasswordSet(user.user_id, is_one_time=True),))
            act.save_account(Account(user, hasher.hash_password(code), is_one_time=True, attempts=NO_ATTEMPTS))
        ward.keys.add_wrap(user.login, code, ward.database.key)
        codes.append((user.login, code))
    return tuple(codes)


def end_enrolment(folder: Path) -> None:
    """Let the enrolment code open nothing from now on: the users' codes were shown."""
    keys = KeyFile(folder / KEYS_NAME)
    if keys.mode() is not KeyMode.TRAINING:
        keys.remove_wrap(JOINING)


def rounds(ward: Ward) -> RoundReport:
    """Exchange with the city until nothing is left, attachments too, or something fails."""
    link = city.link_of(ward)
    try:
        replica = CountingReplica(link.replica)
        report = run_rounds(city.engine_of(replica, link.city), replica)
        link.round_done(lambda work: work())
        return report if report.error else replace(report, error=move_blobs(link))
    finally:
        link.close()


def move_blobs(link: city.Link) -> str:
    """Move all attachments; return the code of what failed."""
    lane = BlobLane(link.blobs, link.city)
    try:
        while lane.step():
            pass
    except (LinkFailed, CityRefused) as failure:
        return failure.code
    return ""


def _has_users(ward: Ward) -> bool:
    return any(user.is_active for user in ward.desk.reader.users())


def _create(stage: Path, key: bytes, replica: Replica, joined: JoinedCity, random: Callable[[int], bytes]) -> None:
    def fill(ledger: Ledger) -> None:
        with ledger.writing() as connection:
            keep_city(connection, joined)

    around = surroundings(SettableClock(SystemClock()), random)
    create_database(stage, key, replica, around, fill, lease=Lease(()))


def enrolled_of(ward: Ward, report: RoundReport) -> Enrolled:
    """Say how a joined PC stands."""
    database, joined = ward.database, read_city(ward.database)
    return Enrolled(
        folder=database.folder,
        unit_id=database.replica.unit_id,
        unit_name=ward.desk.reader.unit().name if _has_users(ward) else "",
        replica_id=database.replica.replica_id,
        counter=database.replica.counter,
        is_training=database.replica.is_training,
        city=joined.address if joined else "",
        report=report,
        key_mode=ward.keys.mode(),
    )
