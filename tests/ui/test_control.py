"""The page "Kiểm soát": every finding with its sentence, its reason and its dossiers, by keys alone."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.detectors.findings import Trick
from desktop.domain.detectors.words import WHY, sentence
from desktop.domain.vietnamese import VIETNAM
from desktop.ui.pages.control import ControlPage
from tests.support.forging import write_log
from tests.support.honest import written
from tests.support.tricks import Trickster
from tests.support.wards import KEY, Ward, make_ward, reopened
from tests.ui.desk_kit import Desktop, desktop_for, settle, show

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

AUGUST = datetime(2019, 8, 5, 8, tzinfo=VIETNAM)
PEOPLE = {"user-lan": "u0-lan", "user-hoa": "u0-lan", "user-minh": "u1-hung", "user-an": "u3-chutich"}
IN_LOG = [trick for trick in Trick if trick is not Trick.OWN_RATING]
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture(scope="module")
def tricked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    """Give a ward in which every trick was played once."""
    empty = make_ward(tmp_path_factory.mktemp("control"), is_training=False)  # its clock counts
    empty.database.close()
    trickster = Trickster(AUGUST)
    for trick in IN_LOG:
        trickster.play(trick)
    write_log(empty.folder, KEY, written(trickster.acts).events, PEOPLE)
    ward = reopened(empty.folder, empty.state, at=AUGUST + timedelta(days=30))
    yield ward
    ward.database.close()


@pytest.fixture
def desktop(qapp: QApplication, tricked: Ward) -> Iterator[Desktop]:
    with desktop_for(qapp, tricked) as tools:  # type: ignore[arg-type] # it asks for the clock only
        yield tools


def opened(qtbot: QtBot, desktop: Desktop, ward: Ward, login: str) -> ControlPage:
    page = ControlPage(desktop.kit, ward.desk, ward.user(login))
    show(qtbot, page)
    page.shown()
    settle(qtbot, desktop)
    qtbot.waitUntil(lambda: page.seen is not None)
    return page


def press(qtbot: QtBot, desktop: Desktop, page: QWidget, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(page.focusWidget() or page, key)
        settle(qtbot, desktop)


def test_every_finding_says_what_why_and_of_which_dossiers(qtbot: QtBot, desktop: Desktop, tricked: Ward) -> None:
    page = opened(qtbot, desktop, tricked, "thanhtra")
    assert page.seen is not None
    found = page.seen.findings.found

    assert {each.trick for each in found} == set(IN_LOG)
    for row, each in enumerate(found):
        page.table.setCurrentIndex(page.table.rows.index(row, 0))
        assert page._said.text() == sentence(each)
        assert page._why.text() == WHY[each.trick]
        assert [line.key for line in page.dossiers.rows.lines] == [subject.code for subject in each.subjects]


def test_enter_opens_the_first_dossier_and_alt_d_reaches_the_others(
    qtbot: QtBot, desktop: Desktop, tricked: Ward
) -> None:
    page = opened(qtbot, desktop, tricked, "chutich")
    assert page.seen is not None
    at = next(n for n, each in enumerate(page.seen.findings.found) if each.trick is Trick.RETURN_BURST)
    codes = [subject.code for subject in page.seen.findings.found[at].subjects]
    page.table.setCurrentIndex(page.table.rows.index(at, 0))
    page.table.setFocus()

    with qtbot.waitSignal(page.page_wanted) as first:
        press(qtbot, desktop, page, Qt.Key.Key_Return)
    qtbot.keyClick(page, Qt.Key.Key_D, ALT)
    with qtbot.waitSignal(page.page_wanted) as second:
        press(qtbot, desktop, page, Qt.Key.Key_Down, Qt.Key.Key_Return)

    assert (first.args, second.args) == (["dossiers", codes[0]], ["dossiers", codes[1]])
    assert page.go_back()
    assert page.table.hasFocus()


def test_a_clerk_is_told_that_only_his_own_is_shown(qtbot: QtBot, desktop: Desktop, tricked: Ward) -> None:
    page = opened(qtbot, desktop, tricked, "hung")
    assert page.seen is not None

    assert "chỉ việc của bạn" in page._subtitle.text()
    assert all("u1-hung" in each.actors for each in page.seen.findings.found)


def test_the_end_of_the_log_stands_at_the_foot_and_another_period_is_looked_at_anew(
    qtbot: QtBot, desktop: Desktop, tricked: Ward
) -> None:
    page = opened(qtbot, desktop, tricked, "chutich")
    end = tricked.desk.way.log_end()

    page._period.set_key("month")
    settle(qtbot, desktop)
    qtbot.waitUntil(lambda: page.seen is not None and page.seen.findings.period.first.month == 8)

    assert end.mark in page._mark.text()
