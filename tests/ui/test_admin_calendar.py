"""The side "Lịch nghỉ": a day of the unit's own by keys, and the dossiers that were promised before it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop.app.reminder_watch import sentence
from desktop.domain.calendar_days import CalendarOverlay
from desktop.services import own_days
from desktop.services.own_days import OwnDay
from desktop.services.reminders import reminders_for
from desktop.ui.pages.admin_calendar import CalendarView
from desktop.ui.pages.admin_calendar_form import DayDialog
from desktop.ui.pages.admin_year_form import YearDialog
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
    form._on.setText("03/09/2019")
    desk.press("Ctrl+Return")
    assert [day.on for day in own_days.own_days(desk.ward.desk, desk.user("quantri"))] == [date(2019, 9, 3)]


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


def test_it_declares_the_year_after_the_calendar_by_keys_when_it_is_there_already(desk: Office) -> None:
    desk.ward.clock.set(datetime.fromisoformat("2029-01-02T09:00+07:00"))
    desk.sit_down("quantri")
    side = view(desk)

    desk.press("Ctrl+M")
    form = desk.dialog()
    assert isinstance(form, YearDialog)
    desk.press("Ctrl+Return")
    assert form._document_field.error() == "Ghi ít nhất 5 ký tự."
    desk.type("Thong bao 9/TB-BNV")
    desk.press("Ctrl+Return")
    assert "chỉ có 5 ngày nghỉ, luật định ít nhất 11" in form.error_text()
    form._days.appendPlainText("12/02 - 16/02 Tết Nguyên đán\n3/9 Quốc khánh, liền kề\nGiỗ Tổ")
    desk.press("Ctrl+Return")
    assert "«Giỗ Tổ»" in form._days_field.error()
    form._days.setPlainText(form._days.toPlainText().replace("Giỗ Tổ", "26/4 Giỗ Tổ Hùng Vương"))
    desk.press("Ctrl+Return")

    assert desk.desktop.said[-1] == "Đã khai năm 2029, 12 ngày nghỉ."
    assert len(side.table.rows.lines) == 12
    assert desk.ward.receive(code=SLOW, owner=person(1)).promised_at.year == 2029
    desk.press("Ctrl+M")
    assert isinstance(desk.dialog(), YearDialog), "2030 may be declared in 2029"


def test_no_year_is_offered_before_its_turn_nor_to_who_may_not_declare_it(desk: Office) -> None:
    page = desk.sit_down("quantri")
    view(desk)
    early = page.findChild(QPushButton, "declareYear").isVisible()
    desk.press("Ctrl+M")
    assert desk.dialog() is None
    desk.ward.clock.set(datetime.fromisoformat("2028-10-02T09:00+07:00"))

    other = desk.sit_down("lan")
    view(desk)

    assert (early, other.findChild(QPushButton, "declareYear").isVisible()) == (False, False)


def test_a_day_that_two_pcs_said_differently_is_marked_with_what_the_other_said(desk: Office) -> None:
    own_days.declare(desk.ward.desk, desk.user("quantri"), STORM)
    other = replace(STORM, is_worked=True, name="Trực phòng chống bão")
    with desk.ward.database.ledger.act(desk.user("quantri")) as act:
        act.record_unit((own_days.said(CalendarOverlay(), (other,)),))
    desk.sit_down("quantri")

    side = view(desk)

    (line,) = side.table.rows.lines
    assert line.cells[2].text == "Trực phòng chống bão; máy khác khai nghỉ"
    told = sentence(reminders_for(desk.ward.desk, desk.user("quantri")))
    assert told == (
        "Hai máy khai khác nhau về ngày 25/07/2019: đang tính là làm việc, máy kia khai nghỉ (Nghỉ tránh bão số 4,"
        " Công điện 12/CĐ-UBND); nếu sai thì khai lại ở Quản trị, Lịch nghỉ."
    )
    assert side.told.text() == f"{told} Không hồ sơ nào đã hẹn bị ảnh hưởng bởi ngày 25/07/2019."
