import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.ui.widgets.timeline import TimeEntry, TimeLine
from tests.ui.desk_kit import desktop_for, show
from tests.ui.fakes_dossiers import make_ward

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def entry(n: int, **fields: str) -> TimeEntry:
    return TimeEntry(f"09:0{n} 18/07/2019", f"Người {n}", f"Việc {n}", **fields)


@pytest.fixture
def line(qtbot: QtBot, qapp: QApplication) -> TimeLine:
    with desktop_for(qapp, make_ward(0)) as desktop:
        made = TimeLine(desktop.kit.theme)
        show(qtbot, made, (400, 500))
    return made


def texts(line: TimeLine) -> list[str]:
    return [label.text() for label in line.findChildren(QLabel) if label.isVisible() and label.text()]


def test_each_act_says_when_what_and_who(line: TimeLine) -> None:
    line.set_entries([entry(1, note="Kệ B"), entry(2)])

    assert texts(line) == [
        "09:01 18/07/2019", "Việc 1", "Người 1 · Kệ B", "09:02 18/07/2019", "Việc 2", "Người 2",
    ]  # fmt: skip


def test_a_shorter_history_leaves_nothing_of_the_longer_one(line: TimeLine) -> None:
    line.set_entries([entry(1), entry(2), entry(3)])

    line.set_entries([TimeEntry("09:05 18/07/2019", "", "Việc 5")])

    assert texts(line) == ["09:05 18/07/2019", "Việc 5"]
    assert [each.what for each in line.entries()] == ["Việc 5"]


def test_the_labels_of_one_dossier_serve_the_next(line: TimeLine) -> None:
    line.set_entries([entry(1), entry(2)])
    before = set(line.findChildren(QLabel))

    line.set_entries([entry(3), entry(4)])

    assert set(line.findChildren(QLabel)) == before


def test_no_two_acts_stand_on_one_another(qtbot: QtBot, line: TimeLine) -> None:
    line.set_entries([entry(1)])
    line.set_entries([entry(n) for n in range(1, 7)])

    def tops() -> list[int]:
        return [label.y() for label in line.findChildren(QLabel) if label.text().startswith("Việc")]

    qtbot.waitUntil(lambda: len(set(tops())) == 6)
    assert tops() == sorted(tops())
