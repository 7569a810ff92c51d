from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.domain.catalogue import Catalogue
from desktop.domain.dossiers import FeeMethod, Relation, Status
from desktop.services.changes import Changes, Kind
from desktop.services.records import JobState
from desktop.ui.pages.intake_state import Payment
from tests.ui.fakes_intake import AFTERNOON, ANH, ANH_GARBLED, ANH_ID, BINH, FOREIGN, Counter, counter


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Counter]:
    with counter(qtbot, qapp, tmp_path / "ward") as opened:
        yield opened


def receive_birth(desk: Counter) -> None:
    """Receive a birth registration for the card of Ánh."""
    desk.scan(ANH)
    desk.type("1.001193")
    desk.press("Return", "Return", "Ctrl+Return")


def test_known_procedure_after_a_card_takes_at_most_12_keystrokes(desk: Counter) -> None:
    assert desk.focus() == "procedureSearch"
    desk.scan(ANH)

    desk.type("dkks")
    desk.press("Return", "Return", "Ctrl+Return")

    [dossier] = desk.dossiers()
    assert desk.robot.keystrokes == 7
    assert desk.robot.keystrokes <= 12
    assert (dossier.procedure.code, dossier.owner.id_number) == ("1.001193", ANH_ID)
    assert dossier.owner.name == "Nguyễn Thị Hồng Ánh"
    assert [line.total for line in dossier.components if line.required] == [1, 1, 1]
    assert [job.code for job in desk.jobs] == [dossier.code]


def test_even_a_fully_typed_name_stays_below_12_keystrokes(desk: Counter) -> None:
    desk.type("khai tu")
    desk.scan(ANH)

    desk.press("Return", "Return", "Ctrl+Return")

    assert [dossier.procedure.code for dossier in desk.dossiers()] == ["1.000656"]
    assert desk.robot.keystrokes == 10


def test_second_dossier_of_the_same_person_takes_at_most_6_keystrokes(desk: Counter) -> None:
    receive_birth(desk)
    desk.robot.keystrokes = 0

    desk.press("Ctrl+L", "Alt+7", "Return", "Ctrl+Return")

    newest, _ = desk.dossiers()
    assert desk.robot.keystrokes == 4
    assert desk.robot.keystrokes <= 6
    assert (newest.procedure.code, newest.owner.id_number) == ("1.000656", ANH_ID)


def test_second_dossier_of_the_same_person_offers_the_list_by_one_key(desk: Counter) -> None:
    receive_birth(desk)
    desk.settle()
    first = desk.page._visit.button.isVisible()
    desk.press("Ctrl+L", "Alt+7", "Return", "Ctrl+Return")
    desk.settle()

    desk.press("Ctrl+Shift+L")

    newest, before = desk.dossiers()
    assert not first
    assert desk.jobs[-1].form == "dossier_list"
    assert desk.jobs[-1].reference == f"{before.code},{newest.code}"


def test_page_is_empty_and_tells_what_was_received(desk: Counter) -> None:
    receive_birth(desk)

    [dossier] = desk.dossiers()
    assert desk.page.form.state().is_empty
    assert desk.focus() == "procedureSearch"
    assert dossier.code in desk.said()
    assert "Hẹn trả: 17 giờ 00 phút, ngày 23 tháng 11 năm 2026" in desk.said()
    assert "Ctrl+L" in desk.said()
    assert desk.ward.desk.reader.draft(desk.clerk.user_id, "intake") == ""


def test_success_line_follows_the_print_job(desk: Counter) -> None:
    receive_birth(desk)
    assert "đang chờ in" in desk.said()

    desk.ward.desk.ledger.settle_job(desk.jobs[0].job_id, JobState.PRINTED)
    desk.desktop.kit.changes.publish(Changes(frozenset({Kind.PRINT_JOB})), None)
    desk.settle()

    assert "đã in" in desk.said()


def test_garbled_card_keeps_its_digits_and_asks_for_the_name(desk: Counter) -> None:
    before = desk.page.form.owner.person()

    desk.scan(ANH_GARBLED)

    after = desk.page.form.owner.person()
    assert (after.id_number, after.birth) == (ANH_ID, "15/08/1985")
    assert (after.name, after.address, after.sex, after.phone) == (before.name, before.address, before.sex, "")
    assert desk.focus() == "ownerName"
    assert "lỗi chữ" in desk.said()
    assert "gõ họ tên" in desk.said()
    assert desk.desktop.sounds.played == ["not_found"]


