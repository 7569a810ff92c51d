from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.domain.slips import SlipState, slip_qr
from desktop.services import handing
from desktop.ui.pages.handover import Side
from desktop.ui.pages.handover_parts import code_of
from tests.support.way import rename
from tests.ui.handover_kit import COUNTER, JUSTICE, Counter, counter, received

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Counter]:
    with counter(qtbot, qapp, tmp_path) as opened:
        yield opened


def states(desk: Counter) -> dict[str, str]:
    """Return code and state as the table of the slip that is being received says them."""
    return {line.key: line.cells[2].text for line in desk.page.take.table.rows.lines}


# Giao


def test_scans_and_one_key_make_a_slip_for_the_section_that_solves(desk: Counter) -> None:
    codes = received(desk.ward, 3)
    desk.sit_down("lan")
    desk.robot.keystrokes = 0

    desk.scan(*codes)
    suggested = desk.page.give.receiver.name()
    desk.press("Ctrl+Return")

    (slip,) = desk.slips()
    assert desk.robot.keystrokes == 1
    assert suggested == "Tư pháp - Hộ tịch"
    assert (slip.to, slip.codes) == (JUSTICE, tuple(codes))
    assert [(job.form, job.dossier_id, job.code) for job in desk.jobs] == [("handover_slip", "", slip.name)]
    assert desk.desktop.said[-1].startswith(f"Đã lập giấy {slip.name}: 3 hồ sơ giao Tư pháp")
    assert desk.page.give.given.codes == ()
    assert desk.desktop.sounds.played == ["found"] * 4


def test_custody_stays_until_the_receiver_confirms(desk: Counter) -> None:
    (code,) = received(desk.ward, 1)
    desk.sit_down("lan")

    desk.scan(code)
    desk.press("Ctrl+Return")

    assert desk.find(code).custodian == COUNTER
    assert desk.find(code).offered_on == desk.slips()[0].name


def test_a_dossier_somebody_else_holds_is_refused_at_once_with_his_name(desk: Counter) -> None:
    mine, his = received(desk.ward, 2)
    slip = desk.hand_over(his)
    handing.confirm_slip(desk.ward.desk, desk.ward.user("hung"), slip.name, [his])
    desk.sit_down("lan")

    desk.scan(his, mine)

    said = desk.page.give._said.text()
    assert desk.desktop.sounds.played == ["wrong_custody", "found"]
    assert desk.page.give.given.codes == (mine,)
    assert his in said
    assert "Tư pháp" in said


def test_what_was_refused_stays_in_sight_until_escape(desk: Counter) -> None:
    (code,) = received(desk.ward, 1)
    desk.sit_down("lan")
    desk.scan("000.16.27.H29-190718-9999", code)
    before = desk.page.give._said.text()

    desk.press("Escape")
    desk.page.go_back()

    assert "000.16.27.H29-190718-9999" in before
    assert desk.page.give._said.text() == ""
    assert desk.page.give.given.codes == (code,)


def test_a_dossier_on_an_open_slip_is_refused(desk: Counter) -> None:
    (code,) = received(desk.ward, 1)
    slip = desk.hand_over(code)
    desk.sit_down("lan")

    desk.scan(code)

    assert desk.page.give.given.codes == ()
    assert slip.name in desk.page.give._said.text()
    assert desk.desktop.sounds.played == ["not_found"]


def test_a_second_scan_says_where_it_stands_and_adds_nothing(desk: Counter) -> None:
    codes = received(desk.ward, 2)
    desk.sit_down("lan")

    desk.scan(*codes, codes[0])

    assert desk.page.give.given.codes == tuple(codes)
    assert desk.desktop.said[-1] == f"Hồ sơ {codes[0]} đã có trong danh sách, dòng 1."
    assert desk.page.give.table.current_key() == codes[0]
    assert desk.desktop.sounds.played[-1] == "not_found"


def test_delete_takes_a_row_away(desk: Counter) -> None:
    codes = received(desk.ward, 3)
    desk.sit_down("lan")
    desk.scan(*codes)
    desk.page.give.table.setFocus()

    desk.press("Up", "Delete")

    assert desk.page.give.given.codes == (codes[0], codes[2])


def test_what_must_go_is_taken_over_by_number_and_by_space(desk: Counter) -> None:
    codes = received(desk.ward, 3)
    desk.sit_down("lan")
    offered = [line.key for line in desk.page.give.due.rows.lines]

    desk.press("Alt+2")
    desk.page.give.due.setFocus()
    desk.press("Space")

    assert offered == codes
    assert desk.page.give.given.codes == (codes[1], codes[0])
    assert [line.key for line in desk.page.give.due.rows.lines] == [codes[2]]


