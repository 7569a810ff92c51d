"""The side "An toàn dữ liệu" of the page "Quản trị", by keys, over a real ward, a real place and real copies."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.app.safekeeping import SafeWatch, safekeeper_of
from desktop.devices.settings_file import SettingsFile
from desktop.domain.facts.unit import RecoveryKeyMade
from desktop.domain.users import User
from desktop.services import accounts
from desktop.storage import key_change
from desktop.storage.keys import KeyFile
from desktop.storage.second_place import ROOT_NAME
from desktop.ui.dialogs.witness import WitnessDialog
from desktop.ui.pages.admin_safety import SafetyView
from desktop.wiring import Ward as WiredWard
from tests.support.backups import CHEAP_WRAP
from tests.support.wards import PASSWORD
from tests.ui.admin_kit import Office, office

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
OWN = "hoa phượng đỏ tháng năm"


@dataclass
class Seat:
    """Be who sits at the PC, as far as the data's safety asks."""

    ward: WiredWard
    user: User | None = None


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Office]:
    with office(qtbot, qapp, tmp_path) as opened:
        ward = opened.ward
        keys = KeyFile(ward.folder / "keys.toml", CHEAP_WRAP)
        seat = Seat(WiredWard(ward.desk, ward.database, ward.clock, keys))
        settings = SettingsFile(tmp_path / "settings.toml")
        opened.safekeeper = safekeeper_of(seat, opened.printers, settings)  # type: ignore[arg-type] # see Seat
        yield opened


@pytest.fixture
def place(tmp_path: Path) -> Path:
    made = tmp_path / "usb"
    made.mkdir()
    return made


def side(desk: Office) -> SafetyView:
    found = desk.page.sides["safety"]
    assert isinstance(found, SafetyView)
    return found


def chosen(desk: Office, place: Path) -> None:
    desk.sit_down("quantri")
    desk.press("Alt+A")
    desk.go_to("backupPlace")
    desk.type(str(place))
    press(desk, "Ctrl+U")


def press(desk: Office, *keys: str) -> None:
    """Press keys that start work which takes longer than a page's usual."""
    for key in keys:
        desk.robot.press(key)
        for _ in range(4):
            desk.qtbot.waitUntil(lambda: desk.desktop.tasks.pending() == 0, timeout=90_000)
        desk.settle()


def test_it_says_that_nothing_is_safe_until_a_place_is_chosen(desk: Office) -> None:
    desk.sit_down("quantri")

    desk.press("Alt+A")

    assert side(desk).said.text().startswith("Chưa chọn nơi sao lưu")
    assert desk.focus() == "backupPlace"


def test_choosing_a_place_makes_a_checked_copy_at_once_and_is_remembered(desk: Office, place: Path) -> None:
    desk.ward.receive()

    chosen(desk, place)

    assert side(desk).said.text().startswith("Mọi việc làm trước ")
    assert len(list((place / ROOT_NAME).rglob("toan-bo-*.mcs"))) == 1
    desk.sit_down("quantri")
    desk.press("Alt+A")
    assert side(desk).said.text().startswith("Mọi việc làm trước ")
    assert desk.focus() == "safetyNow"


def test_new_work_is_copied_and_tried_out_by_keys(desk: Office, place: Path) -> None:
    chosen(desk, place)
    desk.ward.receive()

    press(desk, "Ctrl+B", "Ctrl+T")

    assert len(list((place / ROOT_NAME).rglob("doan-*.mcs"))) == 1
    assert "tốt" in side(desk)._facts["drill"].text()
    assert side(desk).said.text().startswith("Mọi việc làm trước ")


def test_what_is_new_is_brought_to_safety_when_the_program_closes(desk: Office, place: Path, tmp_path: Path) -> None:
    chosen(desk, place)
    keys = KeyFile(desk.ward.folder / "keys.toml", CHEAP_WRAP)
    seat = Seat(WiredWard(desk.ward.desk, desk.ward.database, desk.ward.clock, keys))
    watch = SafeWatch(desk.desktop.kit, seat, SettingsFile(tmp_path / "settings.toml"), desk.page)  # type: ignore[arg-type]
    watch.begin()
    desk.ward.receive()

    watch.end()
    desk.qtbot.waitUntil(lambda: desk.desktop.tasks.pending() == 0, timeout=90_000)

    assert len(list((place / ROOT_NAME).rglob("doan-*.mcs"))) == 1