def test_garbled_card_of_somebody_else_changes_nothing_but_asks(desk: Counter) -> None:
    desk.scan(BINH)
    before = desk.page.form.state()

    desk.scan(ANH_GARBLED)

    assert desk.page.form.state() == before
    assert desk.page.question.topic == "card"


def test_foreign_scan_beeps_and_changes_nothing(desk: Counter) -> None:
    desk.type("khai")
    before = desk.page.form.state()

    desk.scan(FOREIGN)

    assert desk.page.form.state() == before
    assert desk.desktop.sounds.played == ["not_found"]
    assert "Không có gì thay đổi" in desk.said()


@pytest.mark.parametrize(
    ("key", "owner", "proxy"),
    [
        ("Alt+1", "Trần Văn Bình", ""),
        ("Alt+2", "Nguyễn Thị Hồng Ánh", "Trần Văn Bình"),
        ("Alt+3", "Nguyễn Thị Hồng Ánh", ""),
    ],
)
def test_card_of_another_person_asks_before_it_overwrites(desk: Counter, key: str, owner: str, proxy: str) -> None:
    desk.scan(ANH)
    desk.scan(BINH)
    assert desk.page.form.owner.person().name == "Nguyễn Thị Hồng Ánh"

    desk.press(key)

    state = desk.page.form.state()
    assert (state.owner.name, state.proxy.name, state.has_proxy) == (owner, proxy, bool(proxy))
    assert desk.page.question.topic == ""


def test_card_recalls_the_phone_of_the_newest_dossier(desk: Counter) -> None:
    desk.scan(ANH)
    desk.page.form.owner.phone.setText("0912345678")
    receive_birth(desk)

    desk.scan(ANH)

    assert desk.page.form.owner.person().phone == "0912345678"


def test_open_twin_asks_for_a_reason_and_goes_on_with_it(desk: Counter) -> None:
    receive_birth(desk)
    [first] = desk.dossiers()

    receive_birth(desk)
    assert first.code in desk.page.question.question().text()
    assert len(desk.dossiers()) == 1

    desk.type("a")
    desk.press("Return")
    assert len(desk.dossiers()) == 1
    desk.type("sinh thứ hai")
    desk.press("Ctrl+Return")

    assert [dossier.owner.id_number for dossier in desk.dossiers()] == [ANH_ID, ANH_ID]


def test_open_twin_can_be_opened_instead(desk: Counter, qtbot: QtBot) -> None:
    receive_birth(desk)
    [first] = desk.dossiers()
    receive_birth(desk)

    with qtbot.waitSignal(desk.page.page_wanted) as wanted:
        desk.press("Alt+1")

    assert wanted.args == ["dossiers", first.code]
    assert desk.page.form.owner.person().id_number == ANH_ID


def test_esc_leaves_the_question_and_keeps_what_was_typed(desk: Counter) -> None:
    receive_birth(desk)
    receive_birth(desk)

    assert desk.page.go_back()

    assert desk.page.question.topic == ""
    assert desk.page.form.state().procedure == "1.001193"


def test_draft_is_kept_within_a_second_and_comes_back_after_a_kill(desk: Counter, qtbot: QtBot) -> None:
    desk.scan(ANH)
    desk.type("1.001193")
    desk.press("Return", "Ctrl+D")
    desk.page.form._options.note.setText("gấp")
    typed = desk.page.form.state()

    qtbot.waitUntil(lambda: "gấp" in desk.ward.desk.reader.draft(desk.clerk.user_id, "intake"), timeout=1_000)
    again = desk.another_page()

    assert again.form.state() == typed
    assert "Đã khôi phục hồ sơ đang nhập dở lúc 09:00 23/11/2026" in again._said.text()


def test_esc_puts_a_restored_draft_aside_and_it_can_be_taken_back(desk: Counter, qtbot: QtBot) -> None:
    desk.scan(ANH)
    typed = desk.page.form.state()
    qtbot.waitUntil(lambda: bool(desk.ward.desk.reader.draft(desk.clerk.user_id, "intake")), timeout=1_000)
    again = desk.another_page()

    assert again.go_back()
    desk.settle()
    assert again.form.state().is_empty
    assert desk.ward.desk.reader.draft(desk.clerk.user_id, "intake") == ""
    again.take_back()

    assert again.form.state() == typed


