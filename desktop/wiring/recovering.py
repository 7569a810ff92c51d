"""Put a new database into the place of a broken one, from the command line or the log-in box, and list the changes."""

import logging
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from desktop.domain.errors import AppError, EnvironmentProblem
from desktop.domain.users import User
from desktop.domain.vietnamese import local, screen_datetime
from desktop.services.rescuing import note_recovery, stand_by_recovery
from desktop.services.witnessing import Witness
from desktop.storage.engine import translated
from desktop.storage.keys import KeyFile, KeyMode, SecretStore
from desktop.storage.people import accounts_in
from desktop.storage.recovering import ASIDE_PREFIX, Recovery
from desktop.storage.sealed import Secrets
from desktop.storage.second_place import folder_of, look_into
from desktop.wiring import KEYS_NAME, Argon2Passwords, keyring_store, open_with_key, read_key
from desktop.wiring.safekeeping import plan_of_this_pc, recover_here

logger = logging.getLogger(__name__)

LIST_PREFIX: Final = "phuc-hoi-"
_SOURCES: Final = {"segment": "từ đoạn nhật ký", "broken_file": "từ tệp hỏng", "lost": "KHÔNG CÒN"}


@dataclass(frozen=True, slots=True)
class Recovered:
    """Say what a recovery gave.

    Attributes:
        found: What was done.
        listed: The list of what changed, a text file beside the data.
    """

    found: Recovery
    listed: Path


@dataclass(slots=True)
class _TwoPeople:
    """Let a copy take the place of a broken database when two stand by it; in training nobody is asked.

    Attributes:
        people: What they typed.
        has_paper: The printed recovery key was typed.
        proven: Who stood by it.
    """

    people: Sequence[Witness]
    has_paper: bool
    proven: tuple[User, ...] = field(default=())

    def __call__(self, stage: Path, key: bytes) -> None:
        """Refuse what less than two stand by; see :func:`desktop.services.rescuing.stand_by_recovery`."""
        if KeyFile(stage / KEYS_NAME).mode() is not KeyMode.TRAINING:
            known, fits = accounts_in(stage, key), Argon2Passwords().verify_password
            self.proven = stand_by_recovery(known, self.people, fits, has_paper=self.has_paper)


def recover_folder(
    folder: Path, place: Path, held: Secrets, store: SecretStore | None, people: Sequence[Witness] = ()
) -> Recovered:
    """Put a new database into the place of a broken one, and write the list of what changed and the log who did it.

    Args:
        folder: Data folder; nobody works in it.
        place: The second place, or the folder of this PC in it.
        held: What opens the copies.
        store: This PC's keyring: the key of what came back goes there.
        people: The two who stand by it, or one beside the printed recovery key in ``held``.

    Raises:
        EnvironmentProblem: ``backup_place_absent``, ``backup_absent``, ``database_in_use`` …
        UserError: ``backup_other_key``, ``bad_recovery_key`` …; ``recovery_needs_two`` …, see
            :func:`desktop.services.rescuing.stand_by_recovery`.
        DamagedData: ``backup_damaged``; the broken file stands where it was.
    """
    if not place.is_dir():
        raise EnvironmentProblem("backup_place_absent", path=str(place))
    source = _pc_folder(folder, place)
    if not look_into(source).fulls:
        raise EnvironmentProblem("backup_absent", path=str(place))
    permit = _TwoPeople(people, has_paper=bool(held.recovery))
    found = recover_here(folder, source, held, permit)
    keys = KeyFile(folder / KEYS_NAME)
    if held.recovery and keys.mode() is not KeyMode.TRAINING:
        keys.settle_in(found.rebuilt.key, store)
    listed = folder / f"{found.aside.name.replace(ASIDE_PREFIX, LIST_PREFIX)}.txt"
    write_list(listed, found, 0)
    _note(folder, found.rebuilt.key, permit.proven)
    return Recovered(found, listed)


def held_here(folder: Path, recovery_key: str, store: SecretStore | None) -> Secrets:
    """Return what opens the copies: the printed key when it was typed, else the key this PC has.

    Raises:
        EnvironmentProblem: ``key_missing``: the printed key is needed.
    """
    if recovery_key.strip():
        return Secrets(recovery=recovery_key)
    return Secrets(database_key=read_key(folder, store=store))


def recovering(folder: Path) -> tuple[str, Callable[[str, str, Sequence[Witness]], Recovered]]:
    """Return where the copies of this PC lie, "" for no place, and what recovers by (place, printed key, people)."""

    def recover(place: str, recovery_key: str, people: Sequence[Witness]) -> Recovered:
        store = keyring_store()
        held = held_here(folder, recovery_key, store)
        return recover_folder(folder, Path(place).expanduser(), held, store, people)

    return plan_of_this_pc().place, recover


def _note(folder: Path, key: bytes, people: Sequence[User]) -> None:
    """Write into the log who stood by it; that this fails does not undo what came back."""
    if not people:
        return
    try:
        with closing(open_with_key(folder, key)) as ward:
            note_recovery(ward.desk, people)
    except AppError as error:
        logger.warning("recovery not noted", extra={"code": error.code})


def write_list(path: Path, found: Recovery, from_city: int) -> None:
    """Write the list of what changed, for a person: codes and acts, no names."""
    with translated():
        path.write_text(listing(found, from_city), "utf-8")


def listing(found: Recovery, from_city: int) -> str:
    """Return the list of what changed."""
    lost = "không rõ" if found.lost is None else str(max(found.lost - from_city, 0))
    head = [
        f"Khôi phục dữ liệu hỏng, tệp cũ cất ở {found.aside}",
        (
            f"Bản đầy đủ: {found.rebuilt.from_full} mục; {found.rebuilt.segments} đoạn tiếp theo; "
            f"cứu từ tệp hỏng: {found.from_broken} mục; thành phố gửi lại: {from_city} mục."
        ),
        f"Mục đã mất: {lost}. Mọi việc trước {screen_datetime(local(found.rebuilt.safe_until))} đều còn.",
        "",
    ]
    lines = [
        f"{change.code or 'đơn vị':<28} {change.type:<24} {change.acted_at:<34} {_SOURCES[change.source]}"
        for change in found.changes
    ]
    passed = [f"Tệp sao lưu không dùng được: {name}" for name in found.rebuilt.passed_over]
    return "\n".join([*head, *lines, *passed, ""])


def _pc_folder(folder: Path, place: Path) -> Path:
    """Return the folder of this PC in a place, named by its key file; without one, the place itself must tell."""
    try:
        replica_id = KeyFile(folder / KEYS_NAME).replica_id()
    except AppError:
        return place
    mine = folder_of(place, replica_id)
    return mine if mine.is_dir() else place
