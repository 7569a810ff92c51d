from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QListWidget, QPushButton
from pytestqt.qtbot import QtBot

from desktop.domain.users import User
from desktop.services.follow import print_receipt
from desktop.services.records import JobState, PrintJob
from desktop.ui.dialogs.print_queue import PrintQueueDialog
from desktop.ui.dialogs.print_queue_bar import PrintBar
from desktop.ui.print_queue import FOLDER, Phase, PrintQueue, file_name
from tests.ui.desk_kit import Desktop, FakePrinters, desktop_for, settle, show
from tests.ui.fakes_dossiers import CLERK, SPECIALIST, Ward, make_ward

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def ward() -> Ward:
    return make_ward(5)


@pytest.fixture
def desktop(qapp: QApplication, ward: Ward) -> Iterator[Desktop]:
    with desktop_for(qapp, ward) as tools:
        yield tools


@pytest.fixture
def printers() -> FakePrinters:
    return FakePrinters()


@pytest.fixture
def prints(desktop: Desktop, ward: Ward, printers: FakePrinters, tmp_path: Path) -> PrintQueue:
    return new_queue(desktop, ward, printers, tmp_path)


def new_queue(desktop: Desktop, ward: Ward, printers: FakePrinters, folder: Path, actor: User = CLERK) -> PrintQueue:
    return PrintQueue(desktop.kit, ward.desk, actor, printers, folder, desktop.tasks)


def new_job(ward: Ward, at: int = 0) -> PrintJob:
    code = ward.book.states[ward.book.order[at]].code
    job = print_receipt(ward.desk, CLERK, code, "A5").job
    assert job is not None
    return job


def state_of(ward: Ward, job: PrintJob) -> JobState:
    return ward.book.print_jobs[job.job_id].state


def press(qtbot: QtBot, widget: object, name: str) -> None:
    button = widget.findChild(QPushButton, name)  # type: ignore[attr-defined] # any widget
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_job_is_printed_and_asked_about_but_not_taken_for_done(
    qtbot: QtBot, ward: Ward, prints: PrintQueue, printers: FakePrinters
) -> None:
    job = new_job(ward)

    with qtbot.waitSignal(prints.asked):
        prints.submit(job)

    assert printers.printed == [("HP M404", "A5", job.code)]
    assert prints.papers[job.job_id].phase is Phase.ASKED
    assert state_of(ward, job) is JobState.WAITING


def test_saying_yes_settles_the_job(qtbot: QtBot, desktop: Desktop, ward: Ward, prints: PrintQueue) -> None:
    job = new_job(ward)
    prints.submit(job)
    settle(qtbot, desktop)

    prints.confirm(job.job_id)
    settle(qtbot, desktop)

    assert state_of(ward, job) is JobState.PRINTED
    assert prints.waiting() == ()


def test_a_broken_printer_keeps_the_job_with_its_reason(
    qtbot: QtBot, desktop: Desktop, ward: Ward, prints: PrintQueue, printers: FakePrinters
) -> None:
    job = new_job(ward)
    printers.is_broken = True

    prints.submit(job)
    settle(qtbot, desktop)

    assert ward.book.settled == [(job.job_id, JobState.FAILED, "printer_failed")]
    assert "HP M404" in prints.papers[job.job_id].problem
    assert "In lại" in desktop.failed[-1]


def test_a_failed_job_prints_when_the_printer_is_mended(
    qtbot: QtBot, desktop: Desktop, ward: Ward, prints: PrintQueue, printers: FakePrinters
) -> None:
    job = new_job(ward)
    printers.is_broken = True
    prints.submit(job)
    settle(qtbot, desktop)
    printers.is_broken = False

    prints.retry(job.job_id)
    settle(qtbot, desktop)

    assert len(printers.printed) == 1
    assert prints.papers[job.job_id].phase is Phase.ASKED