def test_missing_paper_is_named_beside_the_checklist(desk: Counter) -> None:
    desk.scan(ANH)
    desk.type("1.001193")
    desk.press("Return", "Down", "1", "Ctrl+Return")

    assert desk.dossiers() == []
    assert desk.page.form.checklist.error().startswith("Thiếu giấy tờ bắt buộc: Tờ khai đăng ký khai sinh")
    assert desk.focus() == "checklist"
    assert desk.page.form.owner.person().id_number == ANH_ID


def test_enter_leads_through_the_page_to_the_receipt(desk: Counter) -> None:
    desk.type("1.001193")
    desk.press("Return")
    walked = [desk.focus()]
    for text in ("Lê Thị Út", "079300000001", "2000", "0912345678", "5 Lê Lợi", ""):
        desk.type(text)
        desk.press("Return")
        walked.append(desk.focus())
    desk.press("Return")

    [dossier] = desk.dossiers()
    assert walked == [
        "ownerName", "ownerId", "ownerBirth", "ownerPhone", "ownerAddress", "checklist", "finish",
    ]  # fmt: skip
    assert (dossier.owner.name, dossier.owner.birth_date, dossier.owner.phone) == ("Lê Thị Út", "2000", "0912345678")


def test_finishing_twice_saves_once(desk: Counter) -> None:
    desk.scan(ANH)
    desk.type("1.001193")
    desk.press("Return", "Return")

    desk.robot.press("Ctrl+Return", "Ctrl+Return", "Return")
    desk.settle()

    assert len(desk.dossiers()) == 1
    assert len(desk.jobs) == 1


def test_errors_stand_beside_their_fields_and_nothing_typed_is_lost(desk: Counter) -> None:
    desk.type("1.001193")
    desk.press("Return")
    form = desk.page.form
    form.owner.id_number.setText("079")
    form.owner.phone.setText("12")
    form.owner.birth.setText("31/02/1990")
    typed = form.state()

    desk.press("Ctrl+Return")

    errors = {name: field.error() for name, field in form.owner.fields.items() if field.error()}
    assert set(errors) == {f"applicant.{name}" for name in ("name", "id_number", "phone", "birth_date")}
    assert form.checklist.error()
    assert desk.focus() == "ownerName"
    assert form.state() == typed
    assert desk.dossiers() == []


def test_proxy_needs_his_paper(desk: Counter) -> None:
    desk.scan(ANH)
    desk.type("1.001193")
    desk.press("Return", "Ctrl+D", "Ctrl+H")
    desk.type("Trần Văn Bình")
    desk.press("Ctrl+Return")
    assert desk.dossiers() == []
    assert desk.focus() == "proxyAuthorisation"

    desk.type("Giấy ủy quyền số 5")
    desk.press("Ctrl+Return")

    [dossier] = desk.dossiers()
    assert dossier.submitter.relation is Relation.AUTHORISED
    assert dossier.submitter.party.name == "Trần Văn Bình"


def test_certification_counts_pages_and_copies_by_keys(desk: Counter) -> None:
    desk.scan(ANH)
    desk.type("1")
    desk.press("Return", "Return")
    desk.type("12")
    desk.press("Return")
    desk.type("5")
    desk.press("Return", "Return")
    assert desk.focus() == "finish"
    assert desk.page.form.fee_vnd == 70_000
    assert desk.page.form._fee._words.text() == "Bảy mươi nghìn đồng"

    desk.page.form._fee.payment.set_key(Payment.CASH.value)
    desk.settle()
    desk.press("Return")

    [dossier] = desk.dossiers()
    assert (dossier.fee_vnd, dossier.paid_vnd, dossier.payments[0].method) == (70_000, 70_000, FeeMethod.CASH)
    assert desk.robot.keystrokes <= 12


def test_waived_fee_needs_a_reason(desk: Counter) -> None:
    desk.scan(ANH)
    desk.type("2.000635")
    desk.press("Return", "Ctrl+D")
    desk.page.form._fee.payment.set_key(Payment.EXEMPT.value)
    desk.settle()
    desk.press("Ctrl+Return")
    assert desk.focus() == "exemption"
    assert desk.dossiers() == []

    desk.type("hộ nghèo")
    desk.settle()
    desk.press("Ctrl+Return")

    [dossier] = desk.dossiers()
    assert (dossier.exemption, dossier.owed_vnd) == ("hộ nghèo", 0)


