from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox
from pytestqt.qtbot import QtBot

from desktop.devices.attachment_files import read_attachment
from desktop.domain.dossiers import Dossier, FeeMethod, Party, Proof, Relation, Status
from desktop.domain.identity import parse_identity_card
from desktop.ui.pages.return_result import ReturnResultPage
from desktop.ui.pages.return_result_state import CardCheck, check_card
from desktop.ui.robot import Robot, RobotClock
from desktop.ui.scanner import Scanner
from desktop.ui.widgets.labels import EmptyState
from tests.ui.desk_kit import Desktop, card_of, desktop_for, scan, settle, show
from tests.ui.fakes_dossiers import CLERK, NOW, Ward, make_ward

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier

FREE, PAID = 10, 9  # places in the ward: a dossier without a fee, one with 15.000 đ


@pytest.fixture
def ward() -> Ward:
    made = make_ward(16)
    for at in (FREE, PAID):
        made.make_ready(dossier(made, at).code, "Kệ B, ngăn 3", "2 bản")
    return made


@pytest.fixture
def desktop(qapp: QApplication, ward: Ward) -> Iterator[Desktop]:
    with desktop_for(qapp, ward) as tools:
        yield tools


@pytest.fixture
def page(qtbot: QtBot, desktop: Desktop, ward: Ward) -> ReturnResultPage:
    made = ReturnResultPage(desktop.kit, ward.desk, CLERK, read_attachment)
    show(qtbot, made)
    made.shown()
    settle(qtbot, desktop)
    return made


def dossier(ward: Ward, at: int) -> Dossier:
    return ward.book.states[ward.book.order[at]]


def scan_receipt(qtbot: QtBot, desktop: Desktop, page: ReturnResultPage, ward: Ward, at: int) -> None:
    assert scan(page, dossier(ward, at).code)
    settle(qtbot, desktop)