def test_a_place_that_is_not_there_says_what_to_do(desk: Office, tmp_path: Path) -> None:
    chosen(desk, tmp_path / "absent")

    assert "cắm ổ đĩa hoặc USB vào" in side(desk).said.text()


def test_a_stick_that_was_pulled_is_told(desk: Office, place: Path, tmp_path: Path) -> None:
    chosen(desk, place)
    place.rename(tmp_path / "pulled")
    desk.ward.receive()

    press(desk, "Ctrl+B")

    assert side(desk).said.text().startswith("Không sao lưu được, dữ liệu mới an toàn đến")


def test_a_new_recovery_key_is_printed_once_and_copies_follow_it(desk: Office, place: Path) -> None:
    chosen(desk, place)
    before = KeyFile(desk.ward.folder / "keys.toml").recovery_id()

    press(desk, "Ctrl+M")

    now = KeyFile(desk.ward.folder / "keys.toml").recovery_id()
    assert now != before
    assert [title for _, _, title in desk.printers.printed] == [f"Khoa khoi phuc {now}"]
    assert now in side(desk).key_said.text()
    assert len(list((place / ROOT_NAME).rglob("toan-bo-*.mcs"))) == 2


def test_a_new_recovery_key_is_made_by_two_and_by_nobody_alone(desk: Office) -> None:
    for login in ("chutich", "quantri"):
        accounts.change_password(desk.ward.desk, desk.user(login), PASSWORD, OWN)
    desk.sit_down("quantri")
    before = KeyFile(desk.ward.folder / "keys.toml").recovery_id()

    press(desk, "Alt+A")
    desk.press("Ctrl+M")
    asked = desk.dialog()
    assert isinstance(asked, WitnessDialog)
    about = " ".join(label.text() for label in asked.findChildren(QLabel))
    desk.press("Escape")

    assert "khóa khôi phục mới" in about
    assert (side(desk).key_said.text(), desk.focus()) == ("", "newRecoveryKey")
    assert KeyFile(desk.ward.folder / "keys.toml").recovery_id() == before
    assert desk.printers.printed == []

    desk.press("Ctrl+M")
    desk.go_to("witnessPassword")
    desk.type(OWN)
    press(desk, "Ctrl+Return")

    now = KeyFile(desk.ward.folder / "keys.toml").recovery_id()
    event = desk.ward.desk.reader.last_of_type("recovery_key.made")
    assert now != before
    assert event is not None
    assert event.fact == RecoveryKeyMade(now, desk.user("chutich").user_id)
    assert event.envelope.actor == desk.user("quantri").user_id
    assert [title for _, _, title in desk.printers.printed] == [f"Khoa khoi phuc {now}"]


def test_a_printer_that_fails_leaves_the_key_to_be_copied_by_hand(desk: Office) -> None:
    desk.printers.name = ""
    desk.sit_down("quantri")

    press(desk, "Alt+A", "Ctrl+M")

    told = side(desk).key_said.text()
    printed = told.rsplit(" ", 1)[1]
    assert KeyFile(desk.ward.folder / "keys.toml").open_with_recovery(printed)


def test_the_key_of_the_data_is_asked_for_with_the_password(desk: Office) -> None:
    keys = KeyFile(desk.ward.folder / "keys.toml")
    desk.sit_down("quantri")
    desk.press("Alt+A")
    desk.go_to("dataKeyPassword")

    desk.type("không đúng")
    press(desk, "Ctrl+Shift+K")

    assert key_change.asked(keys) is None
    assert "Mật khẩu" in side(desk).data_key_said.text()

    desk.robot.rest()
    desk.type(PASSWORD)
    press(desk, "Ctrl+Shift+K")

    change = key_change.asked(keys)
    assert change is not None
    assert change.asked_by == desk.user("quantri").user_id
    assert f"Khóa {change.key_id} đã sẵn sàng" in side(desk).data_key_said.text()
    desk.sit_down("quantri")
    desk.press("Alt+A")
    assert change.key_id in side(desk).data_key_said.text()


def test_who_may_not_back_up_has_no_such_side(desk: Office) -> None:
    desk.sit_down("chutich")

    assert "safety" not in desk.page.sides
