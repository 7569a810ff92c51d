"""A broken database file at the start: the window offers to recover it from copies, and people log in again."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop import wiring
from desktop.app import recoverer_of
from desktop.app.seat import Seat
from desktop.app.window import Window
from desktop.domain.errors import UserError
from desktop.services.receive import receive
from desktop.services.safekeeping import Plan, Task
from desktop.services.witnessing import Witness
from desktop.storage.database import DATABASE_NAME
from desktop.storage.reference.units import sample_provisioning
from desktop.ui.dialogs.recover import RecoverDialog, Recoverer, RecoveryTold
from desktop.ui.robot import Robot, RobotClock
from desktop.wiring.safekeeping import keeper_of
from tests.support.samples import NINE
from tests.support.wards import command, make_ward
from tests.ui.desk_kit import FakePrinters, desktop_for, drop, let_go, settle

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


@pytest.mark.parametrize(
    ("code", "next_to_type"),
    [
        ("key_missing", "recoverKey"),
        ("keyring_unavailable", "recoverKey"),
        ("backup_other_key", "recoverKey"),
        ("bad_recovery_key", "recoverKey"),
        ("wrong_recovery_key", "recoverKey"),
        ("recovery_key_needed", "recoverKey"),
        ("recovery_needs_paper", "recoverKey"),
        ("recovery_needs_two", "recoverFirstLogin"),
        ("recovery_without_password", "recoverFirstLogin"),
        ("backup_absent", "recoverPlace"),
    ],
)
def test_a_refusal_leads_to_what_has_to_be_typed(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, code: str, next_to_type: str
) -> None:
    ward = make_ward(tmp_path)

    def recover(*_: object) -> RecoveryTold:
        raise UserError(code, names="A", name="A", key="K", path="P", group=1, groups=8)

    with desktop_for(qapp, ward) as desktop:  # type: ignore[arg-type] # it only asks the clock
        over = QWidget()
        over.show()
        dialog = RecoverDialog(desktop.kit, Recoverer("E:/", recover, asks_people=True), over)
        dialog.open()
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)
        dialog.go.click()
        settle(qtbot, desktop)

        focused, said = QApplication.focusWidget(), dialog.said.text()
        name = focused.objectName() if focused is not None else ""
        dialog.done(0)
        drop(over)
        let_go()
    ward.database.close()
    assert name == next_to_type
    assert said
    assert code not in said


def test_two_people_are_asked_for_by_keys_and_what_they_typed_stays_after_a_refusal(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    ward = make_ward(tmp_path)
    asked: list[tuple[str, str, tuple[Witness, ...]]] = []

    def recover(place: str, key: str, people: Sequence[Witness]) -> RecoveryTold:
        asked.append((place, key, tuple(people)))
        if len(people) + bool(key) < 2:
            raise UserError("recovery_needs_two", names="Phạm Văn Minh, Võ Thị Hạnh")
        return RecoveryTold("aside", "listed", NINE, 0, is_clean=True)

    with desktop_for(qapp, ward) as desktop:  # type: ignore[arg-type] # it only asks the clock
        over = QWidget()
        over.show()
        dialog = RecoverDialog(desktop.kit, Recoverer("E:/", recover, asks_people=True), over)
        dialog.open()
        robot = Robot(dialog, RobotClock())
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)

        robot.type("chutich")
        robot.press("Return")
        robot.type("mật khẩu một")
        robot.press("Ctrl+Return")
        settle(qtbot, desktop)
        refused, began_again = dialog.said.text(), QApplication.focusWidget()
        for _ in range(2):
            robot.press("Return")
        robot.type("phochutich")
        robot.press("Return")
        robot.type("mật khẩu hai")
        robot.press("Return", "Space")
        settle(qtbot, desktop)

        first, second = Witness("chutich", "mật khẩu một"), Witness("phochutich", "mật khẩu hai")
        assert asked == [("E:/", "", (first,)), ("E:/", "", (first, second))]
        assert "cần hai người" in refused
        assert began_again is not None
        assert began_again.objectName() == "recoverFirstLogin"
        assert "Đã khôi phục" in dialog.said.text()
        assert not any(edit.text() for edit in dialog.findChildren(QLineEdit) if "Password" in edit.objectName())
        dialog.done(0)
        drop(over)
        let_go()
    ward.database.close()
