from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QTableView, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.domain.dossiers import Status
from desktop.domain.slips import SlipState, slip_qr
from desktop.services import handing, pins
from desktop.ui.dialogs.pin import ConfirmByPinDialog
from desktop.ui.models.short_table import Cell, Head, Line, ShortTableModel
from desktop.ui.pages.handover import Side
from desktop.ui.pages.list_printing import ResultsDialog
from desktop.ui.theme import Mode
from tests.support.wards import person
from tests.support.way import bring, rename
from tests.ui.handover_kit import COUNTER, Counter, counter, received

OF_ANOTHER_SECTION = "1.001731"

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Counter]:
    with counter(qtbot, qapp, tmp_path) as opened:
        yield opened
        opened.desktop.kit.theme.apply(Mode.LIGHT, 100)


def rows(desk: Counter) -> list[tuple[str, str]]:
    """Return name and state of the slips listed."""
    return [(line.cells[0].text, line.cells[1].text) for line in desk.page.slips.table.rows.lines]


def test_each_slip_says_where_it_stands(desk: Counter) -> None:
    codes = received(desk.ward, 5)
    hung, lan, ward = desk.ward.user("hung"), desk.ward.user("lan"), desk.ward.desk
    whole, short, back, open_one = (desk.hand_over(*some) for some in (codes[:1], codes[1:3], codes[3:4], codes[4:]))
    handing.confirm_slip(ward, hung, whole.name, codes[:1])
    handing.confirm_slip(ward, hung, short.name, codes[1:2])
    handing.withdraw_slip(ward, lan, back.name, "giao nhầm")
    desk.sit_down("lan")

    desk.press("Alt+B")

    assert rows(desk) == [
        (open_one.name, "Chờ nhận"),
        (back.name, "Đã rút"),
        (short.name, "Có chênh lệch"),
        (whole.name, "Đã nhận"),
    ]


def test_the_receiver_confirms_at_the_givers_pc_by_his_pin(qtbot: QtBot, desk: Counter) -> None:
    codes = received(desk.ward, 2)
    slip = desk.hand_over(*codes)
    pins.set_pin(desk.ward.desk, desk.ward.user("hung"), "", "482915")
    desk.sit_down("lan")
    desk.press("Alt+B", "Ctrl+Shift+N")
    qtbot.waitUntil(lambda: isinstance(QApplication.activeWindow(), ConfirmByPinDialog))
    (dialog,) = desk.page.findChildren(ConfirmByPinDialog)

    desk.type("482916")
    desk.press("Ctrl+Return")
    said, still_open = dialog.error_text(), desk.ward.desk.way.slip(slip.slip_id)
    desk.type("482915")
    desk.press("Ctrl+Return")

    assert "PIN không đúng" in said
    assert still_open is not None
    assert still_open.is_open
    assert rows(desk) == [(slip.name, "Đã nhận")]
    assert desk.slips()[0].closed_by == desk.ward.user("hung").user_id
    assert {desk.find(code).status for code in codes} == {Status.WITH_SECTION}


def test_a_slip_names_its_differences_first(desk: Counter) -> None:
    codes = received(desk.ward, 3)
    slip = desk.hand_over(codes[0], codes[1])
    handing.confirm_slip(desk.ward.desk, desk.ward.user("hung"), slip.name, [codes[0], codes[2]])
    desk.sit_down("lan")

    desk.press("Alt+B")

    lines = [tuple(cell.text for cell in line.cells) for line in desk.page.slips.lines.rows.lines]
    assert desk.page.slips._said.text() == "Thiếu 1 hồ sơ. Thừa 1 hồ sơ."
    assert lines == [
        (codes[1], "Thiếu"),
        (codes[2], "Thừa: Bộ phận Tiếp nhận và Trả kết quả đang giữ"),
        (codes[0], "Đã nhận"),
    ]