def test_result_at_once_needs_no_receipt(desk: Counter) -> None:
    desk.scan(ANH)
    desk.type("1.001193")
    desk.press("Return", "Ctrl+D")
    desk.page.form._options.immediate.setChecked(True)

    desk.press("Ctrl+Return")

    [dossier] = desk.dossiers()
    assert (dossier.status, dossier.receipt.number) == (Status.RETURNED, 0)
    assert desk.jobs == []
    assert "Đã nhận và trả kết quả" in desk.said()


def test_promise_and_its_reasons_are_shown_before_saving(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with counter(qtbot, qapp, tmp_path / "ward", AFTERNOON) as desk:
        desk.type("1.001193")
        desk.press("Return")

        promise = desk.page.form._promise
        assert promise.text() == "17 giờ 00 phút, ngày 25 tháng 11 năm 2026"
        assert promise.warning() == "Nhận sau 15 giờ: tính từ ngày làm việc tiếp theo."
        assert not promise._reasons.isVisible()
        desk.press("Ctrl+G")
        assert "nhận lúc 15 giờ 30 phút" in promise._reasons.text()
        assert promise._reasons.isVisible()


def test_promise_that_moved_while_saving_is_told(desk: Counter) -> None:
    desk.scan(ANH)
    desk.type("1.001193")
    desk.press("Return", "Return")

    desk.ward.clock.set(AFTERNOON + timedelta(minutes=1))
    desk.press("Ctrl+Return")

    assert "Ngày hẹn đã đổi" in desk.said()
    assert "ngày 25 tháng 11 năm 2026" in desk.said()


def test_checklist_counts_by_digits_space_and_backspace(desk: Counter) -> None:
    desk.type("1.001193")
    desk.press("Return")
    desk.page.form.checklist.view.setFocus()

    desk.press("1", "2", "Down", "Space", "Right", "Right", "3", "Up", "Backspace")

    counts = [(c.originals, c.certified, c.copies) for c in desk.page.form.checklist.counts()]
    assert counts == [(12, 0, 0), (1, 0, 3)]


def test_paper_outside_the_list_is_taken_with_its_reason(desk: Counter) -> None:
    desk.scan(ANH)
    desk.type("1.001193")
    desk.press("Return", "Ctrl+D", "Ctrl+B")
    desk.type("Bản án")
    desk.press("Return")
    desk.type("xác nhận cha")
    desk.press("Return", "Ctrl+Return")

    [dossier] = desk.dossiers()
    assert dossier.components[-1].name == "Bản án"


def test_changing_the_procedure_keeps_the_person_and_esc_takes_it_back(desk: Counter) -> None:
    desk.scan(ANH)
    desk.type("1.001193")
    desk.press("Return", "Return")
    before = desk.page.form.state()

    desk.press("Ctrl+T")
    assert desk.focus() == "procedureSearch"
    assert desk.page.go_back()

    assert desk.page.form.state() == before


def test_a_catalogue_that_changes_under_the_clerk_is_searched_anew_and_told(
    desk: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.type("1.001193")
    desk.press("Return")
    block, reference = desk.page.form.procedure, desk.page._work.desk.reference
    chosen = block.procedure
    assert chosen is not None
    others = [each for each in reference.catalogue.procedures if each.code != chosen.code]
    monkeypatch.setattr(reference, "catalogue", Catalogue([*others, replace(chosen, name="Khai sinh theo thành phố")]))

    desk.page.on_changes(Changes(frozenset({Kind.CATALOGUE})), None)

    assert "danh mục mới của thành phố" in block._warning.text()
    assert block.procedure == chosen
    desk.press("Ctrl+T")
    desk.type("khai sinh theo")
    desk.press("Return")
    assert block.procedure is not None
    assert block.procedure.name == "Khai sinh theo thành phố"
    assert not block._warning.text()


def test_news_of_another_day_or_procedure_leave_the_one_in_hand_alone(
    desk: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.type("1.001193")
    desk.press("Return")
    block, reference = desk.page.form.procedure, desk.page._work.desk.reference
    before, chosen, until = block._warning.text(), block.procedure, desk.page.kit.now().date()
    assert chosen is not None
    others = [each for each in reference.catalogue.procedures if each.code != chosen.code]
    monkeypatch.setattr(reference, "catalogue", Catalogue([*others, replace(chosen, effective_to=until)]))

    desk.page.on_changes(Changes(frozenset({Kind.CATALOGUE})), None)

    assert block._warning.text() == before
