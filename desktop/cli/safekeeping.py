"""``motcua backup``, ``restore``, ``recover``, ``rescue`` and the keys: bring data to safety and back by hand."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from desktop.cli.exits import Exit
from desktop.cli.maintenance import AskPassword, open_key, working_ward
from desktop.devices.passwords import one_time_code
from desktop.devices.system_clock import SystemClock
from desktop.domain.errors import AppError, EnvironmentProblem, UserError
from desktop.domain.users import User
from desktop.services import keykeeping, rescuing
from desktop.services.ports import Desk
from desktop.services.safekeeping import Plan, Status, Task, advice
from desktop.services.witnessing import Witness
from desktop.storage import backup as backups
from desktop.storage.backup_status import read_status
from desktop.storage.keys import KeyFile, KeyMode
from desktop.storage.recovering import Recovery, come_back
from desktop.storage.sealed import Secrets
from desktop.storage.second_place import replica_of
from desktop.wiring import key_changing, keyring_store, open_with_key, wrap_key
from desktop.wiring.recovering import recover_folder, write_list
from desktop.wiring.safekeeping import Keeper, bring_back, plan_of_this_pc

AskRecoveryKey = Callable[[str], str]
#: Asks one more person, told by a refusal whom; raises it where nobody is there to answer.
AskPerson = Callable[[UserError], Witness]


def backup_file(folder: Path, target: Path, ask: AskPassword) -> dict[str, Any]:
    """Back a data folder up into one file; return what it holds.

    Raises:
        EnvironmentProblem: ``database_absent``, ``key_missing``, ``recovery_key_needed``, ``disk_full`` …
    """
    report = backups.write_backup(folder, open_key(folder, ask), target, SystemClock().now())
    return {"file": str(report.path), "events": report.events, "head_hash": report.head_hash, "size": report.size}


def backup_place(
    folder: Path, place: Path | None, ask: AskPassword, *, is_full: bool, is_drill: bool
) -> tuple[Exit, dict[str, Any]]:
    """Bring what is new to the second place; a full copy or a drill when asked for.

    Args:
        folder: Data folder.
        place: The second place; None for the one of the settings.
        ask: Asks for a password.
        is_full: Make a full copy, too.
        is_drill: Bring everything back on trial, too.
    """
    key = open_key(folder, ask)
    plan = plan_of_this_pc()
    plan = plan if place is None else replace(plan, place=str(place))
    keeper = Keeper(folder, replica_of(folder, key), lambda: plan, SystemClock(), key)
    wanted = (Task.SEGMENT, *((Task.FULL,) if is_full else ()), *((Task.DRILL,) if is_drill else ()))
    status = keeper.keep(wanted)
    if status.failure:
        raise EnvironmentProblem(status.failure, path=plan.place)
    last = status.last_drill
    return Exit.DAMAGED if is_drill and last and not last.is_good else Exit.DONE, status_plain(status, plan)


def backup_status(folder: Path, place: Path | None) -> dict[str, Any]:
    """Say how safe the data is."""
    plan = plan_of_this_pc()
    return status_plain(read_status(folder), plan if place is None else replace(plan, place=str(place)))


def status_plain(status: Status, plan: Plan) -> dict[str, Any]:
    """Return a status as JSON-able data."""
    told, last = advice(plan, status, SystemClock().now()), status.last_drill
    return {
        "place": plan.place,
        "safety": told.safety.value,
        "code": told.code,
        "safe_until": _iso(status.safe_until),
        "full_at": _iso(status.full_at),
        "full_events": status.full_events,
        "recovery_key": status.recovery_id,
        "drill": None
        if last is None
        else {
            "at": _iso(last.at),
            "ok": last.is_good,
            "events": last.events,
            "seconds": last.seconds,
            "code": last.code,
        },
        "failure": status.failure,
        "failing_since": _iso(status.failing_since),
    }


def restore(folder: Path, source: Path, ask_key: AskRecoveryKey) -> dict[str, Any]:
    """Restore into a folder without a database; the recovery key is asked for when it is needed.

    Raises:
        EnvironmentProblem: ``backup_absent``, ``database_exists`` …
        UserError: ``backup_other_key``, ``bad_recovery_key`` …
    """
    store = keyring_store()
    try:
        rebuilt = bring_back(source, folder, Secrets(), store)
    except UserError as refusal:
        if refusal.code != "backup_other_key":
            raise
        rebuilt = bring_back(source, folder, Secrets(recovery=ask_key(str(refusal.details["key"]))), store)
    return {
        "data": str(folder),
        "events": rebuilt.events,
        "segments": rebuilt.segments,
        "safe_until": _iso(rebuilt.safe_until) if source.is_dir() else None,
        "passed_over": list(rebuilt.passed_over),
    }


def recover(
    folder: Path,
    place: Path | None,
    ask: AskPassword,
    ask_key: AskRecoveryKey,
    *,
    people: Sequence[Witness] = (),
    has_paper: bool = False,
) -> tuple[Exit, dict[str, Any]]:
    """Put a new database into the place of a broken one, exchange with the city, and write the list of what changed.

    Args:
        folder: Data folder.
        place: The second place; None for the one of the settings.
        ask: Asks for a password where only passwords open the database.
        ask_key: Asks for the printed recovery key.
        people: Who stand by it.
        has_paper: The printed key is given: it opens the copies and counts as one of the two.

    Raises:
        UserError: ``recovery_needs_two`` …
        EnvironmentProblem: ``backup_absent``, ``database_in_use`` …
        DamagedData: ``backup_damaged``.
    """
    where = str(place) if place is not None else plan_of_this_pc().place
    if not where:
        raise UserError("backup_no_place")
    held = Secrets(recovery=ask_key("")) if has_paper else _held(folder, ask, ask_key)
    done = recover_folder(folder, Path(where), held, keyring_store(), people)
    found, listed = done.found, done.listed
    error, from_city = _from_city(folder, found)
    if from_city:
        write_list(listed, found, from_city)
    plain = {
        "data": str(folder),
        "aside": str(found.aside),
        "list": str(listed),
        "events": found.rebuilt.events,
        "from_full": found.rebuilt.from_full,
        "segments": found.rebuilt.segments,
        "from_broken": found.from_broken,
        "from_city": from_city,
        "lost": None if found.lost is None else max(found.lost - from_city, 0),
        "clean": found.is_clean,
        "city": error,
        "passed_over": list(found.rebuilt.passed_over),
    }
    return Exit.DONE if found.is_clean else Exit.DAMAGED, plain


def rescue(
    folder: Path, login: str, ask_key: AskRecoveryKey, ask_person: AskPerson, people: Sequence[Witness] = ()
) -> dict[str, Any]:
    """Give an IT officer a one-time code, by the recovery key; return it, once.

    Args:
        folder: Data folder.
        login: Whose.
        ask_key: Asks for the printed recovery key.
        ask_person: Asks who else stands by it, while there are too few.
        people: Who stand by it.

    Raises:
        UserError: ``bad_recovery_key``, ``wrong_recovery_key``, ``user_unknown``, ``not_permitted``,
            ``rescue_needs_people`` …
        EnvironmentProblem: ``database_absent``, ``database_in_use`` …
    """
    keys = KeyFile(folder / "keys.toml")
    key = keys.open_with_recovery(ask_key(keys.recovery_id()))
    ward = open_with_key(folder, key)
    try:
        code = one_time_code()
        user = _rescued(ward.desk, login, code, list(people), ask_person)
        wrap_key(ward, user.login, code)
    finally:
        ward.close()
    return {"login": user.login, "one_time_code": code}


def new_recovery_key(
    folder: Path, ask: AskPassword, ask_person: AskPerson, witness: Witness | None = None
) -> dict[str, Any]:
    """Make a new recovery key; it is told once, and the log says who had it made and who stood by it.

    Args:
        folder: Data folder.
        ask: Asks for a password.
        ask_person: Asks for the second person where one is needed and none was named.
        witness: The second person, None when he was not named.

    Raises:
        UserError: ``not_permitted``, ``wrong_password``, ``witness_needed`` …
    """
    with working_ward(folder, ask) as (ward, user):
        if user is None:
            raise UserError("training_only")
        make = partial(key_changing.make_recovery_key, ward.desk, ward.database, ward.keys, user)
        try:
            groups, named = make(witness)
        except UserError as refusal:
            if refusal.code != "witness_needed":
                raise
            groups, named = make(ask_person(refusal))
        return {"recovery_key": groups, "recovery_key_id": named}


def new_database_key(folder: Path, ask: AskPassword, told: Callable[[str], None]) -> dict[str, Any]:
    """Change the key of the database at once; the log says who had it changed.

    Args:
        folder: Data folder.
        ask: Asks for a password where one is needed.
        told: Called with each step as it begins; see :func:`desktop.storage.key_change.carry_out`.

    Raises:
        UserError: ``not_permitted``, ``wrong_password`` …
        EnvironmentProblem: ``database_in_use``, ``recovery_key_needed``, ``key_not_changed`` …
    """
    given: list[tuple[str, str]] = []

    def asked_once(login: str) -> tuple[str, str]:
        if not given:
            given.append(ask(login))
        return given[0]

    with working_ward(folder, asked_once) as (ward, user):
        password = given[0][1] if given else ""
        actor = keykeeping.acting_in_training(ward.desk) if user is None else user
        named = key_changing.ask(ward.desk, ward.database, ward.keys, actor, password)
    store, typed = (keyring_store(), given[0]) if given else (None, None)
    key = key_changing.read_key(folder, store=store, password=typed)
    key_changing.carry_out(folder, key, key_changing.ways_of(store, typed), told)
    with working_ward(folder, asked_once) as (ward, _):
        if ward.keys.records().key_id != named:
            raise EnvironmentProblem("key_not_changed")
        users = sorted(user.login for user in ward.desk.reader.users() if user.is_active)
        shut_out = sorted(set(users) - ward.keys.users()) if ward.keys.mode() is KeyMode.PASSWORD else []
        return {"database_key_id": named, "recovery_key_id": ward.keys.recovery_id(), "to_log_in_here": shut_out}


def _rescued(desk: Desk, login: str, code: str, people: list[Witness], ask_person: AskPerson) -> User:
    while True:
        try:
            return rescuing.rescue(desk, login, code, people)
        except UserError as refusal:
            if refusal.code != "rescue_needs_people":
                raise
            people.append(ask_person(refusal))


def _from_city(folder: Path, found: Recovery) -> tuple[str, int]:
    """Exchange with the city when the PC has joined one; return what failed, and how many own entries came back."""
    from desktop.cli import syncing  # noqa: PLC0415 - heavy

    try:
        with closing(open_with_key(folder, found.rebuilt.key)) as ward:
            error = syncing.rounds(ward).error
    except AppError as refusal:
        return ("" if refusal.code == "city_not_joined" else refusal.code), 0
    return error, come_back(folder, found.rebuilt.key, found)


def _held(folder: Path, ask: AskPassword, ask_key: AskRecoveryKey) -> Secrets:
    """Return what opens the copies: the PC's own key, or the recovery key where that cannot be had."""
    try:
        return Secrets(database_key=open_key(folder, ask))
    except EnvironmentProblem:
        return Secrets(recovery=ask_key(""))


def _iso(at: Any) -> str | None:  # noqa: ANN401 - an instant or None
    return None if at is None else at.isoformat()