def test_a_slip_is_printed_again_and_counted(desk: Counter) -> None:
    slip = desk.hand_over(*received(desk.ward, 1))
    desk.sit_down("lan")
    desk.press("Alt+B")

    desk.press("Ctrl+P", "Ctrl+P")

    assert [(job.copy_no, job.code) for job in desk.jobs] == [(1, slip.name), (2, slip.name)]
    assert desk.desktop.said[-1] == f"Đang in lại giấy {slip.name}, lần 2."


def test_a_slip_is_taken_back_with_a_reason(desk: Counter) -> None:
    (code,) = received(desk.ward, 1)
    desk.hand_over(code)
    desk.sit_down("lan")
    desk.press("Alt+B")

    desk.page.slips.withdraw_button.setFocus()
    desk.press("Return")
    before = desk.slips()[0].state, desk.page.slips._reason_field.error()
    desk.type("giao nham bo phan")
    desk.press("Return", "Return")

    assert before == (SlipState.OPEN, "Ghi lý do, ít nhất 5 chữ.")
    assert desk.slips()[0].state is SlipState.WITHDRAWN
    assert (desk.find(code).custodian, desk.find(code).offered_on) == (COUNTER, "")
    assert not desk.page.slips.withdraw_button.isVisible()


def test_the_receiver_is_not_offered_to_withdraw(desk: Counter) -> None:
    slip = desk.hand_over(*received(desk.ward, 1))
    desk.sit_down("hung")

    desk.press("Alt+B")

    assert desk.page.slips.opened is not None
    assert desk.page.slips.opened.names.slip.name == slip.name
    assert not desk.page.slips.withdraw_button.isVisible()


def test_a_closed_slips_qr_shows_it(desk: Counter) -> None:
    codes = received(desk.ward, 1)
    slip = desk.hand_over(*codes)
    handing.confirm_slip(desk.ward.desk, desk.ward.user("hung"), slip.name, codes)
    desk.sit_down("hung")

    desk.scan(slip_qr(slip))

    assert desk.page.side is Side.SLIPS
    assert desk.page.slips._facts.text_of("Tình trạng") == "Đã nhận"
    assert desk.page.error_text() == ""


def test_a_scanned_dossier_shows_its_slip(desk: Counter) -> None:
    codes = received(desk.ward, 2)
    first = desk.hand_over(codes[0])
    desk.ward.clock.advance(timedelta(minutes=1))
    desk.hand_over(codes[1])
    desk.sit_down("lan")
    desk.press("Alt+B")

    desk.scan(codes[0])

    assert desk.page.slips.opened is not None
    assert desk.page.slips.opened.names.slip.name == first.name
    assert desk.page.slips.table.current_key() == first.slip_id


def test_a_dossier_with_its_official_code_shows_the_slip_that_names_the_former_one(desk: Counter) -> None:
    (code,) = received(desk.ward, 1)
    slip = desk.hand_over(code)
    new = rename(desk.ward.desk, desk.find(code))
    desk.sit_down("lan")
    desk.press("Alt+B")

    desk.scan(new)

    assert desk.page.slips.opened is not None
    assert desk.page.slips.opened.names.slip.name == slip.name
    assert desk.page.error_text() == ""


def test_empty_sides_say_what_to_do(desk: Counter) -> None:
    desk.sit_down("lan")

    said = []
    for key, view in (("Alt+G", "giveTable"), ("Alt+N", "incomingTable"), ("Alt+B", "slipTable")):
        desk.press(key)
        table = desk.page.findChild(QTableView, view)
        assert table is not None
        said.append((table.isVisible(), [w.accessibleName() for w in empty_states(desk)]))

    assert [is_seen for is_seen, _ in said] == [False, False, False]
    assert all(words for _, words in said)


def empty_states(desk: Counter) -> list[QWidget]:
    return [widget for widget in desk.page.findChildren(QWidget, "emptyState") if widget.isVisible()]