def test_what_came_after_three_is_due_the_next_morning(desk: Counter) -> None:
    (early,) = received(desk.ward, 1)
    desk.ward.clock.advance(timedelta(hours=6, minutes=30))
    late = desk.ward.receive().code
    desk.sit_down("lan")

    found = {line.key: line.cells[2].text for line in desk.page.give.due.rows.lines}

    assert found[early].endswith("hôm nay")
    assert found[late] == "07:30 19/07"


def test_a_code_whose_bars_are_gone_is_typed_by_its_end(desk: Counter) -> None:
    codes = received(desk.ward, 2)
    desk.sit_down("lan")

    desk.type(codes[1][-3:])
    desk.press("Return")

    assert desk.page.give.given.codes == (codes[1],)
    assert desk.page.give.code.text() == ""


@pytest.mark.parametrize(("typed", "name"), [("4", "Kinh tế"), ("dia chinh", "Địa chính - Xây dựng")])
def test_the_receiver_is_chosen_by_number_or_by_letters(desk: Counter, typed: str, name: str) -> None:
    (code,) = received(desk.ward, 1)
    desk.sit_down("lan")
    desk.scan(code)

    desk.press("Alt+R")
    desk.type(typed)
    desk.press("Return", "Ctrl+Return")

    (slip,) = desk.slips()
    assert desk.ward.desk.reader.unit().section_name(slip.to.holder) == name


def test_the_receiver_used_last_is_remembered_for_the_next_user_of_the_page(desk: Counter) -> None:
    (code,) = received(desk.ward, 1)
    desk.sit_down("lan")
    desk.scan(code)
    desk.press("Alt+R")
    desk.type("kinh te")
    desk.press("Return", "Ctrl+Return")

    desk.sit_down("hung")
    desk.sit_down("lan")

    assert desk.page.give.receiver.name() == "Kinh tế"


def test_the_list_survives_leaving_locking_and_a_change_of_user(desk: Counter) -> None:
    codes = received(desk.ward, 2)
    desk.sit_down("lan")
    desk.scan(*codes)

    desk.press("Escape", "Escape")
    desk.page.go_back()
    kept = desk.page.give.given.codes
    desk.sit_down("hung")
    desk.sit_down("lan")

    assert kept == tuple(codes)
    assert desk.page.give.given.codes == tuple(codes)


def test_a_dossier_that_went_another_way_is_not_in_the_draft_any_more(desk: Counter) -> None:
    codes = received(desk.ward, 2)
    desk.sit_down("lan")
    desk.scan(*codes)
    desk.sit_down("hung")
    desk.hand_over(codes[0])

    desk.sit_down("lan")

    assert desk.page.give.given.codes == (codes[1],)


def test_an_empty_list_makes_no_slip(desk: Counter) -> None:
    desk.sit_down("lan")

    desk.press("Ctrl+Return")

    assert desk.slips() == ()
    assert "Chưa có hồ sơ nào" in desk.page.error_text()


def test_ctrl_enter_waits_for_scans_that_are_still_looked_at(desk: Counter) -> None:
    codes = received(desk.ward, 5)
    desk.sit_down("lan")

    for code in codes:
        desk.page.give.take(code)
    desk.page.give.finish()
    desk.settle()

    assert desk.slips()[0].codes == tuple(codes)


def test_a_scan_refused_after_ctrl_enter_stops_the_slip(desk: Counter) -> None:
    (code,) = received(desk.ward, 1)
    desk.sit_down("lan")

    # No event runs between these: both scans are on their way when the slip is wanted.
    desk.page.give.take(code)
    desk.page.give.take("000.16.27.H29-190718-9999")
    desk.page.give.finish()
    desk.settle()

    assert desk.slips() == ()
    assert desk.page.give.given.codes == (code,)


def test_a_batch_that_went_bad_meanwhile_names_each_and_keeps_the_list(desk: Counter) -> None:
    codes = received(desk.ward, 3)
    desk.sit_down("lan")
    desk.scan(*codes)
    desk.hand_over(codes[1])

    desk.press("Ctrl+Return")

    assert len(desk.slips()) == 1
    assert codes[1] in desk.page.give._said.text()
    assert desk.page.give.given.codes == tuple(codes)
    assert desk.page.error_text()


def test_dossiers_of_two_sections_are_pointed_out(desk: Counter) -> None:
    (code,) = received(desk.ward, 1)
    from tests.support.wards import command  # noqa: PLC0415 - only here

    land = command(desk.ward.desk, "1.004884")
    other = desk.ward.receive(procedure=land.procedure, components=land.components).code
    desk.sit_down("lan")
    desk.scan(code, other)

    suggestions = desk.page.give.given.suggestions()

    assert len(suggestions) in (1, 2)
    assert bool(desk.page.give._mixed.text()) is (len(suggestions) == 2)


# Nhận


