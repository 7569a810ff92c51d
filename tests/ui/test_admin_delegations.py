from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop.domain.authority import Delegation
from desktop.domain.way import SigningForm
from desktop.domain.way_commands import GrantDelegation
from desktop.services import delegating
from desktop.ui.pages.admin_delegation_form import GrantDialog
from desktop.ui.pages.admin_delegations import DelegationsView
from tests.ui.admin_kit import Office, office

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

#: The clock of the tests stands at 18/07/2019.
TODAY = date(2019, 7, 18)


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Office]:
    with office(qtbot, qapp, tmp_path) as opened:
        yield opened


def delegations(desk: Office) -> tuple[Delegation, ...]:
    return desk.ward.desk.way.delegations()


def view(desk: Office) -> DelegationsView:
    side = desk.page.sides["delegations"]
    assert isinstance(side, DelegationsView)
    return side


def standings(desk: Office) -> dict[str, str]:
    """Return document and state as the table says them."""
    return {line.cells[2].text: line.cells[6].text for line in view(desk).table.rows.lines}


def grant(desk: Office, document: str, start: date, end: date | None = None) -> Delegation:
    delegate = desk.user("phochutich").user_id
    command = GrantDelegation(SigningForm.KT, delegate, document, start, start, end)
    return delegating.grant(desk.ward.desk, desk.user("chutich"), command)[0]


def test_the_table_says_who_signs_what_and_how_it_stands(desk: Office) -> None:
    grant(desk, "02", date(2019, 8, 1))
    grant(desk, "03", date(2019, 1, 1), date(2019, 7, 17))
    grant(desk, "04", date(2019, 1, 1), date(2019, 9, 16))
    grant(desk, "05", date(2019, 1, 1), date(2019, 9, 17))
    ended = grant(desk, "06", date(2019, 1, 1))
    delegating.revoke(desk.ward.desk, desk.user("chutich"), ended.delegation_id, date(2019, 7, 1), "đổi phân công")
    desk.sit_down("thanhtra")

    assert standings(desk) == {
        "04": "Hết sau 60 ngày",
        "01/QĐ-UBND (mẫu)": "Còn hiệu lực",
        "05": "Còn hiệu lực",
        "02": "Chưa đến ngày",
        "03": "Đã hết hiệu lực",
        "06": "Đã thu hồi từ 01/07/2019",
    }
    assert next(iter(standings(desk))) == "04"


def test_what_stands_in_the_chosen_document_is_told_whole(desk: Office) -> None:
    desk.sit_down("lan")

    told = view(desk).whole.text()

    assert told.startswith("01/QĐ-UBND (mẫu) ngày 02/01/2018, từ 02/01/2018 đến khi thu hồi: ")
    assert "Hộ tịch" in told


@pytest.mark.parametrize("login", ["lan", "phochutich", "thanhtra"])
def test_only_the_chair_grants_and_revokes(desk: Office, login: str) -> None:
    desk.sit_down(login)

    desk.press("Ctrl+N", "Ctrl+D")

    assert desk.dialog() is None
    assert not desk.page.findChild(QPushButton, "addDelegation").isVisible()


def test_the_chair_grants_by_keys(desk: Office) -> None:
    desk.sit_down("chutich")

    desk.press("Ctrl+N")
    desk.go_to("grantDocument")
    desk.type("12/QĐ-UBND")
    desk.press("Return")
    desk.type("15072019")
    desk.press("Return")
    desk.clear()
    desk.type("01082019")
    desk.press("Return")
    desk.type("31122019")
    desk.go_to("field_ho_tich")
    desk.press("Space")
    desk.go_to("grantProcedures")
    desk.type("2.000815")
    desk.press("Ctrl+Return")

    made = next(each for each in delegations(desk) if each.document == "12/QĐ-UBND")
    assert (made.form, made.delegate) == (SigningForm.KT, desk.user("phochutich").user_id)
    assert (made.document_on, made.from_on, made.to_on) == (date(2019, 7, 15), date(2019, 8, 1), date(2019, 12, 31))
    assert (made.fields, made.procedures) == (("ho_tich",), ("2.000815",))
    assert standings(desk)["12/QĐ-UBND"] == "Chưa đến ngày"
    assert desk.desktop.said[-1] == "Đã ghi 12/QĐ-UBND ngày 15/07/2019."


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("grantDocument", "", "Ghi số văn bản."),
        ("grantDocumentOn", "99", "Ghi ngày văn bản."),
        ("grantTo", "32132019", "Ghi đúng ngày, hoặc để trống."),
        ("grantProcedures", "9.999999", "Có mã thủ tục không có trong danh mục."),
    ],
)
def test_a_form_that_says_nothing_clear_is_not_sent(desk: Office, field: str, typed: str, told: str) -> None:
    desk.sit_down("chutich")
    desk.press("Ctrl+N")
    for name, text in {"grantDocument": "12", "grantDocumentOn": "15072019", field: typed}.items():
        desk.go_to(name)
        desk.clear()
        desk.type(text)

    desk.press("Ctrl+Return")

    assert isinstance(desk.dialog(), GrantDialog)
    assert desk.focus() == field
    assert QApplication.focusWidget().accessibleDescription() == told
    assert len(delegations(desk)) == 1


def test_what_the_domain_refuses_is_told_in_the_form(desk: Office) -> None:
    desk.sit_down("chutich")
    desk.press("Ctrl+N")
    for name, text in {"grantDocument": "12", "grantDocumentOn": "15072019", "grantTo": "01012019"}.items():
        desk.go_to(name)
        desk.type(text)

    desk.press("Ctrl+Return")

    dialog = desk.dialog()
    assert isinstance(dialog, GrantDialog)
    assert "ngày kết thúc" in dialog.error_text()
    assert dialog.go.isEnabled()


def test_the_chair_revokes_with_a_day_and_a_reason(desk: Office) -> None:
    desk.sit_down("chutich")

    desk.press("Ctrl+D", "Ctrl+Return")
    is_refused = delegations(desk)[0].revoked_on is None
    desk.type("QĐ 15 phân công lại")
    desk.press("Ctrl+Return")

    assert is_refused
    assert delegations(desk)[0].revoked_on == TODAY
    assert standings(desk) == {"01/QĐ-UBND (mẫu)": "Đã thu hồi từ 18/07/2019"}
    assert not desk.page.findChild(QPushButton, "revokeDelegation").isEnabled()


def test_a_delegation_revoked_from_a_later_day_ends_soon(desk: Office) -> None:
    desk.sit_down("chutich")

    desk.press("Ctrl+D")
    desk.type("QĐ 15 phân công lại")
    desk.go_to("revokeOn")
    desk.clear()
    desk.type("01082019")
    desk.press("Ctrl+Return")

    assert standings(desk) == {"01/QĐ-UBND (mẫu)": "Hết sau 13 ngày"}
