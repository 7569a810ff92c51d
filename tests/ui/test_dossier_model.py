import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.domain.dossiers import Status
from desktop.domain.errors import EnvironmentProblem
from desktop.domain.limits import LimitUnit
from desktop.services.records import Anchors, DossierFilter
from desktop.storage.projections import late_from
from desktop.ui.models.dossier_rows import PAGE_ROWS, Column, DossierSource, Urgency
from desktop.ui.models.dossier_table import KEPT_PAGES, DossierTableModel
from desktop.ui.models.dossier_view import DossierTableView
from desktop.ui.theme import Role
from tests.ui.desk_kit import Desktop, desktop_for, settle, show
from tests.ui.fakes_dossiers import CLERK, NOW, Ward, make_ward

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

ROWS = 3 * PAGE_ROWS + 5


@pytest.fixture(scope="module")
def full_ward() -> Ward:
    return make_ward(ROWS)


@pytest.fixture
def desktop(qapp: QApplication, full_ward: Ward) -> Iterator[Desktop]:
    with desktop_for(qapp, full_ward) as tools:
        yield tools


@pytest.fixture
def model(qtbot: QtBot, desktop: Desktop, full_ward: Ward) -> Iterator[DossierTableModel]:
    made = DossierTableModel(DossierSource(full_ward.desk, CLERK), desktop.tasks)
    with qtbot.waitSignal(made.counted):
        made.show(DossierFilter())
    yield made
    made.deleteLater()


def test_the_newest_page_is_there_before_the_list_is_counted(qtbot: QtBot, desktop: Desktop, full_ward: Ward) -> None:
    model = DossierTableModel(DossierSource(full_ward.desk, CLERK), desktop.tasks)

    with qtbot.waitSignal(model.began):
        model.show(DossierFilter())

    assert model.rowCount() == PAGE_ROWS
    assert not model.is_counted
    assert model.data(model.index(0, Column.CODE)) == full_ward.book.states[full_ward.book.order[-1]].code
    settle(qtbot, desktop)
    model.deleteLater()


def test_the_list_knows_its_whole_length_without_its_rows(model: DossierTableModel) -> None:
    assert model.rowCount() == ROWS
    assert len(model.pages) == 1


def test_a_row_far_away_shows_a_placeholder_and_then_itself(
    qtbot: QtBot, model: DossierTableModel, full_ward: Ward
) -> None:
    oldest = full_ward.book.states[full_ward.book.order[0]]
    last = model.index(ROWS - 1, Column.CODE)

    with qtbot.waitSignal(model.arrived):
        first_answer = model.data(last)

    assert first_answer == "…"
    assert model.data(last) == oldest.code


def test_every_row_is_the_row_of_the_register(qtbot: QtBot, model: DossierTableModel, full_ward: Ward) -> None:
    for at in range(0, ROWS, PAGE_ROWS):
        model.want(at, at)
    qtbot.waitUntil(lambda: len(model.pages) == 4)

    shown = [model.data(model.index(row, Column.CODE)) for row in range(ROWS)]

    assert shown == [full_ward.book.states[key].code for key in reversed(full_ward.book.order)]


def test_qt_finds_no_fault_in_the_model(qtmodeltester: ModelTester, model: DossierTableModel) -> None:
    qtmodeltester.check(model)


def test_other_roles_than_display_are_refused_at_once(model: DossierTableModel) -> None:
    index = model.index(0, 0)

    answers = {model.data(index, role) for role in range(1, 14)}

    assert answers == {None}


def test_only_the_pages_last_used_are_kept(desktop: Desktop, full_ward: Ward) -> None:
    source = DossierSource(full_ward.desk, CLERK)
    page = source.page(DossierFilter(), 1 << 60)
    model = DossierTableModel(source, desktop.tasks)
    model.pages = dict.fromkeys(range(1000, 1000 + KEPT_PAGES), page)
    model._rows = (1 << 20) * PAGE_ROWS

    model._page_came(7, model._generation, page)

    assert len(model.pages) == KEPT_PAGES
    assert 1000 not in model.pages
    assert 7 in model.pages
    model.deleteLater()


