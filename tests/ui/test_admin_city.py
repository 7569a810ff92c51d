"""The side "Thành phố" of the page "Quản trị", by keys: join with an address and a one-time code."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.app.reminder_watch import sentence
from desktop.domain.calendar_days import DayKind, PublishedDay
from desktop.domain.clock_policy import ClockEffect
from desktop.domain.errors import UserError
from desktop.domain.publications import Aspect, ProcedureChange, Publication
from desktop.domain.vietnamese import VIETNAM
from desktop.services.reminders import Reminder, Reminders, Stage
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
    published: tuple[Publication, ...] = ()
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
        caretaker = replace(caretaker, city=lambda: self.joined, join=self.join, published=lambda: self.published)
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


DAY = date(2026, 12, 15)
BIRTH = ProcedureChange("1.001193", "Thủ tục đăng ký khai sinh", DAY, (Aspect.FEES, Aspect.LIMIT))
OTHERS = tuple(replace(BIRTH, code=f"1.00000{n}", aspects=(Aspect.NEW,)) for n in range(3))
NEWS = Publication("ho_tich", "", 3, DAY, "a" * 64, (BIRTH, *OTHERS))
FAULT = Publication("dat_dai", "", 2, DAY, "b" * 64, problem="dat_dai: 1.012812: missing limit")


def test_a_joined_pc_lists_what_the_city_published(office: Office) -> None:
    office.joined, office.published = "https://city.example", (NEWS, FAULT, Publication("lich", "", 1, DAY, "c" * 64))
    office.sit_down()

    office.robot.press("Alt+T")
    office.settle()

    first, second, third = office.side._listed.text().splitlines()
    assert office.side._published.isVisible()
    assert first.startswith("• ho_tich, bản 3, từ 15/12/2026: 1.001193 Thủ tục đăng ký khai sinh (phí")
    assert "dat_dai: 1.012812: missing limit" in second
    assert third == "• lich, bản 1, từ 15/12/2026: không đổi gì."


def test_of_many_versions_those_in_force_and_to_come_are_listed_and_the_others_counted(office: Office) -> None:
    office.joined = "https://city.example"
    changed = [replace(BIRTH, on=date(2019, n, 1)) for n in range(1, 9)]
    versions = [Publication("ho_tich", "", n, each.on, f"{n}" * 64, (each,)) for n, each in enumerate(changed, start=1)]
    versions[4] = replace(versions[4], changes=(), problem="ho_tich: hỏng")
    office.published = (*versions, FAULT)
    office.sit_down()

    office.robot.press("Alt+T")
    office.settle()

    now, to_come, fault = office.side._listed.text().splitlines()
    assert now.startswith("• ho_tich, bản 7, từ 01/07/2019: 1.001193 ")
    assert now.endswith(" Thay 6 bản trước (từ 01/01/2019).")
    assert to_come.startswith("• ho_tich, bản 8, từ 01/08/2019: ")
    assert fault.startswith("• Tài liệu dat_dai (bản 2)")


LATE = replace(
    Publication("quy_dinh", "", 1, DAY, "d" * 64),
    pack="2025",
    rules=(
        ("cut_off", time(16)),
        ("supplement", ClockEffect.PAUSE),
        ("supplement_limit", 2),
        ("after_cutoff_shifts", False),
    ),
)
TET = tuple(PublishedDay(date(2028, 1, n), DayKind.HOLIDAY, "Tết Nguyên đán", "QĐ 5") for n in (24, 25, 26))
WORKED = PublishedDay(date(2028, 2, 5), DayKind.WORKED, "Làm bù", "QĐ 5")
DAYS = replace(Publication("lich_2028", "", 2, DAY, "e" * 64), days=(*TET, WORKED), decided_years=(2028,))
OTHER = replace(Publication("uy_quyen", "", 1, DAY, "f" * 64), is_used=False)


def test_days_and_rules_are_listed_in_words_and_what_is_not_used_is_said_so(office: Office) -> None:
    office.joined, office.published = "https://city.example", (DAYS, LATE, OTHER)
    office.sit_down()

    office.robot.press("Alt+T")
    office.settle()

    days, rules, other = office.side._listed.text().splitlines()
    assert days == (
        "• lich_2028, bản 2, lịch: 24/01/2028 đến 26/01/2028 nghỉ: Tết Nguyên đán; 05/02/2028 làm việc: Làm bù,"
        " được tính; lịch năm 2028 đã có quyết định."
    )
    assert rules == (
        "• quy_dinh, bản 1, hồ sơ nhận từ 15/12/2026: giờ chốt nhận trong ngày 16:00; chờ bổ sung giấy tờ thì tạm dừng"
        " tính giờ; được yêu cầu bổ sung 2 lần; nhận sau giờ chốt thì không lùi ngày."
    )
    assert other == "• uy_quyen, bản 1: bản chương trình này chưa dùng."


def test_news_of_days_and_rules_say_for_whom_they_count(office: Office) -> None:
    del office
    at = datetime(2026, 12, 15, tzinfo=VIETNAM)

    days, rules = (
        sentence(Reminders((Reminder(Stage.CATALOGUE, "a", "k", each.name, "", at, each),))) for each in (DAYS, LATE)
    )

    assert days.startswith("Lịch làm việc mới từ thành phố: 24/01/2028 đến 26/01/2028 nghỉ: Tết Nguyên đán;")
    assert days.endswith("05/02/2028 làm việc: Làm bù, được tính và 1 đợt khác. Ngày đã hẹn giữ nguyên.")
    assert rules.startswith("Quy định mới từ thành phố cho hồ sơ nhận từ 15/12/2026: giờ chốt nhận trong ngày 16:00;")
    assert rules.endswith("tạm dừng tính giờ và 2 điểm khác.")


def test_a_pc_of_its_own_is_told_of_no_city(office: Office) -> None:
    office.sit_down()

    office.robot.press("Alt+T")
    office.settle()

    assert not office.side._published.isVisible()


def test_news_of_the_city_are_one_sentence_that_names_two_and_counts_the_rest(office: Office) -> None:
    del office
    at = datetime(2026, 12, 15, tzinfo=VIETNAM)

    told = sentence(Reminders((Reminder(Stage.CATALOGUE, "a", "k", "ho_tich", "", at, NEWS),)))
    fault = sentence(Reminders((Reminder(Stage.BAD_PUBLICATION, "b", "k", "dat_dai", "", at, FAULT),)))

    assert told.startswith("Danh mục mới từ thành phố, áp dụng từ 15/12/2026: 1.001193 Thủ tục đăng ký khai sinh (phí")
    assert told.endswith("và 2 thủ tục khác.")
    assert fault.startswith(
        "Tài liệu dat_dai (bản 2) của thành phố không dùng được ở dat_dai: 1.012812: missing limit;"
    )
