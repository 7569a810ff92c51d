from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton, QTabBar
from pytestqt.qtbot import QtBot

from desktop.domain.dossiers import Custodian, CustodianKind
from desktop.domain.errors import AppError
from desktop.domain.users import Role
from desktop.domain.way_commands import AssignCustody
from desktop.services import accounts, handing, staff
from desktop.ui.pages.admin_dialogs import CodeDialog, FormDialog
from desktop.ui.pages.admin_users import UsersView
from tests.support.wards import PASSWORD, person
from tests.ui.admin_kit import Office, office

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

NEW = "hoa phượng đỏ tháng năm"


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Office]:
    with office(qtbot, qapp, tmp_path) as opened:
        yield opened


def users(desk: Office) -> UsersView:
    side = desk.page.sides["users"]
    assert isinstance(side, UsersView)
    return side


def choose(desk: Office, login: str) -> None:
    """Go to a user by arrows."""
    table = users(desk).table
    for _ in range(len(table.rows.lines) + 1):
        if table.current_key() == desk.user(login).user_id:
            return
        desk.press("Down")
    raise AssertionError(f"the arrows never come to {login}")


def told(desk: Office) -> str:
    """Return every word of the dialog in front."""
    dialog = desk.dialog()
    assert dialog is not None
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


def code_shown(desk: Office) -> str:
    dialog = desk.dialog()
    assert isinstance(dialog, CodeDialog)
    return dialog.code.text()


def refusal(desk: Office, login: str, password: str) -> str:
    with pytest.raises(AppError) as caught:
        accounts.log_in(desk.ward.desk, login, password)
    return caught.value.code


# Who sees what


@pytest.mark.parametrize(
    ("login", "sides"),
    [
        ("quantri", ["users", "unit", "calendar", "city", "upkeep", "access", "two_people"]),
        ("chutich", ["delegations", "leftovers", "unit", "calendar", "upkeep", "access", "two_people"]),
        ("phochutich", ["delegations", "leftovers", "unit", "calendar", "upkeep", "access", "two_people"]),
        ("thanhtra", ["delegations", "unit", "calendar", "upkeep", "access", "two_people"]),
        ("lan", ["delegations", "unit", "calendar"]),
    ],
)
def test_a_user_sees_the_sides_his_roles_allow(desk: Office, login: str, sides: list[str]) -> None:
    desk.sit_down(login)

    assert list(desk.page.sides) == sides
    assert desk.page.findChild(QTabBar, "adminTabs").count() == len(sides)


def test_the_keys_go_from_side_to_side_and_tell_themselves(desk: Office) -> None:
    desk.sit_down("quantri")

    seen = []
    for keys in ("Alt+K", "Alt+D", "Alt+N"):
        desk.press(keys)
        seen.append(desk.page.side())

    assert seen == ["upkeep", "unit", "users"]
    assert {"Ctrl+N", "Ctrl+R", "Ctrl+D", "Alt+N", "Alt+D", "Alt+K"} <= {each.keys for each in desk.page.shortcuts()}
    assert desk.focus() == "usersTable"


def test_arrows_on_the_tabs_change_the_side_and_stay_on_the_tabs(desk: Office) -> None:
    desk.sit_down("quantri")
    desk.page.findChild(QTabBar, "adminTabs").setFocus()

    desk.press("Right")

    assert (desk.page.side(), desk.focus()) == ("unit", "adminTabs")


# Users


def test_the_list_names_role_section_title_and_state(desk: Office) -> None:
    desk.sit_down("quantri")

    rows = {line.cells[1].text: [cell.text for cell in line.cells] for line in users(desk).table.rows.lines}

    assert rows["hung"] == [
        "Trần Quốc Hùng",
        "hung",
        "Chuyên môn",
        "Tư pháp - Hộ tịch",
        "Công chức Tư pháp - Hộ tịch",
        "Đang dùng",
    ]
    assert rows["quantri"][3] == "–"


def test_a_user_added_by_keys_comes_in_with_the_code_shown_once(desk: Office) -> None:
    desk.sit_down("quantri")

    desk.press("Ctrl+N")
    desk.type("binh")
    desk.press("Return")
    desk.type("Trần Văn Bình")
    desk.go_to("role_specialist")
    desk.press("Space")
    desk.go_to("userSection")
    desk.press("Down", "Down")
    desk.go_to("userTitle")
    desk.type("Công chức")
    desk.press("Ctrl+Return")
    shown = code_shown(desk)
    desk.press("Ctrl+Return")

    binh = desk.user("binh")
    assert (binh.name, binh.roles, binh.section, binh.title) == (
        "Trần Văn Bình",
        (Role.SPECIALIST,),
        "tu_phap",
        "Công chức",
    )
    assert desk.dialog() is None
    assert desk.keys["binh"] == shown
    assert accounts.log_in(desk.ward.desk, "binh", shown).must_change_password
    assert binh.user_id in {line.key for line in users(desk).table.rows.lines}


