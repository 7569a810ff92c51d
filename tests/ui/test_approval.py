"""F7: the leader decides by keys alone, over a real ward, through the real scanner filter."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.commands import Correct
from desktop.domain.dossiers import Status
from desktop.domain.users import Role
from desktop.domain.way import DecisionKind
from desktop.domain.way_commands import Approve
from desktop.services import deciding, follow, staff
from desktop.ui.pages.approval_words import Obstacle, obstacle
from tests.support.signing import paper, signature_png
from tests.support.wards import Ward, make_ward
from tests.ui.approval_kit import chair_at, pdf_drafts, submitted, submitted_with

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

#: ui.md, measures of a good counter.
BATCH = 130
MOST_ACTIONS = 3
#: A procedure of a field that is not delegated to the vice chair.
LAND = "1.012812"


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    made = make_ward(tmp_path)
    yield made
    made.database.close()


def later(ward: Ward, **passed: int) -> None:
    ward.clock.set(ward.clock.now() + timedelta(**passed))


# --- the list -----------------------------------------------------------------------------------------------------


def test_what_hurts_first_stands_first_with_its_marks(qapp: QApplication, qtbot: QtBot, ward: Ward) -> None:
    (late,) = submitted(ward, 1)
    later(ward, days=1)
    (today,) = submitted(ward, 1, first=10)

    with chair_at(qapp, qtbot, ward) as chair:
        assert chair.codes() == [late, today]
        assert chair.marks(late) == ["chưa có phiếu xin lỗi"]
        assert chair.marks(today) == []
        spoken = chair.page.rows.spoken(chair.page.rows.rows()[0])
        assert "người soạn: Trần Quốc Hùng" in spoken
        assert "trễ 1 ngày làm việc" in spoken
        assert "ký: CHỦ TỊCH" in spoken
        assert "chờ ký 8 giờ làm việc" in spoken


def test_an_empty_list_says_what_will_come(qapp: QApplication, qtbot: QtBot, ward: Ward) -> None:
    with chair_at(qapp, qtbot, ward) as chair:
        empty = chair.page.findChild(QWidget, "emptyState")
        assert isinstance(empty, QWidget)
        assert empty.isVisible()
        assert "Không còn hồ sơ nào chờ ký" in empty.accessibleName()

        chair.press("A", "T", "K", "X", "Space", "Ctrl+Return")

        assert chair.page.acts.dialog is None


# --- A ------------------------------------------------------------------------------------------------------------


def test_a_approves_what_is_shown_and_goes_on(qapp: QApplication, qtbot: QtBot, ward: Ward) -> None:
    first, second = submitted(ward, 2)
    with chair_at(qapp, qtbot, ward) as chair:
        shown = chair.page.rows.rows()[0].waiting.content_hash

        chair.press("A")

        decision = chair.find(first).decision
        assert decision is not None
        assert (decision.kind, decision.content_hash) == (DecisionKind.APPROVED, shown)
        assert chair.current() == second
        assert chair.desktop.said == [f"Đã ký duyệt {first}."]
        assert chair.find(second).status is Status.SUBMITTED


def test_nobody_approves_his_own_work(qapp: QApplication, qtbot: QtBot, ward: Ward) -> None:
    (code,) = submitted(ward, 1)
    author = replace(ward.user("hung"), roles=(Role.SPECIALIST, Role.CHAIR), section="lanh_dao")
    staff.save_user(ward.desk, ward.user("quantri"), author)
    with chair_at(qapp, qtbot, ward, user=author) as chair:
        chair.press("A")

        assert chair.find(code).status is Status.SUBMITTED
        assert chair.marks(code) == ["bạn soạn hồ sơ này"]
        assert chair.page.error_text() == "Bạn soạn hồ sơ này nên lãnh đạo khác phải duyệt."


def test_changed_content_cannot_be_approved(qapp: QApplication, qtbot: QtBot, ward: Ward) -> None:
    (code,) = submitted(ward, 1)
    follow.correct(ward.desk, ward.user("lan"), code, Correct({"applicant.name": "Trần Văn Khác"}, "gõ nhầm tên"))
    with chair_at(qapp, qtbot, ward) as chair:
        chair.press("A")

        assert chair.find(code).status is Status.SUBMITTED
        assert chair.marks(code) == ["nội dung đã thay đổi"]
        assert "trả lại" in chair.page.error_text()


def test_content_that_changes_while_it_is_looked_at_is_not_approved(
    qapp: QApplication, qtbot: QtBot, ward: Ward
) -> None:
    (code,) = submitted(ward, 1)
    with chair_at(qapp, qtbot, ward) as chair:
        follow.correct(ward.desk, ward.user("lan"), code, Correct({"applicant.name": "Trần Văn Khác"}, "gõ nhầm tên"))

        chair.press("A")

        assert chair.find(code).status is Status.SUBMITTED
        assert "nội dung đã thay đổi" in chair.marks(code)
        assert len(chair.marks(code)) == 2
        assert chair.page.error_text()


def test_a_late_one_cannot_pass_without_an_apology(qapp: QApplication, qtbot: QtBot, ward: Ward) -> None:
    (code,) = submitted(ward, 1)
    later(ward, days=1)
    with chair_at(qapp, qtbot, ward) as chair:
        chair.press("A", "Space")

        assert chair.find(code).status is Status.SUBMITTED
        assert "chưa có phiếu xin lỗi" in chair.page.error_text()
        assert chair.chosen() == []


def test_a_vice_chair_signs_under_his_delegation(qapp: QApplication, qtbot: QtBot, ward: Ward) -> None:
    (code,) = submitted(ward, 1)
    with chair_at(qapp, qtbot, ward, "phochutich") as chair:
        assert "KT. CHỦ TỊCH" in chair.page.sheet.verdict.text()
        assert "01/QĐ-UBND" in chair.page.sheet.verdict.text()

        chair.press("A")

        decision = chair.find(code).decision
        assert decision is not None
        assert decision.authority is not None
        assert decision.authority.document.startswith("01/QĐ-UBND")


def test_a_vice_chair_sees_why_he_may_not_sign_a_field(qapp: QApplication, qtbot: QtBot, ward: Ward) -> None:
    (code,) = submitted(ward, 1, code=LAND)
    with chair_at(qapp, qtbot, ward, "phochutich") as chair:
        assert obstacle(chair.page.rows.rows()[0].waiting) is Obstacle.NO_AUTHORITY

        chair.press("A", "Space")

        assert chair.find(code).status is Status.SUBMITTED
        assert chair.chosen() == []
        assert [chair.page.error_text()] == chair.marks(code)


# --- T and K ------------------------------------------------------------------------------------------------------


def test_t_sends_back_with_a_usual_reason_and_typed_words(qapp: QApplication, qtbot: QtBot, ward: Ward) -> None:
    (code,) = submitted(ward, 1)
    with chair_at(qapp, qtbot, ward) as chair:
        chair.press("T", "Alt+2")
        chair.write(" o dong 3")
        chair.press("Ctrl+Return")

        decision = chair.find(code).decision
        assert decision is not None
        assert decision.kind is DecisionKind.SENT_BACK
        assert decision.reason == "Dự thảo sai thể thức văn bản o dong 3"
        assert chair.page.acts.dialog is None
        assert chair.codes() == []


def test_a_reason_is_required_and_never_lost(qapp: QApplication, qtbot: QtBot, ward: Ward) -> None:
    (code,) = submitted(ward, 1)
    with chair_at(qapp, qtbot, ward) as chair:
        chair.press("T")
        chair.write("sai")
        chair.press("Ctrl+Return")
        assert chair.dialog("reasonDialog").isVisible()
        assert chair.find(code).status is Status.SUBMITTED
        chair.press("Escape", "Down", "T")
        chair.write(" ngay sinh")
        qtbot.waitUntil(lambda: "ngay sinh" in ward.desk.reader.draft(ward.user("chutich").user_id, "approval"))
        chair.press("Escape")

    with chair_at(qapp, qtbot, ward) as chair:
        chair.press("T", "Ctrl+Return")

        decision = chair.find(code).decision
        assert decision is not None
        assert decision.reason == "sai ngay sinh"
        assert ward.desk.reader.draft(ward.user("chutich").user_id, "approval") == ""


def test_k_decides_against_a_request(qapp: QApplication, qtbot: QtBot, ward: Ward) -> None:
    (code,) = submitted(ward, 1)
    with chair_at(qapp, qtbot, ward) as chair:
        chair.press("K", "Alt+1", "Ctrl+Return")

        decision = chair.find(code).decision
        assert decision is not None
        assert (decision.kind, decision.reason) == (DecisionKind.REJECTED, "Không đủ điều kiện theo quy định")


def test_a_refused_act_leaves_the_reason_in_the_box(qapp: QApplication, qtbot: QtBot, ward: Ward) -> None:
    (code,) = submitted(ward, 1)
    with chair_at(qapp, qtbot, ward) as chair:
        chair.press("K")
        chair.write("khong du dieu kien")
        deciding.approve(ward.desk, ward.user("chutich"), [code], [Approve()])
        chair.press("Ctrl+Return")

        assert chair.dialog("reasonDialog").isVisible()
        assert chair.page.acts._kept.text("reject", code) == "khong du dieu kien"


# --- X ------------------------------------------------------------------------------------------------------------


def test_x_apologises_prints_form_4_and_opens_the_way(qapp: QApplication, qtbot: QtBot, ward: Ward) -> None:
    (code,) = submitted(ward, 1)
    later(ward, days=1)
    with chair_at(qapp, qtbot, ward) as chair:
        chair.press("X")
        dialog = chair.dialog("apologyDialog")
        chair.write("thieu can bo")
        assert dialog.content("5. Lý do") == "thieu can bo"  # type: ignore[attr-defined] # the dialog's own
        suggested = dialog.content("6. Hẹn lại")  # type: ignore[attr-defined] # the same
        chair.press("Alt+1", "Ctrl+Return")

        (apology,) = chair.find(code).apologies
        assert (apology.reason, apology.cause.value, apology.is_late) == ("thieu can bo", "ward", True)
        assert chair.page.acts.dialog is None
        assert suggested.startswith("17:00")
        assert [(job.form, job.code) for job in chair.papers] == [("apology", code)]
        assert chair.marks(code) == []
        chair.press("A")
        assert chair.find(code).status is Status.APPROVED


def test_an_apology_wants_a_cause_and_a_working_day(qapp: QApplication, qtbot: QtBot, ward: Ward) -> None:
    (code,) = submitted(ward, 1)
    later(ward, days=1)
    with chair_at(qapp, qtbot, ward) as chair:
        chair.press("X")
        chair.write("thieu can bo")
        chair.press("Ctrl+Return")
        assert chair.find(code).apologies == ()

        chair.press("Alt+4", "Ctrl+A")
        chair.write("21072019")  # a Sunday
        chair.press("Ctrl+Return")

        assert chair.find(code).apologies == ()
        assert chair.dialog("apologyDialog").isVisible()
        assert chair.papers == []


# --- the draft ----------------------------------------------------------------------------------------------------


def test_the_draft_is_drawn_with_its_watermark_and_counts_as_seen(qapp: QApplication, qtbot: QtBot, ward: Ward) -> None:
    submitted_with(ward, (paper(2), "application/pdf"), (signature_png((255, 255, 255, 255)), "image/png"))
    with chair_at(qapp, qtbot, ward) as chair:
        preview = chair.page.sheet.preview
        assert preview.page_count() == 2
        assert chair.page.rows.is_seen(chair.page.rows.rows()[0])
        assert chair.page.sheet.note_title() == ""

        chair.press("Down")

        assert preview.page_count() == 1
        assert chair.page.rows.is_seen(chair.page.rows.rows()[1])


def test_a_paper_draft_says_so(qapp: QApplication, qtbot: QtBot, ward: Ward) -> None:
    submitted(ward, 1)
    with chair_at(qapp, qtbot, ward) as chair:
        assert chair.page.sheet.note_title() == "Bản giấy"


def test_a_draft_that_cannot_be_seen_cannot_be_approved(qapp: QApplication, qtbot: QtBot, ward: Ward) -> None:
    (code,) = submitted_with(ward, (b"%PDF-1.7 broken", "application/pdf"))
    with chair_at(qapp, qtbot, ward) as chair:
        chair.press("A", "Space", "Ctrl+A", "Ctrl+Return")

        assert chair.find(code).status is Status.SUBMITTED
        assert chair.chosen() == []


# --- the batch ----------------------------------------------------------------------------------------------------


def test_only_what_was_seen_is_chosen(qapp: QApplication, qtbot: QtBot, ward: Ward) -> None:
    codes = submitted(ward, 4)
    with chair_at(qapp, qtbot, ward) as chair:
        chair.press("Down")

        chair.press("Ctrl+A")

        assert chair.chosen() == codes[:2]
        chair.press("Space")
        assert chair.chosen() == codes[:1]


def test_130_are_approved_in_three_actions_with_130_entries(qapp: QApplication, qtbot: QtBot, ward: Ward) -> None:
    codes = submitted(ward, BATCH - 10) + submitted_with(ward, *pdf_drafts(10))
    with chair_at(qapp, qtbot, ward) as chair:
        for _ in range(BATCH - 1):
            chair.press("Down")
        assert all(chair.page.rows.is_seen(row) for row in chair.page.rows.rows())
        chair.robot.keystrokes = 0

        chair.press("Ctrl+A", "Ctrl+Return")

        assert chair.robot.keystrokes <= MOST_ACTIONS
        assert chair.statuses(codes) == {Status.APPROVED}
        assert [chair.facts(code).count("dossier.approved") for code in codes] == [1] * BATCH
        assert chair.codes() == []


def test_a_refused_batch_is_told_row_by_row_and_sent_again_without_them(
    qapp: QApplication, qtbot: QtBot, ward: Ward
) -> None:
    codes = submitted(ward, 5)
    with chair_at(qapp, qtbot, ward) as chair:
        chair.press(*["Space"] * 5)
        assert chair.chosen() == codes
        changed, gone = codes[1], codes[3]
        follow.correct(ward.desk, ward.user("lan"), changed, Correct({"applicant.name": "Khác Hẳn"}, "gõ nhầm tên"))
        deciding.approve(ward.desk, ward.user("phochutich"), [gone], [Approve()])

        chair.press("Ctrl+Return")

        left = [code for code in codes if code not in (changed, gone)]
        assert chair.statuses(left) == {Status.SUBMITTED}
        assert chair.chosen() == left
        assert gone in chair.page.error_text()
        assert changed in chair.page.error_text()
        assert len(chair.marks(changed)) == 2

        chair.press("Ctrl+Return")

        assert chair.statuses(left) == {Status.APPROVED}
        assert chair.find(changed).status is Status.SUBMITTED


# --- the scanner --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["AAAATTTTKKKK", "KTA-2019-0001", "aaaaaaaa"])
def test_a_burst_of_a_scanner_never_decides(qapp: QApplication, qtbot: QtBot, ward: Ward, text: str) -> None:
    codes = submitted(ward, 2)
    with chair_at(qapp, qtbot, ward) as chair:
        chair.robot.scan(text)
        chair.rest()
        chair.robot.scan(text, end="")
        chair.rest()

        assert chair.statuses(codes) == {Status.SUBMITTED}
        assert chair.page.acts.dialog is None
        assert chair.scans == [text, text]


def test_a_key_that_decides_waits_40_ms(qapp: QApplication, qtbot: QtBot, ward: Ward) -> None:
    (code,) = submitted(ward, 1)
    with chair_at(qapp, qtbot, ward) as chair:
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_A)
        chair.robot.clock.advance(39)
        assert not chair.page.acts.is_busy

        chair.robot.clock.advance(1)
        chair.rest()

        assert chair.find(code).status is Status.APPROVED


def test_a_scan_of_our_code_goes_to_its_row(qapp: QApplication, qtbot: QtBot, ward: Ward) -> None:
    codes = submitted(ward, 3)
    with chair_at(qapp, qtbot, ward) as chair:
        chair.robot.scan(codes[2])
        chair.rest()

        assert chair.current() == codes[2]
        assert chair.statuses(codes) == {Status.SUBMITTED}
