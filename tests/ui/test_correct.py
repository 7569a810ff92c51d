from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from desktop.domain.catalogue import Component
from desktop.domain.commands import Correct
from desktop.domain.dossiers import Dossier, Relation
from desktop.domain.limits import Limit, LimitUnit
from desktop.domain.users import User
from desktop.services.follow import correct
from desktop.ui.dialogs.correct import CorrectDialog
from desktop.ui.dialogs.correct_state import basis_of
from desktop.ui.robot import Robot, RobotClock
from desktop.ui.widgets.fields import ChoiceBox
from tests.ui.desk_kit import Desktop, desktop_for, settle, show
from tests.ui.fakes_dossiers import CHAIR, CLERK, PROCEDURES, Ward, make_ward

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

#: Takes longer and asks for other papers.
SLOWER = replace(
    PROCEDURES[1],
    code="1.009999",
    name="Giải quyết chế độ mai táng phí",
    limit=Limit(10, LimitUnit.WORKING_DAY),
    components=(Component("TP01", "Giấy báo tử", True), Component("TP02", "Tờ khai theo mẫu", True)),
)


@pytest.fixture
def ward() -> Ward:
    return make_ward(3, procedures=(*PROCEDURES, SLOWER))


@pytest.fixture
def desktop(qapp: QApplication, ward: Ward) -> Iterator[Desktop]:
    with desktop_for(qapp, ward) as tools:
        yield tools


Opener = Callable[[User], CorrectDialog]


@pytest.fixture
def opened(qtbot: QtBot, desktop: Desktop, ward: Ward) -> Opener:
    def opened(actor: User) -> CorrectDialog:
        state = first(ward)
        dialog = CorrectDialog(desktop.kit, ward.desk, actor, state, basis_of(ward.desk, state))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        show(qtbot, dialog, (900, 700))
        return dialog

    return opened


def first(ward: Ward) -> Dossier:
    return ward.book.states[ward.book.order[0]]


def write(dialog: CorrectDialog, key: str, text: str) -> None:
    editor = dialog.editor(key)
    if isinstance(editor, ChoiceBox):
        editor.set_key(text)
    else:
        editor.setText(text)


def sent(qtbot: QtBot, dialog: CorrectDialog) -> Correct:
    """Give a reason and send."""
    dialog._reason.setPlainText("ghi nhầm khi nhận")
    with qtbot.waitSignal(dialog.wanted) as told:
        qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert told.args is not None
    command: Correct = told.args[0]
    return command


def test_another_procedure_shows_its_promise_and_wants_the_chair(
    qtbot: QtBot, desktop: Desktop, ward: Ward, opened: Opener
) -> None:
    dialog = opened(CLERK)

    dialog._papers.choose(SLOWER)
    dialog._papers.checklist.fill_all()
    qtbot.waitUntil(lambda: "Hẹn trả" in dialog.changes_text())
    settle(qtbot, desktop)

    assert f"{PROCEDURES[0].name} → 1.009999 {SLOWER.name}" in dialog.changes_text()
    assert dialog._promise_note.text() == "Hẹn trả sẽ muộn hơn, 17:00 08/08/2019: cần lãnh đạo đính chính."
    assert first(ward).procedure.code == PROCEDURES[0].code


def test_the_chair_s_correction_of_the_procedure_is_done_as_shown(
    qtbot: QtBot, desktop: Desktop, ward: Ward, opened: Opener
) -> None:
    dialog = opened(CHAIR)
    dialog._papers.choose(SLOWER)
    dialog._papers.checklist.fill_all()
    qtbot.waitUntil(lambda: "Hẹn trả" in dialog.changes_text())
    settle(qtbot, desktop)

    done = correct(ward.desk, CHAIR, first(ward).code, sent(qtbot, dialog)).dossier

    assert dialog._promise_note.text() == "Hẹn trả mới: 17:00 08/08/2019."
    assert done.procedure.code == SLOWER.code
    assert [(line.name, line.originals) for line in done.components] == [("Giấy báo tử", 1), ("Tờ khai theo mẫu", 1)]
    assert f"{done.promised_at:%H:%M %d/%m/%Y}" == "17:00 08/08/2019"


def test_papers_missing_in_the_new_procedure_are_named_at_once(qtbot: QtBot, desktop: Desktop, opened: Opener) -> None:
    dialog = opened(CHAIR)

    dialog._papers.choose(SLOWER)
    qtbot.waitUntil(lambda: "Giấy báo tử" in dialog.changes_text())
    settle(qtbot, desktop)

    assert "Tờ khai theo mẫu" not in dialog.changes_text()


