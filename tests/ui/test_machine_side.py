"""The side "Máy này" in the real window: self-check, scanner, and a bundle that is shown before it is written."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from desktop.printing.test_pages import TEST_CODE
from desktop.ui.dialogs.exercises import ExerciseDialog
from desktop.ui.dialogs.support import LogDialog, SupportDialog
from desktop.ui.pages.admin import AdminPage
from desktop.ui.pages.admin_machine import MachineView
from tests.ui.desk_kit import FakePrinters
from tests.ui.window_kit import Stage, Theatre, training_ward

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

TRAINEE = "079190000017||Nguyễn Thị Tập|15081990|Nữ|12 Lê Lợi, Phường Mẫu|01012022"


@pytest.fixture
def theatre(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Theatre:
    return training_ward(qapp, qtbot, tmp_path)


@pytest.fixture
def machine(theatre: Theatre) -> Iterator[tuple[Stage, MachineView, FakePrinters]]:
    printers = FakePrinters(name="HP")
    with theatre.window(printers) as stage:
        stage.log_in("quantri")
        stage.press("Alt+M")
        page = stage.window.shell.work.page()
        assert isinstance(page, AdminPage)
        view = page.sides["machine"]
        assert isinstance(view, MachineView)
        yield stage, view, printers


def in_front(stage: Stage) -> QDialog:
    (dialog,) = [each for each in stage.window.shell.findChildren(QDialog) if each.isVisible()]
    dialog.activateWindow()
    stage.qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def test_the_it_officer_looks_after_the_pc_by_keys(
    machine: tuple[Stage, MachineView, FakePrinters], tmp_path: Path
) -> None:
    stage, view, printers = machine
    target = tmp_path / "goi.zip"

    stage.press("Ctrl+M")
    stage.until(lambda: view.table.rows.rowCount() > 0)
    checks = view.table.rows.rowCount()
    stage.press("Ctrl+P")
    stage.scan(TEST_CODE)
    scanned = view.told.text()
    stage.press("Ctrl+L")
    log = in_front(stage)
    log.close()
    stage.window.shell.activateWindow()
    stage.qtbot.waitUntil(stage.window.shell.isActiveWindow)
    stage.press("Ctrl+G")
    stage.until(lambda: bool(stage.window.shell.findChildren(SupportDialog)))
    bundle = in_front(stage)
    assert isinstance(bundle, SupportDialog)
    shown = {text.name: text.text for text in bundle._texts}
    assert not target.exists()
    bundle.target.setText(str(target))
    stage.press("Ctrl+Return")
    stage.until(target.exists)

    assert checks == 16
    assert isinstance(log, LogDialog)
    assert len(printers.printed) == 1
    assert scanned.startswith("Máy quét: Đúng")
    with zipfile.ZipFile(target) as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == shown


def test_a_manual_is_written_to_be_printed_from_the_window(
    machine: tuple[Stage, MachineView, FakePrinters], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, _, _ = machine
    opened: list[str] = []
    # The system's own program for PDF files must not start here.
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))

    stage.press("Shift+F1")
    in_front(stage)
    stage.press("Ctrl+P")
    stage.until(lambda: bool(opened))

    (path,) = [Path(each) for each in opened]
    assert path.name == "sach-quan-tri.pdf"
    assert path.read_bytes().startswith(b"%PDF-")


def test_an_exercise_is_done_in_the_window_and_gone_on_with_after_a_restart(theatre: Theatre) -> None:
    with theatre.window() as stage:
        stage.log_in("lan")
        watch = stage.window._behind.exercise_watch
        assert watch is not None
        stage.press("Ctrl+Shift+H")
        assert isinstance(in_front(stage), ExerciseDialog)
        stage.press("Ctrl+Return")
        stage.window.shell.activateWindow()
        stage.qtbot.waitUntil(stage.window.shell.isActiveWindow)
        begun = watch.bar.text()
        stage.receive()
        hinted = watch.bar.text()

    with theatre.window() as stage:
        stage.log_in("lan")
        watch = stage.window._behind.exercise_watch
        assert watch is not None
        resumed = watch.bar.text()
        stage.receive(TRAINEE)
        stage.until(lambda: "receive" in watch.course.done)
        ended = watch.bar.text()

    assert begun.startswith("Bài 1. Nhận một hồ sơ – bước 1 trên 1")
    assert "chưa đúng người" in hinted
    assert resumed == hinted
    assert "Xong bài" in ended
