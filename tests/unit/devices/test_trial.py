from pathlib import Path

import pytest

from desktop.devices import trial


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(trial.TRIAL, str(tmp_path / "trial"))
    return tmp_path / "trial"


def test_a_verdict_is_kept_for_the_starter(file: Path) -> None:
    trial.postpone("0.2.0")
    assert file.read_text("ascii") == "0.2.0 0 later\n"
    trial.refuse("0.2.0")
    assert file.read_text("ascii") == "0.2.0 0 refused\n"
    trial.confirm("0.2.0")
    assert file.read_text("ascii") == "0.2.0 0 good\n"


def test_a_version_that_proved_good_is_on_trial_no_more(file: Path) -> None:
    trial.confirm("0.2.0")
    trial.refuse("0.2.0")

    assert file.read_text("ascii") == "0.2.0 0 good\n"


def test_outside_a_trial_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(trial.TRIAL, raising=False)
    trial.refuse("0.2.0")

    assert list(tmp_path.iterdir()) == []


def test_a_verdict_that_cannot_be_kept_stops_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(trial.TRIAL, str(tmp_path / "missing" / "trial"))

    trial.confirm("0.2.0")


def test_only_the_starter_says_that_a_version_came_back(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not trial.is_return()
    monkeypatch.setenv(trial.RETURNED_FROM, "0.2.0")
    assert trial.is_return()


@pytest.mark.parametrize(
    ("running", "installed", "kept", "expected"),
    [
        ("0.1.0", "0.1.0", "", "in_use"),
        ("0.2.0", "0.2.0", "0.2.0 0 good", "proven"),
        ("0.1.0", "0.1.0", "0.2.0 0 good", "in_use"),
        ("0.1.0", "0.2.0", "", "waiting"),
        ("0.2.0", "0.3.0", "0.2.0 0 good", "waiting"),
        ("0.1.0", "0.2.0", "0.2.0 0 later", "postponed"),
        ("0.1.0", "0.2.0", "0.2.0 1 refused", "returned"),
        ("0.1.0", "0.2.0", "half", "waiting"),
    ],
)
def test_what_became_of_the_last_update_is_told_from_what_the_starter_keeps(
    tmp_path: Path, running: str, installed: str, kept: str, expected: str
) -> None:
    if kept:
        (tmp_path / trial.FILE_NAME).write_text(f"{kept}\n", "ascii")

    assert trial.standing(running, installed, trial.last_trial(tmp_path)).value == expected
