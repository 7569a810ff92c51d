"""The page "Đồng bộ" by keys: how things stand, what the city did not take, where the two differ."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.dossiers import Dossier
from desktop.domain.facts.hub import AttentionClosed
from desktop.domain.facts.unit import UserSaved
from desktop.protocol.replica import Unsent
from desktop.services.sync_port import AttentionItem, Difference, HolderPc
from desktop.ui.dialogs.act import ActDialog
from desktop.ui.pages.sync import SyncPage, SyncSource
from desktop.ui.robot import Robot, RobotClock
from desktop.ui.sync_pill import SyncPill
from desktop.ui.sync_view import SyncState, SyncView
from tests.support.samples import NINE
from tests.support.wards import Ward, make_ward, person
from tests.ui.desk_kit import Desktop, desktop_for, drop, let_go, settle, show

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
PAGE_SIZE = (1190, 682)


@dataclass
class Left:
    """Hold what the exchange left."""

    items: list[AttentionItem] = field(default_factory=list)
    differing: list[Difference] = field(default_factory=list)
    waiting: list[Difference] = field(default_factory=list)

    def is_joined(self) -> bool:
        return True

    def attention(self) -> Sequence[AttentionItem]:
        return tuple(self.items)

    def differences(self) -> Sequence[Difference]:
        return tuple(self.differing)

    def only_here(self, limit: int) -> Sequence[Difference]:
        return tuple(self.waiting[:limit])

    def unsent(self) -> Unsent:
        return Unsent()

    def unread(self, dossier_id: str) -> str:
        del dossier_id
        return ""

    def holder(self, dossier_id: str) -> HolderPc | None:
        del dossier_id
        return None

    def provisional(self, limit: int) -> Sequence[Dossier]:
        del limit
        return ()


@dataclass
class Table:
    """Hold the page in front of a robot."""

    qtbot: QtBot
    ward: Ward
    desktop: Desktop
    left: Left = field(default_factory=Left)
    view: SyncView = field(default_factory=lambda: SyncView(SyncState.SYNCED, last_success_at=NINE))
    windows: list[QWidget] = field(default_factory=list)
    retries: int = 0

    def refuse(self, n: int, reason: str = "conflict") -> AttentionItem:
        dossier = self.ward.receive(owner=person(n))
        event = self.ward.desk.reader.history(dossier.dossier_id)[-1]
        item = AttentionItem(event.envelope.event_id, event, "rejected", reason, "", NINE, dossier.code, dossier)
        self.left.items.append(item)
        return item

    def sit_down(self, login: str = "lan") -> None:
        source = SyncSource(self.left, lambda: self.view, self._retry)
        page = SyncPage(self.desktop.kit, self.ward.desk, self.ward.user(login), source)
        window = QWidget()
        page.setParent(window)
        page.resize(*PAGE_SIZE)
        page.show()
        show(self.qtbot, window, PAGE_SIZE)
        self.windows.append(window)
        self.page, self.clock = page, RobotClock()
        self.robot = Robot(page, self.clock)
        page.shown()
        self.settle()

    def _retry(self) -> None:
        self.retries += 1

    def settle(self) -> None:
        for _ in range(8):
            self.qtbot.waitUntil(lambda: self.desktop.tasks.pending() == 0, timeout=30_000)
            self.robot.rest()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.robot.press(key)
            self.settle()

    def answer(self, text: str, *keys: str) -> None:
        (dialog,) = (each for each in self.page.findChildren(ActDialog) if each.isVisible())
        self.qtbot.waitUntil(lambda: dialog.isAncestorOf(QApplication.focusWidget()), timeout=10_000)
        robot = Robot(dialog, self.clock)
        robot.type(text)
        for key in keys:
            robot.press(key)
            self.settle()

    def words(self) -> str:
        return "\n".join(label.text() for label in self.page.findChildren(QLabel) if label.isVisible())

    def closed(self) -> AttentionClosed | None:
        event = self.ward.desk.reader.last_of_type("attention.closed")
        return None if event is None else event.fact  # type: ignore[return-value] # its type says so


@pytest.fixture
def table(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Table]:
    ward = make_ward(tmp_path / "ward")
    with desktop_for(qapp, ward) as desktop:  # type: ignore[arg-type] # it only asks the clock
        made = Table(qtbot, ward, desktop)
        yield made
        for window in made.windows:
            window.hide()
        settle(qtbot, desktop)
        for window in made.windows:
            drop(window)
        let_go()
    ward.database.close()


def test_it_tells_how_much_waits_how_long_and_what_is_here_only(table: Table) -> None:
    table.view = SyncView(
        SyncState.OFFLINE, waiting=12, only_here=3, oldest_at=NINE - timedelta(hours=5), last_success_at=NINE
    )
    table.sit_down()

    words = table.words()

    for part in ("mất liên lạc", "Chờ gửi: 12 việc", "5 giờ", "3 hồ sơ chỉ có trên máy này", "09:00 18/07/2019"):
        assert part in words


def test_a_refused_act_is_left_to_the_other_by_two_keys(table: Table) -> None:
    item = table.refuse(1)
    table.sit_down()
    assert "máy khác đã làm việc trên hồ sơ này trước" in table.words()

    table.press("Alt+N")
    table.answer("", "Ctrl+Return")

    closed = table.closed()
    assert closed is not None
    assert item.event_id in (getattr(closed, name) for name in closed.__slots__)


def test_a_refused_set_up_names_the_user_and_what_to_do_on_either_side(table: Table) -> None:
    events = table.ward.desk.way.unit_acts(("user.saved",))
    event = next(each for each in events if isinstance(each.fact, UserSaved) and each.fact.user.login == "lan")
    item = AttentionItem(event.envelope.event_id, event, "rejected", "set_up_before", "", NINE, "", None)
    table.left.items.append(item)
    table.sit_down("chutich")

    words = table.words()

    (line,) = table.page.table.rows.lines
    assert [cell.text for cell in line.cells[:3]] == [
        table.ward.user("lan").name,
        "Khai báo",
        "Đơn vị đã được khai báo từ một máy khác trước",
    ]
    assert f"«khai báo người dùng {table.ward.user('lan').name}»" in words
    assert "cán bộ CNTT làm lại ở máy này, có người thứ hai đứng cùng" in words
    assert "còn lại theo máy kia" in words


def test_an_act_of_two_at_a_new_pc_says_where_to_do_it_again(table: Table) -> None:
    events = table.ward.desk.way.unit_acts(("user.saved",))
    item = AttentionItem(events[0].envelope.event_id, events[0], "rejected", "witness_new_here", "", NINE, "", None)
    table.left.items.append(item)
    table.sit_down("chutich")

    words = table.words()

    assert "người thứ hai ở máy mới chưa được tính trong tuần đầu" in words
    assert "Làm lại ở máy khác của đơn vị, hoặc ở máy này sau một tuần kể từ ngày ghi danh" in words


def test_a_record_needs_its_reason(table: Table) -> None:
    table.refuse(1)
    table.sit_down()

    table.press("Alt+L")
    table.answer("ngắn", "Ctrl+Return")
    assert table.closed() is None
    table.answer(" nhưng giờ đã đủ dài", "Ctrl+Return")

    assert table.closed() is not None


def test_who_did_not_do_it_may_not_settle_it(table: Table) -> None:
    table.refuse(1)
    table.sit_down("hung")

    assert not any(button.isEnabled() for button in table.page._buttons.values())
    assert "mới xử lý được" in table.words()


def test_differences_stand_on_the_other_list(table: Table) -> None:
    dossier = table.ward.receive(owner=person(1))
    table.left.differing.append(Difference(dossier.dossier_id, dossier.code, "differs", NINE, dossier))
    table.left.differing.append(Difference("d2", "000.16.27.H29-190718-0999", "only_there", NINE, None))
    table.sit_down("chutich")
    assert "Không có việc nào cần chú ý" in table.words()

    table.press("Alt+D")

    kinds = [line.cells[1].text for line in table.page.differences.rows.lines]
    assert kinds == ["Hai bên khác nhau", "Chỉ có ở thành phố"]
    table.press("Alt+N")
    table.answer("", "Ctrl+Return")
    assert table.closed() is not None


def test_what_only_waits_to_be_sent_stands_there_without_a_choice(table: Table) -> None:
    new, known = table.ward.receive(owner=person(1)), table.ward.receive(owner=person(2))
    table.left.waiting.append(Difference(new.dossier_id, new.code, "only_here", NINE, new))
    table.left.waiting.append(Difference(known.dossier_id, known.code, "unsent", NINE, known))
    table.sit_down("chutich")

    table.press("Alt+D")

    kinds = [line.cells[1].text for line in table.page.differences.rows.lines]
    assert kinds == ["Chỉ có ở máy này", "Có việc chưa gửi thành phố"]
    assert not any(button.isEnabled() for button in table.page._buttons.values())
    assert "máy tự gửi khi nối được" in table.words()


def test_somebody_may_ask_for_another_try(table: Table) -> None:
    table.sit_down()

    table.press("Alt+S")

    assert table.retries == 1


def test_the_pill_opens_the_page_by_mouse_and_key(table: Table) -> None:
    pill, pressed = SyncPill(table.desktop.kit.theme), []
    pill.pressed.connect(lambda: pressed.append(1))
    show(table.qtbot, pill, (120, 32))

    table.qtbot.mouseClick(pill, Qt.MouseButton.LeftButton)
    table.qtbot.keyClick(pill, Qt.Key.Key_Return)
    table.qtbot.keyClick(pill, Qt.Key.Key_A)

    assert len(pressed) == 2
