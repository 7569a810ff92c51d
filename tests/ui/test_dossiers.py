from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from desktop.domain.deadlines import is_late
from desktop.domain.users import User
from desktop.domain.vietnamese import local, screen_date
from desktop.services.changes import dossier_changed
from desktop.ui.dialogs.correct import CorrectDialog
from desktop.ui.models.dossier_rows import Column, Urgency
from desktop.ui.pages.dossiers import DossiersPage
from desktop.ui.pages.dossiers_filters import nothing_found
from desktop.ui.print_queue import PrintQueue
from desktop.ui.shell import SearchQuery
from desktop.ui.widgets.labels import EmptyState
from tests.ui.desk_kit import Desktop, FakePrinters, card_of, desktop_for, scan, settle, show
from tests.ui.fakes_dossiers import CHAIR, CLERK, INSPECTOR, SPECIALIST, Ward, make_ward

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

COUNT = 30


@pytest.fixture
def ward() -> Ward:
    return make_ward(COUNT)


@pytest.fixture
def desktop(qapp: QApplication, ward: Ward) -> Iterator[Desktop]:
    with desktop_for(qapp, ward) as tools:
        yield tools


@pytest.fixture
def printers() -> FakePrinters:
    return FakePrinters()


def open_page(
    qtbot: QtBot, desktop: Desktop, ward: Ward, printers: FakePrinters, actor: User = CLERK, width: int = 1200
) -> DossiersPage:
    prints = PrintQueue(desktop.kit, ward.desk, actor, printers, Path("/nonexistent"))
    page = DossiersPage(desktop.kit, ward.desk, actor, prints)
    prints.setParent(page)
    show(qtbot, page, (width, 700))
    page.shown()
    settle(qtbot, desktop)
    return page


@pytest.fixture
def page(qtbot: QtBot, desktop: Desktop, ward: Ward, printers: FakePrinters) -> DossiersPage:
    return open_page(qtbot, desktop, ward, printers)


def code_of(ward: Ward, at: int) -> str:
    return ward.book.states[ward.book.order[at]].code


def owners(page: DossiersPage) -> list[str]:
    model = page.list_model
    return [str(model.data(model.index(row, Column.OWNER))) for row in range(model.rowCount())]


def button(page: DossiersPage, name: str) -> QPushButton:
    found = page.findChild(QPushButton, name)
    assert found is not None
    return found


def correction(qtbot: QtBot, page: DossiersPage) -> CorrectDialog:
    """Open the dialog by its key and wait until it hears keys."""
    qtbot.keyClick(page, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.findChild(CorrectDialog) is not None)
    dialog = page.findChild(CorrectDialog)
    assert dialog is not None
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def test_scanning_a_receipt_shows_its_dossier(qtbot: QtBot, desktop: Desktop, ward: Ward, page: DossiersPage) -> None:
    assert scan(page, code_of(ward, 4))
    settle(qtbot, desktop)

    assert page.detail.view is not None
    assert page.detail.view.dossier.code == code_of(ward, 4)
    assert desktop.sounds.played == ["found"]
    assert page.table.currentIndex().row() == COUNT - 5


def test_a_receipts_look_up_qr_shows_its_dossier(
    qtbot: QtBot, desktop: Desktop, ward: Ward, page: DossiersPage
) -> None:
    assert scan(page, f"https://tra.cuu/tra-cuu/{code_of(ward, 7)}?k=0123456789")
    settle(qtbot, desktop)

    assert page.detail.view is not None
    assert page.detail.view.dossier.code == code_of(ward, 7)


def test_an_unknown_code_says_so_and_changes_nothing(
    qtbot: QtBot, desktop: Desktop, ward: Ward, page: DossiersPage
) -> None:
    scan(page, code_of(ward, 4))
    settle(qtbot, desktop)

    scan(page, "000.16.27.H29-190101-9999")
    settle(qtbot, desktop)

    assert "000.16.27.H29-190101-9999" in page.error_text()
    assert page.detail.view is not None
    assert page.detail.view.dossier.code == code_of(ward, 4)
    assert desktop.sounds.played == ["found", "not_found"]


def test_an_identity_card_lists_the_dossiers_of_its_owner(
    qtbot: QtBot, desktop: Desktop, ward: Ward, page: DossiersPage
) -> None:
    owner = ward.book.states[ward.book.order[3]].owner

    assert scan(page, card_of(owner.name, owner.id_number))
    settle(qtbot, desktop)

    assert owners(page) == [owner.name]


