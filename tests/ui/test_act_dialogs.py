"""What the dialogs of acts collect: quick reasons, gaps, dates, originals; and what they refuse to send."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.clock_policy import ClockEffect, ClockPolicy
from desktop.domain.dossiers import ComponentLine, Dossier
from desktop.domain.vietnamese import VIETNAM
from desktop.domain.way import WaitKind
from desktop.domain.way_commands import Gap, OpenWait, RequestSupplement, Withdraw
from desktop.ui.dialogs.act import ActDialog
from desktop.ui.dialogs.endings import WithdrawDialog
from desktop.ui.dialogs.supplement import SupplementDialog
from desktop.ui.dialogs.waiting import WaitDialog
from desktop.ui.theme import Theme
from tests.ui.fakes_dossiers import PROCEDURES, make_ward

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def dossier() -> Dossier:
    return next(iter(make_ward(1).book.states.values()))


def shown(qtbot: QtBot, dialog: ActDialog) -> list[object]:
    """Show a dialog and collect what it wants."""
    sent: list[object] = []
    dialog.wanted.connect(sent.append)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    return sent


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp)


def test_a_quick_reason_is_added_to_what_was_typed(qtbot: QtBot, theme: Theme, dossier: Dossier) -> None:
    dialog = WithdrawDialog(theme, dossier)
    sent = shown(qtbot, dialog)
    assert dialog.reason is not None
    dialog.reason.setPlainText("Da goi dien")

    qtbot.keyClick(dialog, Qt.Key.Key_1, ALT)
    qtbot.keyClick(dialog, Qt.Key.Key_Return, CTRL)

    assert sent == [Withdraw("Da goi dien. Công dân tự nguyện rút hồ sơ", ("TP01", "TP02"))]


def test_another_quick_reason_takes_the_place_of_the_first(qtbot: QtBot, theme: Theme, dossier: Dossier) -> None:
    dialog = WithdrawDialog(theme, dossier)
    shown(qtbot, dialog)

    qtbot.keyClick(dialog, Qt.Key.Key_1, ALT)
    qtbot.keyClick(dialog, Qt.Key.Key_3, ALT)

    assert dialog.reason_text() == "Công dân không còn nhu cầu"


def test_a_long_dialog_lies_wholly_on_the_screen_with_its_buttons(qtbot: QtBot, theme: Theme, dossier: Dossier) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    screen = window.screen().availableGeometry()
    window.setGeometry(screen.adjusted(0, screen.height() // 2, 0, 0))
    window.show()
    qtbot.waitExposed(window)
    dialog = WithdrawDialog(theme, dossier)

    dialog.show_over(window)
    qtbot.waitExposed(dialog)

    assert dialog.height() > window.height()
    assert screen.contains(dialog.frameGeometry())


def test_an_original_that_is_unticked_is_not_said_to_go_back(qtbot: QtBot, theme: Theme, dossier: Dossier) -> None:
    dialog = WithdrawDialog(theme, dossier)
    sent = shown(qtbot, dialog)
    box = dialog.findChild(QCheckBox, "original2")
    assert box is not None
    box.setChecked(False)
    qtbot.keyClick(dialog, Qt.Key.Key_1, ALT)

    qtbot.keyClick(dialog, Qt.Key.Key_Return, CTRL)

    (command,) = sent
    assert isinstance(command, Withdraw)
    assert command.originals_returned == ("TP01",)


def test_gaps_are_listed_papers_with_notes_and_free_lines(qtbot: QtBot, theme: Theme, dossier: Dossier) -> None:
    lacking = ComponentLine("TP01", "Tờ khai theo mẫu", required=True)
    dialog = SupplementDialog(theme, replace(dossier, components=(lacking,)), PROCEDURES[0], ClockPolicy())
    sent = shown(qtbot, dialog)
    second, note = dialog.findChild(QCheckBox, "gap2"), dialog.findChild(QLineEdit, "gapNote2")
    free = dialog.findChild(QPlainTextEdit, "freeGaps")
    assert second is not None
    assert note is not None
    assert free is not None
    second.setChecked(True)
    note.setText("bản sao chứng thực")
    free.setPlainText("Chữ ký\n\nẢnh 3x4")
    qtbot.keyClick(dialog, Qt.Key.Key_1, ALT)

    qtbot.keyClick(dialog, Qt.Key.Key_Return, CTRL)

    gaps = (Gap("TP01"), Gap("TP02", "bản sao chứng thực"), Gap(text="Chữ ký"), Gap(text="Ảnh 3x4"))
    assert sent == [RequestSupplement(gaps, "Thành phần hồ sơ chưa đủ theo quy định", "")]


def test_who_asks_for_papers_after_their_time_is_told_to_name_the_law(
    qtbot: QtBot, theme: Theme, dossier: Dossier
) -> None:
    in_time = SupplementDialog(theme, dossier, PROCEDURES[0], ClockPolicy())
    late = SupplementDialog(theme, dossier, PROCEDURES[0], ClockPolicy(), date(2019, 7, 23))
    shown(qtbot, in_time)
    shown(qtbot, late)

    assert "chậm nhất ngày 23/07/2019, 3 ngày làm việc từ khi nhận" in late.too_late.text()
    assert late.too_late.isVisible()
    assert not in_time.too_late.isVisible()


def test_no_gap_sends_nothing_and_says_so(qtbot: QtBot, theme: Theme, dossier: Dossier) -> None:
    dialog = SupplementDialog(theme, dossier, PROCEDURES[0], ClockPolicy())
    sent = shown(qtbot, dialog)
    qtbot.keyClick(dialog, Qt.Key.Key_1, ALT)

    qtbot.keyClick(dialog, Qt.Key.Key_Return, CTRL)

    assert sent == []
    assert dialog._gaps._error.isVisible()


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        (ClockEffect.RESTART, "tính lại từ đầu"),
        (ClockEffect.PAUSE, "lùi đúng thời gian đã chờ"),
        (ClockEffect.NONE, "không đổi"),
    ],
)
def test_the_clock_does_what_the_rule_pack_says(
    qtbot: QtBot, theme: Theme, dossier: Dossier, effect: ClockEffect, said: str
) -> None:
    dialog = WaitDialog(theme, dossier, WaitKind.OBLIGATION, ClockPolicy(obligation=effect))
    qtbot.addWidget(dialog)

    assert said in dialog.effect_text()


def test_an_opinion_needs_somebody_who_is_asked_and_takes_a_day(qtbot: QtBot, theme: Theme, dossier: Dossier) -> None:
    dialog = WaitDialog(theme, dossier, WaitKind.OPINIONS, ClockPolicy())
    sent = shown(qtbot, dialog)
    qtbot.keyClick(dialog, Qt.Key.Key_2, ALT)
    qtbot.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    before = list(sent)
    assert dialog._of is not None

    dialog._of.setText("Phòng Tư pháp")
    dialog._due.setText("30/7/2019")
    qtbot.keyClick(dialog, Qt.Key.Key_Return, CTRL)

    due = datetime(2019, 7, 30, 17, tzinfo=VIETNAM)
    assert before == []
    assert sent == [
        OpenWait(WaitKind.OPINIONS, "Quy định chưa rõ, xin hướng dẫn nghiệp vụ", of="Phòng Tư pháp", answer_due=due)
    ]


def test_a_day_that_is_none_is_refused(qtbot: QtBot, theme: Theme, dossier: Dossier) -> None:
    dialog = WaitDialog(theme, dossier, WaitKind.OBLIGATION, ClockPolicy())
    sent = shown(qtbot, dialog)
    dialog._due.setText("31/2/2019")
    qtbot.keyClick(dialog, Qt.Key.Key_1, ALT)

    qtbot.keyClick(dialog, Qt.Key.Key_Return, CTRL)

    assert sent == []
    assert dialog._due_field.error()
