"""A broken database file at the start: the window offers to recover it from copies, and people log in again."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop import wiring
from desktop.app import recoverer_of
from desktop.app.seat import Seat
from desktop.app.window import Window
from desktop.services.receive import receive
from desktop.services.safekeeping import Plan, Task
from desktop.storage.database import DATABASE_NAME
from desktop.storage.reference.units import sample_provisioning
from desktop.ui.dialogs.recover import RecoverDialog
from desktop.ui.robot import RobotClock
from desktop.wiring.safekeeping import keeper_of
from tests.support.wards import command
from tests.ui.desk_kit import FakePrinters, let_go

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
PATIENCE_MS = 60_000


def broken(folder: Path, place: Path) -> str:
    """Make a ward with one dossier and its copy, then break its file; return the dossier's code."""
    wiring.create_ward(folder, sample_provisioning(), is_training=True)
    with wiring.opened_ward(folder) as ward:
        clerk = next(user for user in ward.desk.reader.users() if user.login == "lan")
        code = receive(ward.desk, clerk, command(ward.desk)).dossier.code
        keeper_of(ward, lambda: Plan(str(place))).keep((Task.FULL,))
    path = folder / DATABASE_NAME
    path.write_bytes(bytes(path.stat().st_size))
    return code


def test_a_broken_file_is_recovered_from_the_log_in_box(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    folder, place = tmp_path / "ward", tmp_path / "usb"
    place.mkdir()
    code = broken(folder, place)
    opened: list[wiring.Ward] = []

    def open_ward(password: tuple[str, str] | None) -> wiring.Ward:
        opened.append(wiring.open_ward(folder, password=password, auto_checkpoint=False))
        return opened[-1]

    window = Window(
        qapp, Seat(open_ward), papers_folder=tmp_path, printers=FakePrinters(), is_training=True, key_clock=RobotClock()
    )
    window.recoverer = lambda: recoverer_of(folder)
    window.show()
    try:
        qtbot.waitUntil(lambda: window.shell.findChild(RecoverDialog) is not None, timeout=PATIENCE_MS)
        dialog = window.shell.findChild(RecoverDialog)
        assert isinstance(dialog, RecoverDialog)
        dialog.go.click()
        assert not dialog.said.text()

        dialog._place.setText(str(tmp_path / "absent"))
        dialog.go.click()
        qtbot.waitUntil(lambda: window.tasks.pending() == 0, timeout=PATIENCE_MS)
        assert "cắm ổ đĩa hoặc USB" in dialog.said.text()
        assert (folder / DATABASE_NAME).exists()

        dialog._place.setText(str(place))
        dialog.go.click()
        qtbot.waitUntil(lambda: "Đã khôi phục" in dialog.said.text(), timeout=PATIENCE_MS)
        dialog.go.click()
        qtbot.waitUntil(lambda: bool(opened) and window.tasks.pending() == 0, timeout=PATIENCE_MS)

        assert opened[-1].desk.reader.find(code) is not None
        (aside,) = folder.glob("hong-*")
        assert (aside / DATABASE_NAME).exists()
        (listed,) = folder.glob("phuc-hoi-*.txt")
        assert "Khôi phục dữ liệu hỏng" in listed.read_text("utf-8")
    finally:
        window.shell.close()
        window.shell.deleteLater()
        let_go()
        window.kit.theme.deleteLater()
        window.deleteLater()
        let_go()