def test_a_foreign_scan_is_left_to_the_shell(page: DossiersPage) -> None:
    assert not scan(page, "8934567890123")


def test_a_search_from_the_top_bar_is_carried_out(qtbot: QtBot, desktop: Desktop, page: DossiersPage) -> None:
    assert page.open_item(SearchQuery("duc"))
    settle(qtbot, desktop)

    assert owners(page)
    assert all(name.endswith("Đức") for name in owners(page))


def test_a_code_typed_at_the_top_opens_the_dossier(
    qtbot: QtBot, desktop: Desktop, ward: Ward, page: DossiersPage
) -> None:
    page.open_item(SearchQuery(code_of(ward, 9).lower()))
    settle(qtbot, desktop)

    assert page.detail.view is not None
    assert page.detail.view.dossier.code == code_of(ward, 9)


def test_searching_and_opening_needs_no_mouse(qtbot: QtBot, desktop: Desktop, page: DossiersPage) -> None:
    qtbot.keyClick(page, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    search = QApplication.focusWidget()
    assert search is page.filters.search
    qtbot.keyClicks(search, "duc")
    qtbot.waitUntil(lambda: all(name.endswith("Đức") for name in owners(page)))

    qtbot.keyClick(search, Qt.Key.Key_Return)
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    settle(qtbot, desktop)

    assert page.detail.view is not None
    assert page.detail.view.dossier.owner.name == owners(page)[1]


def test_each_filter_narrows_the_list(qtbot: QtBot, desktop: Desktop, page: DossiersPage) -> None:
    qtbot.keyClick(page, Qt.Key.Key_B, Qt.KeyboardModifier.AltModifier)
    field = page.filters._field
    field.setCurrentIndex(field.findData("dat_dai"))
    settle(qtbot, desktop)
    by_field = page.list_model.rowCount()
    offered = page.filters._procedure.count()
    qtbot.keyClick(page, Qt.Key.Key_X, Qt.KeyboardModifier.AltModifier)
    settle(qtbot, desktop)

    assert by_field == COUNT // 3
    assert offered == 2
    assert page.list_model.rowCount() == COUNT


def test_a_wrong_day_is_named_and_filters_nothing(qtbot: QtBot, desktop: Desktop, page: DossiersPage) -> None:
    qtbot.keyClick(page, Qt.Key.Key_B, Qt.KeyboardModifier.AltModifier)
    edit = page.findChild(QLineEdit, "fromFilter")
    assert edit is not None
    edit.setFocus()
    qtbot.keyClicks(edit, "32/07/2019")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    settle(qtbot, desktop)

    assert "18/07/2019" in page.filters._from_field.error()
    assert page.list_model.rowCount() == COUNT


def test_late_shows_only_open_dossiers_past_their_day(
    qtbot: QtBot, desktop: Desktop, ward: Ward, page: DossiersPage
) -> None:
    ward.clock.at += timedelta(days=7, hours=10)
    late = sum(is_late(ward.clock.at, state.due_at, state.procedure.limit.unit) for state in ward.book.states.values())

    qtbot.keyClick(page, Qt.Key.Key_T, Qt.KeyboardModifier.AltModifier)
    settle(qtbot, desktop)

    assert 0 < late < COUNT
    assert page.list_model.rowCount() == late


def test_nothing_found_says_what_to_do(qtbot: QtBot, desktop: Desktop, page: DossiersPage) -> None:
    page.filters.set_query("khongcoai")
    settle(qtbot, desktop)

    empty = page._list_side.currentWidget()

    assert isinstance(empty, EmptyState)
    assert "Alt+X" in empty.accessibleName()


def test_beside_an_empty_list_no_dossier_stays_open(qtbot: QtBot, desktop: Desktop, page: DossiersPage) -> None:
    page.table.selectRow(0)
    settle(qtbot, desktop)
    was_open = page._reprint.isEnabled()

    page.filters.set_query("khongcoai")
    settle(qtbot, desktop)

    assert was_open
    assert not page._reprint.isEnabled()
    assert isinstance(page._detail_side.currentWidget(), EmptyState)


def test_an_empty_register_says_how_to_begin(qtbot: QtBot, qapp: QApplication, printers: FakePrinters) -> None:
    ward = make_ward(0)
    with desktop_for(qapp, ward) as desktop:
        page = open_page(qtbot, desktop, ward, printers)

        empty = page._list_side.currentWidget()

        assert isinstance(empty, EmptyState)
        assert "F2" in empty.accessibleName()


def test_only_who_may_receive_is_told_how(qtbot: QtBot, desktop: Desktop, page: DossiersPage) -> None:
    said = {}
    for user in (CLERK, INSPECTOR):
        empty = nothing_found(page.filters, desktop.kit.theme, user)
        qtbot.addWidget(empty)
        said[user.login] = empty.accessibleName()

    assert "F2" in said[CLERK.login]
    assert "F2" not in said[INSPECTOR.login]


def test_both_promises_stand_side_by_side(qtbot: QtBot, desktop: Desktop, ward: Ward, page: DossiersPage) -> None:
    scan(page, code_of(ward, 4))
    settle(qtbot, desktop)
    first = page.detail.fact("Hẹn in lần đầu")

    dialog = correction(qtbot, page)
    dialog._day.setText("26/07/2019")
    dialog._reason.setPlainText("ghi nhầm ngày hẹn")
    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, desktop)

    assert page.detail.fact("Hẹn trả") == "17:00 26/07/2019"
    assert page.detail.fact("Hẹn in lần đầu") == first.removesuffix(" (không đổi)")


