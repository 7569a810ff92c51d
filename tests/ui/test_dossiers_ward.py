"""The pages over a real ward: its encrypted database, its rules, its catalogue, its papers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop import wiring
from desktop.devices.attachment_files import read_attachment
from desktop.domain.commands import ComponentCount, Receive
from desktop.domain.dossiers import Channel, Dossier, FeeMethod, Party, Relation, Status, Submitter
from desktop.domain.users import Role, User
from desktop.domain.vietnamese import screen_datetime
from desktop.services.look_up import show as show_dossier
from desktop.services.receive import receive
from desktop.storage.reference.units import sample_provisioning
from desktop.ui.dialogs.correct import CorrectDialog
from desktop.ui.pages.dossiers import DossiersPage
from desktop.ui.pages.return_result import ReturnResultPage
from desktop.ui.pages.work import WorkPage
from desktop.ui.print_queue import Phase, PrintQueue
from tests.support.way import bring
from tests.ui.desk_kit import Desktop, FakePrinters, card_of, desktop_for, scan, settle, show

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

NOW = datetime(2019, 7, 25, 2, 30, tzinfo=UTC)
CTRL = Qt.KeyboardModifier.ControlModifier
#: Done the same day, and within five working days; the section of justice solves both.
BIRTH, BIRTH_AGAIN = "1.001193", "1.004884"


@dataclass
class Office:
    """Hold an open ward and its people."""

    ward: wiring.Ward
    desktop: Desktop

    def somebody(self, role: Role) -> User:
        return next(user for user in self.ward.desk.reader.users() if role in user.roles)

    def receive(self, name: str, id_number: str, code: str = "") -> Dossier:
        """Receive a dossier with every paper and nothing paid, of a procedure or of any."""
        desk, clerk = self.ward.desk, self.somebody(Role.RECEPTION)
        day = desk.clock.now().date()
        published = desk.reference.catalogue.on(day).procedures
        entry = next(entry for entry in published if entry.received_here and code in ("", entry.code))
        party = Party(name, id_number=id_number, phone="0912345678", address="1 Lê Lợi")
        counts = tuple(ComponentCount(part.code, originals=1) for part in entry.components)
        command = Receive(entry, Channel.DIRECT, party, Submitter(party, Relation.OWNER), counts)
        return receive(desk, clerk, command).dossier

    def now(self, code: str) -> Dossier:
        """Read a dossier back from the database."""
        return show_dossier(self.ward.desk, self.somebody(Role.RECEPTION), code).dossier


@pytest.fixture
def office(qapp: QApplication, tmp_path: Path) -> Iterator[Office]:
    folder = tmp_path / "ward"
    wiring.create_ward(folder, sample_provisioning(), is_training=True)
    with wiring.opened_ward(folder) as ward, desktop_for(qapp, ward) as desktop:  # type: ignore[arg-type] # has a clock
        ward.clock.set(NOW)
        yield Office(ward, desktop)


def queue_of(office: Office, folder: Path, printers: FakePrinters) -> PrintQueue:
    kit = office.desktop.kit
    return PrintQueue(kit, office.ward.desk, office.somebody(Role.RECEPTION), printers, folder, kit.tasks)


def test_a_dossier_goes_from_the_list_to_the_citizen(qtbot: QtBot, office: Office) -> None:
    desktop, desk = office.desktop, office.ward.desk
    received = office.receive("Nguyễn Thị Ngọc Ở", "079190000001")
    bring(desk, received.code, to=Status.APPROVED)
    work = WorkPage(desktop.kit, desk, office.somebody(Role.SPECIALIST), read_attachment)
    show(qtbot, work)
    work.shown()
    settle(qtbot, desktop)
    scan(work, received.code)
    settle(qtbot, desktop)
    qtbot.keyClicks(work.fields.shelf, "Ke B")
    qtbot.keyClick(work.fields.shelf, Qt.Key.Key_Return, CTRL)
    settle(qtbot, desktop)
    ready = office.now(received.code)

    page = ReturnResultPage(desktop.kit, desk, office.somebody(Role.RECEPTION), read_attachment)
    show(qtbot, page)
    scan(page, received.code)
    settle(qtbot, desktop)
    scan(page, card_of("Nguyễn Thị Ngọc Ở", "079190000001"))
    if ready.owed_vnd:
        qtbot.keyClick(page, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(page, Qt.Key.Key_Return, CTRL)
    settle(qtbot, desktop)

    done = office.now(received.code)
    assert (ready.status, ready.shelf) == (Status.RESULT_READY, "Ke B")
    assert done.status is Status.RETURNED
    assert done.returned is not None
    assert done.returned.recipient.name == "Nguyễn Thị Ngọc Ở"
    assert done.owed_vnd == 0
    assert all(payment.method is FeeMethod.CASH for payment in done.payments)


def test_the_list_finds_by_name_phone_and_number(qtbot: QtBot, office: Office, tmp_path: Path) -> None:
    desktop = office.desktop
    first = office.receive("Nguyễn Thị Ngọc Ở", "079190000001")
    office.receive("Đặng Văn Đức", "079190000002")
    page = DossiersPage(
        desktop.kit, office.ward.desk, office.somebody(Role.RECEPTION), queue_of(office, tmp_path, FakePrinters())
    )
    show(qtbot, page)
    page.shown()
    settle(qtbot, desktop)
    found = {}

    for query in ("ngoc o", "dang duc", "079190000001", first.code[-11:]):
        page.filters.set_query(query)
        settle(qtbot, desktop)
        rows = (page.list_model.row(number) for number in range(page.list_model.rowCount()))
        found[query] = [row.texts[1] for row in rows if row is not None]

    assert found["ngoc o"] == ["Nguyễn Thị Ngọc Ở"]
    assert found["dang duc"] == ["Đặng Văn Đức"]
    assert found["079190000001"] == ["Nguyễn Thị Ngọc Ở"]
    assert "Nguyễn Thị Ngọc Ở" in found[first.code[-11:]]


def test_a_receipt_printed_again_is_the_real_paper(qtbot: QtBot, office: Office, tmp_path: Path) -> None:
    desktop = office.desktop
    received = office.receive("Nguyễn Thị Ngọc Ở", "079190000001")
    printers = FakePrinters()
    prints = queue_of(office, tmp_path, printers)
    page = DossiersPage(desktop.kit, office.ward.desk, office.somebody(Role.RECEPTION), prints)
    show(qtbot, page)
    scan(page, received.code)
    settle(qtbot, desktop)

    qtbot.keyClick(page, Qt.Key.Key_P, CTRL)
    settle(qtbot, desktop)
    dialog = QApplication.activeModalWidget()
    assert dialog is not None
    qtbot.keyClick(dialog, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    settle(qtbot, desktop)

    assert printers.printed == [("HP M404", "A5", received.code)]
    assert [paper.phase for paper in prints.waiting()] == [Phase.ASKED]
    assert office.now(received.code).receipt.reprints == 1


def test_a_job_left_open_is_in_the_queue_of_the_next_start(qtbot: QtBot, office: Office, tmp_path: Path) -> None:
    received = office.receive("Nguyễn Thị Ngọc Ở", "079190000001")
    prints = queue_of(office, tmp_path, FakePrinters())

    prints.load()
    settle(qtbot, office.desktop)

    (paper,) = prints.waiting()
    assert paper.job.code == received.code
    prints.confirm(paper.job.job_id)
    settle(qtbot, office.desktop)
    again = queue_of(office, tmp_path, FakePrinters())
    again.load()
    settle(qtbot, office.desktop)
    assert again.waiting() == ()


def test_the_chair_corrects_the_procedure_and_the_new_promise_is_printed(
    qtbot: QtBot, office: Office, tmp_path: Path
) -> None:
    desktop, desk = office.desktop, office.ward.desk
    received = office.receive("Nguyễn Thị Ngọc Ở", "079190000001", BIRTH)
    slower = desk.reference.catalogue.procedure(BIRTH_AGAIN, received.received_on)
    printers = FakePrinters()
    page = DossiersPage(desktop.kit, desk, office.somebody(Role.CHAIR), queue_of(office, tmp_path, printers))
    show(qtbot, page)
    scan(page, received.code)
    settle(qtbot, desktop)
    qtbot.keyClick(page, Qt.Key.Key_E, CTRL)
    qtbot.waitUntil(lambda: page.findChild(CorrectDialog) is not None)
    dialog = page.findChild(CorrectDialog)
    assert dialog is not None
    qtbot.waitUntil(dialog.isActiveWindow)

    dialog._papers.choose(slower)
    qtbot.keyClick(dialog, Qt.Key.Key_D, CTRL)
    qtbot.waitUntil(lambda: "Thủ tục:" in dialog.changes_text())
    told = dialog._promise_note.text()
    dialog._reason.setPlainText("nhận nhầm thủ tục")
    qtbot.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    settle(qtbot, desktop)

    done = office.now(received.code)
    assert done.procedure.code == slower.code
    assert done.promised_at > received.promised_at
    assert told == f"Hẹn trả mới: {screen_datetime(done.promised_at)}."
    assert done.receipt.version == 2
    assert printers.printed == [("HP M404", "A5", received.code)]


def test_the_list_of_work_is_that_of_the_section_and_loses_what_is_done(qtbot: QtBot, office: Office) -> None:
    desktop, desk = office.desktop, office.ward.desk
    made = [office.receive(f"Nguyễn Văn {n}", f"07919000000{n}", BIRTH) for n in range(3)]
    elsewhere = office.receive("Đặng Văn Đức", "079190000009")
    bring(desk, *(state.code for state in made), to=Status.APPROVED)
    solver = office.somebody(Role.SPECIALIST)
    page = WorkPage(desktop.kit, desk, solver, read_attachment)
    show(qtbot, page)
    page.shown()
    settle(qtbot, desktop)
    before = page.list_model.rowCount()

    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    qtbot.keyClick(page.fields.shelf, Qt.Key.Key_Return, CTRL)
    settle(qtbot, desktop)
    qtbot.waitUntil(lambda: page.list_model.rowCount() == 2)

    assert {state.procedure.section for state in made} == {solver.section} != {elsewhere.procedure.section}
    assert before == 3
    settle(qtbot, desktop)
