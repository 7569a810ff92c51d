"""The whole window over a real encrypted ward, driven by keys and scans: what the end-to-end window tests share."""

import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop import wiring
from desktop.app.seat import Seat
from desktop.app.window import Window
from desktop.devices.passwords import HashCost
from desktop.domain.dossiers import Dossier
from desktop.domain.vietnamese import VIETNAM
from desktop.services.records import DossierFilter
from desktop.storage.keys import SecretStore
from desktop.storage.keys_file import WrapCost
from desktop.storage.reference.units import sample_provisioning
from desktop.ui.robot import Robot, RobotClock
from desktop.ui.theme import Mode
from tests.ui.desk_kit import FakePrinters, let_go

#: An ordinary Monday morning.
NOW = datetime(2026, 11, 23, 7, 40, tzinfo=VIETNAM)
CHEAP = HashCost(memory_kib=8, rounds=1, lanes=1)
CHEAP_WRAP = WrapCost(memory_kib=8, rounds=1, lanes=1)
SIZE_PX = (1366, 768)
PATIENCE_MS = 20_000

OWNER = "Nguyễn Thị Ngọc Ở"
OWNER_ID = "079190004321"
CARD = f"{OWNER_ID}||{OWNER}|15081990|Nữ|12 Lê Lợi, Phường Mẫu, TP Hồ Chí Minh|01012022"
OTHER_CARD = "066192001234||H'Hen Niê Kđăm|02051992|Nữ|Buôn Mẫu, Phường Mẫu|01012022"

W = TypeVar("W", bound=QWidget)


class Overheard:
    """Stand before a port and note on which thread each of its calls runs.

    Attributes:
        calls: Name of the method and of the thread.
    """

    def __init__(self, port: object, calls: list[tuple[str, str]]) -> None:
        self._port = port
        self.calls = calls

    def __getattr__(self, name: str) -> Any:  # the port's own attribute, whatever it is
        found = getattr(self._port, name)
        if callable(found):
            self.calls.append((name, threading.current_thread().name))
        return found


