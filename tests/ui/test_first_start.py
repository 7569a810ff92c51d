"""The first start: a file that waits asks nothing, and what was typed by hand serves the next PC too."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from desktop.app import first_start, is_enrolling
from desktop.app.first_enrolment import EnrolForm
from desktop.app.first_start import FirstStart
from desktop.app.first_wizard import UnitForm
from desktop.cli.provisioning import make, sample_sheet
from desktop.devices.settings_file import SettingsFile
from desktop.domain.errors import UserError
from desktop.storage.keys import KeyFile, KeyMode
from desktop.storage.keys_file import WrapCost
from desktop.sync.rounds import RoundReport
from desktop.ui.theme import Mode, Theme
from desktop.wiring import open_ward
from desktop.wiring.enrolling import JOINING, Enrolled
from desktop.wiring.provisioning import FILE_NAME, read_file, set_up
from tests.support.wards import CHEAP

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

CHEAP_WRAP = WrapCost(memory_kib=8, rounds=1, lanes=1)


@pytest.fixture
def form(qtbot: QtBot, tmp_path: Path) -> UnitForm:
    made = UnitForm(choose_file=lambda: str(tmp_path / "xuat.toml"))
    qtbot.addWidget(made)
    return made


def fill(form: UnitForm) -> None:
    for key, text in (
        ("name", "Phường Thử"),
        ("agency_code", "000.01.02.H29"),
        ("address", "1 Lê Lợi"),
        ("phone", "028 3800 0001"),
    ):
        form.fields[key].setText(text)
    form.people.setPlainText("quantri; Đặng Hoài Nam; quản trị\nlan; Nguyễn Thị Lan; tiếp nhận; mot_cua; Công chức\n")


def test_a_form_with_gaps_tells_every_one_and_makes_nothing(form: UnitForm) -> None:
    form.create_unit()

    assert "«Tên đơn vị»: còn trống" in form.told.text()
    assert "«Họ tên»: còn trống" in form.told.text()


@pytest.mark.parametrize("percent", [100, 150, 200])
def test_the_form_keeps_its_buttons_on_the_screen_at_every_text_size(
    qapp: QApplication, qtbot: QtBot, percent: int
) -> None:
    theme = Theme(qapp, Mode.LIGHT, percent)
    form = UnitForm()
    qtbot.addWidget(form)
    form.show()
    qtbot.waitExposed(form)

    bottoms = [form.findChild(QPushButton, name).geometry().bottom() for name in ("unitExport", "unitCreate")]

    assert form.height() <= form.screen().availableSize().height()
    assert max(bottoms) <= form.height()
    theme.apply(Mode.LIGHT, 100)


def test_enter_in_a_field_of_the_form_moves_on_and_exports_nothing(
    qtbot: QtBot, form: UnitForm, tmp_path: Path
) -> None:
    fill(form)
    form.show()
    qtbot.waitExposed(form)
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)
    form.fields["name"].setFocus()

    qtbot.keyClick(form.fields["name"], Qt.Key.Key_Return)

    assert QApplication.focusWidget() is form.fields["agency_code"]
    assert not (tmp_path / "xuat.toml").exists()


def test_what_was_typed_and_exported_gives_the_same_unit_on_another_pc(form: UnitForm, tmp_path: Path) -> None:
    fill(form)
    typed = form.provisioning()
    assert typed is not None
    form.export()

    exported = read_file(tmp_path / "xuat.toml")
    units = []
    for place, given in (("a", typed), ("b", exported)):
        set_up(tmp_path / place, given, is_training=False, cost=CHEAP, wrap_cost=CHEAP_WRAP)
        ward = open_ward(tmp_path / place, password=("lan", given.users[1].one_time_code), cost=CHEAP)
        units.append((ward.desk.reader.unit(), [(user.user_id, user.login) for user in ward.desk.reader.users()]))
        ward.close()
    assert units[0] == units[1]
    assert units[0][0].name == "Phường Thử"


def test_a_file_that_waits_is_taken_without_a_question(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bang.xlsx").write_bytes(sample_sheet())
    make(tmp_path / "bang.xlsx", tmp_path / "tep")
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / FILE_NAME).write_bytes((tmp_path / "tep" / "000.16.27.H29.toml").read_bytes())
    shown: list[FirstStart] = []

    def run(box: FirstStart) -> int:
        qtbot.addWidget(box)
        shown.append(box)
        return int(FirstStart.DialogCode.Accepted)

    monkeypatch.setattr(FirstStart, "exec", run)

    assert first_start.set_up(folder, partial(set_up, cost=CHEAP, wrap_cost=CHEAP_WRAP))

    kept = shown[0].findChild(QPlainTextEdit, "firstStartKept")
    assert (folder / "motcua.db").exists()
    assert isinstance(kept, QPlainTextEdit)
    assert "lan: " in kept.toPlainText()
    assert not kept.isHidden()


def enrolled(folder: Path, *, error: str = "") -> Enrolled:
    folder.mkdir(exist_ok=True)
    keys = KeyFile(folder / "keys.toml", CHEAP_WRAP)
    keys.path.unlink(missing_ok=True)
    key = keys.create(KeyMode.PASSWORD, None, "r")
    keys.recovery_key(key)
    keys.add_wrap(JOINING, "ABCD", key)
    codes = () if error else (("lan", "AAAAA-BBBBB"),)
    report = RoundReport(error=error)
    there = Enrolled(folder, "u", "Phường Thử", "r", 2, False, "https://a", report, KeyMode.PASSWORD)
    return replace(there, recovery_key="" if error else "KHOA-1", one_time_codes=codes)


def test_a_code_of_the_city_is_all_that_is_typed_and_opens_nothing_once_the_users_codes_were_seen(
    qtbot: QtBot, tmp_path: Path
) -> None:
    asked: list[tuple[object, ...]] = []
    box = FirstStart(tmp_path / "data")
    qtbot.addWidget(box)

    def enrol(*given: object) -> Enrolled:
        asked.append(given)
        if len(asked) == 1:
            raise UserError("link_offline")
        return enrolled(tmp_path / "data", error="offline" if len(asked) == 2 else "")

    form = EnrolForm(tmp_path / "data", box, enrol=enrol)
    form.enrolled.connect(box.take_enrolled)
    form.start()
    assert "mã ghi danh" in form.told.text()
    form.address.setText("https://motcua.example")
    form.code.setText(" AB-CD ")
    for told in ("mạng", "cùng mã này", "Đang ghi danh"):
        form.start()
        assert not form.code.isEnabled()
        qtbot.waitUntil(lambda: not form._tasks.pending(), timeout=10_000)
        assert told in form.told.text()

    assert asked[-1] == (tmp_path / "data", "https://motcua.example", "AB-CD", "")
    kept = box.findChild(QPlainTextEdit, "firstStartKept")
    assert isinstance(kept, QPlainTextEdit)
    assert "lan: AAAAA-BBBBB" in kept.toPlainText()
    assert "KHOA-1" in kept.toPlainText()
    assert is_enrolling(tmp_path / "data")
    box.accept()
    assert not is_enrolling(tmp_path / "data")


def test_an_enrolment_that_was_cut_is_all_that_is_offered(qtbot: QtBot, tmp_path: Path) -> None:
    enrolled(tmp_path / "data", error="offline")

    box = FirstStart(tmp_path / "data")
    qtbot.addWidget(box)

    shown = {name: not box.findChild(QPushButton, name).isHidden() for name in ("firstStartUnit", "firstStartEnrol")}
    assert shown == {"firstStartUnit": False, "firstStartEnrol": True}


def test_the_first_start_wears_the_colours_and_text_size_of_this_pc(qapp: QApplication, tmp_path: Path) -> None:
    settings = SettingsFile(tmp_path / "settings.toml")
    settings.put("look.mode", "dark")
    settings.put("look.text_percent", 150)
    settings.save()
    try:
        first_start.dress(qapp, settings)
        background, size = qapp.palette().window().color(), qapp.font().pointSizeF()
    finally:
        plain = Theme(qapp)

    assert background.lightness() < 60
    assert size == pytest.approx(1.5 * plain.font().pointSizeF(), rel=0.02)
    assert qapp.palette().window().color().lightness() > 200
