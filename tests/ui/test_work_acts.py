"""F6 by real keys over a real ward: drafts, waits, supplements, refusals, withdrawals, what each state offers."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.devices.attachment_files import read_attachment
from desktop.domain.dossiers import Dossier, Status
from desktop.domain.vietnamese import VIETNAM
from desktop.domain.way import AttachmentRole, WaitKind
from desktop.domain.way_commands import Gap, Reject, RequestSupplement, SendBack
from desktop.services import deciding, waiting
from desktop.services.records import PrintJob
from desktop.ui.dialogs.act import ActDialog
from desktop.ui.pages.work import WorkPage
from desktop.ui.pages.work_offers import LOOKS, WorkAct, offers
from tests.support.wards import SLOW, Ward, make_ward, person
from tests.support.way import bring
from tests.ui.desk_kit import Desktop, desktop_for, settle, show
from tests.ui.fakes_dossiers import small_pdf

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

NOW = datetime(2019, 7, 18, 9, 0, tzinfo=VIETNAM)
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    made = make_ward(tmp_path)
    made.clock.set(NOW)
    yield made
    made.database.close()


@pytest.fixture
def desktop(qapp: QApplication, ward: Ward) -> Iterator[Desktop]:
    with desktop_for(qapp, ward) as tools:  # type: ignore[arg-type] # has a clock
        yield tools


@pytest.fixture
def dossier(ward: Ward) -> Dossier:
    received = ward.receive(owner=person(1), code=SLOW)
    return bring(ward.desk, received.code, to=Status.WITH_SECTION)[0]


class Bench:
    """Hold the page with one dossier chosen."""

    def __init__(self, qtbot: QtBot, desktop: Desktop, ward: Ward, code: str) -> None:
        self.qtbot, self.desktop, self.ward, self.code = qtbot, desktop, ward, code
        self.jobs: list[PrintJob] = []
        self.page = WorkPage(desktop.kit, ward.desk, ward.user("hung"), read_attachment)
        self.page.paper_ready.connect(self.jobs.append)
        show(qtbot, self.page)
        self.page.shown()
        settle(qtbot, desktop)
        self.open()

    def open(self) -> None:
        self.page.open_item(self.code)
        settle(self.qtbot, self.desktop)

    def now(self) -> Dossier:
        found = self.ward.desk.reader.find(self.code)
        assert found is not None
        return found

    def focus(self) -> QWidget:
        widget = QApplication.focusWidget()
        assert widget is not None
        return widget

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(self.focus(), key, modifier)
        settle(self.qtbot, self.desktop)
        front = QApplication.activeModalWidget() or self.page
        front.activateWindow()  # as a window manager does once a dialog has gone
        self.qtbot.waitUntil(front.isActiveWindow)
        settle(self.qtbot, self.desktop)

    def write(self, text: str) -> None:
        self.qtbot.keyClicks(self.focus(), text)

    def dialog(self) -> ActDialog:
        found = QApplication.activeModalWidget()
        assert isinstance(found, ActDialog)
        return found


@pytest.fixture
def bench(qtbot: QtBot, desktop: Desktop, ward: Ward, dossier: Dossier) -> Bench:
    return Bench(qtbot, desktop, ward, dossier.code)


def test_a_draft_typed_by_its_path_goes_before_the_leaders_with_one_more_key(bench: Bench, tmp_path: Path) -> None:
    content = small_pdf()
    path = tmp_path / "du thao.pdf"
    path.write_bytes(content)

    bench.write(str(path))
    bench.press(Qt.Key.Key_Return, CTRL)

    state = bench.now()
    draft = state.attachments[-1]
    assert state.status is Status.SUBMITTED
    assert (draft.role, draft.sha256, draft.title) == (
        AttachmentRole.DRAFT,
        sha256(content).hexdigest(),
        "du thao.pdf",
    )
    assert bench.ward.desk.way.file(draft.sha256) == content
    assert bench.desktop.said == [f"Đã trình lãnh đạo {state.code}."]


def test_a_file_that_cannot_be_read_submits_nothing_and_keeps_what_was_typed(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "gia.pdf"
    path.write_bytes(b"no pdf")

    bench.write(str(path))
    bench.press(Qt.Key.Key_Return, CTRL)

    assert bench.now().status is Status.WITH_SECTION
    assert bench.page.fields.draft.path() == str(path)
    assert "PDF, PNG" in bench.page.fields.draft.field.error()


def test_while_it_lies_before_the_leaders_it_offers_nothing(bench: Bench) -> None:
    bench.press(Qt.Key.Key_Return, CTRL)
    bench.open()

    assert bench.now().status is Status.SUBMITTED
    assert bench.page.acts.offered() == ()
    assert not bench.page._lead.isVisible()


def test_what_was_sent_back_says_why_and_can_be_submitted_again(bench: Bench) -> None:
    bench.press(Qt.Key.Key_Return, CTRL)
    deciding.send_back(bench.ward.desk, bench.ward.user("chutich"), [bench.code], SendBack("Thiếu căn cứ ở đoạn 2"))

    bench.open()

    assert bench.page._sent_back.isVisible()
    assert bench.page._sent_back.text() == "Lãnh đạo trả lại: Thiếu căn cứ ở đoạn 2"
    assert bench.page._leading is WorkAct.SUBMIT


def test_a_rejected_one_leads_to_the_refusal_with_the_leaders_reason(bench: Bench) -> None:
    bench.press(Qt.Key.Key_Return, CTRL)
    deciding.reject(bench.ward.desk, bench.ward.user("chutich"), [bench.code], Reject("Không đủ điều kiện"))
    bench.open()
    said = bench.page._sent_back.text()

    bench.press(Qt.Key.Key_Return, CTRL)
    reason = bench.dialog().reason_text()
    bench.press(Qt.Key.Key_Return, CTRL)

    state = bench.now()
    assert "Không đủ điều kiện" in said
    assert reason == "Không đủ điều kiện"
    assert state.status is Status.REFUSED
    assert state.ending is not None
    assert set(state.ending.originals_returned) == {line.code for line in state.components}
    assert [job.form for job in bench.jobs] == ["refusal"]


def test_papers_are_asked_for_and_received_by_keys(bench: Bench) -> None:
    due = bench.now().due_at
    bench.press(Qt.Key.Key_B, CTRL)
    effect = bench.dialog().effect_text()
    bench.press(Qt.Key.Key_Space)
    bench.press(Qt.Key.Key_1, ALT)
    bench.press(Qt.Key.Key_Return, CTRL)
    asked = bench.now()

    bench.press(Qt.Key.Key_B, CTRL)
    bench.press(Qt.Key.Key_D, CTRL)
    bench.press(Qt.Key.Key_Return, CTRL)

    state = bench.now()
    assert "tính lại từ đầu" in effect
    assert asked.status is Status.WAITING_SUPPLEMENT
    assert asked.waits[0].reason == "Thành phần hồ sơ chưa đủ theo quy định"
    assert len(asked.waits[0].missing) == 1
    assert state.open_waits == ()
    assert state.due_at >= due
    assert state.components[0].total == 2
    assert bench.jobs[0].form == "supplement"


def test_a_refusal_of_the_service_stays_in_the_dialog_and_loses_nothing(bench: Bench) -> None:
    bench.press(Qt.Key.Key_B, CTRL)
    dialog = bench.dialog()
    bench.press(Qt.Key.Key_Space)
    assert dialog.reason is not None
    dialog.reason.setPlainText("Thiếu bản sao")
    asked = RequestSupplement((Gap(text="Chữ ký"),), "Người khác đã yêu cầu")
    waiting.request_supplement(bench.ward.desk, bench.ward.user("hung"), bench.code, asked)

    bench.press(Qt.Key.Key_Return, CTRL)

    assert dialog.isVisible()
    assert dialog.error_text()
    assert dialog.reason_text() == "Thiếu bản sao"
    dialog.reject()


@pytest.mark.parametrize(
    ("key", "kind", "has_asked"),
    [
        (Qt.Key.Key_H, WaitKind.OPINIONS, True),
        (Qt.Key.Key_N, WaitKind.VERIFICATION, True),
        (Qt.Key.Key_T, WaitKind.OBLIGATION, True),
        (Qt.Key.Key_D, WaitKind.STOP, False),
    ],
)
def test_each_wait_begins_and_ends_by_the_same_key(
    bench: Bench, key: Qt.Key, kind: WaitKind, *, has_asked: bool
) -> None:
    bench.press(key, CTRL)
    if has_asked:
        bench.write("Chi cuc thue")
    bench.press(Qt.Key.Key_1, ALT)
    bench.press(Qt.Key.Key_Return, CTRL)
    begun = bench.now()
    bench.press(key, CTRL)
    bench.press(Qt.Key.Key_1, ALT)
    bench.press(Qt.Key.Key_Return, CTRL)

    assert [wait.kind for wait in begun.open_waits] == [kind]
    assert begun.open_waits[0].of == ("Chi cuc thue" if has_asked else "")
    assert bench.now().open_waits == ()
    assert bench.now().waits[0].answer


def test_a_withdrawal_wants_every_original_back(bench: Bench) -> None:
    bench.press(Qt.Key.Key_R, CTRL | Qt.KeyboardModifier.ShiftModifier)
    bench.press(Qt.Key.Key_1, ALT)
    bench.press(Qt.Key.Key_Return, CTRL)

    state = bench.now()
    assert state.status is Status.WITHDRAWN
    assert state.ending is not None
    assert set(state.ending.originals_returned) == {line.code for line in state.components}
    assert not bench.page._lead.isVisible()


def test_the_citizen_is_told_and_the_time_line_says_how(bench: Bench) -> None:
    bench.press(Qt.Key.Key_G, CTRL)
    bench.press(Qt.Key.Key_1, ALT)
    bench.press(Qt.Key.Key_Return, CTRL)

    newest = bench.page.detail._time_line.entries()[0]
    assert newest.what.startswith("Đã báo công dân qua điện thoại: Hẹn trả")


def test_the_control_sheet_is_printed_by_two_keys(bench: Bench) -> None:
    bench.press(Qt.Key.Key_P, CTRL | Qt.KeyboardModifier.ShiftModifier)
    bench.press(Qt.Key.Key_1, ALT)

    assert [job.form for job in bench.jobs] == ["control_sheet"]


def test_a_paper_is_attached_by_its_path(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "don.pdf"
    path.write_bytes(small_pdf())
    bench.press(Qt.Key.Key_D, CTRL | Qt.KeyboardModifier.ShiftModifier)
    bench.write(str(path))
    bench.press(Qt.Key.Key_Return, CTRL)

    assert [(file.role, file.title) for file in bench.now().attachments] == [(AttachmentRole.PAPER, "don.pdf")]
    assert QApplication.activeModalWidget() is None


def test_offers_follow_roles_custody_and_state(ward: Ward, dossier: Dossier) -> None:
    clock = next(pack.clock for pack in ward.desk.reference.packs if pack.id == dossier.pack)
    mine = set(offers(dossier, ward.user("hung"), clock))
    others = offers(dossier, ward.user("lan"), clock)
    approved = bring_on(ward, dossier)

    assert {WorkAct.SUBMIT, WorkAct.SUPPLEMENT, WorkAct.STOP, WorkAct.WITHDRAW} <= mine
    assert WorkAct.REFUSE not in mine
    assert others == ()
    assert offers(approved, ward.user("hung"), clock)[0] is WorkAct.READY
    assert WorkAct.SUPPLEMENT not in offers(approved, ward.user("hung"), clock)


def bring_on(ward: Ward, dossier: Dossier) -> Dossier:
    from desktop.domain.way_commands import Approve, Submit  # noqa: PLC0415 - only here

    deciding.submit(ward.desk, ward.user("hung"), [dossier.code], Submit())
    return deciding.approve(ward.desk, ward.user("chutich"), [dossier.code], [Approve()]).dossiers[0]


def test_keys_of_acts_that_stand_side_by_side_differ() -> None:
    pairs = (WorkAct.SUPPLEMENT, WorkAct.OPINIONS, WorkAct.VERIFICATION, WorkAct.OBLIGATION, WorkAct.STOP)
    rest = (WorkAct.SUBMIT, WorkAct.REFUSE, WorkAct.WITHDRAW, WorkAct.NOTIFY, WorkAct.ATTACH, WorkAct.PAPERS)

    keys = [LOOKS[act].keys for act in (*pairs, *rest)]

    assert len(set(keys)) == len(keys)
    assert not {"Ctrl+J", "Ctrl+M"} & set(keys)
