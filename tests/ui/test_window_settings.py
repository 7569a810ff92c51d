"""The window with the settings of this PC: how it looks, what it prints on, what it hears from a serial scanner."""

import gc
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop import wiring
from desktop.app.seat import Seat
from desktop.app.window import ChosenPrinter, Window
from desktop.devices.settings_file import SettingsFile
from desktop.services.settings import Settings, declaration
from desktop.storage.reference.units import sample_provisioning
from desktop.ui.robot import Robot, RobotClock
from desktop.ui.tokens import MAX_TEXT_PERCENT, MIN_TEXT_PERCENT, Mode
from tests.support.terminals import needs_terminals
from tests.ui.desk_kit import FakePrinters, let_go

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

NOW = datetime(2019, 7, 25, 2, 30, tzinfo=UTC)
CODE = "000.00.12.H29-190718-0042"
CARD = "079190000001|024567890|Nguyễn Thị Ngọc Ở|01011990|Nữ|12 Lê Lợi, Phường Bến Nghé|01012021"

Start = Callable[..., Window]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one training ward for all these tests: they write nothing into it but log-ins."""
    folder = tmp_path_factory.mktemp("ward")
    wiring.create_ward(folder, sample_provisioning(), is_training=True)
    return folder


@pytest.fixture
def start(qapp: QApplication, qtbot: QtBot, folder: Path, tmp_path: Path) -> Iterator[Start]:
    made: list[Window] = []

    def open_ward(_password: tuple[str, str] | None) -> wiring.Ward:
        ward = wiring.open_ward(folder, auto_checkpoint=False)
        ward.clock.set(NOW)
        return ward

    def start_it(settings_file: SettingsFile | None, *, user: str = "") -> Window:
        clock = RobotClock()
        window = Window(
            qapp,
            Seat(open_ward),
            papers_folder=tmp_path,
            printers=FakePrinters(),
            is_training=True,
            settings_file=settings_file,
            key_clock=clock,
        )
        made.append(window)
        window.show()
        window.shell.activateWindow()
        qtbot.waitUntil(window.shell.isActiveWindow)
        qtbot.waitUntil(lambda: window.tasks.pending() == 0)
        if user:
            robot = Robot(window.shell, clock)
            robot.type(user)
            robot.press("Return", "Return")
            qtbot.waitUntil(lambda: window.shell.session is not None)
        return window

    yield start_it
    for window in made:
        window.shell.close()
        window.shell.deleteLater()
        let_go()
        window.kit.theme.apply(Mode.LIGHT, 100)
        window.kit.theme.deleteLater()
        window.deleteLater()
    made.clear()
    gc.collect()


@pytest.fixture
def settings_file(tmp_path: Path) -> SettingsFile:
    return SettingsFile(tmp_path / "config" / "settings.toml")


def give(file: SettingsFile, text: str) -> None:
    """Write what a person typed into the file."""
    file.path.parent.mkdir(parents=True, exist_ok=True)
    file.path.write_text(text, "utf-8")


def do(window: Window, name: str) -> None:
    """Choose an entry of the menu."""
    action = window.shell.findChild(QAction, name)
    assert isinstance(action, QAction)
    action.trigger()


def rest(qtbot: QtBot, window: Window) -> None:
    """Wait until no lane works."""
    qtbot.waitUntil(lambda: window.tasks.pending() == 0, timeout=5_000)


def test_the_declared_look_is_what_the_theme_knows() -> None:
    percent = declaration("look.text_percent")

    assert set(declaration("look.mode").choices) == {mode.value for mode in Mode}
    assert (percent.least, percent.most) == (MIN_TEXT_PERCENT, MAX_TEXT_PERCENT)


def test_without_settings_the_window_has_its_defaults_and_keeps_nothing(start: Start, own_folders: Path) -> None:
    window = start(None)

    do(window, "zoomInAction")

    assert (window.kit.theme.mode, window.kit.theme.text_percent, window.kit.sounds.is_on) == (Mode.LIGHT, 125, True)
    assert not list(own_folders.rglob("settings.toml"))


def test_the_window_starts_as_it_was_left(qtbot: QtBot, start: Start, settings_file: SettingsFile) -> None:
    first = start(settings_file)
    do(first, "zoomInAction")
    do(first, "zoomInAction")
    do(first, "modeAction")
    rest(qtbot, first)
    first.shell.close()

    second = start(SettingsFile(settings_file.path))

    assert (second.kit.theme.mode, second.kit.theme.text_percent) == (Mode.DARK, 150)


def test_a_look_chosen_just_before_closing_is_kept(start: Start, settings_file: SettingsFile) -> None:
    window = start(settings_file)

    for _ in range(3):
        do(window, "zoomInAction")
    window.shell.close()

    assert settings_file.read().settings == Settings(look_text_percent=175)


@pytest.mark.expected_log("A setting was not taken")  # closing looks up where copies go
def test_a_look_that_cannot_be_saved_is_told(qtbot: QtBot, start: Start, settings_file: SettingsFile) -> None:
    window = start(settings_file, user="lan")
    settings_file.path.parent.write_text("no folder")

    do(window, "zoomInAction")

    qtbot.waitUntil(lambda: str(settings_file.path) in window.shell.work.messages.text())
    assert window.kit.theme.text_percent == 125


def test_sounds_are_off_when_the_setting_says_so(start: Start, settings_file: SettingsFile) -> None:
    give(settings_file, "[sound]\nis_on = false\n")

    assert start(settings_file).kit.sounds.is_on is False


@pytest.mark.expected_log("A setting was not taken")
def test_a_bad_value_is_told_at_the_first_log_in_and_the_default_holds(
    start: Start, settings_file: SettingsFile
) -> None:
    give(settings_file, '[look]\nmode = "pink"\ncolour = 1\n')

    window = start(settings_file, user="lan")

    said = window.shell.work.messages.text()
    assert "Nền màn hình (look.mode)" in said
    assert "look.colour" in said
    assert window.kit.theme.mode is Mode.LIGHT


def test_the_chosen_printer_stands_before_the_default_one() -> None:
    printers = FakePrinters("HP M404")

    ChosenPrinter(printers, "Brother 2").print_pdf(b"%PDF", printer="Brother 2", paper="A5", title=CODE)

    assert ChosenPrinter(printers, "Brother 2").default_name() == "Brother 2"
    assert ChosenPrinter(printers, "").default_name() == "HP M404"
    assert printers.printed == [("Brother 2", "A5", CODE)]


def test_the_print_queue_prints_on_the_chosen_printer(start: Start, settings_file: SettingsFile) -> None:
    give(settings_file, '[print]\nprinter = "Brother 2"\n')

    window = start(settings_file, user="lan")

    assert window.prints()._printers.default_name() == "Brother 2"


@pytest.fixture
def plug(tmp_path: Path) -> Iterator[Callable[[], int]]:
    """Plug a reader into ``tmp_path/reader``; return our end of its cable."""
    ends: list[int] = []

    def plug_in() -> int:
        reader, port = os.openpty()
        ends.append(reader)
        (tmp_path / "reader").unlink(missing_ok=True)
        (tmp_path / "reader").symlink_to(os.ttyname(port))
        os.close(port)
        return reader

    yield plug_in
    for end in ends:
        try:
            os.close(end)
        except OSError:  # the test pulled it
            continue


def hear(window: Window) -> list[str]:
    """Collect what the window's scanner tells."""
    heard: list[str] = []
    window._scanner.scanned.connect(heard.append)
    return heard


