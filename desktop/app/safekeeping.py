"""The data of this PC is brought to safety beside the person who works: owns the timer, tells when it goes wrong."""

import platform
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

from desktop.app.seat import Seat
from desktop.devices.settings_file import SettingsFile
from desktop.domain.errors import AppError, EnvironmentProblem
from desktop.domain.users import Action, User, may
from desktop.services.safekeeping import Plan, Safety, Status, Task, advice
from desktop.services.witnessing import Witness
from desktop.storage.engine import translated
from desktop.ui.kit import Kit
from desktop.ui.pages.admin_ports import NewRecoveryKey, Safekeeper
from desktop.wiring import Ward, key_changing
from desktop.wiring.safekeeping import Keeper, keeper_of, plan_of

if TYPE_CHECKING:
    from desktop.ui.print_queue import Printers

LOOK_EVERY_MS: Final = 60_000
_PAPER: Final = "A5"


def safekeeper_of(seat: Seat, printers: "Printers", file: SettingsFile | None) -> Safekeeper:
    """Return what the side "An toàn dữ liệu" does.

    Args:
        seat: Whose ward is open.
        printers: The printers of this PC.
        file: The settings of this PC; None where there are none.
    """
    plan = partial(_plan, file)
    return Safekeeper(
        plan=plan,
        look=lambda: _look(keeper_of(seat.ward, plan), None),
        keep=lambda tasks: _look(keeper_of(seat.ward, plan), tasks),
        choose=partial(_choose, file),
        new_key=lambda actor, witness: _new_key(seat.ward, actor, witness),
        print_key=lambda made: _print(seat.ward, printers, made),
        ask_key=lambda actor, password: _ask_key(seat.ward, actor, password),
        asked_key=lambda: key_changing.asked(seat.ward.keys),
        asks_password=not seat.ward.desk.is_training,
    )


class SafeWatch(QObject):
    """Do what is due, every minute from the first log-in on; a failure is told to whoever can mend it."""

    def __init__(self, kit: Kit, seat: Seat, file: SettingsFile | None, parent: QObject) -> None:
        """Wait for :meth:`begin`."""
        super().__init__(parent)
        self._kit, self._seat, self._file = kit, seat, file
        self._told = ""
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def begin(self) -> None:
        """Begin; a later call asks for another look."""
        self._timer.start()

    def end(self) -> None:
        """Bring the last of the day to safety and stop; lane db ends what was asked of it before the window is gone."""
        plan = _plan(self._file)
        if self._timer.isActive() and plan.place:
            self._kit.tasks.run("db", partial(_last, self._seat, plan), self._tell, self._complain, owner=self)
        self._timer.stop()

    def look(self) -> None:
        """Do what is due, on lane io."""
        plan = _plan(self._file)
        if plan.place:
            work = partial(_kept, self._seat, plan)
            self._kit.tasks.run("io", work, self._tell, self._complain, owner=self, latest="safekeeping")

    def _tell(self, known: tuple[Plan, Status]) -> None:
        """Say once what went wrong, to whoever looks after the PC; everybody else works on."""
        plan, status = known
        told = advice(plan, status, self._kit.now())
        code = status.failure if told.safety is not Safety.SAFE else ""
        user = self._seat.user
        if code and code != self._told and user is not None and may(user.roles, Action.BACK_UP):
            self._kit.notices.fail(self._kit.words.error(EnvironmentProblem(code, path=plan.place)))
        self._told = code

    def _complain(self, error: AppError) -> None:
        self._kit.notices.fail(self._kit.words.error(error))


def _plan(file: SettingsFile | None) -> Plan:
    return Plan() if file is None else plan_of(file.read().settings)


def _kept(seat: Seat, plan: Plan) -> tuple[Plan, Status]:
    """Do what is due. Threads: lane io."""
    return plan, keeper_of(seat.ward, lambda: plan).keep()


def _last(seat: Seat, plan: Plan) -> tuple[Plan, Status]:
    """Ship what is new since the last segment; a first or a full copy is left to a day's work. Threads: lane db."""
    keeper = keeper_of(seat.ward, lambda: plan)
    status = keeper.status()
    is_followed = status.full_at is not None and status.place == plan.place and not status.failure
    return plan, keeper.keep((Task.SEGMENT,)) if is_followed else status


def _look(keeper: Keeper, tasks: tuple[Task, ...] | None) -> tuple[Plan, Status, str]:
    """Threads: lane io."""
    status = keeper.status() if tasks is None else keeper.keep(tasks)
    return keeper.plan(), status, keeper.recovery_id()


def _choose(file: SettingsFile | None, place: str) -> None:
    """Take a second place. Threads: lane io."""
    path = Path(place).expanduser()
    if not path.is_absolute():
        raise EnvironmentProblem("backup_needs_path", path=place)
    with translated():
        is_there = path.is_dir()
    if not is_there:
        raise EnvironmentProblem("backup_place_absent", path=place)
    if file is not None:
        file.put("backup.place", path.as_posix())
        file.save()


def _new_key(ward: Ward, actor: User, witness: Witness | None) -> NewRecoveryKey:
    """Make a recovery key; the log says who had it made. Threads: lane db."""
    groups, named = key_changing.make_recovery_key(ward.desk, ward.database, ward.keys, actor, witness)
    return NewRecoveryKey(named, groups, actor.name)


def _ask_key(ward: Ward, actor: User, password: str) -> str:
    """Threads: lane db."""
    return key_changing.ask(ward.desk, ward.database, ward.keys, actor, password)


def _print(ward: Ward, printers: "Printers", made: NewRecoveryKey) -> str:
    """Print the sheet of a key. Threads: lane io."""
    from desktop.printing.recovery_sheets import recovery_sheet  # noqa: PLC0415 - once in a PC's life

    printer = printers.default_name()
    if not printer:
        raise EnvironmentProblem("no_printer")
    replica = ward.database.replica
    computer = f"{platform.node()} ({replica.replica_id[-8:]})"
    pdf = recovery_sheet(
        ward.desk.reader.unit(),
        made.groups,
        made.key_id,
        computer=computer,
        maker=made.maker,
        at=ward.clock.now(),
        paper=_PAPER,
    )
    printers.print_pdf(pdf, printer=printer, paper=_PAPER, title=f"Khoa khoi phuc {made.key_id}")
    return printer
