"""Set a PC up from a provisioning file: database, settings of this PC, city, without a question."""

import contextlib
import json
import shutil
import socket
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import site_config_path, user_config_path

from desktop.devices.passwords import STRONG, HashCost
from desktop.devices.system_clock import SystemClock
from desktop.domain.errors import AppError, UserError
from desktop.domain.vietnamese import local, screen_datetime
from desktop.storage.database import DATABASE_NAME
from desktop.storage.keys import KeyMode, SecretStore, stored_name
from desktop.storage.keys_file import STRONG as STRONG_WRAP
from desktop.storage.keys_file import WrapCost
from desktop.storage.reference.units import Provisioning, parse_provisioning
from desktop.wiring import APP_NAME, KEYS_NAME, Created, Ward, create_ward, open_ward, state_folder

if TYPE_CHECKING:
    from desktop.devices.settings_file import SettingsFile

#: What a provisioning file is called where the first start looks for it.
FILE_NAME = "unit.toml"
#: Stands behind the name of a file that a PC was set up from; what it says is below.
USED_SUFFIX = ".da-dung"


@dataclass(frozen=True, slots=True)
class SetUp:
    """Say what a set-up from a file made.

    Attributes:
        created: The database.
        city: Address of the city it joined, "" for none.
        city_problem: Why it did not join the city of its file; everything else is done.
    """

    created: Created
    city: str = ""
    city_problem: AppError | None = None


def found_file(folder: Path) -> Path | None:
    """Return the provisioning file that waits for the first start of this PC, None for none.

    Looked for in the data folder, then among the user's and the machine's configuration of the program.
    """
    places = (
        folder,
        user_config_path(APP_NAME, appauthor=False),
        site_config_path(APP_NAME, appauthor=False),
    )
    return next((place / FILE_NAME for place in places if (place / FILE_NAME).is_file()), None)


def read_file(path: Path) -> Provisioning:
    """Read a provisioning file.

    Raises:
        UserError: ``bad_provisioning`` with the place, ``bad_unit`` with the field; ``provisioning_used`` for
            one that a PC was set up from: another database from it would give out the same numbers again.
    """
    mark = used_mark(path)
    if mark.exists():
        computer, at = _said_by(mark)
        raise UserError("provisioning_used", path=str(path), mark=str(mark), computer=computer, at=at)
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise UserError("bad_provisioning", place=str(path)) from None
    return parse_provisioning(path.name, text)


def used_mark(path: Path) -> Path:
    """Return the file beside a provisioning file that says that it was used."""
    return path.with_name(path.name + USED_SUFFIX)


def mark_used(path: Path) -> None:
    """Say beside a provisioning file that this PC was set up from it.

    Nothing is said where nobody may write, and of the sample in the program: that is there to be tried again.
    """
    if path.absolute().is_relative_to(Path(str(files("resources")))):
        return
    plain = {"computer": socket.gethostname(), "at": screen_datetime(local(SystemClock().now()))}
    with contextlib.suppress(OSError):
        used_mark(path).write_text(json.dumps(plain, ensure_ascii=False), "utf-8")


def _said_by(mark: Path) -> tuple[str, str]:
    """Return which PC was set up from the file, and when."""
    try:
        plain = json.loads(mark.read_text("utf-8"))
        return str(plain["computer"]), str(plain["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return "…", "…"


def set_up(
    folder: Path,
    provisioning: Provisioning,
    *,
    is_training: bool,
    store: SecretStore | None = None,
    settings: "SettingsFile | None" = None,
    cost: HashCost = STRONG,
    wrap_cost: WrapCost = STRONG_WRAP,
    join: "Callable[[Ward, str, str, str], object] | None" = None,
) -> SetUp:
    """Create a ward as its file says; a city that does not answer costs nothing but the joining.

    Args:
        folder: Data folder without a database.
        provisioning: The file.
        is_training: A training database joins no city.
        store: The machine's keyring.
        settings: Settings of this PC, to take those of the file; None keeps them as they are.
        cost: Cost of password hashes.
        wrap_cost: Cost of key wraps.
        join: Joins a city by (ward, address, code, authority).

    Raises:
        EnvironmentProblem: ``database_exists``, ``network_share`` …
        UserError: ``bad_provisioning``; ``provisioning_spent`` when other PCs used up every code: nothing was made.
    """
    created = create_ward(folder, provisioning, is_training=is_training, store=store, cost=cost, wrap_cost=wrap_cost)
    if settings is not None:
        for key, value in provisioning.settings:
            settings.put(key, value)
        settings.save()
    city = provisioning.city
    if is_training or city is None or not city.enrolment_codes:
        return SetUp(created)
    password = created.one_time_codes[0]
    with closing(open_ward(created.folder, store=store, password=password, cost=cost)) as ward:
        replica_id = ward.database.replica.replica_id
        for code in city.enrolment_codes:
            try:
                (join or _join)(ward, city.address, code, city.authority)
            except AppError as error:
                problem = error
                if error.details.get("city_code") == "code-used":
                    # Another PC of the ward came first.
                    continue
                break
            return SetUp(created, city=city.address)
    if problem.details.get("city_code") == "code-used":
        _undo(created, replica_id, store)
        raise UserError("provisioning_spent")
    return SetUp(created, city_problem=problem)


def _undo(created: Created, replica_id: str, store: SecretStore | None) -> None:
    """Take a new ward away in which nothing was done: a twin of its unit, which no city knows."""
    # The database first: keys without one are what an unfinished set-up leaves.
    for name in (DATABASE_NAME, f"{DATABASE_NAME}-wal", f"{DATABASE_NAME}-shm", KEYS_NAME):
        (created.folder / name).unlink(missing_ok=True)
    shutil.rmtree(state_folder() / replica_id, ignore_errors=True)
    if created.key_mode is KeyMode.KEYRING and store is not None:
        store.delete(stored_name(replica_id))


def _join(ward: Ward, address: str, code: str, authority: str) -> object:
    from desktop.wiring.city import join_ward  # noqa: PLC0415 - only where a city is

    return join_ward(ward, address, code, authority)
