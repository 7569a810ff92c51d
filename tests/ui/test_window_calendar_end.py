"""The end of the program's calendar in the real window: nothing stops but promising, and IT mends it by keys."""

from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.domain.vietnamese import local
from desktop.ui.bars import AskingBar
from desktop.ui.pages.admin import AdminPage
from desktop.ui.pages.admin_calendar import CalendarView
from desktop.ui.pages.admin_year_form import YearDialog
from tests.ui.window_kit import CARD, Stage, Theatre, training_ward

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

ENDED = "Lịch làm việc chỉ có đến ngày 31/12/2028: khai lịch nghỉ năm 2029 ở Quản trị, Lịch nghỉ, hoặc cài bản mới."

NOT_COVERED = (
    "Lịch làm việc mới có từ 01/01/2018 đến 31/12/2028: người quản trị khai năm tiếp theo ở Quản trị, Lịch nghỉ,"
    " hoặc cài bản chương trình mới, rồi làm lại."
)


@pytest.fixture
def theatre(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Theatre:
    theatre = training_ward(qapp, qtbot, tmp_path)
    theatre.now = datetime.fromisoformat("2029-01-02T09:00+07:00")
    return theatre


def reminded(stage: Stage) -> str:
    bar = stage.child(AskingBar, "reminderBar")
    return bar.text() if bar.isVisible() else ""


def look_at_every_page(stage: Stage) -> None:
    for key in stage.pages():
        stage.window.shell.work.show_page(key)
        stage.rest()
        assert stage.page_key() == key


def test_a_ward_beyond_the_calendar_works_says_what_to_do_and_is_mended_by_keys(theatre: Theatre) -> None:
    with theatre.window() as stage:
        stage.log_in("lan")
        look_at_every_page(stage)
        stage.press("F2")
        stage.scan(CARD)
        stage.write("dkks")
        stage.press("Return", "Return", "Ctrl+Return")
        counter = stage.window.shell.work.page()
        assert counter is not None
        assert counter.error_text() == NOT_COVERED
        assert stage.dossiers() == []
    with theatre.window() as stage:
        stage.log_in("quantri")
        assert ENDED in reminded(stage)
        look_at_every_page(stage)
        stage.press("Alt+W")
        page = stage.window.shell.work.page()
        assert isinstance(page, AdminPage)
        side = page.sides["calendar"]
        assert isinstance(side, CalendarView)
        stage.press("Ctrl+M")
        form = side.dialog
        assert isinstance(form, YearDialog)
        form.activateWindow()
        stage.until(form.isActiveWindow)
        stage.write("Thong bao 9/TB-BNV")
        form._days.appendPlainText("12/02 - 16/02 Tết Nguyên đán\n26/4 Giỗ Tổ Hùng Vương\n3/9 Quốc khánh")
        stage.press("Ctrl+Return")
        assert side.dialog is None
        assert reminded(stage) == ""
    with theatre.window() as stage:
        stage.log_in("lan")
        made = stage.receive()
        assert local(made.promised_at).year == 2029
