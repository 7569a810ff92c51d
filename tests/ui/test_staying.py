"""Dialogs that ask for an act: they stay until its outcome is told, and what was typed outlives Esc and the lock."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.dossiers import Dossier
from desktop.ui.dialogs.act import ActDialog
from desktop.ui.dialogs.endings import RefuseDialog, WithdrawDialog
from desktop.ui.dialogs.kept import KeptTexts
from desktop.ui.theme import Theme
from tests.ui.fakes_dossiers import make_ward

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def dossier() -> Dossier:
    return next(iter(make_ward(1).book.states.values()))


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp)


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[QWidget]:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


def over(qtbot: QtBot, window: QWidget, dialog: ActDialog) -> ActDialog:
    dialog.show_over(window)
    qtbot.waitExposed(dialog)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def test_escape_waits_for_the_outcome_of_an_act_and_a_refusal_gives_the_keys_back(
    qtbot: QtBot, window: QWidget, theme: Theme, dossier: Dossier
) -> None:
    dialog = over(qtbot, window, WithdrawDialog(theme, dossier))
    assert dialog.reason is not None
    dialog.reason.setPlainText("Công dân đổi ý")
    dialog.finish.setFocus()

    qtbot.keyClick(dialog.finish, Qt.Key.Key_Return)
    under_way = (dialog.is_under_way, dialog.finish.isEnabled())
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    stayed = dialog.isVisible()
    dialog.show_error("Hồ sơ đang do máy khác giữ.")
    back_at = QApplication.focusWidget()

    assert (under_way, stayed, back_at) == ((True, False), True, dialog.finish)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isHidden()


def test_what_was_typed_before_escape_stands_there_when_the_dialog_is_opened_again(
    qtbot: QtBot, window: QWidget, theme: Theme, dossier: Dossier
) -> None:
    kept = KeptTexts()
    first = RefuseDialog(theme, dossier)
    kept.follow(first, dossier.code)
    over(qtbot, window, first)
    assert first.reason is not None
    first.reason.setPlainText("Không thuộc thẩm quyền")
    first.findChild(QLineEdit, "refuseBasis").setText("Điều 5")
    qtbot.keyClick(first, Qt.Key.Key_Escape)

    second, other = RefuseDialog(theme, dossier), RefuseDialog(theme, dossier)
    kept.follow(second, dossier.code)
    kept.follow(other, "another")
    over(qtbot, window, second)

    assert (second.reason_text(), second.findChild(QLineEdit, "refuseBasis").text()) == (
        "Không thuộc thẩm quyền",
        "Điều 5",
    )
    assert other.reason_text() == ""
    other.setParent(window)
    second.accept()
    done = RefuseDialog(theme, dossier)
    kept.follow(done, dossier.code)
    assert done.reason_text() == ""
    done.setParent(window)
