"""The first start: a file that waits asks nothing, and what was typed by hand serves the next PC too."""

from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from desktop.app import first_start
from desktop.app.first_start import FirstStart
from desktop.app.first_wizard import UnitForm
from desktop.cli.provisioning import make, sample_sheet
from desktop.storage.keys_file import WrapCost
from desktop.wiring import open_ward
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