def test_an_older_search_never_overwrites_a_newer_one(qtbot: QtBot, model: DossierTableModel) -> None:
    model.show(DossierFilter(query="n"))
    model.show(DossierFilter(query="ng"))

    with qtbot.waitSignal(model.counted):
        model.show(DossierFilter(query="duc"))

    owners = {model.data(model.index(row, Column.OWNER)) for row in range(min(model.rowCount(), 20))}
    assert owners
    assert all("Đức" in str(name) for name in owners)


def test_a_dossier_received_meanwhile_comes_on_top_and_the_chosen_row_stays(qtbot: QtBot, desktop: Desktop) -> None:
    ward = make_ward(PAGE_ROWS + 40)
    model = DossierTableModel(DossierSource(ward.desk, CLERK), desktop.tasks)
    view = DossierTableView(desktop.kit.theme, model, desktop.kit.now)
    show(qtbot, view)
    with qtbot.waitSignal(model.counted):
        model.show(DossierFilter())
    view.selectRow(3)
    chosen = model.data(model.index(3, Column.CODE))
    new = ward.receive(700, NOW)

    with qtbot.waitSignal(model.counted):
        model.refresh()
    settle(qtbot, desktop)

    assert model.rowCount() == PAGE_ROWS + 41
    assert view.currentIndex().row() == 4
    qtbot.waitUntil(lambda: model.data(model.index(0, Column.CODE)) == new.code)
    assert model.data(model.index(4, Column.CODE)) == chosen
    settle(qtbot, desktop)
    model.deleteLater()


def test_a_changed_status_shows_after_a_refresh_without_a_placeholder(qtbot: QtBot, desktop: Desktop) -> None:

    ward = make_ward(20)
    model = DossierTableModel(DossierSource(ward.desk, CLERK), desktop.tasks)
    view = DossierTableView(desktop.kit.theme, model, desktop.kit.now)
    show(qtbot, view)
    with qtbot.waitSignal(model.counted):
        model.show(DossierFilter())
    row = model.row(0)
    assert row is not None
    ward.make_ready(row.code)

    model.refresh()

    assert model.data(model.index(0, Column.STATUS)) == "Mới tiếp nhận"
    qtbot.waitUntil(lambda: model.data(model.index(0, Column.STATUS)) == "Đã xử lý xong")
    settle(qtbot, desktop)
    model.deleteLater()


def test_a_failed_reading_is_told(qtbot: QtBot, desktop: Desktop) -> None:
    class Broken:
        def page(self, *_: object) -> tuple[()]:
            raise EnvironmentProblem("disk_full")

        anchors = page

    model = DossierTableModel(Broken(), desktop.tasks)  # type: ignore[arg-type] # it never answers

    with qtbot.waitSignal(model.failed) as told:
        model.show(DossierFilter())

    assert told.args is not None
    assert told.args[0].code == "disk_full"
    model.deleteLater()


DAYS, HOURS = LimitUnit.WORKING_DAY, LimitUnit.HOUR


@pytest.mark.parametrize(
    ("due", "unit", "solved", "expected"),
    [
        (timedelta(days=2), DAYS, None, Urgency.OPEN),
        (timedelta(hours=1), DAYS, None, Urgency.TODAY),
        # The evening of its day is not late yet; the minute after its hour is.
        (timedelta(hours=-1), DAYS, None, Urgency.TODAY),
        (timedelta(seconds=-59), HOURS, None, Urgency.TODAY),
        (timedelta(minutes=-1), HOURS, None, Urgency.LATE),
        (timedelta(days=-1), DAYS, None, Urgency.LATE),
        (timedelta(days=1), DAYS, timedelta(hours=-1), Urgency.DONE),
        (timedelta(hours=-2), DAYS, timedelta(hours=-1), Urgency.DONE),
        (timedelta(hours=-2), HOURS, timedelta(hours=-1), Urgency.DONE_LATE),
        (timedelta(days=-2), DAYS, timedelta(days=-1), Urgency.DONE_LATE),
    ],
)
def test_urgency_follows_the_deadline(
    full_ward: Ward, due: timedelta, unit: LimitUnit, solved: timedelta | None, expected: Urgency
) -> None:
    row = DossierSource(full_ward.desk, CLERK).page(DossierFilter(), 1 << 60)[0]
    now_s = int(NOW.timestamp())
    solved_s = int((NOW + solved).timestamp()) if solved is not None else 0

    due_s, late_s = int((NOW + due).timestamp()), late_from(NOW + due, unit)
    shaped = replace(row, due_s=due_s, late_s=late_s, solved_s=solved_s)

    assert shaped.urgency(now_s, now_s + 14 * 3600) is expected