def press(qtbot: QtBot, desktop: Desktop, key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
    target = QApplication.focusWidget()
    assert target is not None
    qtbot.keyClick(target, key, modifier)
    settle(qtbot, desktop)


def test_receipt_scan_card_scan_and_one_key_return_a_result(
    qtbot: QtBot, desktop: Desktop, page: ReturnResultPage, ward: Ward
) -> None:
    owner = dossier(ward, FREE).owner
    scan_receipt(qtbot, desktop, page, ward, FREE)
    scan(page, card_of(owner.name, owner.id_number))

    press(qtbot, desktop, Qt.Key.Key_Return, CTRL)

    done = dossier(ward, FREE)
    assert done.status is Status.RETURNED
    assert done.returned is not None
    assert done.returned.recipient == owner
    assert (done.returned.proof, done.returned.proof_reference) == (Proof.SIGNATURE, "Ký trên liên lưu")
    assert done.returned.originals_returned == ("TP01", "TP02")
    assert done.returned.without_receipt_reason == ""
    assert desktop.said[-1].startswith(f"Đã trả kết quả {done.code}")


@pytest.fixture
def robot(qapp: QApplication, page: ReturnResultPage) -> Iterator[Robot]:
    """Type and scan at the page through the real recogniser of bursts, with its injected clock."""
    clock = RobotClock()
    scanner = Scanner(qapp, clock)

    def hear(text: str) -> None:
        scan(page, text)

    scanner.scanned.connect(hear)
    yield Robot(page, clock)
    scanner.stop()
    scanner.deleteLater()


@pytest.mark.parametrize(("at", "keys"), [(FREE, 1), (PAID, 2)])
def test_a_return_costs_two_scans_and_at_most_three_keys(
    qtbot: QtBot, desktop: Desktop, robot: Robot, ward: Ward, at: int, keys: int
) -> None:
    owner = dossier(ward, at).owner

    robot.scan(dossier(ward, at).code)
    settle(qtbot, desktop)
    robot.scan(card_of(owner.name, owner.id_number))
    if dossier(ward, at).owed_vnd:
        robot.press("Alt+1")
    robot.press("Ctrl+Return")
    settle(qtbot, desktop)

    assert dossier(ward, at).status is Status.RETURNED
    assert robot.keystrokes == keys


def test_a_scan_leaves_nothing_in_the_search_box(
    qtbot: QtBot, desktop: Desktop, page: ReturnResultPage, robot: Robot, ward: Ward
) -> None:
    page.search.setFocus()

    robot.scan(dossier(ward, FREE).code)
    settle(qtbot, desktop)

    assert page.search.text() == ""
    assert page.form.isVisible()


def test_a_fee_costs_one_more_key_so_never_more_than_three(
    qtbot: QtBot, desktop: Desktop, page: ReturnResultPage, ward: Ward
) -> None:
    owner = dossier(ward, PAID).owner
    scan_receipt(qtbot, desktop, page, ward, PAID)
    scan(page, card_of(owner.name, owner.id_number))

    press(qtbot, desktop, Qt.Key.Key_2, ALT)
    press(qtbot, desktop, Qt.Key.Key_Return, CTRL)

    done = dossier(ward, PAID)
    assert done.status is Status.RETURNED
    assert [(payment.amount_vnd, payment.method) for payment in done.payments] == [(15_000, FeeMethod.TRANSFER)]


def test_an_open_fee_is_asked_for_before_anything_is_saved(
    qtbot: QtBot, desktop: Desktop, page: ReturnResultPage, ward: Ward
) -> None:
    scan_receipt(qtbot, desktop, page, ward, PAID)

    press(qtbot, desktop, Qt.Key.Key_Return, CTRL)

    assert dossier(ward, PAID).status is Status.RESULT_READY
    assert "Alt+1" in page.form._fee_error.text()


def test_a_waiver_needs_its_reason(qtbot: QtBot, desktop: Desktop, page: ReturnResultPage, ward: Ward) -> None:
    scan_receipt(qtbot, desktop, page, ward, PAID)
    press(qtbot, desktop, Qt.Key.Key_3, ALT)
    press(qtbot, desktop, Qt.Key.Key_Return, CTRL)
    before = dossier(ward, PAID).status

    focused = QApplication.focusWidget()
    assert focused is page.form._fee_reason
    qtbot.keyClicks(focused, "Ho ngheo")
    press(qtbot, desktop, Qt.Key.Key_Return, CTRL)

    assert before is Status.RESULT_READY
    assert dossier(ward, PAID).is_exempt
    assert dossier(ward, PAID).status is Status.RETURNED


def test_a_card_of_somebody_else_stops_the_return_and_says_so(
    qtbot: QtBot, desktop: Desktop, page: ReturnResultPage, ward: Ward
) -> None:
    scan_receipt(qtbot, desktop, page, ward, FREE)

    scan(page, card_of("Phan Thị Bưởi", "079190000001"))
    press(qtbot, desktop, Qt.Key.Key_Return, CTRL)

    assert dossier(ward, FREE).status is Status.RESULT_READY
    assert "KHÔNG khớp" in page.form.card_text()
    assert "Phan Thị Bưởi" in page.form.card_text()
    assert "Alt+U" in page.error_text()
    assert desktop.sounds.played[-1] == "not_found"


def test_an_authorised_person_needs_a_paper_and_his_number(
    qtbot: QtBot, desktop: Desktop, page: ReturnResultPage, ward: Ward
) -> None:
    scan_receipt(qtbot, desktop, page, ward, FREE)
    scan(page, card_of("Phan Thị Bưởi", "079190000001"))
    press(qtbot, desktop, Qt.Key.Key_U, ALT)
    press(qtbot, desktop, Qt.Key.Key_Return, CTRL)
    before = dossier(ward, FREE).status

    focused = QApplication.focusWidget()
    assert focused is page.form._paper
    qtbot.keyClicks(focused, "UQ 12/2019")
    press(qtbot, desktop, Qt.Key.Key_Return, CTRL)

    record = dossier(ward, FREE).returned
    assert before is Status.RESULT_READY
    assert record is not None
    assert (record.relation, record.authorisation) == (Relation.AUTHORISED, "UQ 12/2019")
    assert (record.recipient.name, record.recipient.id_number) == ("Phan Thị Bưởi", "079190000001")


def test_an_original_that_stays_is_not_recorded_as_given_back(
    qtbot: QtBot, desktop: Desktop, page: ReturnResultPage, ward: Ward
) -> None:
    scan_receipt(qtbot, desktop, page, ward, FREE)
    box = page.findChild(QCheckBox, "original1")
    assert box is not None
    was_ticked = box.isChecked()
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Space)

    press(qtbot, desktop, Qt.Key.Key_Return, CTRL)

    record = dossier(ward, FREE).returned
    assert was_ticked
    assert record is not None
    assert record.originals_returned == ("TP02",)


