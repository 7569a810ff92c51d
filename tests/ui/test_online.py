"""The page "Trực tuyến" over a real ward, by keys: take in, ask for what lacks, decline, merge."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.facts.hub import OnlineSubmitted
from desktop.domain.online import OnlineStatus
from desktop.services import online
from desktop.services.records import PrintJob
from desktop.ui.dialogs.act import ActDialog
from desktop.ui.pages.online import OnlinePage
from desktop.ui.robot import Robot, RobotClock
from tests.support.samples import NINE
from tests.support.wards import BIRTH, Ward, make_ward, person
from tests.ui.desk_kit import Desktop, desktop_for, drop, let_go, settle, show

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

#: What the shell leaves a page on a screen of 1366 x 768.
PAGE_SIZE = (1190, 682)
REASON = "Không thuộc thẩm quyền của phường này"


@dataclass
class Inbox:
    """Hold the page in front of a robot."""

    qtbot: QtBot
    ward: Ward
    desktop: Desktop
    windows: list[QWidget] = field(default_factory=list)
    jobs: list[PrintJob] = field(default_factory=list)

    def submit(self, n: int, at: datetime = NINE) -> str:
        fact = OnlineSubmitted(
            f"0197f000-0000-7000-8000-{n:012d}", f"TT-190718-{n:08d}", "0123456789", BIRTH, person(n), (), "", at
        )
        with self.ward.desk.ledger.act(None) as act:
            act.record_unit((fact,))
        return fact.filing_id

    def sit_down(self, login: str = "lan") -> None:
        page = OnlinePage(self.desktop.kit, self.ward.desk, self.ward.user(login))
        window = QWidget()
        page.setParent(window)
        page.resize(*PAGE_SIZE)
        page.receipt_ready.connect(self.jobs.append)
        page.show()
        show(self.qtbot, window, PAGE_SIZE)
        self.windows.append(window)
        self.page, self.clock = page, RobotClock()
        self.robot = Robot(page, self.clock)
        page.shown()
        self.settle()

    def settle(self) -> None:
        for _ in range(8):
            self.qtbot.waitUntil(lambda: self.desktop.tasks.pending() == 0, timeout=30_000)
            self.robot.rest()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.robot.press(key)
            self.settle()

    def dialog(self) -> ActDialog:
        found = [each for each in self.page.findChildren(ActDialog) if each.isVisible()]
        assert len(found) == 1
        return found[0]

    def answer(self, text: str, *keys: str) -> None:
        """Type into the open dialog and press keys there."""
        dialog = self.dialog()
        self.qtbot.waitUntil(lambda: dialog.isAncestorOf(QApplication.focusWidget()), timeout=10_000)
        robot = Robot(dialog, self.clock)
        robot.type(text)
        for key in keys:
            robot.press(key)
            self.settle()

    def status(self, filing_id: str) -> OnlineStatus:
        return online.find_filing(self.ward.desk, filing_id).status


@pytest.fixture
def inbox(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Inbox]:
    ward = make_ward(tmp_path / "ward")
    with desktop_for(qapp, ward) as desktop:  # type: ignore[arg-type] # it only asks the clock
        made = Inbox(qtbot, ward, desktop)
        yield made
        for window in made.windows:
            window.hide()
        settle(qtbot, desktop)
        for window in made.windows:
            drop(window)
        let_go()
    ward.database.close()


def test_a_filing_is_taken_in_by_two_keys_and_its_receipt_printed(inbox: Inbox) -> None:
    filing = inbox.submit(1)
    inbox.sit_down()
    assert "Còn 8 giờ" in inbox.page.table.rows.lines[0].cells[0].text

    inbox.press("Return")
    inbox.answer("", "Ctrl+Return")

    assert inbox.status(filing) is OnlineStatus.ACCEPTED
    assert [job.form for job in inbox.jobs] == ["receipt"]
    assert inbox.page.table.rows.lines == ()


def test_what_is_late_stands_first_and_says_so(inbox: Inbox) -> None:
    inbox.submit(1, NINE)
    inbox.submit(2, NINE - timedelta(days=3))
    inbox.sit_down()

    first = inbox.page.table.rows.lines[0]

    assert first.cells[1].text.endswith("2")
    assert first.cells[0].text.startswith("Quá")
    assert inbox.page.row().is_late


def test_declining_asks_for_twenty_letters(inbox: Inbox) -> None:
    filing = inbox.submit(1)
    inbox.sit_down()

    inbox.press("Alt+T")
    inbox.answer("thiếu", "Ctrl+Return")
    assert inbox.status(filing) is OnlineStatus.WAITING
    inbox.answer(" giấy tờ chứng minh nơi cư trú", "Ctrl+Return")

    assert inbox.status(filing) is OnlineStatus.DECLINED


def test_papers_without_a_file_are_asked_for_at_once(inbox: Inbox) -> None:
    filing = inbox.submit(1)
    inbox.sit_down()

    inbox.press("Alt+B")
    inbox.answer("", "Ctrl+Return")

    kept = online.find_filing(inbox.ward.desk, filing)
    assert kept.status is OnlineStatus.SUPPLEMENT
    assert len(kept.missing) >= 1


def test_a_copy_at_the_counter_is_offered_for_merging(inbox: Inbox) -> None:
    at_counter = inbox.ward.receive(owner=person(1))
    filing = inbox.submit(1)
    inbox.sit_down()

    inbox.press("Alt+N")
    inbox.answer("", "Ctrl+Return")

    kept = online.find_filing(inbox.ward.desk, filing)
    assert (kept.status, kept.dossier_code) == (OnlineStatus.MERGED, at_counter.code)


def test_a_refusal_stays_in_the_dialog_with_what_was_typed(inbox: Inbox) -> None:
    inbox.submit(1)
    inbox.sit_down()

    inbox.press("Alt+N")
    inbox.answer("000.16.27.H29-190718-0999", "Ctrl+Return")

    assert "0999" in inbox.dialog().error_text()
    Robot(inbox.dialog(), inbox.clock).press("Escape")
    inbox.settle()


def test_settled_filings_stand_on_the_other_list(inbox: Inbox) -> None:
    filing = inbox.submit(1)
    online.decline(inbox.ward.desk, inbox.ward.user("lan"), filing, REASON)
    inbox.sit_down()
    assert inbox.page.table.rows.lines == ()

    inbox.press("Alt+D")

    assert [line.cells[0].text for line in inbox.page.table.rows.lines] == ["Trả lời đúng hạn"]
    assert inbox.page.go_back()


def test_who_may_not_take_in_sees_no_button_for_it(inbox: Inbox) -> None:
    inbox.submit(1)
    inbox.sit_down("thanhtra")

    assert not inbox.page._buttons["accept"].isVisible()
    inbox.press("Return")
    assert not [each for each in inbox.page.findChildren(ActDialog) if each.isVisible()]


def test_who_may_not_take_a_filing_in_is_told_no_key_for_it(inbox: Inbox) -> None:
    inbox.submit(1)

    inbox.sit_down("phochutich")
    leader = (inbox.page.table.statusTip(), {hint.keys for hint in inbox.page.shortcuts()})
    inbox.sit_down("lan")
    clerk = (inbox.page.table.statusTip(), {hint.keys for hint in inbox.page.shortcuts()})

    assert "tiếp nhận" not in leader[0]
    assert leader[1].isdisjoint({"Return", "Alt+N"})
    assert "tiếp nhận" in clerk[0]
    assert {"Return", "Alt+B", "Alt+T", "Alt+N"} <= clerk[1]