def test_a_refused_user_stays_in_the_form_with_the_reason(desk: Office) -> None:
    desk.sit_down("quantri")

    desk.press("Ctrl+N")
    desk.type("lan")
    desk.press("Return")
    desk.type("Nguyễn Lan Anh")
    desk.press("Ctrl+Return")
    dialog = desk.dialog()
    assert isinstance(dialog, FormDialog)
    without_role = dialog.error_text()
    desk.go_to("role_cashier")
    desk.press("Space", "Ctrl+Return")

    assert "chưa có vai trò" in without_role
    assert "«lan» đã có người dùng" in dialog.error_text()
    assert desk.user("lan").name == "Nguyễn Thị Lan"
    desk.press("Escape")
    assert desk.dialog() is None


def test_roles_and_title_are_changed_by_keys(desk: Office) -> None:
    desk.sit_down("quantri")
    choose(desk, "thu")

    desk.press("Return")
    desk.go_to("role_reception")
    desk.press("Space")
    desk.go_to("userTitle")
    desk.clear()
    desk.type("Kế toán")
    desk.press("Ctrl+Return")

    thu = desk.user("thu")
    assert (set(thu.roles), thu.title, thu.section) == ({Role.CASHIER, Role.RECEPTION}, "Kế toán", "mot_cua")
    assert desk.desktop.said[-1].startswith("Đã sửa Lê Thị Thu")
    assert accounts.log_in(desk.ward.desk, "thu", PASSWORD).user == thu


def test_ones_own_roles_are_shown_but_not_changed(desk: Office) -> None:
    desk.sit_down("quantri")
    choose(desk, "quantri")

    is_free = [desk.page.findChild(QPushButton, name).isEnabled() for name in ("resetUser", "leaveUser")]
    desk.press("Return")
    dialog = desk.dialog()

    assert is_free == [False, False]
    assert dialog is not None
    assert [dialog.findChild(QCheckBox, f"role_{role}").isEnabled() for role in Role] == [False] * len(Role)
    assert "nhờ người quản trị khác" in told(desk)


def test_a_reset_password_is_asked_for_and_ends_the_old_one(desk: Office) -> None:
    desk.sit_down("quantri")
    choose(desk, "lan")

    desk.press("Ctrl+R")
    assert accounts.log_in(desk.ward.desk, "lan", PASSWORD)
    desk.press("Ctrl+Return")

    shown = code_shown(desk)
    assert refusal(desk, "lan", PASSWORD) == "wrong_password"
    assert accounts.log_in(desk.ward.desk, "lan", shown).must_change_password
    assert desk.keys["lan"] == shown


def test_the_code_is_copied_and_printed(desk: Office) -> None:
    desk.sit_down("quantri")
    choose(desk, "lan")
    desk.press("Ctrl+R", "Ctrl+Return")
    dialog = desk.dialog()
    assert isinstance(dialog, CodeDialog)

    desk.press("Alt+C")
    copied = QGuiApplication.clipboard().text()
    desk.press("Ctrl+P")

    assert copied == dialog.code.text()
    assert desk.printers.printed == [("HP M404", "A5", "Mã đăng nhập một lần")]
    assert "HP M404" in dialog.said()


def test_a_printer_that_fails_leaves_the_code_on_the_screen(desk: Office) -> None:
    desk.printers.is_broken = True
    desk.sit_down("quantri")
    choose(desk, "lan")
    desk.press("Ctrl+R", "Ctrl+Return", "Ctrl+P")

    dialog = desk.dialog()
    assert isinstance(dialog, CodeDialog)
    assert "không nhận lệnh in" in dialog.said()
    assert dialog.code.text()


def test_leaving_says_what_somebody_still_holds(desk: Office) -> None:
    for n in range(2):
        give(desk, desk.ward.receive(owner=person(n)).code, "hung")
    desk.sit_down("quantri")
    choose(desk, "hung")

    desk.press("Ctrl+D")
    words = told(desk)
    desk.press("Ctrl+Return")

    assert "Đang giữ 2 hồ sơ chưa xong (Tư pháp - Hộ tịch: 2)." in words
    assert not desk.user("hung").is_active
    assert "hung" not in desk.keys
    assert refusal(desk, "hung", PASSWORD) == "user_inactive"
    assert [line.cells[5].text for line in users(desk).table.rows.lines][-1] == "Đã ngừng"


def test_escape_lets_nobody_go(desk: Office) -> None:
    desk.sit_down("quantri")
    choose(desk, "hung")

    desk.press("Ctrl+D", "Escape")

    assert desk.user("hung").is_active
    assert desk.focus() == "usersTable"


def test_who_comes_back_gets_a_code(desk: Office) -> None:
    staff.deactivate(desk.ward.desk, desk.user("quantri"), desk.user("hung").user_id)
    desk.sit_down("quantri")
    choose(desk, "hung")

    desk.press("Ctrl+D")
    assert "dùng lại" in told(desk)
    desk.press("Ctrl+Return")

    assert accounts.log_in(desk.ward.desk, "hung", code_shown(desk)).must_change_password