def test_the_correction_shows_old_and_new_and_prints_a_new_version(
    qtbot: QtBot, desktop: Desktop, ward: Ward, page: DossiersPage, printers: FakePrinters
) -> None:
    old = ward.book.states[ward.book.order[4]].owner.name
    scan(page, code_of(ward, 4))
    settle(qtbot, desktop)
    dialog = correction(qtbot, page)
    name = dialog.editor("applicant.name")
    assert isinstance(name, QLineEdit)
    name.setText("Nguyễn Thị Ngọc Ỷ")
    qtbot.waitUntil(lambda: "→" in dialog.changes_text())
    said = dialog.changes_text()
    dialog._reason.setPlainText("ghi nhầm tên")

    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, desktop)

    assert f"{old} → Nguyễn Thị Ngọc Ỷ" in said
    assert page.detail.fact("Chủ hồ sơ") == "Nguyễn Thị Ngọc Ỷ"
    assert page.detail.fact("Giấy hẹn").endswith("bản 2 (đã đính chính)")
    assert printers.printed == [("HP M404", "A5", code_of(ward, 4))]


def test_a_correction_without_a_reason_is_not_sent(
    qtbot: QtBot, desktop: Desktop, ward: Ward, page: DossiersPage
) -> None:
    scan(page, code_of(ward, 4))
    settle(qtbot, desktop)
    dialog = correction(qtbot, page)
    name = dialog.editor("applicant.name")
    assert isinstance(name, QLineEdit)
    name.setText("Ai đó")

    with qtbot.assertNotEmitted(dialog.wanted):
        qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert dialog._reason_field.error()
    assert dialog.isVisible()
    dialog.reject()


def test_a_later_promise_is_refused_to_the_clerk_and_nothing_typed_is_lost(
    qtbot: QtBot, desktop: Desktop, ward: Ward, page: DossiersPage
) -> None:
    scan(page, code_of(ward, 4))
    settle(qtbot, desktop)
    dialog = correction(qtbot, page)
    dialog._day.setText("30/08/2019")
    dialog._reason.setPlainText("hẹn lại theo đề nghị")

    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, desktop)

    assert dialog.isVisible()
    assert dialog._error.text()
    assert dialog._reason.value() == "hẹn lại theo đề nghị"
    dialog.reject()


def test_the_chair_may_move_the_promise_later(
    qtbot: QtBot, desktop: Desktop, ward: Ward, printers: FakePrinters
) -> None:
    page = open_page(qtbot, desktop, ward, printers, CHAIR)
    scan(page, code_of(ward, 4))
    settle(qtbot, desktop)
    dialog = correction(qtbot, page)
    dialog._day.setText("30/08/2019")
    dialog._reason.setPlainText("hẹn lại theo đề nghị")

    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, desktop)

    assert page.detail.fact("Hẹn trả") == "17:00 30/08/2019"