def test_without_a_printer_the_pdf_is_saved_by_code_and_the_job_waits(
    qtbot: QtBot, desktop: Desktop, ward: Ward, prints: PrintQueue, printers: FakePrinters, tmp_path: Path
) -> None:
    printers.name = ""
    job = new_job(ward)
    owner = ward.book.states[job.dossier_id].owner.name

    prints.submit(job)
    settle(qtbot, desktop)

    saved = list((tmp_path / FOLDER).iterdir())
    assert [path.name for path in saved] == [file_name(job)]
    assert saved[0].read_bytes().startswith(b"%PDF")
    assert job.code in saved[0].name
    assert owner.split()[0] not in saved[0].name
    assert state_of(ward, job) is JobState.WAITING
    assert str(saved[0]) in desktop.failed[-1]


def test_a_folder_that_cannot_be_written_fails_the_job_with_advice(
    qtbot: QtBot, desktop: Desktop, ward: Ward, printers: FakePrinters, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    printers.name = ""
    prints = new_queue(desktop, ward, printers, blocked)
    job = new_job(ward)

    prints.submit(job)
    settle(qtbot, desktop)

    assert prints.papers[job.job_id].phase is Phase.FAILED
    assert state_of(ward, job) is JobState.FAILED


def test_jobs_of_an_earlier_run_come_back_and_none_prints_by_itself(
    qtbot: QtBot, desktop: Desktop, ward: Ward, prints: PrintQueue, printers: FakePrinters
) -> None:
    waiting, failed = new_job(ward, 0), new_job(ward, 1)
    ward.desk.ledger.settle_job(failed.job_id, JobState.FAILED, "printer_failed")

    prints.load()
    settle(qtbot, desktop)

    assert [paper.phase for paper in prints.waiting()] == [Phase.WAITING, Phase.FAILED]
    assert prints.papers[failed.job_id].problem
    assert printers.printed == []
    assert waiting.job_id in prints.papers


def test_a_role_without_printing_loads_nothing(
    qtbot: QtBot, desktop: Desktop, ward: Ward, printers: FakePrinters, tmp_path: Path
) -> None:
    new_job(ward)
    prints = new_queue(desktop, ward, printers, tmp_path, SPECIALIST)

    prints.load()
    settle(qtbot, desktop)

    assert prints.waiting() == ()
    assert desktop.failed == []


def test_pressing_retry_twice_prints_once(
    qtbot: QtBot, desktop: Desktop, ward: Ward, prints: PrintQueue, printers: FakePrinters
) -> None:
    job = new_job(ward)

    prints.submit(job)
    prints.retry(job.job_id)
    settle(qtbot, desktop)

    assert len(printers.printed) == 1


def test_retry_of_a_job_that_was_dropped_meanwhile_does_nothing(
    qtbot: QtBot, desktop: Desktop, ward: Ward, prints: PrintQueue, printers: FakePrinters
) -> None:
    job = new_job(ward)
    prints.submit(job)
    settle(qtbot, desktop)
    prints.drop(job.job_id)
    settle(qtbot, desktop)

    prints.retry(job.job_id)  # "Thử lại" in the message bar
    settle(qtbot, desktop)

    assert (len(printers.printed), prints.waiting()) == (1, ())


def test_the_bar_asks_and_enter_on_it_says_yes(qtbot: QtBot, desktop: Desktop, ward: Ward, prints: PrintQueue) -> None:
    bar = PrintBar(desktop.kit, prints)
    show(qtbot, bar, (900, 60))
    job = new_job(ward)
    prints.submit(job)
    settle(qtbot, desktop)
    question = bar.question()

    bar.setFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    settle(qtbot, desktop)

    assert "In được chưa?" in question
    assert job.code in question
    assert state_of(ward, job) is JobState.PRINTED
    assert not bar.isVisible()


def test_the_bar_never_takes_the_focus_by_itself(
    qtbot: QtBot, desktop: Desktop, ward: Ward, prints: PrintQueue
) -> None:
    from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget  # noqa: PLC0415 - only here

    window = QWidget()
    column = QVBoxLayout(window)
    typing = QLineEdit()
    column.addWidget(typing)
    column.addWidget(PrintBar(desktop.kit, prints))
    show(qtbot, window)
    typing.setFocus()

    prints.submit(new_job(ward))
    settle(qtbot, desktop)

    assert typing.hasFocus()


def test_the_bar_answers_by_a_chord_from_anywhere(
    qtbot: QtBot, desktop: Desktop, ward: Ward, prints: PrintQueue
) -> None:
    bar = PrintBar(desktop.kit, prints)
    show(qtbot, bar, (900, 60))
    job = new_job(ward)
    prints.submit(job)
    settle(qtbot, desktop)

    qtbot.keyClick(bar, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, desktop)

    assert state_of(ward, job) is JobState.PRINTED


def open_dialog(qtbot: QtBot, desktop: Desktop, prints: PrintQueue) -> PrintQueueDialog:
    dialog = PrintQueueDialog(desktop.kit, prints)
    show(qtbot, dialog, (900, 500))
    return dialog


def test_the_dialog_lists_what_waits_and_why(
    qtbot: QtBot, desktop: Desktop, ward: Ward, prints: PrintQueue, printers: FakePrinters
) -> None:
    printers.is_broken = True
    job = new_job(ward)
    prints.submit(job)
    settle(qtbot, desktop)

    dialog = open_dialog(qtbot, desktop, prints)

    (line,) = dialog.lines()
    assert job.code in line
    assert "in lại lần 1" in line
    assert "không nhận lệnh in" in line


def test_enter_in_the_list_says_that_the_paper_came_out(
    qtbot: QtBot, desktop: Desktop, ward: Ward, prints: PrintQueue
) -> None:
    jobs = [new_job(ward, at) for at in (0, 1)]
    for job in jobs:
        prints.submit(job)
    settle(qtbot, desktop)
    dialog = open_dialog(qtbot, desktop, prints)
    jobs_list = dialog.findChild(QListWidget)
    assert jobs_list is not None
    jobs_list.setFocus()

    qtbot.keyClick(jobs_list, Qt.Key.Key_Down)
    qtbot.keyClick(jobs_list, Qt.Key.Key_Return)
    settle(qtbot, desktop)

    assert [state_of(ward, job) for job in jobs] == [JobState.WAITING, JobState.PRINTED]
    assert len(dialog.lines()) == 1


def test_delete_takes_a_job_off_the_queue(qtbot: QtBot, desktop: Desktop, ward: Ward, prints: PrintQueue) -> None:
    job = new_job(ward)
    prints.submit(job)
    settle(qtbot, desktop)
    dialog = open_dialog(qtbot, desktop, prints)

    press(qtbot, dialog, "jobDrop")
    settle(qtbot, desktop)

    assert state_of(ward, job) is JobState.CANCELLED
    assert dialog.lines() == []


def test_the_preview_is_the_paper_itself_and_prints_nothing(
    qtbot: QtBot, desktop: Desktop, ward: Ward, prints: PrintQueue, printers: FakePrinters
) -> None:
    new_job(ward)
    prints.load()
    settle(qtbot, desktop)
    dialog = open_dialog(qtbot, desktop, prints)

    press(qtbot, dialog, "jobPreview")
    settle(qtbot, desktop)

    assert dialog._preview.isVisible()
    assert ward.forms.made
    assert printers.printed == []


def test_a_queue_that_is_gone_hears_no_answer(
    qtbot: QtBot, desktop: Desktop, ward: Ward, printers: FakePrinters, tmp_path: Path
) -> None:
    prints = new_queue(desktop, ward, printers, tmp_path)
    prints.submit(new_job(ward))

    prints.deleteLater()
    settle(qtbot, desktop)

    assert desktop.failed == []