def test_in_training_nobody_needs_a_code(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with office(qtbot, qapp, tmp_path, is_training=True) as desk:
        desk.sit_down("quantri")
        desk.press("Ctrl+N")
        desk.type("binh")
        desk.press("Return")
        desk.type("Bình")
        desk.go_to("role_cashier")
        desk.press("Space", "Ctrl+Return")

        assert desk.dialog() is None
        assert accounts.log_in(desk.ward.desk, "binh", "").user.name == "Bình"
        choose(desk, "lan")
        assert not desk.page.findChild(QPushButton, "resetUser").isEnabled()


def test_every_control_of_the_side_has_a_name_and_says_what_it_does(desk: Office) -> None:
    desk.sit_down("quantri")

    for name in ("addUser", "editUser", "resetUser", "leaveUser"):
        button = desk.page.findChild(QPushButton, name)
        assert button.accessibleName()
        assert button.statusTip() != button.accessibleName()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus


# What people who left still hold


def give(desk: Office, code: str, login: str) -> None:
    to = Custodian(CustodianKind.USER, desk.user(login).user_id)
    handing.assign_custody(desk.ward.desk, desk.user("chutich"), code, AssignCustody(to, "phân công lại"))


def holder(desk: Office, code: str) -> Custodian:
    dossier = desk.ward.desk.reader.find(code)
    assert dossier is not None
    return dossier.custodian


def test_a_leader_gives_on_what_somebody_left(desk: Office) -> None:
    codes = [desk.ward.receive(owner=person(n)).code for n in range(3)]
    for code in codes:
        give(desk, code, "hung")
    staff.deactivate(desk.ward.desk, desk.user("quantri"), desk.user("hung").user_id)
    desk.sit_down("chutich")

    desk.press("Alt+G", "Ctrl+Return")
    first = [holder(desk, code).holder for code in codes].count("tu_phap")
    desk.press("Ctrl+Shift+Return")

    assert first == 1
    assert {holder(desk, code) for code in codes} == {Custodian(CustodianKind.SECTION, "tu_phap")}
    assert desk.desktop.said[-1] == "Đã giao lại 2 hồ sơ cho Tư pháp - Hộ tịch."


def test_another_receiver_is_chosen_by_keys(desk: Office) -> None:
    code = desk.ward.receive().code
    give(desk, code, "hung")
    staff.deactivate(desk.ward.desk, desk.user("quantri"), desk.user("hung").user_id)
    desk.sit_down("chutich")

    desk.press("Alt+G", "Return", "Home", "Ctrl+Return")

    assert holder(desk, code) == Custodian(CustodianKind.SECTION, "mot_cua")


def test_a_reason_too_short_is_refused_and_moves_nothing(desk: Office) -> None:
    code = desk.ward.receive().code
    give(desk, code, "hung")
    staff.deactivate(desk.ward.desk, desk.user("quantri"), desk.user("hung").user_id)
    desk.sit_down("chutich")
    desk.press("Alt+G")
    desk.go_to("leftReason")
    desk.clear()

    desk.press("Ctrl+Return")

    assert desk.page.error_text()
    assert holder(desk, code).kind is CustodianKind.USER


# The unit, verify, back up


def test_the_unit_is_shown_to_read(desk: Office) -> None:
    desk.sit_down("quantri")

    desk.press("Alt+D")

    sheets = desk.page.sides["unit"].sheets  # type: ignore[attr-defined] # the side of that key
    assert sheets["unit"].text_of("Mã đơn vị") == "000.16.27.H29"
    assert sheets["bank"].text_of("Chủ tài khoản") == "UBND PHUONG MAU"
    assert sheets["targets"].text_of("Đất đai") == "dưới 1‰"


def test_verify_says_the_ward_is_whole(desk: Office) -> None:
    desk.ward.receive()
    desk.sit_down("quantri")

    desk.press("Alt+K", "Ctrl+T")

    assert verdict(desk, "verdict").startswith("Toàn vẹn: ")
    assert "1 hồ sơ" in verdict(desk, "verdict")


def test_verify_names_what_is_wrong(desk: Office) -> None:
    desk.ward.receive()
    with desk.ward.database._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE dossier SET applicant = 'ai khác'")
    desk.sit_down("quantri")

    desk.press("Alt+K", "Ctrl+T")

    assert "sai lệch" in verdict(desk, "verdict")


def test_a_backup_is_written_to_the_file_named(desk: Office) -> None:
    desk.sit_down("quantri")

    desk.press("Alt+K", "Ctrl+B")

    (made,) = desk.folder.glob("*.motcua")
    assert made.name in verdict(desk, "kept")


def test_a_backup_that_cannot_be_written_says_why(desk: Office) -> None:
    desk.sit_down("quantri")
    desk.press("Alt+K")
    desk.go_to("backupFile")
    desk.clear()
    desk.type(str(desk.folder / "khong-co" / "a.motcua"))

    desk.press("Ctrl+B")

    assert verdict(desk, "kept")
    assert not verdict(desk, "kept").startswith("Đã sao lưu")
    assert list(desk.folder.iterdir()) == []


def verdict(desk: Office, attribute: str) -> str:
    return str(getattr(desk.page.sides["upkeep"], attribute).text())