@dataclass
class Stage:
    """Hold a window at work.

    Attributes:
        window: The window.
        robot: Its clerk.
        papers: Folder of the papers no printer took.
        calls: Which thread each call of a service's port ran on.
    """

    qtbot: QtBot
    window: Window
    robot: Robot
    papers: Path
    calls: list[tuple[str, str]] = field(default_factory=list)
    opened: list[wiring.Ward] = field(default_factory=list)

    @property
    def ward(self) -> wiring.Ward:
        """Return the open ward without the ears at its ports."""
        return self.opened[-1]

    def rest(self) -> None:
        """Wait until no lane works, and what waits for it on the UI thread is done."""
        for _ in range(2):
            self.qtbot.waitUntil(lambda: self.window.tasks.pending() == 0, timeout=PATIENCE_MS)
            self.robot.rest()
        self.qtbot.waitUntil(lambda: self.window.tasks.pending() == 0, timeout=PATIENCE_MS)

    def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so."""
        self.qtbot.waitUntil(is_so, timeout=PATIENCE_MS)
        self.rest()

    def log_in(self, login: str, password: str = "") -> None:
        """Log in by keys."""
        self.robot.type(login)
        self.robot.press("Return")
        self.robot.type(password)
        self.robot.press("Return")
        self.until(lambda: self.window.shell.session is not None)

    def press(self, *keys: str) -> None:
        """Press keys and let their work end."""
        for key in keys:
            self.robot.press(key)
            self.rest()

    def write(self, text: str) -> None:
        """Type a text and let its work end."""
        self.robot.type(text)
        self.rest()

    def scan(self, text: str) -> None:
        """Scan and let its work end."""
        self.robot.scan(text)
        self.rest()

    def receive(self, card: str = CARD, procedure: str = "dkks") -> Dossier:
        """Receive a dossier by card and keys, from wherever the clerk is."""
        before = len(self.dossiers())
        self.press("F2")
        self.scan(card)
        self.write(procedure)
        self.press("Return", "Return", "Ctrl+Return")
        self.until(lambda: len(self.dossiers()) > before)
        return self.dossiers()[0]

    def dossiers(self) -> list[Dossier]:
        """Read every dossier, newest first."""
        reader = self.ward.desk.reader
        found = [
            reader.cards(DossierFilter(), at_or_before=position, limit=1)[0].code
            for position in reader.positions(DossierFilter())
        ]
        return [dossier for dossier in map(reader.find, found) if dossier is not None]

    def pdfs(self) -> list[Path]:
        """List the papers that were saved."""
        return sorted(self.papers.rglob("*.pdf"))

    def child(self, kind: type[W], name: str) -> W:
        """Find a control by its name."""
        found = self.window.shell.findChild(kind, name)
        assert isinstance(found, kind), name
        return found

    def page_key(self) -> str:
        """Tell which page is in front."""
        page = self.window.shell.work.page()
        return page.key if page is not None else ""

    def pages(self) -> list[str]:
        """Tell which pages the user may see."""
        keys = (
            "intake",
            "dossiers",
            "handover",
            "work",
            "approval",
            "return_result",
            "board",
            "online",
            "books",
            "control",
            "admin",
            "sync",
        )
        return [key for key in keys if self.window.shell.work.has_page(key)]


@dataclass
class Theatre:
    """Open windows on one data folder, one after the other.

    Attributes:
        folder: Data folder.
        codes: One-time code by login; empty in training.
        store: The keyring of this PC.
        now: What the clock of the next window says when it opens; None leaves the machine's.
    """

    qapp: QApplication
    qtbot: QtBot
    folder: Path
    papers: Path
    codes: dict[str, str]
    store: SecretStore | None = None
    now: datetime | None = NOW

    @contextmanager
    def window(self, printers: FakePrinters | None = None) -> Iterator[Stage]:
        """Open the window and close it again."""
        calls: list[tuple[str, str]] = []
        opened: list[wiring.Ward] = []

        def open_ward(password: tuple[str, str] | None) -> wiring.Ward:
            ward = wiring.open_ward(self.folder, store=self.store, password=password, cost=CHEAP, auto_checkpoint=False)
            ward.clock.set(self.now)
            opened.append(ward)
            desk = ward.desk
            overheard = {
                name: Overheard(getattr(desk, name), calls) for name in ("ledger", "reader", "forms", "passwords")
            }
            return replace(ward, desk=replace(desk, **overheard))

        clock = RobotClock()
        window = Window(
            self.qapp,
            Seat(open_ward),
            papers_folder=self.papers,
            printers=printers or FakePrinters(name=""),
            is_training=not self.codes,
            key_clock=clock,
        )
        window.shell.resize(*SIZE_PX)
        window.show()
        window.shell.activateWindow()
        stage = Stage(self.qtbot, window, Robot(window.shell, clock), self.papers, calls, opened)
        self.qtbot.waitUntil(window.shell.isActiveWindow)
        stage.rest()
        try:
            yield stage
        finally:
            window.shell.close()
            window.shell.deleteLater()
            let_go()
            window.kit.theme.apply(Mode.LIGHT, 100)
            window.kit.theme.deleteLater()
            window.deleteLater()
            let_go()
            gc.collect()


def training_ward(qapp: QApplication, qtbot: QtBot, place: Path) -> Theatre:
    """Make a training ward."""
    wiring.create_ward(place / "ward", sample_provisioning(), is_training=True)
    return Theatre(qapp, qtbot, place / "ward", place / "papers", {})


def real_ward(qapp: QApplication, qtbot: QtBot, place: Path, store: SecretStore | None) -> Theatre:
    """Make a ward that counts: with a keyring the key lies there, without one a password opens it."""
    created = wiring.create_ward(
        place / "ward", sample_provisioning(), is_training=False, store=store, cost=CHEAP, wrap_cost=CHEAP_WRAP
    )
    return Theatre(qapp, qtbot, place / "ward", place / "papers", dict(created.one_time_codes), store)


def wait_s(stage: Stage, seconds: int) -> None:
    """Let the ward's clock go on."""
    stage.ward.clock.advance(timedelta(seconds=seconds))