def test_counts_ways_and_submitter_are_corrected_together(
    qtbot: QtBot, desktop: Desktop, ward: Ward, opened: Opener
) -> None:
    dialog = opened(CLERK)
    dialog._papers.checklist._model.set_count(0, 1, 3)
    for key, text in (
        ("submitter.relation", "authorised"),
        ("submitter.name", "Lê Văn Hộ"),
        ("submitter.id_number", "079190000088"),
        ("submitter.authorisation", "UQ 12/2019"),
        ("channel", "post"),
        ("result_by", "post"),
        ("sets", "2"),
    ):
        write(dialog, key, text)
    qtbot.waitUntil(lambda: "Lê Văn Hộ" in dialog.changes_text())
    settle(qtbot, desktop)

    told = dialog.changes_text()
    done = correct(ward.desk, CLERK, first(ward).code, sent(qtbot, dialog)).dossier

    assert "Hình thức nộp: Trực tiếp → Bưu chính công ích" in told
    assert "Thành phần hồ sơ: Tờ khai theo mẫu (1 bản chính) → Tờ khai theo mẫu (3 bản chính)" in told
    assert "Số bộ: 1 → 2" in told
    assert (done.submitter.party.name, done.submitter.relation) == ("Lê Văn Hộ", Relation.AUTHORISED)
    assert done.submitter.party.phone == ""
    assert (done.channel.value, done.result_by.value, done.sets) == ("post", "post", 2)
    assert done.components[0].originals == 3
    assert done.promised_at == first(ward).promised_at


def test_fields_of_a_proxy_are_asked_for_only_when_there_is_one(opened: Opener) -> None:
    dialog = opened(CLERK)
    before = dialog.editor("submitter.authorisation").isVisible()

    write(dialog, "submitter.relation", "authorised")

    assert not before
    assert dialog.editor("submitter.authorisation").isVisible()


def test_a_wrong_number_is_told_while_typing_and_not_sent(qtbot: QtBot, desktop: Desktop, opened: Opener) -> None:
    dialog = opened(CLERK)
    write(dialog, "applicant.id_number", "12")
    dialog._reason.setPlainText("ghi nhầm khi nhận")
    qtbot.waitUntil(lambda: dialog.changes_text() != "Chưa sửa mục nào.")

    with qtbot.assertNotEmitted(dialog.wanted):
        qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, desktop)

    assert dialog._error.text() == dialog.changes_text()


def test_a_wrong_promise_leads_to_its_field(qtbot: QtBot, desktop: Desktop, opened: Opener) -> None:
    dialog = opened(CLERK)
    dialog._time.setText("25 giờ")
    dialog._reason.setPlainText("ghi nhầm khi nhận")

    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, desktop)

    assert "18/07/2019" in dialog._error.text()
    assert dialog._day.hasFocus()


def test_a_procedure_is_searched_and_corrected_by_keys_alone(
    qtbot: QtBot, desktop: Desktop, ward: Ward, opened: Opener
) -> None:
    dialog = opened(CHAIR)
    robot = Robot(dialog, RobotClock())

    robot.press("Ctrl+3", "Ctrl+T")
    robot.type("mai tang")
    robot.press("Return", "Ctrl+D", "Ctrl+5")
    robot.type("nham thu tuc")
    with qtbot.waitSignal(dialog.wanted) as told:
        robot.press("Ctrl+Return")
    settle(qtbot, desktop)

    assert told.args is not None
    done = correct(ward.desk, CHAIR, first(ward).code, told.args[0]).dossier
    assert done.procedure.code == SLOWER.code


def test_enter_in_the_empty_search_keeps_the_procedure(opened: Opener, qtbot: QtBot) -> None:
    dialog = opened(CLERK)
    qtbot.keyClick(dialog, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    search = dialog.findChild(QLineEdit, "procedureSearch")
    assert search is not None

    qtbot.keyClick(search, Qt.Key.Key_Return)

    assert not search.isVisible()
    assert dialog._papers.procedure.code == PROCEDURES[0].code


def test_each_section_has_its_key(qtbot: QtBot, opened: Opener) -> None:
    dialog = opened(CLERK)
    reached = []

    for key in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_5):
        qtbot.keyClick(dialog, key, Qt.KeyboardModifier.ControlModifier)
        focused = dialog.focusWidget()
        reached.append(focused.objectName() if focused is not None else "")

    assert reached == ["correctName", "correctSubmitterRelation", "checklist", "correctChannel", "correctReason"]


def test_nothing_is_wider_than_the_dialog(qtbot: QtBot, opened: Opener) -> None:
    dialog = opened(CLERK)
    write(dialog, "submitter.relation", "authorised")
    dialog._papers.choose(SLOWER)

    dialog.resize(640, 500)

    qtbot.waitUntil(lambda: dialog._area.widget().width() == dialog._area.viewport().width())
    assert dialog._area.widget().minimumSizeHint().width() <= dialog._area.viewport().width()