def test_what_was_closed_without_a_result_is_never_late(full_ward: Ward) -> None:
    row = DossierSource(full_ward.desk, CLERK).page(DossierFilter(), 1 << 60)[0]

    withdrawn = replace(row, is_open=False)

    assert withdrawn.urgency(row.late_s + 1, row.late_s + 2) is Urgency.DONE


def test_whoever_scans_while_the_list_is_counted_waits_for_one_slice_only(
    qtbot: QtBot, desktop: Desktop, full_ward: Ward
) -> None:
    told: list[str] = []
    may_go_on = threading.Event()

    class Slow:
        """Hold the first slice until somebody else stands in the queue."""

        def __init__(self) -> None:
            self.page = DossierSource(full_ward.desk, CLERK).page

        def anchors(self, narrowed: DossierFilter, so_far: Anchors | None = None) -> Anchors:
            told.append("slice")
            may_go_on.wait(5)
            return DossierSource(full_ward.desk, CLERK).anchors(narrowed, so_far)

    model = DossierTableModel(Slow(), desktop.tasks)
    with qtbot.waitSignal(model.counted):
        model.show(DossierFilter())
        qtbot.waitUntil(lambda: told == ["slice"])
        desktop.tasks.run("read", partial(told.append, "scan"), told.__contains__, print, owner=model)
        may_go_on.set()

    assert told[:3] == ["slice", "scan", "slice"]
    assert model.rowCount() == ROWS
    model.deleteLater()


def test_home_and_end_go_through_the_whole_list(qtbot: QtBot, desktop: Desktop, model: DossierTableModel) -> None:
    view = DossierTableView(desktop.kit.theme, model, desktop.kit.now)
    show(qtbot, view)
    view.setFocus()

    qtbot.keyClick(view, Qt.Key.Key_End)
    at_end = view.currentIndex().row()
    qtbot.keyClick(view, Qt.Key.Key_Home)

    assert (at_end, view.currentIndex().row()) == (ROWS - 1, 0)


def test_selection_and_focus_are_painted(qtbot: QtBot, desktop: Desktop, model: DossierTableModel) -> None:
    view = DossierTableView(desktop.kit.theme, model, desktop.kit.now)
    show(qtbot, view, (900, 400))
    settle(qtbot, desktop)
    theme = desktop.kit.theme
    view.setFocus()
    view.selectRow(2)
    qtbot.waitUntil(view.hasFocus)

    picture = view.viewport().grab().toImage()

    height = view.rowHeight(0)
    assert _colour(picture, 6, 2 * height + height - 8) == theme.color(Role.ACCENT_SOFT)
    assert _colour(picture, 1, 2 * height + height // 2) == theme.color(Role.ACCENT)
    assert _colour(picture, 6, 4 * height + height - 8) == theme.color(Role.SURFACE)


@pytest.mark.parametrize(
    ("width", "gone"),
    [(1500, set()), (900, {Column.RECEIVED, Column.HOLDER}), (820, {Column.RECEIVED, Column.HOLDER, Column.PROCEDURE})],
)
def test_a_narrow_list_gives_up_what_the_detail_shows(
    qtbot: QtBot, desktop: Desktop, model: DossierTableModel, width: int, gone: set[Column]
) -> None:
    view = DossierTableView(desktop.kit.theme, model, desktop.kit.now)

    show(qtbot, view, (width, 300))

    assert set(Column) - set(view.shown_columns()) == gone
    assert sum(view.columnWidth(column) for column in view.shown_columns()) <= view.viewport().width()


def test_status_is_told_by_icon_word_and_colour() -> None:
    from desktop.ui.models.dossier_rows import STATUS_LOOKS  # noqa: PLC0415 - only here
    from desktop.ui.theme import icon_names  # noqa: PLC0415 - only here

    assert set(STATUS_LOOKS) == set(Status)
    assert {look.icon for look in STATUS_LOOKS.values()} <= set(icon_names())
    assert len({look.word for look in STATUS_LOOKS.values()}) == len(Status)


def _colour(picture: QImage, x: int, y: int) -> QColor:
    ratio = picture.devicePixelRatio()
    return picture.pixelColor(int(x * ratio), int(y * ratio))
