"""A handover in the real window and ward, by keys and scans alone, from the counter to the section."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.domain.dossiers import Custodian, CustodianKind, Party, Status
from desktop.domain.slips import SlipState, slip_qr
from desktop.services import accounts, receive
from desktop.services.records import JobState
from desktop.ui.pages.handover import HandoverPage
from tests.support.wards import command
from tests.ui.window_kit import Stage, Theatre, training_ward

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

# ui.md, measures of a good counter: 40 dossiers are 40 scans and 2 keystrokes, the way to the page included.
DOSSIERS = 40
MOST_KEYS = 2
JUSTICE = Custodian(CustodianKind.SECTION, "tu_phap")


@pytest.fixture
def theatre(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Theatre:
    return training_ward(qapp, qtbot, tmp_path)


@pytest.fixture
def stage(theatre: Theatre) -> Iterator[Stage]:
    with theatre.window() as stage:
        yield stage


def received(stage: Stage, n: int) -> list[str]:
    """Receive dossiers by the services: how they came is another test's matter."""
    desk = stage.ward.desk
    lan = accounts.user_of(desk, "lan")
    owners = (Party(f"Trần Văn {k}", id_number=f"0790900{k:05d}") for k in range(n))
    return [receive.receive(desk, lan, command(desk, owner=owner)).dossier.code for owner in owners]


def page_of(stage: Stage) -> HandoverPage:
    page = stage.window.shell.work.page()
    assert isinstance(page, HandoverPage)
    return page


def change_user(stage: Stage, login: str) -> None:
    stage.press("F12", "Alt+U")
    stage.log_in(login)


def test_forty_dossiers_cost_forty_scans_and_two_keys(stage: Stage) -> None:
    stage.log_in("lan")
    codes = received(stage, DOSSIERS)
    stage.robot.keystrokes = 0

    stage.press("F5")
    # As fast as the gun reads: nobody waits for the lanes between two scans.
    for code in codes:
        stage.robot.scan(code)
    stage.robot.press("Ctrl+Return")
    stage.until(lambda: len(stage.ward.desk.way.slips(*SlipState)) == 1)

    (slip,) = stage.ward.desk.way.slips(SlipState.OPEN)
    jobs = stage.ward.desk.reader.jobs(*JobState)
    assert stage.robot.keystrokes == MOST_KEYS
    assert (slip.to, slip.codes) == (JUSTICE, tuple(codes))
    assert [job.reference for job in jobs if job.form == "handover_slip"] == [slip.slip_id]
    assert page_of(stage).give.given.codes == ()


def test_the_section_confirms_under_its_own_name_by_the_slips_qr(stage: Stage) -> None:
    stage.log_in("lan")
    codes = received(stage, 3)
    stage.press("F5")
    for code in codes:
        stage.scan(code)
    stage.press("Ctrl+Return")
    (slip,) = stage.ward.desk.way.slips(SlipState.OPEN)
    change_user(stage, "hung")
    stage.press("F5")
    stage.robot.keystrokes = 0

    stage.scan(slip_qr(slip))
    for code in codes:
        stage.scan(code)
    stage.press("Ctrl+Return")
    stage.until(lambda: not stage.ward.desk.way.slips(SlipState.OPEN))

    dossiers = [stage.ward.desk.reader.find(code) for code in codes]
    assert stage.robot.keystrokes == 1
    assert {(one.custodian, one.status) for one in dossiers if one} == {(JUSTICE, Status.WITH_SECTION)}


def test_the_list_stays_behind_a_lock(stage: Stage) -> None:
    stage.log_in("lan")
    codes = received(stage, 2)
    stage.press("F5")
    for code in codes:
        stage.scan(code)

    stage.press("F12")
    stage.robot.press("Return")
    stage.until(lambda: not stage.window.shell.locked.is_locked)

    assert page_of(stage).give.given.codes == tuple(codes)


@pytest.mark.parametrize(
    ("login", "has_page"),
    [("lan", True), ("hung", True), ("chutich", True), ("thu", False), ("thanhtra", False), ("quantri", False)],
)
def test_only_those_who_hold_papers_see_the_page(stage: Stage, login: str, has_page: bool) -> None:
    stage.log_in(login)

    stage.press("F5")

    assert stage.window.shell.work.has_page("handover") is has_page
    assert (stage.page_key() == "handover") is has_page