def test_printing_again_asks_for_the_paper_by_keys(
    qtbot: QtBot, desktop: Desktop, ward: Ward, page: DossiersPage, printers: FakePrinters
) -> None:
    scan(page, code_of(ward, 4))
    settle(qtbot, desktop)

    qtbot.keyClick(page, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, desktop)
    dialog = QApplication.activeModalWidget()
    assert dialog is not None
    qtbot.keyClick(dialog, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    settle(qtbot, desktop)

    assert printers.printed == [("HP M404", "A4", code_of(ward, 4))]
    assert ward.forms.made[-1][2] == 1
    assert page.detail.fact("Giấy hẹn").endswith("in lại 1 lần")


@pytest.mark.parametrize(
    ("actor", "shown"),
    [
        (CLERK, {"reprintButton", "correctButton", "returnButton"}),
        (SPECIALIST, {"readyButton"}),
        (CHAIR, {"reprintButton", "correctButton"}),
        (INSPECTOR, set()),
    ],
)
def test_each_role_sees_only_what_it_may_do(
    qtbot: QtBot, desktop: Desktop, ward: Ward, printers: FakePrinters, actor: User, shown: set[str]
) -> None:
    page = open_page(qtbot, desktop, ward, printers, actor)

    names = {"reprintButton", "correctButton", "readyButton", "returnButton"}

    assert {name for name in names if button(page, name).isVisible()} == shown


@pytest.mark.parametrize("actor", [CLERK, INSPECTOR])
def test_id_numbers_are_masked_for_everybody(
    qtbot: QtBot, desktop: Desktop, ward: Ward, printers: FakePrinters, actor: User
) -> None:
    page = open_page(qtbot, desktop, ward, printers, actor)
    whole = ward.book.states[ward.book.order[4]].owner.id_number

    scan(page, code_of(ward, 4))
    settle(qtbot, desktop)

    assert page.detail.fact("Số định danh") == f"{whole[:3]}******{whole[-3:]}"


def test_acts_follow_the_state_of_the_dossier(qtbot: QtBot, desktop: Desktop, ward: Ward, page: DossiersPage) -> None:
    scan(page, code_of(ward, 4))
    settle(qtbot, desktop)
    before = button(page, "returnButton").isEnabled(), button(page, "correctButton").isEnabled()

    done = ward.make_ready(code_of(ward, 4))
    desktop.kit.changes.publish(done.changes, None)
    settle(qtbot, desktop)

    assert before == (False, True)
    assert button(page, "returnButton").isEnabled()
    assert not button(page, "correctButton").isEnabled()


def test_returning_goes_to_the_page_of_returns(qtbot: QtBot, desktop: Desktop, ward: Ward, page: DossiersPage) -> None:
    ward.make_ready(code_of(ward, 4))
    scan(page, code_of(ward, 4))
    settle(qtbot, desktop)

    with qtbot.waitSignal(page.page_wanted) as wanted:
        qtbot.keyClick(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert wanted.args == ["return_result", code_of(ward, 4)]


def test_the_time_line_tells_each_act_in_a_sentence(
    qtbot: QtBot, desktop: Desktop, ward: Ward, page: DossiersPage
) -> None:
    ward.make_ready(code_of(ward, 4), "Kệ B", "2 bản")

    scan(page, code_of(ward, 4))
    settle(qtbot, desktop)

    newest, *between, oldest = page.detail._time_line.entries()
    said = [entry.what for entry in reversed(between)]
    assert [words.split()[0] for words in said] == ["Lập", "Tư", "Trình", "Lê"]
    assert newest.what == "Đã có kết quả, chờ trả cho công dân"
    assert newest.note == "vị trí để: Kệ B · 2 bản"
    assert newest.who == "Phạm Quang Minh"
    assert oldest.what.startswith("Tiếp nhận hồ sơ, hẹn trả 17:00")


def test_lateness_is_said_in_words(qtbot: QtBot, desktop: Desktop, ward: Ward, page: DossiersPage) -> None:
    ward.clock.at += timedelta(days=9)

    scan(page, code_of(ward, COUNT - 1))
    settle(qtbot, desktop)

    due = ward.book.states[ward.book.order[COUNT - 1]].due_at
    assert page.detail.state_text() == f"Trễ hạn từ {screen_date(local(due).date())}"


def test_changes_seen_while_away_are_read_on_return(
    qtbot: QtBot, desktop: Desktop, ward: Ward, page: DossiersPage
) -> None:
    page.hide()
    state = ward.receive(77, ward.clock.at)
    desktop.kit.changes.publish(dossier_changed(state.dossier_id), None)

    page.show()
    page.shown()
    settle(qtbot, desktop)

    assert page.list_model.rowCount() == COUNT + 1


def test_a_narrow_window_lets_list_and_detail_take_turns(
    qtbot: QtBot, desktop: Desktop, ward: Ward, printers: FakePrinters
) -> None:
    page = open_page(qtbot, desktop, ward, printers, width=760)
    scan(page, code_of(ward, 4))
    settle(qtbot, desktop)
    first = page.table.isVisible(), page.detail.isVisible()

    went_back = page.go_back()

    assert first == (False, True)
    assert went_back
    assert page.table.isVisible()


def test_searching_in_a_narrow_window_shows_what_was_found(
    qtbot: QtBot, desktop: Desktop, ward: Ward, printers: FakePrinters
) -> None:
    page = open_page(qtbot, desktop, ward, printers, width=760)
    scan(page, code_of(ward, 4))
    settle(qtbot, desktop)

    page.filters.set_query("không có ai")
    settle(qtbot, desktop)

    assert (page.detail.isVisible(), page._list_side.isVisible()) == (False, True)


def test_escape_first_empties_the_filters(qtbot: QtBot, desktop: Desktop, page: DossiersPage) -> None:
    page.filters.set_query("duc")
    settle(qtbot, desktop)

    answers = page.go_back(), page.go_back()
    settle(qtbot, desktop)

    assert answers == (True, False)
    assert page.list_model.rowCount() == COUNT


def test_a_scan_takes_a_search_away_that_would_hide_its_dossier(
    qtbot: QtBot, desktop: Desktop, ward: Ward, page: DossiersPage
) -> None:
    page.filters.set_query("khongcoai")
    settle(qtbot, desktop)

    scan(page, code_of(ward, 4))
    settle(qtbot, desktop)

    assert page.filters.search.text() == ""
    assert page.list_model.rowCount() == COUNT
    assert page.table.currentIndex().row() == COUNT - 5
    assert desktop.said == [f"Đã bỏ điều kiện lọc để mở hồ sơ {code_of(ward, 4)}."]


def test_a_scan_keeps_a_search_that_shows_its_dossier(
    qtbot: QtBot, desktop: Desktop, ward: Ward, page: DossiersPage
) -> None:
    owner = ward.book.states[ward.book.order[4]].owner
    page.filters.set_query(owner.id_number)
    settle(qtbot, desktop)

    scan(page, code_of(ward, 4))
    settle(qtbot, desktop)

    assert page.filters.search.text() == owner.id_number
    assert desktop.said == []
    assert page.table.currentIndex().row() == 0


def test_a_dossier_that_leaves_the_filter_by_an_act_keeps_the_filter(
    qtbot: QtBot, desktop: Desktop, ward: Ward, page: DossiersPage
) -> None:
    page.filters._status.set_key("received")
    settle(qtbot, desktop)
    page.table.selectRow(0)
    settle(qtbot, desktop)
    view = page.detail.view
    assert view is not None

    done = ward.make_ready(view.dossier.code)
    desktop.kit.changes.publish(done.changes, None)
    settle(qtbot, desktop)

    assert page.filters.value().statuses
    assert desktop.said == []


@pytest.mark.parametrize(
    ("hours", "is_shown_late", "words"), [(10, False, "Đến hạn hôm nay"), (24, True, "Trễ hạn từ {day}")]
)
def test_list_filter_and_detail_agree_on_the_evening_of_the_last_day(
    qtbot: QtBot, desktop: Desktop, ward: Ward, page: DossiersPage, hours: int, is_shown_late: bool, words: str
) -> None:
    newest = ward.book.states[ward.book.order[-1]]
    at = local(newest.due_at)
    ward.clock.at = at.replace(hour=9, minute=30) + timedelta(hours=hours)
    row = page.list_model.row(0)
    assert row is not None
    now_s = int(ward.clock.at.timestamp())

    scan(page, newest.code)
    qtbot.keyClick(page, Qt.Key.Key_T, Qt.KeyboardModifier.AltModifier)
    settle(qtbot, desktop)

    first = page.list_model.row(0)
    assert page.detail.state_text() == words.format(day=screen_date(at.date()))
    assert (row.urgency(now_s, now_s + 3600) is Urgency.LATE) is is_shown_late
    assert (first is not None and first.code == newest.code) is is_shown_late
