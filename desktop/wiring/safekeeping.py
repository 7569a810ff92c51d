"""Bring the data of this PC to safety, and back: what the window, the command line and the self-check share."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from desktop.devices import signing_key
from desktop.devices.settings_file import SettingsFile, settings_path
from desktop.devices.system_clock import SystemClock
from desktop.domain.errors import AppError, EnvironmentProblem, UserError
from desktop.services.ports import Clock
from desktop.services.safekeeping import Drill, Plan, Status, Task, done, drilled, due, failed
from desktop.services.settings import Settings
from desktop.storage.backup import restore_backup
from desktop.storage.backup_status import read_status, write_status
from desktop.storage.keys import KeyFile, KeyMode, SecretStore
from desktop.storage.keys_file import parse_recovery_key
from desktop.storage.recovering import Recovery, recover
from desktop.storage.restoring import Rebuilt, drill, restore_place
from desktop.storage.sealed import Secrets
from desktop.storage.second_place import folder_of, is_of, ship_full, ship_segment
from desktop.wiring import KEYS_NAME, Ward, state_folder

_ORDER = (Task.SEGMENT, Task.FULL, Task.DRILL)


@dataclass(frozen=True, slots=True)
class Keeper:
    """Keep one data folder safe.

    Attributes:
        folder: Data folder.
        replica_id: The PC.
        key: Of the database.
        plan: What the settings ask for, as they are now.
        clock: Tells the time.

    Threads: lane io; it reads beside the program at work.
    """

    folder: Path
    replica_id: str
    plan: Callable[[], Plan]
    clock: Clock
    key: bytes = field(repr=False)

    def status(self) -> Status:
        """Return what is known."""
        return read_status(self.folder)

    def recovery_id(self) -> str:
        """Name the recovery key in force, "" when there is none."""
        return self._keys.recovery_id()

    def keep(self, wanted: tuple[Task, ...] | None = None) -> Status:
        """Do what is due, or what is wanted; return what is known then.

        A failure is kept in the status, not raised: the next turn tries again.
        """
        plan, status = self.plan(), self.status()
        tasks = due(plan, status, self.clock.now(), self._keys.recovery_id()) if wanted is None else wanted
        for task in (each for each in _ORDER if each in tasks):
            try:
                status = self._done(task, plan, status)
            except AppError as error:
                status = failed(status, error.code, self.clock.now())
            write_status(self.folder, status)
        return status

    def _done(self, task: Task, plan: Plan, status: Status) -> Status:
        if not plan.place:
            raise UserError("backup_no_place")
        place, now = Path(plan.place), self.clock.now()
        match task:
            case Task.SEGMENT:
                try:
                    ship_segment(self.folder, self.key, place, now, _signer)
                except EnvironmentProblem as problem:
                    if problem.code != "backup_full_needed":
                        raise
                    return self._done(Task.FULL, plan, status)
                return done(status, plan, task, now)
            case Task.FULL:
                report = ship_full(self.folder, self.key, place, now)
                named = self._keys.recovery_id()
                return done(status, plan, task, now, full_events=report.events, recovery_id=named)
            case Task.DRILL:
                return drilled(done(status, plan, task, now), self._drill(place))

    def _drill(self, place: Path) -> Drill:
        """Bring the data back into a folder of its own, and say how it went."""
        began, at = time.monotonic(), self.clock.now()
        held = Secrets(database_key=self.key)
        try:
            rebuilt, report = drill(folder_of(place, self.replica_id), self.folder, held, signing_key.verify)
        except AppError as error:
            return Drill(at, is_good=False, events=0, seconds=int(time.monotonic() - began), code=error.code)
        code = report.findings[0].code if report.findings else "backup_damaged" if rebuilt.passed_over else ""
        if not code and not is_of(self.folder, self.key, report.events, report.head_hash):
            code = "backup_does_not_fit"
        return Drill(at, not code, rebuilt.events, int(time.monotonic() - began), code)

    @property
    def _keys(self) -> KeyFile:
        return KeyFile(self.folder / KEYS_NAME)


def plan_of(settings: Settings) -> Plan:
    """Return what the settings of this PC ask for."""
    return Plan(settings.backup_place, timedelta(minutes=settings.backup_segment_minutes), settings.backup_full_hour)


def plan_of_this_pc() -> Plan:
    """Return what the settings file of this PC asks for."""
    return plan_of(SettingsFile(settings_path()).read().settings)


def keeper_of(ward: Ward, plan: Callable[[], Plan]) -> Keeper:
    """Return the keeper of an open ward."""
    database = ward.database
    # What is safe is told by the machine's clock: a training ward's may be set to any day.
    return Keeper(database.folder, database.replica.replica_id, plan, SystemClock(), database.key)


def bring_back(source: Path, folder: Path, held: Secrets, store: SecretStore | None) -> Rebuilt:
    """Restore a database from a file or a second place into a folder that has none, and settle its key on this PC.

    Args:
        source: A backup file, or a second place.
        folder: Data folder.
        held: What opens it.
        store: This PC's keyring.

    Raises:
        EnvironmentProblem: ``backup_absent``, ``database_exists`` …
        UserError: ``backup_other_key``, ``bad_recovery_key`` …
        DamagedData: ``backup_damaged``, ``restored_unsound``.
    """
    if held.recovery:
        held = Secrets(parse_recovery_key(held.recovery), held.database_key)
    if source.is_dir():
        rebuilt = restore_place(source, folder, held, signing_key.verify)
    else:
        events = restore_backup(source, folder, held)
        rebuilt = Rebuilt("", events, events, 0, SystemClock().now())
    keys = KeyFile(folder / KEYS_NAME)
    if keys.mode() is not KeyMode.TRAINING and held.recovery:
        keys.settle_in(rebuilt.key or keys.open_with_recovery(held.recovery), store)
    return rebuilt


def recover_here(
    folder: Path, source: Path, held: Secrets, permit: Callable[[Path, bytes], None] | None = None
) -> Recovery:
    """Put a new database into the place of a broken one; see :func:`desktop.storage.recovering.recover`."""
    if held.recovery:
        held = Secrets(parse_recovery_key(held.recovery), held.database_key)
    return recover(folder, source, held, signing_key.verify, state_folder(), SystemClock().now(), permit)


def _signer(private: bytes) -> Callable[[bytes], bytes]:
    return signing_key.Signer(private).sign


__all__ = ["Keeper", "bring_back", "keeper_of", "plan_of", "plan_of_this_pc", "recover_here"]
