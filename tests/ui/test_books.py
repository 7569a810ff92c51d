"""The page "Sổ và thu phí" over a real ward, by keys: close the day, take books out, close a year."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.commands import TakeFee
from desktop.domain.dossiers import CertifiedDocument, FeeMethod
from desktop.domain.facts.unit import BookExported
from desktop.services import cash, follow, papers
from desktop.services.records import PrintJob
from desktop.ui.pages.books import CASH, FILES, BooksPage
from desktop.ui.pages.books_cash import CashView
from desktop.ui.pages.books_export import ExportView
from desktop.ui.robot import Robot, RobotClock
from tests.support.wards import Ward, make_ward, person
from tests.ui.desk_kit import Desktop, desktop_for, drop, let_go, settle, show

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

#: What the shell leaves a page on a screen of 1366 x 768.
PAGE_SIZE = (1190, 682)
THURSDAY = dt.date(2019, 7, 18)
NOTE = "Khách thiếu tiền lẻ"


@dataclass
class Counter:
    """Hold the page in front of a robot."""

    qtbot: QtBot
    ward: Ward
    desktop: Desktop
    folder: Path
    windows: list[QWidget] = field(default_factory=list)
    jobs: list[PrintJob] = field(default_factory=list)

    def sit_down(self, login: str) -> BooksPage:
        page = BooksPage(self.desktop.kit, self.ward.desk, self.ward.user(login), str(self.folder))
        window = QWidget()
        page.setParent(window)
        page.resize(*PAGE_SIZE)
        page.sheet_ready.connect(self.jobs.append)
        page.show()
        show(self.qtbot, window, PAGE_SIZE)
        self.windows.append(window)
        self.page, self.robot = page, Robot(page, RobotClock())
        page.shown()
        self.settle()
        return page

    def settle(self) -> None:
        """Wait for the lanes; what their answers start counts too."""
        for _ in range(16):
            # A worksheet's library is imported with the first file: on a busy machine that takes its time.
            self.qtbot.waitUntil(lambda: self.desktop.tasks.pending() == 0, timeout=30_000)
            self.robot.rest()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.robot.press(key)
            self.settle()

    def go_to(self, name: str) -> None:
        """Press Tab until a widget has the focus."""
        for _ in range(40):
            focused = QApplication.focusWidget()
            if focused is not None and focused.objectName() == name:
                return
            self.robot.press("Tab")
        raise AssertionError(f"Tab never comes to {name}")

    def take(self, n: int, amount_vnd: int, method: FeeMethod = FeeMethod.CASH) -> str:
        dossier = self.ward.receive(code="2.000815", owner=person(n), documents=(CertifiedDocument(30, 10),))
        follow.take_fee(self.ward.desk, self.ward.user("thu"), dossier.code, TakeFee(amount_vnd, method))
        return dossier.code

    def words(self) -> str:
        return "\n".join(label.text() for label in self.page.findChildren(QLabel) if label.isVisible())

    @property
    def cash(self) -> CashView:
        side = self.page.sides[CASH]
        assert isinstance(side, CashView)
        return side

    @property
    def files(self) -> ExportView:
        side = self.page.sides[FILES]
        assert isinstance(side, ExportView)
        return side


@pytest.fixture
def counter(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Counter]:
    ward = make_ward(tmp_path / "ward")
    with desktop_for(qapp, ward) as desktop:  # type: ignore[arg-type] # it only asks the clock
        made = Counter(qtbot, ward, desktop, tmp_path / "files")
        yield made
        for window in made.windows:
            window.hide()
        settle(qtbot, desktop)
        for window in made.windows:
            drop(window)
        let_go()
    ward.database.close()


def cells(view: CashView, column: int) -> list[str]:
    return [line.cells[column].text for line in view.taken.rows.lines]


def test_the_cashier_closes_the_day_by_keys_and_the_sheet_goes_to_the_printer(counter: Counter) -> None:
    codes = [counter.take(1, 20_000), counter.take(2, 30_000, FeeMethod.TRANSFER)]
    counter.sit_down("thu")
    assert cells(counter.cash, 2) == codes
    assert "2 phiếu: tiền mặt 20.000 đ, chuyển khoản 30.000 đ; cộng 50.000 đ" in counter.words()

    counter.robot.type("20000")
    counter.press("Ctrl+Return")

    (job,) = counter.jobs
    assert (job.form, papers.paper_of(counter.ward.desk, job)[:5]) == ("cash_sheet", b"%PDF-")
    assert counter.cash.taken.rows.lines == ()
    assert [line.cells[0].text for line in counter.cash.sheets.rows.lines] == ["01-0001/2019"]


def test_with_nothing_to_close_one_begins_at_the_day(counter: Counter) -> None:
    counter.sit_down("thu")

    assert counter.cash._date.hasFocus()


def test_a_difference_asks_for_its_reason_and_goes_on_from_there(counter: Counter) -> None:
    counter.take(1, 20_000)
    counter.sit_down("thu")

    counter.robot.type("19000")
    assert "thiếu 1.000 đ" in counter.words()
    counter.press("Ctrl+Return")
    assert counter.jobs == []
    assert "khác số đã thu" in counter.page.error_text()
    counter.robot.type(NOTE)
    counter.press("Ctrl+Return")

    day = cash.day_of(counter.ward.desk, counter.ward.user("thu"), THURSDAY)
    assert [(counted.counted_vnd, counted.note) for counted in day.sheets] == [(19_000, NOTE)]
    assert counter.page.error_text() == ""


def test_nothing_is_closed_before_the_money_is_counted(counter: Counter) -> None:
    counter.take(1, 20_000)
    counter.sit_down("thu")

    counter.press("Ctrl+Return")

    assert counter.jobs == []
    assert "Đếm tiền trong ngăn" in counter.words()


def test_what_comes_later_is_marked_as_a_supplement(counter: Counter) -> None:
    counter.take(1, 20_000)
    cash.close_day(counter.ward.desk, counter.ward.user("thu"), THURSDAY, 20_000)
    counter.take(2, 5_000)

    counter.sit_down("thu")

    assert cells(counter.cash, 6) == ["Bổ sung"]


def test_a_sheet_is_printed_again_as_a_copy(counter: Counter) -> None:
    counter.take(1, 20_000)
    cash.close_day(counter.ward.desk, counter.ward.user("thu"), THURSDAY, 20_000)
    counter.sit_down("thu")

    counter.press("Ctrl+P")

    assert [job.copy_no for job in counter.jobs] == [1]


def test_a_leader_chooses_whose_day_he_sees(counter: Counter) -> None:
    code = counter.take(1, 20_000)
    counter.sit_down("chutich")
    counter.go_to("cashCollector")

    for _ in range(3):
        if cells(counter.cash, 2):
            break
        counter.press("Down")

    assert cells(counter.cash, 2) == [code]


@pytest.mark.parametrize(("login", "sides"), [("thu", [CASH]), ("lan", [CASH, FILES]), ("thanhtra", [CASH, FILES])])
def test_a_user_sees_the_sides_his_roles_allow(counter: Counter, login: str, sides: list[str]) -> None:
    counter.sit_down(login)

    assert list(counter.page.sides) == sides


@pytest.mark.parametrize(("downs", "stem"), [(0, "so-theo-doi"), (1, "bieu-II-06a")])
@pytest.mark.parametrize("ending", ["pdf", "xlsx"])
def test_a_book_is_taken_out_by_keys(counter: Counter, downs: int, stem: str, ending: str) -> None:
    counter.take(1, 20_000)
    counter.sit_down("lan")
    counter.press("Alt+S", *["Down"] * downs)
    counter.go_to("bookFormat")
    counter.press(*["Down"] * (ending == "xlsx"))
    counter.press("Ctrl+Return")
    assert not counter.folder.exists()
    counter.go_to("bookReason")
    counter.robot.type("báo cáo quý gửi quận")

    counter.press("Ctrl+Return")

    target = counter.folder / f"{stem}-2019-01-01-2019-07-18.{ending}"
    assert target.stat().st_size > 0
    assert str(target) in counter.files.progress.text()
    event = counter.ward.desk.reader.last_of_type("book.exported")
    assert event is not None
    assert isinstance(event.fact, BookExported)
    assert (event.fact.reason, event.fact.file_format) == ("báo cáo quý gửi quận", ending)
    assert event.fact.rows > 0


def test_a_folder_that_cannot_be_written_is_told_and_nothing_hangs(counter: Counter) -> None:
    counter.folder.write_text("no folder")
    counter.sit_down("lan")

    counter.press("Alt+S")
    counter.go_to("bookReason")
    counter.robot.type("báo cáo quý")
    counter.press("Ctrl+Return")

    assert "Không ghi được tệp" in counter.page.error_text()
    export = counter.page.findChild(QPushButton, "bookExport")
    assert isinstance(export, QPushButton)
    assert export.isEnabled()


def test_a_year_is_closed_only_when_asked_twice(counter: Counter) -> None:
    counter.take(1, 20_000)
    counter.ward.clock.set(dt.datetime.fromisoformat("2020-01-02T08:00:00+07:00"))
    counter.sit_down("chutich")
    counter.press("Alt+S")
    counter.go_to("closeRegister")

    counter.press("Return")
    assert counter.ward.desk.reader.last_of_type("register.closed") is None
    assert "Không mở lại được" in counter.words()
    counter.press("Return")

    assert counter.ward.desk.reader.last_of_type("register.closed") is not None
    assert "Đã đóng sổ năm 2019: 1 hồ sơ." in counter.words()


def test_a_closed_book_with_its_last_page_is_one_key_away(counter: Counter) -> None:
    counter.take(1, 20_000)
    counter.ward.clock.set(dt.datetime.fromisoformat("2020-01-02T08:00:00+07:00"))
    counter.sit_down("chutich")
    counter.press("Alt+S", "Down")
    counter.go_to("closeRegister")
    counter.press("Return", "Return")

    counter.press("Ctrl+Return")

    (written,) = counter.folder.glob("*")
    assert written.name == "so-theo-doi-2019-01-01-2019-12-31.pdf"
    assert "ĐÓNG SỔ" in " ".join(page.extract_text() for page in PdfReader(written).pages)


def test_only_who_may_close_a_year_sees_how(counter: Counter) -> None:
    counter.sit_down("lan")
    counter.press("Alt+S")

    shut = counter.page.findChild(QPushButton, "closeRegister")
    assert isinstance(shut, QPushButton)
    assert not shut.isVisible()
