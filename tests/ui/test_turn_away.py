"""F2 while a required paper lacks: Mẫu 02 or Mẫu 03 by keys, no code spent, an empty page, the person at hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.services.papers import paper_of
from desktop.ui.dialogs.turn_away import TurnAwayDialog
from tests.ui.fakes_intake import ANH, Counter, counter

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Counter]:
    with counter(qtbot, qapp, tmp_path / "ward") as opened:
        yield opened


def begin(desk: Counter) -> None:
    """Scan the card, choose the procedure, count one paper of three, and try to finish."""
    desk.scan(ANH)
    desk.type("dkks")
    desk.settle()
    desk.press("Return", "Space", "Ctrl+Return")


def test_a_lacking_paper_shows_the_two_ways_out(desk: Counter) -> None:
    before = desk.page._turning_away.row.isVisible()

    begin(desk)

    assert not before
    assert desk.dossiers() == []
    assert desk.page._turning_away.row.isVisible()
    assert "Thiếu giấy tờ" in desk.page.form.checklist.error()


def test_nothing_is_offered_once_every_paper_is_there(desk: Counter) -> None:
    begin(desk)

    desk.press("Ctrl+D")

    assert not desk.page._turning_away.row.isVisible()


@pytest.mark.parametrize(("keys", "form", "n_missing"), [("Ctrl+2", "supplement", 2), ("Ctrl+3", "refusal", 0)])
def test_a_form_is_printed_no_code_is_spent_and_the_page_is_empty(
    desk: Counter, keys: str, form: str, n_missing: int
) -> None:
    begin(desk)

    desk.press(keys, "Alt+1", "Ctrl+Return")

    (job,) = desk.jobs
    paper = desk.ward.desk.way.turned_away(job.reference)
    assert paper is not None
    assert (job.form, job.code, paper.fact.form.number) == (form, "", 1)
    assert len(paper.fact.missing) == n_missing
    assert paper.fact.owner.name == "Nguyễn Thị Hồng Ánh"
    assert paper_of(desk.ward.desk, job).startswith(b"%PDF")
    assert desk.dossiers() == []
    assert desk.page.form.state().is_empty
    assert "không cấp mã hồ sơ" in desk.said()


def test_the_same_person_is_at_hand_afterwards_and_gets_the_first_code(desk: Counter) -> None:
    begin(desk)
    desk.press("Ctrl+2", "Alt+1", "Ctrl+Return")
    desk.windows[0].activateWindow()  # as a window manager does once a dialog has gone
    desk.qtbot.waitUntil(desk.windows[0].isActiveWindow)

    desk.press("Ctrl+L")
    desk.type("dkks")
    desk.settle()
    desk.press("Return", "Return", "Ctrl+Return")

    (received,) = desk.dossiers()
    assert received.owner.name == "Nguyễn Thị Hồng Ánh"
    assert received.receipt.number == 1


def test_without_a_reason_nothing_happens_and_the_dialog_says_so(desk: Counter) -> None:
    begin(desk)

    desk.press("Ctrl+2", "Ctrl+Return")

    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, TurnAwayDialog)
    assert desk.jobs == []
    dialog.reject()
    desk.settle()
    assert not desk.page.form.state().is_empty


def test_a_person_without_a_name_is_asked_for_it_first(desk: Counter) -> None:
    desk.type("dkks")
    desk.settle()
    desk.press("Return")
    desk.page.form.go_to(desk.page.form.checklist.view)
    desk.press("Space", "Ctrl+2")

    assert QApplication.activeModalWidget() is None
    assert desk.focus() == desk.page.form.owner.name.objectName()
