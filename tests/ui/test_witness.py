"""The second person at the window: by keys, over the act he stands by, with nothing typed lost."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.app.reminder_watch import Target, sentence, target_of
from desktop.domain.dossiers import Custodian, CustodianKind
from desktop.domain.users import Role
from desktop.domain.way_commands import AssignCustody
from desktop.services import accounts, handing, staff
from desktop.services.reminders import Reminder, Reminders, Stage
from desktop.services.staff import Person
from desktop.services.witnessing import Witness
from desktop.ui.dialogs.witness import WitnessDialog
from desktop.ui.pages.admin_dialogs import FormDialog
from desktop.ui.pages.admin_two import TwoPeopleView
from desktop.ui.pages.admin_user_form import UserDialog
from desktop.ui.pages.admin_users import UsersView
from desktop.ui.widgets.fields import ChoiceBox, LineEdit
from tests.support.wards import PASSWORD, person
from tests.ui.admin_kit import Office, office

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

OWN = "hoa phượng đỏ tháng năm"


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Office]:
    """Give a ward whose leaders have set passwords of their own."""
    with office(qtbot, qapp, tmp_path) as opened:
        for login in ("chutich", "phochutich", "quantri"):
            accounts.change_password(opened.ward.desk, opened.user(login), PASSWORD, OWN)
        yield opened


def asked(desk: Office) -> WitnessDialog:
    dialog = desk.dialog()
    assert isinstance(dialog, WitnessDialog), dialog
    return dialog


def words(desk: Office) -> str:
    return "\n".join(label.text() for label in asked(desk).findChildren(QLabel))


def line(form: FormDialog, name: str) -> LineEdit:
    (found,) = form.findChildren(LineEdit, name)
    return found


def choose(desk: Office, login: str) -> None:
    side = desk.page.sides["users"]
    assert isinstance(side, UsersView)
    for _ in side.table.rows.lines:
        if side.table.current_key() == desk.user(login).user_id:
            return
        desk.press("Down")


def test_roles_are_changed_by_keys_with_a_second_person_who_mistypes_once(desk: Office) -> None:
    desk.sit_down("quantri")
    choose(desk, "thu")
    desk.press("Return")
    form = desk.dialog()
    desk.go_to("role_reception")
    desk.press("Space", "Ctrl+Return")
    before = set(desk.user("thu").roles)
    said = words(desk)
    desk.go_to("witnessWho")
    desk.press("Down")
    who = asked(desk).who.key()
    desk.go_to("witnessPassword")
    desk.type("sai rồi")
    desk.press("Ctrl+Return")
    error, kept = asked(desk).error_text(), (asked(desk).who.key(), asked(desk).password.text())
    desk.type(OWN)
    desk.press("Return", "Space")

    assert before == {Role.CASHIER}
    assert "Đổi vai trò của Lê Thị Thu" in said
    assert "Nhật ký ghi tên cả hai người" in said
    assert "Mật khẩu không đúng" in error
    assert kept == (who, "sai rồi")
    assert set(desk.user("thu").roles) == {Role.CASHIER, Role.RECEPTION}
    assert isinstance(form, FormDialog)
    assert desk.dialog() is None
    event = desk.ward.desk.reader.last_of_type("user.saved")
    assert event is not None
    assert event.fact.witness == desk.user(who).user_id  # type: ignore[union-attr]
    assert event.envelope.actor == desk.user("quantri").user_id


def test_without_the_second_person_nothing_is_done_and_the_form_keeps_what_was_typed(desk: Office) -> None:
    desk.sit_down("quantri")
    desk.press("Ctrl+N")
    desk.type("binh")
    desk.press("Return")
    desk.type("Trần Văn Bình")
    desk.go_to("role_it")
    desk.press("Space", "Ctrl+Return")
    asked(desk)
    desk.press("Ctrl+Return")
    still = asked(desk).error_text()
    desk.press("Escape")
    form = desk.dialog()

    assert still == ""
    assert isinstance(form, FormDialog)
    assert not form.is_under_way
    assert all(user.login != "binh" for user in desk.ward.desk.reader.users())
    desk.press("Ctrl+Return")
    desk.go_to("witnessPassword")
    desk.type(OWN)
    desk.press("Ctrl+Return")
    assert desk.user("binh").roles == (Role.IT,)


def test_who_stands_by_a_change_reads_all_that_becomes_different(desk: Office) -> None:
    with desk.ward.database._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE account SET password_hash = '' WHERE login = 'chutich'")
    desk.sit_down("quantri")
    choose(desk, "thu")
    desk.press("Return")
    form = desk.dialog()
    assert isinstance(form, UserDialog)
    form.findChild(ChoiceBox, "userSection").set_key("tu_phap")
    line(form, "userName").setText("Lê Thị Thủy")
    line(form, "userTitle").setText("Công chức")
    desk.press("Ctrl+Return")

    said, who = words(desk), asked(desk).who

    assert [who.itemText(n) for n in range(who.count())] == [
        "Võ Thị Hạnh · Phó Chủ tịch",
        "Phạm Văn Minh · Chủ tịch · chưa đặt mật khẩu trên máy này",
    ]
    assert "Sửa Lê Thị Thu · vai trò: Thu phí" in said
    assert "họ tên mới: Lê Thị Thủy · bộ phận mới: Tư pháp - Hộ tịch · chức danh mới: Công chức" in said
    desk.go_to("witnessPassword")
    desk.type(OWN)
    desk.press("Ctrl+Return")
    assert (desk.user("thu").name, desk.user("thu").section) == ("Lê Thị Thủy", "tu_phap")


def test_a_refusal_of_the_act_itself_stands_in_its_form_which_keeps_what_was_typed(desk: Office) -> None:
    desk.sit_down("quantri")
    desk.press("Ctrl+N")
    form = desk.dialog()
    assert isinstance(form, UserDialog)
    desk.type("binh")
    desk.press("Return")
    desk.type("Trần Văn Bình")
    desk.go_to("role_reception")
    desk.press("Space", "Ctrl+Return")
    said = words(desk)
    taken = Person("Ai Khác", (Role.CASHIER,))
    staff.add_user(
        desk.ward.desk, desk.user("quantri"), "binh", taken, "ABCDE-FGHJK", Witness("phochutich", OWN)
    )  # meanwhile
    desk.go_to("witnessPassword")
    desk.type(OWN)
    desk.press("Ctrl+Return")

    assert "Thêm Trần Văn Bình (binh) · vai trò: Tiếp nhận" in said
    assert desk.dialog() is form
    assert "binh" in form.error_text()
    assert not form.is_under_way
    assert (line(form, "userLogin").text(), line(form, "userName").text()) == ("binh", "Trần Văn Bình")


def test_a_leader_takes_papers_from_who_left_with_a_second_person(desk: Office) -> None:
    vice = Witness("phochutich", OWN)
    codes = [desk.ward.receive(owner=person(n)).code for n in range(2)]
    for code in codes:
        to = AssignCustody(Custodian(CustodianKind.USER, desk.user("hung").user_id), "phân công lại")
        handing.assign_custody(desk.ward.desk, desk.user("chutich"), code, to, vice)
    staff.deactivate(desk.ward.desk, desk.user("quantri"), desk.user("hung").user_id)
    desk.sit_down("chutich")
    desk.press("Alt+G", "Ctrl+Shift+Return")
    said = words(desk)
    desk.press("Escape")
    dossiers = [desk.ward.desk.reader.find(code) for code in codes]
    untouched = {dossier.custodian.kind for dossier in dossiers if dossier is not None}
    desk.press("Ctrl+Shift+Return")
    desk.go_to("witnessPassword")
    desk.type(OWN)
    desk.press("Ctrl+Return")

    assert "2 hồ sơ" in said
    assert untouched == {CustodianKind.USER}
    assert desk.desktop.said[-1] == "Đã giao lại 2 hồ sơ cho Tư pháp - Hộ tịch."
    found = [desk.ward.desk.reader.find(code) for code in codes]
    assert {each.custodian.holder for each in found if each is not None} == {"tu_phap"}


def test_what_two_did_and_what_nobody_stood_by_is_read_by_keys(desk: Office) -> None:
    it, lan, vice = (desk.user(login) for login in ("quantri", "lan", "phochutich"))
    staff.reset_password(desk.ward.desk, it, lan.user_id, "ABCDE-FGHJK", Witness("phochutich", OWN))
    with desk.ward.database._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE account SET password_hash = '' WHERE login <> 'quantri'")
    desk.ward.clock.advance(timedelta(minutes=1))
    staff.reset_password(desk.ward.desk, it, vice.user_id, "ABCDE-FGHJK")
    desk.ward.clock.advance(timedelta(minutes=1))
    accounts.change_password(desk.ward.desk, vice, "ABCDE-FGHJK", OWN)

    desk.sit_down("thanhtra")
    desk.press("Alt+V")
    side = desk.page.sides["two_people"]
    assert isinstance(side, TwoPeopleView)
    model = side.table.model()
    rows = [[model.index(row, column).data() for column in range(1, 6)] for row in range(model.rowCount())]
    desk.go_to("twoPeopleTable")
    desk.press("Down", "Down")
    told = side.told.text()

    assert rows == [
        [vice.name, "Đặt mật khẩu bằng mã", "–", "Không ai", f"Mật khẩu từ mã do một mình {it.name} cấp"],
        [it.name, "Cấp mã một lần", f"{vice.name} (phochutich)", "Không ai", "Không ai đứng cùng"],
        [it.name, "Cấp mã một lần", f"{lan.name} (lan)", vice.name, ""],
    ]
    assert side.said.text().startswith("3 việc")
    assert told.startswith(
        f"{it.name}: cấp mã một lần · {lan.name} (lan) · vai trò: Tiếp nhận · đứng cùng: {vice.name}"
    )
    desk.go_to("twoPeopleFirst")
    desk.clear()
    desk.type("01/08/2019")
    desk.press("Ctrl+Return")
    assert model.rowCount() == 0
    assert not side.told.isVisible()


def test_what_one_did_alone_is_said_in_the_bar_and_opens_the_list(desk: Office) -> None:
    at = desk.ward.clock.now()
    given = Reminder(Stage.ALONE, "e1", "alone", "Đặng Hoài Nam", "Nguyễn Thị Lan", at)
    came = Reminder(Stage.CAME_IN, "e2", "came_in", "QUAY-2", "Nguyễn Thị Lan", at)

    assert sentence(Reminders((came, given, replace(given, name="")))) == (
        "Ngày 18/07/2019, Nguyễn Thị Lan vào máy QUAY-2 bằng mã không ai đứng cùng; không phải người ấy thì báo lãnh"
        " đạo. Ngày 18/07/2019, Đặng Hoài Nam cấp mã hoặc đổi tài khoản của Nguyễn Thị Lan, không ai đứng cùng. Ngày"
        " 18/07/2019, máy lúc cài đặt cấp mã hoặc đổi tài khoản của Nguyễn Thị Lan, không ai đứng cùng."
    )
    assert target_of(Reminders((given,))) == Target("admin", "two_people")
