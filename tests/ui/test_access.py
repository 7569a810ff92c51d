"""What a person sees of others' dossiers leaves a trace: views, whole numbers by a reason, a page for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.devices.attachment_files import read_attachment
from desktop.domain.dossiers import Dossier, Status
from desktop.domain.vietnamese import local
from desktop.services import access
from desktop.ui.dialogs.id_numbers import IdNumbersDialog
from desktop.ui.pages.admin_access import AccessView
from desktop.ui.pages.dossiers import DossiersPage
from desktop.ui.pages.return_result import ReturnResultPage
from desktop.ui.pages.work import WorkPage
from desktop.ui.print_queue import PrintQueue
from tests.support.samples import OWNER
from tests.support.wards import Ward, make_ward, person
from tests.support.way import bring
from tests.ui.admin_kit import office
from tests.ui.desk_kit import Desktop, FakePrinters, desktop_for, scan, settle, show

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    made = make_ward(tmp_path)
    yield made
    made.database.close()


@pytest.fixture
def desktop(qapp: QApplication, ward: Ward) -> Iterator[Desktop]:
    with desktop_for(qapp, ward) as tools:  # type: ignore[arg-type] # it asks for the clock only
        yield tools


def seen(ward: Ward) -> list[tuple[str, str, str]]:
    today = local(ward.clock.now()).date()
    found = access.seen(ward.desk, ward.user("thanhtra"), today, today)
    return [(each.login, each.act, each.reason) for each in found]


def open_on(page: DossiersPage | WorkPage | ReturnResultPage, dossier: Dossier, qtbot: QtBot, desktop: Desktop) -> None:
    show(qtbot, page)
    page.shown()
    settle(qtbot, desktop)
    scan(page, dossier.code)
    settle(qtbot, desktop)


@pytest.mark.parametrize(("login", "noted"), [("thanhtra", [("thanhtra", "view", "")]), ("lan", [])])
def test_a_stranger_who_opens_a_dossier_to_return_it_is_written_down(
    qtbot: QtBot, desktop: Desktop, ward: Ward, login: str, noted: list[tuple[str, str, str]]
) -> None:
    (dossier,) = bring(ward.desk, ward.receive().code, to=Status.RESULT_READY)
    page = ReturnResultPage(desktop.kit, ward.desk, ward.user(login), read_attachment)

    open_on(page, dossier, qtbot, desktop)

    assert seen(ward) == noted


@pytest.mark.parametrize(("login", "noted"), [("thanhtra", [("thanhtra", "view", "")]), ("hung", [])])
def test_a_stranger_who_opens_a_dossier_at_work_is_written_down_once(
    qtbot: QtBot, desktop: Desktop, ward: Ward, login: str, noted: list[tuple[str, str, str]]
) -> None:
    dossier = ward.receive(owner=person(3))
    page = WorkPage(desktop.kit, ward.desk, ward.user(login), read_attachment)

    open_on(page, dossier, qtbot, desktop)
    open_on(page, dossier, qtbot, desktop)

    assert seen(ward) == noted


def test_whole_numbers_are_shown_by_a_reason_and_go_with_the_dialog(
    qtbot: QtBot, desktop: Desktop, ward: Ward, tmp_path: Path
) -> None:
    dossier, clerk = ward.receive(), ward.user("lan")
    prints = PrintQueue(desktop.kit, ward.desk, clerk, FakePrinters(), tmp_path, desktop.kit.tasks)
    page = DossiersPage(desktop.kit, ward.desk, clerk, prints)
    open_on(page, dossier, qtbot, desktop)

    qtbot.keyClick(page, Qt.Key.Key_X, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    settle(qtbot, desktop)
    (dialog,) = page.findChildren(IdNumbersDialog)
    dialog.finish.click()
    settle(qtbot, desktop)

    assert OWNER.id_number not in dialog.effect_text()
    assert seen(ward) == []

    assert dialog.reason is not None
    dialog.reason.setPlainText("Xác minh với công an")
    dialog.finish.click()
    settle(qtbot, desktop)

    assert dialog.effect_text() == f"{OWNER.name}: {OWNER.id_number}"
    assert seen(ward) == [("lan", "id_numbers", "Xác minh với công an")]
    dialog.reject()
    assert OWNER.id_number not in page.detail.fact("Số định danh")


@pytest.mark.parametrize(
    ("login", "has_side"), [("quantri", True), ("chutich", True), ("thanhtra", True), ("lan", False)]
)
def test_the_access_log_has_a_side_for_those_who_may_read_it(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, login: str, has_side: bool
) -> None:
    with office(qtbot, qapp, tmp_path, is_training=True) as desk:
        dossier = desk.ward.receive()
        access.note_view(desk.ward.desk, desk.user("chutich"), dossier)
        access.reveal(desk.ward.desk, desk.user("lan"), dossier.code, "đối chiếu thẻ")

        page = desk.sit_down(login)
        desk.press("Alt+X")

        assert ("access" in page.sides) is has_side
        if has_side:
            side = page.sides["access"]
            assert isinstance(side, AccessView)
            model = side.table.model()
            rows = [[model.index(row, column).data() for column in range(1, 5)] for row in range(model.rowCount())]
            assert rows == [
                ["Nguyễn Thị Lan (lan)", "Xem số đầy đủ", dossier.code, "đối chiếu thẻ"],
                [f"{desk.user('chutich').name} (chutich)", "Mở hồ sơ", dossier.code, ""],
            ]
            assert side.said.text().startswith("2 lượt")