def test_without_a_port_nobody_listens(start: Start, settings_file: SettingsFile) -> None:
    assert start(settings_file, user="lan")._listener is None


@needs_terminals
def test_scans_of_a_serial_reader_come_like_any_other(
    qtbot: QtBot, start: Start, settings_file: SettingsFile, plug: Callable[[], int], tmp_path: Path
) -> None:
    reader = plug()
    give(settings_file, f'[scanner]\nserial_port = "{tmp_path / "reader"}"\nserial_baud = 115200\n')
    window = start(settings_file, user="lan")
    heard = hear(window)
    assert window._listener is not None
    qtbot.waitUntil(lambda: window._listener._serial.is_open)

    os.write(reader, CARD.encode() + b"\r\n")
    qtbot.waitUntil(lambda: heard == [CARD])
    os.write(reader, CODE.encode())
    qtbot.waitUntil(lambda: heard == [CARD, CODE])


@needs_terminals
def test_a_pulled_reader_is_told_of_once_and_heard_again_when_it_is_back(
    qtbot: QtBot, start: Start, settings_file: SettingsFile, plug: Callable[[], int], tmp_path: Path
) -> None:
    reader = plug()
    give(settings_file, f'[scanner]\nserial_port = "{tmp_path / "reader"}"\n')
    window = start(settings_file, user="lan")
    troubles: list[str] = []
    window.kit.notices.failed.connect(lambda notice: troubles.append(notice.text))
    assert window._listener is not None
    serial = window._listener._serial
    qtbot.waitUntil(lambda: serial.is_open)

    os.close(reader)
    qtbot.waitUntil(lambda: len(troubles) == 1)
    shown = window.shell.work.messages.text()
    reader = plug()
    serial._next_try_s = 0  # five seconds have passed
    qtbot.waitUntil(lambda: serial.is_open)
    qtbot.waitUntil(lambda: not window.shell.work.messages.text())
    heard = hear(window)
    os.write(reader, CODE.encode() + b"\n")
    qtbot.waitUntil(lambda: heard == [CODE])

    assert str(tmp_path / "reader") in shown
    assert len(troubles) == 1
    assert "Máy quét đã nối lại." in window.shell.work.status.said()


def test_a_port_that_is_not_there_is_told_to_each_user_who_comes(
    qtbot: QtBot, start: Start, settings_file: SettingsFile, tmp_path: Path
) -> None:
    give(settings_file, f'[scanner]\nserial_port = "{(tmp_path / "nothing").as_posix()}"\n')
    window = start(settings_file, user="lan")
    troubles: list[str] = []
    window.kit.notices.failed.connect(lambda notice: troubles.append(notice.text))
    qtbot.waitUntil(lambda: len(troubles) == 1)

    window.shell.entered.emit(window.shell.session)

    assert len(troubles) == 2
    assert troubles[0] == troubles[1] == window.shell.work.messages.text()
