"""The side "Thành phố" of the page "Quản trị", by keys: join with an address and a one-time code."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.errors import UserError
from desktop.ui.pages.admin import CITY, AdminPage
from desktop.ui.pages.admin_city import CityView
from desktop.ui.pages.admin_ports import BackedUp, Caretaker, Verified
from desktop.ui.robot import Robot, RobotClock
from tests.support.wards import Ward, make_ward
from tests.ui.desk_kit import Desktop, desktop_for, drop, let_go, settle, show

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@dataclass
class Office:
    """Hold the page in front of a robot, and a city that may refuse."""

    qtbot: QtBot
    ward: Ward
    desktop: Desktop
    joined: str = ""
    refusal: str = ""
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    windows: list[QWidget] = field(default_factory=list)

    def join(self, *given: str) -> str:
        self.asked.append(given)  # type: ignore[arg-type] # three texts
        if self.refusal:
            raise UserError(self.refusal)
        return "Phường Mẫu"

    def sit_down(self, login: str = "quantri") -> AdminPage:
        caretaker = Caretaker(
            new_code=str,
            share_key=lambda *_: None,
            take_key=lambda _: None,
            print_sheet=lambda *_: "",
            verify=lambda _: Verified(0, 0, "", ()),
            back_up=lambda target: BackedUp(target, 0, 0),
            backup_folder="/x",
        )
        caretaker = replace(caretaker, city=lambda: self.joined, join=self.join)
        page = AdminPage(self.desktop.kit, self.ward.desk, self.ward.user(login), caretaker)
        window = QWidget()
        page.setParent(window)
        page.resize(1190, 682)
        page.show()
        show(self.qtbot, window, (1190, 682))
        self.windows.append(window)
        self.page, self.robot = page, Robot(page, RobotClock())
        page.shown()
        self.settle()
        return page

    def settle(self) -> None:
        for _ in range(8):
            self.qtbot.waitUntil(lambda: self.desktop.tasks.pending() == 0, timeout=30_000)
            self.robot.rest()

    @property
    def side(self) -> CityView:
        side = self.page.sides[CITY]
        assert isinstance(side, CityView)
        return side


@pytest.fixture
def office(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Office]:
    ward = make_ward(tmp_path / "ward")
    with desktop_for(qapp, ward) as desktop:  # type: ignore[arg-type] # it only asks the clock
        made = Office(qtbot, ward, desktop)
        yield made
        for window in made.windows:
            window.hide()
        settle(qtbot, desktop)
        for window in made.windows:
            drop(window)
        let_go()
    ward.database.close()


def typed(office: Office, address: str, code: str) -> None:
    office.robot.press("Alt+T")
    office.settle()
    office.robot.type(address)
    office.robot.press("Return")
    office.robot.type(code)
    office.robot.press("Ctrl+J")
    office.settle()


def test_the_it_officer_joins_the_city_by_keys(office: Office) -> None:
    office.sit_down()

    typed(office, "https://city.example", "ABCD-EFGH")

    assert office.asked == [("https://city.example", "ABCD-EFGH", "")]
    assert "Phường Mẫu" in office.side.said.text()


def test_a_refusal_is_told_and_the_address_stays(office: Office) -> None:
    office.refusal = "city_already_joined"
    office.sit_down()

    typed(office, "https://city.example", "sai")

    assert office.side.said.text()
    assert office.side._address.value() == "https://city.example"


def test_without_a_code_nobody_is_asked(office: Office) -> None:
    office.sit_down()

    typed(office, "https://city.example", "")

    assert office.asked == []


def test_a_joined_pc_says_where_it_belongs(office: Office) -> None:
    office.joined = "https://city.example"
    office.sit_down()

    office.robot.press("Alt+T")
    office.settle()

    assert "https://city.example" in office.side.said.text()
    assert not office.side._join.isVisible()