def test_a_postal_return_wants_its_number(qtbot: QtBot, desktop: Desktop, page: ReturnResultPage, ward: Ward) -> None:
    scan_receipt(qtbot, desktop, page, ward, FREE)
    press(qtbot, desktop, Qt.Key.Key_B, ALT)
    for _ in range(2):
        press(qtbot, desktop, Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier)
    press(qtbot, desktop, Qt.Key.Key_Return, CTRL)
    before = dossier(ward, FREE).status

    focused = QApplication.focusWidget()
    assert focused is page.form._reference
    qtbot.keyClicks(focused, "RR123456785VN")
    press(qtbot, desktop, Qt.Key.Key_Return, CTRL)

    record = dossier(ward, FREE).returned
    assert before is Status.RESULT_READY
    assert record is not None
    assert (record.proof, record.proof_reference) == (Proof.POSTAL, "RR123456785VN")


def test_a_lost_receipt_needs_a_reason_and_the_owners_number(
    qtbot: QtBot, desktop: Desktop, page: ReturnResultPage, ward: Ward
) -> None:
    owner = dossier(ward, FREE).owner
    qtbot.keyClicks(page.search, owner.phone)
    qtbot.waitUntil(lambda: page.list_model.rowCount() == 1)
    press(qtbot, desktop, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
    press(qtbot, desktop, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
    press(qtbot, desktop, Qt.Key.Key_Return, CTRL)
    before = dossier(ward, FREE).status

    focused = QApplication.focusWidget()
    assert focused is page.form._lost
    qtbot.keyClicks(focused, "Mat giay hen")
    scan(page, card_of(owner.name, owner.id_number))
    press(qtbot, desktop, Qt.Key.Key_Return, CTRL)

    record = dossier(ward, FREE).returned
    assert before is Status.RESULT_READY
    assert record is not None
    assert record.without_receipt_reason == "Mat giay hen"


def test_a_card_before_any_receipt_finds_the_persons_dossiers(
    qtbot: QtBot, desktop: Desktop, page: ReturnResultPage, ward: Ward
) -> None:
    owner = dossier(ward, FREE).owner

    assert scan(page, card_of(owner.name, owner.id_number))
    settle(qtbot, desktop)

    assert page.list_model.rowCount() == 1
    assert page.found.isVisible()


def refusal(page: ReturnResultPage) -> str:
    shown = page._refused.currentWidget()
    assert isinstance(shown, EmptyState)
    assert shown.isVisible()
    return shown.accessibleName()


def test_a_result_that_is_not_ready_says_who_holds_it_and_until_when(
    qtbot: QtBot, desktop: Desktop, page: ReturnResultPage, ward: Ward
) -> None:
    scan_receipt(qtbot, desktop, page, ward, 3)

    said = refusal(page)

    assert "chưa có kết quả" in said
    assert "Bộ phận Một cửa" in said
    assert "17:00 " in said
    assert desktop.sounds.played == ["not_found"]


def test_a_result_already_returned_says_to_whom(
    qtbot: QtBot, desktop: Desktop, page: ReturnResultPage, ward: Ward
) -> None:
    scan_receipt(qtbot, desktop, page, ward, FREE)
    press(qtbot, desktop, Qt.Key.Key_Return, CTRL)

    scan_receipt(qtbot, desktop, page, ward, FREE)

    said = refusal(page)
    assert dossier(ward, FREE).owner.name in said
    assert "09:30 25/07/2019" in said
    assert "chữ ký" in said


def test_two_presses_return_only_once(qtbot: QtBot, desktop: Desktop, page: ReturnResultPage, ward: Ward) -> None:
    scan_receipt(qtbot, desktop, page, ward, FREE)
    target = QApplication.focusWidget()
    assert target is not None

    qtbot.keyClick(target, Qt.Key.Key_Return, CTRL)
    qtbot.keyClick(page, Qt.Key.Key_Return, CTRL)
    settle(qtbot, desktop)

    assert (
        sum(entry.envelope.type == "dossier.returned" for entry in ward.reader.history(dossier(ward, FREE).dossier_id))
        == 1
    )
    assert page.error_text() == ""


def test_a_refusal_of_the_domain_keeps_what_was_entered(
    qtbot: QtBot, desktop: Desktop, page: ReturnResultPage, ward: Ward
) -> None:
    scan_receipt(qtbot, desktop, page, ward, FREE)
    page.form._reference.setText("Ký sổ")
    from desktop.services.follow import return_result  # noqa: PLC0415 - only here
    from desktop.ui.pages.return_result_state import command_of  # noqa: PLC0415 - only here

    return_result(ward.desk, CLERK, dossier(ward, FREE).code, command_of(dossier(ward, FREE), page.form.value()))
    press(qtbot, desktop, Qt.Key.Key_Return, CTRL)

    assert page.error_text()
    assert page.form._reference.value() == "Ký sổ"


def test_the_page_has_no_way_to_return_several(page: ReturnResultPage) -> None:
    from PySide6.QtWidgets import QAbstractItemView  # noqa: PLC0415 - only here

    modes = {
        view.selectionMode() for view in page.findChildren(QAbstractItemView) if view.objectName() == "returnFound"
    }

    assert modes == {QAbstractItemView.SelectionMode.SingleSelection}


@pytest.mark.parametrize(
    ("owner", "card", "expected"),
    [
        (Party("Lê An", id_number="079190000001"), ("Lê An", "079190000001", ""), CardCheck.MATCH),
        (Party("Lê An", id_number="079190000001"), ("LÊ AN", "079190000001", "024000001"), CardCheck.MATCH),
        (Party("Lê An", id_number="024000001"), ("Lê An", "079190000001", "024000001"), CardCheck.MATCH_OLD_NUMBER),
        (Party("Lê An", id_number="079190000001"), ("Lê An", "079190000002", ""), CardCheck.MISMATCH),
        (Party("Lê An"), ("LÊ AN", "079190000001", ""), CardCheck.NAME_ONLY),
        (Party("Lê An"), ("Lê Ân Hùng", "079190000001", ""), CardCheck.MISMATCH),
    ],
)
def test_a_card_is_compared_by_number_then_old_number_then_name(
    owner: Party, card: tuple[str, str, str], expected: CardCheck
) -> None:
    read = parse_identity_card(card_of(*card))

    assert check_card(owner, read) is expected


def test_escape_leaves_the_dossier_untouched(
    qtbot: QtBot, desktop: Desktop, page: ReturnResultPage, ward: Ward
) -> None:
    scan_receipt(qtbot, desktop, page, ward, FREE)

    answers = page.go_back(), page.go_back()

    assert answers == (True, False)
    assert dossier(ward, FREE).status is Status.RESULT_READY
    assert page.search.hasFocus()


def test_the_time_of_return_is_the_clocks_and_nowhere_editable(
    qtbot: QtBot, desktop: Desktop, page: ReturnResultPage, ward: Ward
) -> None:
    scan_receipt(qtbot, desktop, page, ward, FREE)
    press(qtbot, desktop, Qt.Key.Key_Return, CTRL)

    record = dossier(ward, FREE).returned

    assert record is not None
    assert record.at == NOW
