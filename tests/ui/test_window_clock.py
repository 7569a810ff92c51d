"""A clock behind the log in the real window: asked once a day, warned of until it is right, never in the way."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFrame
from pytestqt.qtbot import QtBot

from desktop import wiring
from desktop.devices.secret_store import MemoryStore
from desktop.domain.vietnamese import screen_datetime
from desktop.ui.bars import AskingBar
from tests.ui.window_kit import NOW, Stage, Theatre, real_ward, training_ward

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

PASSWORD = "hoa phượng đỏ tháng năm"
BEHIND = timedelta(days=3)


@pytest.fixture
def theatre(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Theatre:
    """Make a real ward where ``lan`` worked, then set its clock three days back."""
    theatre = real_ward(qapp, qtbot, tmp_path, MemoryStore())
    theatre.now = worked_at(theatre)
    with theatre.window() as stage:
        stage.robot.type("lan")
        stage.robot.press("Return")
        stage.robot.type(theatre.codes["lan"])
        stage.press("Return")
        for _ in range(2):
            stage.robot.type(PASSWORD)
            stage.robot.press("Return")
        stage.until(lambda: stage.window.shell.session is not None)
    theatre.now = now_of(theatre) - BEHIND
    return theatre


def worked_at(theatre: Theatre) -> datetime:
    """Return an instant after the set-up of the ward, which is stamped by the clock of the machine."""
    with wiring.opened_ward(theatre.folder, store=theatre.store) as ward:
        made_at = ward.desk.ledger.latest_act_at()
    assert made_at is not None
    return made_at + timedelta(hours=1)


def now_of(theatre: Theatre) -> datetime:
    """Return what the clock of the next window says."""
    assert theatre.now is not None
    return theatre.now


def question(stage: Stage) -> str:
    """Return what is asked about the clock, "" when nothing is."""
    return stage.child(AskingBar, "clockBar").text()


def is_warned(stage: Stage) -> bool:
    """Tell whether the top bar warns of the clock."""
    return stage.child(QFrame, "clockTag").isVisible()


def test_a_clock_behind_the_log_is_asked_about_and_shown(theatre: Theatre) -> None:
    with theatre.window() as stage:
        stage.log_in("lan", PASSWORD)

        assert screen_datetime(now_of(theatre)) in question(stage)
        assert screen_datetime(now_of(theatre) + BEHIND) in question(stage)
        assert is_warned(stage)


def test_the_question_stops_nobody(theatre: Theatre) -> None:
    with theatre.window() as stage:
        stage.log_in("lan", PASSWORD)

        dossier = stage.receive()

        assert question(stage)
        assert dossier.received_at == theatre.now


def test_a_confirmed_clock_is_not_asked_about_again_that_day_but_stays_in_sight(theatre: Theatre) -> None:
    with theatre.window() as stage:
        stage.log_in("lan", PASSWORD)
        stage.press("Alt+H")
        confirmed = (question(stage), is_warned(stage))
        event = stage.ward.desk.reader.last_of_type("clock.confirmed")

    with theatre.window() as again:
        again.log_in("lan", PASSWORD)

        assert event is not None
        assert confirmed == ("", True)
        assert (question(again), is_warned(again)) == ("", True)


def test_the_next_day_it_is_asked_again(theatre: Theatre) -> None:
    with theatre.window() as stage:
        stage.log_in("lan", PASSWORD)
        stage.press("Alt+H")

    theatre.now = now_of(theatre) + timedelta(days=1)
    with theatre.window() as again:
        again.log_in("lan", PASSWORD)

        assert question(again)


def test_who_sets_the_clock_himself_is_warned_until_it_is_right(theatre: Theatre) -> None:
    with theatre.window() as stage:
        stage.log_in("lan", PASSWORD)
        stage.press("Alt+E")
        put_off = (question(stage), is_warned(stage))

        stage.ward.clock.set(now_of(theatre) + BEHIND + timedelta(minutes=1))
        stage.window.clock_watch.look()

        assert put_off == ("", True)
        assert not is_warned(stage)


def test_nothing_is_recorded_for_a_question_put_off(theatre: Theatre) -> None:
    with theatre.window() as stage:
        stage.log_in("lan", PASSWORD)
        stage.press("Alt+E")

        assert stage.ward.desk.reader.last_of_type("clock.confirmed") is None


def test_the_question_goes_with_the_user(theatre: Theatre) -> None:
    with theatre.window() as stage:
        stage.log_in("lan", PASSWORD)
        stage.press("F12", "Alt+U")

        assert (question(stage), is_warned(stage)) == ("", False)


def test_a_clock_ahead_of_the_log_is_not_asked_about(theatre: Theatre) -> None:
    theatre.now = now_of(theatre) + BEHIND + timedelta(hours=1)
    with theatre.window() as stage:
        stage.log_in("lan", PASSWORD)

        assert (question(stage), is_warned(stage)) == ("", False)


def test_in_training_the_clock_may_run_backwards(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    theatre = training_ward(qapp, qtbot, tmp_path)
    with theatre.window() as stage:
        stage.log_in("lan")
    theatre.now = NOW - BEHIND
    with theatre.window() as stage:
        stage.log_in("lan")

        assert (question(stage), is_warned(stage)) == ("", False)
