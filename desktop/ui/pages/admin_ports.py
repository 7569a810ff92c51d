"""What the page "Quản trị" needs from outside the database: codes, keys, the printer, verify and backup."""

from collections.abc import Callable
from dataclasses import dataclass, field

from desktop.domain.errors import UserError
from desktop.domain.publications import Publication
from desktop.domain.users import User
from desktop.services.safekeeping import Plan, Status, Task
from desktop.services.witnessing import Witness
from desktop.ui.pages.machine_ports import Machine
from desktop.ui.pages.update_ports import Updater


@dataclass(frozen=True, slots=True)
class Verified:
    """Say what a verification found.

    Attributes:
        events: Entries of the log that were read.
        dossiers: Dossiers that were folded anew.
        head_hash: Hexadecimal, of the last entry.
        findings: (code of the sentence, where); empty when nothing is wrong.
    """

    events: int
    dossiers: int
    head_hash: str
    findings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class BackedUp:
    """Say what a backup holds.

    Attributes:
        path: The file.
        events: How many entries of the log.
        size: Bytes.
    """

    path: str
    events: int
    size: int


@dataclass(frozen=True, slots=True)
class NewRecoveryKey:
    """Hold a recovery key on its way to the printer; it is kept nowhere.

    Attributes:
        key_id: Names it.
        groups: The key as printed.
        maker: Who made it.
    """

    key_id: str
    groups: str = field(repr=False)
    maker: str = ""


@dataclass(frozen=True, slots=True)
class Safekeeper:
    """Bring the data of this PC to safety.

    Attributes:
        plan: What the settings ask for. Threads: any.
        look: Returns plan, status and the name of the recovery key. Threads: lane io.
        keep: Does tasks and returns the same. Threads: lane io.
        choose: Takes a second place; refuses one that is not there. Threads: lane io.
        new_key: Makes a recovery key by (who asks, the second person or None). Threads: lane db.
        print_key: Prints its sheet and returns the printer's name. Threads: lane io.
        ask_key: Asks for another key of the data by (user, password) and returns its name. Threads: lane db.
        asked_key: Names the key of the data that was asked for and is not in force, "" for none. Threads: lane io.
        asks_password: Changing that key asks for the password.
    """

    plan: Callable[[], Plan]
    look: Callable[[], tuple[Plan, Status, str]]
    keep: Callable[[tuple[Task, ...]], tuple[Plan, Status, str]]
    choose: Callable[[str], None]
    new_key: Callable[[User, Witness | None], NewRecoveryKey]
    print_key: Callable[[NewRecoveryKey], str]
    ask_key: Callable[[User, str], str]
    asked_key: Callable[[], str] = str
    asks_password: bool = True


def _no_city(_address: str, _code: str, _authority: str) -> str:
    raise UserError("city_not_joined")


@dataclass(frozen=True, slots=True)
class Caretaker:
    """Do what concerns this PC rather than the log.

    Attributes:
        new_code: Makes a one-time code; "" in training, where no password is asked.
        share_key: Lets (login, code or password) open the database on this PC. Threads: lane db.
        take_key: Takes a login's way to the key away. Threads: lane db.
        print_sheet: Prints (PDF, title) on the printer of this PC and returns its name. Threads: lane io.
        verify: Verifies the database; True checks every signature. Threads: lane io.
        back_up: Writes a backup into a file of this name. Threads: lane io.
        backup_folder: Where a backup goes unless another place is typed.
        city: Returns the address of the city this PC has joined, "" for none. Threads: lane db.
        published: Returns the documents of the city that are here. Threads: any.
        join: Joins the city by (address, one-time code, authority file) and returns the unit's name. Threads: lane db.
        safekeeper: Brings the data to safety; None leaves that side out.
        machine: Looks after this PC; None leaves that side out.
        updater: Updates the program; None leaves that side out.
    """

    new_code: Callable[[], str]
    share_key: Callable[[str, str], None]
    take_key: Callable[[str], None]
    print_sheet: Callable[[bytes, str], str]
    verify: Callable[[bool], Verified]
    back_up: Callable[[str], BackedUp]
    backup_folder: str
    city: Callable[[], str] = str
    published: Callable[[], tuple[Publication, ...]] = tuple
    join: Callable[[str, str, str], str] = _no_city
    safekeeper: Safekeeper | None = None
    machine: Machine | None = None
    updater: Updater | None = None