def test_a_slip_is_opened_by_its_qr_and_confirmed_by_scans_and_one_key(desk: Counter) -> None:
    codes = received(desk.ward, 3)
    slip = desk.hand_over(*codes)
    desk.sit_down("hung")
    desk.robot.keystrokes = 0

    desk.scan(slip_qr(slip), *codes)
    counted = desk.page.take._count.text()
    desk.press("Ctrl+Return")

    assert counted == "3/3 đã nhận"
    assert desk.robot.keystrokes == 1
    assert {desk.find(code).custodian for code in codes} == {JUSTICE}
    assert desk.desktop.said[-1] == f"Đã nhận 3 hồ sơ của giấy {slip.name}."
    assert desk.desktop.sounds.played == ["found"] * 5


def test_each_scan_turns_its_row_to_received(desk: Counter) -> None:
    codes = received(desk.ward, 2)
    slip = desk.hand_over(*codes)
    desk.sit_down("hung")

    desk.scan(slip_qr(slip), codes[1])

    assert states(desk) == {codes[0]: "Chưa thấy", codes[1]: "Đã nhận"}


def test_what_lacks_is_named_and_asked_for_before_one_more_key_confirms(desk: Counter) -> None:
    codes = received(desk.ward, 3)
    slip = desk.hand_over(*codes)
    desk.sit_down("hung")
    desk.scan(slip_qr(slip), codes[0], codes[2])

    desk.press("Ctrl+Return")
    asked, before = desk.page.take._said.text(), desk.slips()[0].state
    desk.press("Ctrl+Return")

    closed = desk.slips()[0]
    assert f"Thiếu 1 hồ sơ: {codes[1]}." in asked
    assert "Ctrl+Enter lần nữa" in asked
    assert (before, closed.state) == (SlipState.OPEN, SlipState.CONFIRMED)
    assert closed.missing == (codes[1],)
    assert desk.find(codes[1]).custodian == COUNTER
    assert f"Thiếu 1 hồ sơ: {codes[1]}." in desk.desktop.said[-1]


def test_a_scan_after_the_question_takes_the_question_back(desk: Counter) -> None:
    codes = received(desk.ward, 3)
    slip = desk.hand_over(*codes)
    desk.sit_down("hung")
    desk.scan(slip_qr(slip), codes[0])
    desk.press("Ctrl+Return")

    desk.scan(codes[1])
    desk.press("Ctrl+Return")

    assert desk.slips()[0].state is SlipState.OPEN
    assert f"Thiếu 1 hồ sơ: {codes[2]}." in desk.page.take._said.text()


def test_a_dossier_that_is_not_on_the_slip_is_shown_with_who_holds_it(desk: Counter) -> None:
    first, other = received(desk.ward, 2)
    slip = desk.hand_over(first)
    desk.sit_down("hung")

    desk.scan(slip_qr(slip), first, other)
    said = desk.page.take._said.text()
    desk.press("Ctrl+Return")

    closed = desk.slips()[0]
    assert states(desk)[other] == "Không có trong giấy"
    assert f"Thừa 1 hồ sơ: {other} (Bộ phận Tiếp nhận và Trả kết quả đang giữ)." in said
    assert [one.code for one in closed.unexpected] == [other]
    assert desk.find(other).custodian == COUNTER
    assert desk.desktop.sounds.played[2] == "wrong_custody"


def test_nothing_scanned_confirms_nothing(desk: Counter) -> None:
    slip = desk.hand_over(*received(desk.ward, 1))
    desk.sit_down("hung")
    desk.scan(slip_qr(slip))

    desk.press("Ctrl+Return", "Ctrl+Return")

    assert desk.slips()[0].state is SlipState.OPEN
    assert "Chưa quét hồ sơ nào" in desk.page.error_text()


def test_space_ticks_a_dossier_whose_bars_are_gone(desk: Counter) -> None:
    codes = received(desk.ward, 2)
    slip = desk.hand_over(*codes)
    desk.sit_down("hung")
    desk.scan(slip_qr(slip), codes[0])
    desk.page.take.table.setFocus()

    desk.press("Down", "Space", "Ctrl+Return")

    assert desk.slips()[0].missing == ()
    assert desk.slips()[0].state is SlipState.CONFIRMED


def test_slips_that_wait_are_listed_with_giver_count_and_age(desk: Counter) -> None:
    codes = received(desk.ward, 2)
    slip = desk.hand_over(*codes)
    desk.ward.clock.advance(timedelta(minutes=75))

    desk.sit_down("hung")

    (line,) = desk.page.take.slips.rows.lines
    assert desk.page.side is Side.TAKE
    assert [cell.text for cell in line.cells] == [
        "1",
        slip.name,
        "Bộ phận Tiếp nhận và Trả kết quả",
        "Nguyễn Thị Lan",
        "2",
        "09:00 18/07/2019",
        "1 giờ 15 phút",
    ]
    assert desk.page._tabs.tabText(Side.TAKE) == "Nhận: 1 giấy  (Alt+N)"


