"""The side "Lịch nghỉ": a day of the unit's own by keys, and the dossiers that were promised before it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop.services import own_days
from desktop.services.own_days import OwnDay
from desktop.ui.pages.admin_calendar import CalendarView
from desktop.ui.pages.admin_calendar_form import DayDialog
from tests.support.published import document, learnt
from tests.support.wards import SLOW, person
from tests.ui.admin_kit import Office, office

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

STORM = OwnDay(date(2019, 7, 25), is_worked=False, name="Nghỉ tránh bão số 4", document="Công điện 12/CĐ-UBND")


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Office]:
    with office(qtbot, qapp, tmp_path) as opened:
        yield opened


def view(desk: Office) -> CalendarView:
    desk.page.go_to("calendar")
    desk.settle()
    side = desk.page.sides["calendar"]
    assert isinstance(side, CalendarView)
    return side


def test_its_late_line_is_not_written_over_the_next_side(desk: Office) -> None:
    desk.sit_down("quantri")

    desk.page.go_to("calendar")
    desk.page.go_to("city")
    desk.settle()

    assert desk.page._subtitle.text() == ""


def test_it_declares_a_storm_by_keys_and_takes_it_back(desk: Office) -> None:
    promised = [desk.ward.receive(code=SLOW, owner=person(n)) for n in range(2)]
    desk.sit_down("quantri")
    side = view(desk)

    desk.press("Ctrl+N")
    desk.type("25072019")
    desk.press("Return")
    form = desk.dialog()
    assert isinstance(form, DayDialog)
    told = form.told.text()
    desk.go_to("dayName")
    desk.type("Nghi tranh bao so 4")
    desk.press("Return")
    desk.type("Cong dien 12")
    desk.press("Ctrl+Return")

    assert told == "2 hồ sơ đã hẹn bị ảnh hưởng, 2 hồ sơ hẹn trả đúng ngày này. Ngày hẹn đã in giữ nguyên."
    assert [line.cells[0].text for line in side.table.rows.lines] == ["Thứ năm 25/07/2019"]
    assert [line.key for line in side.touched.rows.lines] == [each.code for each in promised]
    assert {line.cells[2].text for line in side.touched.rows.lines} == {"17:00 26/07/2019"}
    assert desk.desktop.said[-1] == "Đã ghi ngày 25/07/2019."

    desk.press("Ctrl+D")
    desk.type("bao doi huong")
    desk.press("Ctrl+Return")

    assert side.table.rows.lines == ()
    assert own_days.own_days(desk.ward.desk, desk.user("quantri")) == ()


def test_a_form_that_says_too_little_stays_open_with_what_was_typed(desk: Office) -> None:
    desk.sit_down("quantri")
    view(desk)

    desk.press("Ctrl+N")
    desk.type("02092019")
    desk.press("Ctrl+Return")
    form = desk.dialog()
    assert isinstance(form, DayDialog)
    assert form._name_field.error() == "Ghi ít nhất 5 ký tự."
    desk.go_to("dayName")
    desk.type("Quoc khanh")
    desk.press("Return")
    desk.type("So 12/QD")
    desk.press("Ctrl+Return")

    assert "vốn đã nghỉ" in form.error_text()
    assert own_days.own_days(desk.ward.desk, desk.user("quantri")) == ()


def test_the_clerk_sees_the_days_and_opens_a_dossier_but_declares_none(qtbot: QtBot, desk: Office) -> None:
    promised = desk.ward.receive(code=SLOW, owner=person(1))
    own_days.declare(desk.ward.desk, desk.user("quantri"), STORM)
    page = desk.sit_down("lan")
    side = view(desk)
    assert not page.findChild(QPushButton, "addOwnDay").isVisible()
    desk.press("Ctrl+N")
    assert desk.dialog() is None

    side.touched.setFocus()
    with qtbot.waitSignal(page.page_wanted) as wanted:
        desk.press("Return")

    assert wanted.args == ["dossiers", promised.code]


def test_days_of_the_city_stand_among_the_units_own_and_cannot_be_taken_back(desk: Office) -> None:
    promised = desk.ward.receive(code=SLOW, owner=person(1))
    city = 'source = "QĐ 5"\nholidays = [{ on = 2019-07-24, name = "Ngày hội" }, { on = 2019-07-25, name = "Trùng" }]\n'
    learnt(desk.ward, document(city, "lich_2019"))
    own_days.declare(desk.ward.desk, desk.user("quantri"), OwnDay(date(2019, 7, 25), True, "Trực bão", "CĐ 12/UBND"))
    page = desk.sit_down("quantri")
    side = view(desk)

    side.table.setFocus()
    desk.press("Down")
    desk.settle()
    desk.press("Ctrl+D")

    lines = [tuple(cell.text for cell in line.cells) for line in side.table.rows.lines]
    assert lines == [
        ("Thứ năm 25/07/2019", "làm việc", "Trực bão", "CĐ 12/UBND"),
        ("Thứ tư 24/07/2019", "nghỉ", "Ngày hội", "lich_2019 bản 1 (thành phố): QĐ 5"),
    ]
    assert [line.key for line in side.touched.rows.lines] == [promised.code]
    assert desk.dialog() is None
    assert not page.findChild(QPushButton, "takeBackOwnDay").isEnabled()