@pytest.mark.parametrize("percent", [100, 150, 200])
@pytest.mark.parametrize("key", ["Alt+G", "Alt+N", "Alt+B"])
def test_no_control_is_cut_off_sideways(desk: Counter, percent: int, key: str) -> None:
    codes = received(desk.ward, 2)
    desk.hand_over(codes[0])
    desk.sit_down("lan")
    desk.scan(codes[1])
    desk.desktop.kit.theme.apply(Mode.LIGHT, percent)

    desk.press(key)

    width_px = desk.page.width()
    outside = [
        widget.objectName()
        for kind in (QAbstractButton, QLineEdit, QTableView)
        for widget in desk.page.findChildren(kind)
        if widget.isVisible() and widget.objectName() and right_of(widget, desk.page) > width_px
    ]
    assert outside == []


def test_the_receiver_is_scrolled_into_sight_at_200_percent(desk: Counter) -> None:
    desk.sit_down("lan")
    desk.desktop.kit.theme.apply(Mode.LIGHT, 200)
    desk.settle()

    desk.press("Alt+R")

    search = desk.page.give.receiver.search
    assert search.hasFocus()
    assert search.visibleRegion().boundingRect().height() == search.height()


def right_of(widget: QWidget, frame: QWidget) -> int:
    """Return where a widget ends in another."""
    return QRect(widget.mapTo(frame, QPoint(0, 0)), widget.size()).right()


def test_every_control_has_a_name_for_keys_and_readers(desk: Counter) -> None:
    desk.hand_over(*received(desk.ward, 1))
    desk.sit_down("lan")

    nameless = [
        type(widget).__name__
        for kind in (QAbstractButton, QLineEdit, QTableView)
        for widget in desk.page.findChildren(kind)
        if not widget.objectName().startswith("qt_")
        and widget.parent() is not None
        and type(widget).__module__.startswith("desktop")
        and not (widget.objectName() and widget.accessibleName() and widget.statusTip())
    ]

    assert nameless == []


def test_the_table_of_texts_keeps_the_rules_of_models(desk: Counter, qtmodeltester: ModelTester) -> None:
    model = ShortTableModel(desk.desktop.kit.theme, (Head("A", "aa"), Head("B", "bb", share=1)))
    model.set_lines([Line("1", (Cell("một"), Cell("xong", "check"))), Line("2", (Cell("hai"), Cell("")))])

    qtmodeltester.check(model)

    assert (model.row_of("2"), model.row_of("3")) == (1, -1)
    model.deleteLater()


def test_the_slip_in_view_is_printed_as_a_record_by_one_key(desk: Counter) -> None:
    slip = desk.hand_over(*received(desk.ward, 2))
    desk.sit_down("lan")
    desk.press("Alt+B")

    desk.press("Ctrl+Shift+B")

    assert [(job.form, job.copy_no, job.code) for job in desk.jobs] == [(handing.RECORD_FORM, 0, slip.name)]
    assert desk.desktop.said[-1] == f"Đang in biên bản giao nhận của giấy {slip.name}."


def test_results_go_on_a_slip_once(desk: Counter) -> None:
    codes = received(desk.ward, 2)
    bring(desk.ward.desk, *codes)
    desk.sit_down("lan")

    desk.press("Ctrl+Shift+K", "Ctrl+Shift+K")

    assert [(job.form, job.reference) for job in desk.jobs] == [("result_slip", ",".join(codes))]
    assert desk.desktop.said[-2:] == [
        "Đang in phiếu bàn giao 2 kết quả.",
        "Không có kết quả nào chờ lập phiếu bàn giao.",
    ]


def test_results_of_several_sections_are_asked_for(desk: Counter) -> None:
    births = received(desk.ward, 2)
    land = desk.ward.receive(code=OF_ANOTHER_SECTION, owner=person(8)).code
    bring(desk.ward.desk, *births)
    bring(desk.ward.desk, land, to=Status.APPROVED)
    desk.sit_down("lan")

    desk.press("Ctrl+Shift+K")
    asked = [type(widget) for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    desk.press("Alt+2")

    assert ResultsDialog in asked
    assert len(desk.jobs) == 1
    assert desk.jobs[0].reference in (land, ",".join(births))
