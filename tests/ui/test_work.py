from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.devices.attachment_files import read_attachment
from desktop.domain.dossiers import Status
from desktop.services.records import DossierFilter
from desktop.ui.models.dossier_rows import NEWEST, PAGE_ROWS, Column
from desktop.ui.pages.work import WorkPage
from desktop.ui.pages.work_list import WorkSource
from tests.support.way import bring
from tests.ui.desk_kit import Desktop, desktop_for, scan, settle, show
from tests.ui.fakes_dossiers import CLERK, NOW, SPECIALIST, Ward, make_ward

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def ward() -> Ward:
    return make_ward(30)


@pytest.fixture
def desktop(qapp: QApplication, ward: Ward) -> Iterator[Desktop]:
    with desktop_for(qapp, ward) as tools:
        yield tools


@pytest.fixture
def page(qtbot: QtBot, desktop: Desktop, ward: Ward) -> WorkPage:
    made = WorkPage(desktop.kit, ward.desk, SPECIALIST, read_attachment)
    show(qtbot, made)
    made.shown()
    settle(qtbot, desktop)
    return made


def codes(page: WorkPage) -> list[str]:
    model = page.list_model
    return [str(model.data(model.index(row, Column.CODE))) for row in range(model.rowCount())]


def test_my_section_s_open_dossiers_come_next_due_first(page: WorkPage, ward: Ward) -> None:
    mine = [state for state in ward.book.states.values() if state.procedure.section == "tu_phap"]

    expected = [state.code for state in sorted(mine, key=lambda state: state.due_at)]

    assert sorted(codes(page)) == sorted(expected)
    assert codes(page) == expected


def test_other_sections_work_is_not_shown(page: WorkPage, ward: Ward) -> None:
    others = {state.code for state in ward.book.states.values() if state.procedure.section == "dia_chinh"}

    assert others
    assert not others & set(codes(page))


def test_a_result_is_marked_ready_by_keys_alone(qtbot: QtBot, desktop: Desktop, ward: Ward, page: WorkPage) -> None:
    first = codes(page)[0]
    bring(ward.desk, first, to=Status.APPROVED)
    page.open_item(first)
    settle(qtbot, desktop)
    qtbot.keyClicks(page.fields.shelf, "Ke B")
    qtbot.keyClick(page.fields.shelf, Qt.Key.Key_Return)
    qtbot.keyClicks(page.fields.note, "2 ban")

    qtbot.keyClick(page.fields.note, Qt.Key.Key_Return, CTRL)
    settle(qtbot, desktop)

    state = ward.reader.find(first)
    assert state is not None
    assert (state.status, state.shelf, state.result_note) == (Status.RESULT_READY, "Ke B", "2 ban")
    qtbot.waitUntil(lambda: first not in codes(page))
    assert desktop.said == [f"Đã có kết quả {first}, quầy có thể trả."]
    settle(qtbot, desktop)


def test_a_scan_chooses_the_dossier_and_asks_for_the_shelf(
    qtbot: QtBot, desktop: Desktop, ward: Ward, page: WorkPage
) -> None:
    code = codes(page)[4]
    bring(ward.desk, code, to=Status.APPROVED)

    assert scan(page, code)
    settle(qtbot, desktop)

    assert page.detail.view is not None
    assert page.detail.view.dossier.code == code
    assert page.fields.shelf.hasFocus()


def test_the_next_dossier_begins_with_empty_fields(qtbot: QtBot, desktop: Desktop, page: WorkPage) -> None:
    page.fields.shelf.setText("Kệ A")

    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    settle(qtbot, desktop)

    assert page.fields.shelf.value() == ""


def test_what_was_typed_for_a_dossier_stands_there_again_when_one_comes_back_to_it(
    qtbot: QtBot, desktop: Desktop, page: WorkPage
) -> None:
    page.fields.word.setText("Cần ký sớm")

    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    settle(qtbot, desktop)
    beside = page.fields.word.value()
    qtbot.keyClick(page.table, Qt.Key.Key_Up)
    settle(qtbot, desktop)

    assert (beside, page.fields.word.value()) == ("", "Cần ký sớm")


def test_the_clerk_sees_the_list_but_no_leading_button(qtbot: QtBot, desktop: Desktop, ward: Ward) -> None:
    page = WorkPage(desktop.kit, ward.desk, CLERK, read_attachment)
    show(qtbot, page)
    page.shown()
    settle(qtbot, desktop)

    assert not page._lead.isVisible()


def test_long_work_is_paged_in_the_order_of_deadlines() -> None:
    ward = make_ward(0)
    for n in range(300):
        ward.receive(n * 3, NOW - timedelta(minutes=n))
    source = WorkSource(ward.desk, SPECIALIST)

    anchors = source.anchors(DossierFilter())
    pages = [source.page(DossierFilter(), start) for start in anchors.starts]

    rows = [row for page in pages for row in page]
    assert anchors.total == 300
    assert anchors.starts[0] == NEWEST
    assert [len(page) for page in pages] == [PAGE_ROWS, PAGE_ROWS, 300 - 2 * PAGE_ROWS]
    assert [row.due_s for row in rows] == sorted(row.due_s for row in rows)
    assert len({row.code for row in rows}) == 300