def test_a_slip_nobody_confirmed_for_four_working_hours_is_marked_on_both_sides(desk: Counter) -> None:
    slip = desk.hand_over(*received(desk.ward, 1))
    desk.ward.clock.set(slip.reminded_from)

    desk.sit_down("hung")
    taken = desk.page.take.slips.rows.lines[0].cells[-1]
    desk.sit_down("lan")
    desk.press("Alt+B")

    given = desk.page.slips.table.rows.lines[0].cells[1]
    assert (taken.icon, taken.text.endswith("quá giờ")) == ("late", True)
    assert given.text == "Chờ nhận · quá giờ"


def test_escape_leaves_a_slip_and_what_was_scanned_is_there_again(desk: Counter) -> None:
    codes = received(desk.ward, 2)
    slip = desk.hand_over(*codes)
    desk.sit_down("hung")
    desk.scan(slip_qr(slip), codes[0])

    left = desk.page.go_back()
    desk.press("Alt+1")

    assert left
    assert states(desk) == {codes[0]: "Đã nhận", codes[1]: "Chưa thấy"}


def test_what_was_scanned_of_a_slip_survives_a_change_of_user(desk: Counter) -> None:
    codes = received(desk.ward, 2)
    slip = desk.hand_over(*codes)
    desk.sit_down("hung")
    desk.scan(slip_qr(slip), codes[1])

    desk.sit_down("lan")
    desk.sit_down("hung")
    desk.scan(slip_qr(slip))

    assert states(desk) == {codes[0]: "Chưa thấy", codes[1]: "Đã nhận"}


def test_a_dossier_scanned_before_its_slip_opens_the_slip(desk: Counter) -> None:
    codes = received(desk.ward, 2)
    desk.hand_over(*codes)
    desk.sit_down("hung")

    desk.scan(codes[1])

    assert states(desk) == {codes[0]: "Chưa thấy", codes[1]: "Đã nhận"}


def test_a_dossier_that_got_its_official_code_after_the_slip_was_printed_is_received(desk: Counter) -> None:
    codes = received(desk.ward, 2)
    slip = desk.hand_over(*codes)
    new = rename(desk.ward.desk, desk.find(codes[1]))
    desk.sit_down("hung")

    desk.scan(new, codes[0])
    desk.press("Ctrl+Return")

    assert desk.page.error_text() == ""
    assert desk.find(new).custodian == JUSTICE
    assert desk.slips()[0].accepted == slip.codes


def test_a_dossier_that_gets_another_code_while_its_slip_is_open_is_no_stranger(desk: Counter) -> None:
    codes = received(desk.ward, 2)
    slip = desk.hand_over(*codes)
    desk.sit_down("hung")
    desk.scan(slip_qr(slip))

    desk.scan(rename(desk.ward.desk, desk.find(codes[1])))

    assert desk.page.take.taken is not None
    assert (desk.page.take.taken.came, desk.page.take.taken.strangers) == ((codes[1],), ())


def test_a_slip_for_others_is_shown_but_not_taken(desk: Counter) -> None:
    slip = desk.hand_over(*received(desk.ward, 1), to=JUSTICE)
    desk.sit_down("lan")

    desk.scan(slip_qr(slip))

    assert desk.page.side is Side.SLIPS
    assert "Tư pháp - Hộ tịch" in desk.page.error_text()
    assert desk.desktop.sounds.played == ["wrong_custody"]


def test_a_slip_that_was_withdrawn_cannot_be_confirmed(desk: Counter) -> None:
    codes = received(desk.ward, 1)
    slip = desk.hand_over(*codes)
    desk.sit_down("hung")
    desk.scan(slip_qr(slip), *codes)
    handing.withdraw_slip(desk.ward.desk, desk.ward.user("lan"), slip.name, "giao nhầm")

    desk.press("Ctrl+Return")

    assert desk.slips()[0].state is SlipState.WITHDRAWN
    assert slip.name in desk.page.error_text()
    assert desk.find(codes[0]).custodian == COUNTER


@pytest.mark.parametrize("digits", ["86" + "0" * 214, "1" * 40])
def test_a_qr_that_is_no_slip_of_ours_changes_nothing(desk: Counter, digits: str) -> None:
    desk.sit_down("hung")

    desk.scan(digits)

    assert desk.page.error_text()
    assert desk.desktop.sounds.played == ["not_found"]


def test_a_code_needs_no_bars() -> None:
    assert code_of(" 000.16.27.h29-190718-0001 ") == "000.16.27.H29-190718-0001"
    assert code_of("0001") == ""
