"""What is asked for decides the way into the program, and what is imported before the log-in box is seen."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.app import NEXT_KEY_NAME, under_way
from desktop.app.start import data_folder_of, start_window
from desktop.storage.key_change import NEXT_NAME

ROOT = Path(__file__).parents[2]

#: Loaded before the first paint, each of these would cost more than the log-in box itself.
HEAVY = ("sqlalchemy", "sqlmodel", "pydantic", "reportlab", "pypdfium2", "typer", "argon2", "desktop.wiring")

BEFORE_PAINT = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from desktop.app.seat import Seat, open_folder
from desktop.app.window import LatePrinters, Window
app = QApplication([])
window = Window(app, Seat(open_folder(Path(sys.argv[1]))), papers_folder=Path(sys.argv[1]), printers=LatePrinters(),
                is_training=True)
print(" ".join(sys.modules))
window.shell.close()
"""

FROM_THE_COMMAND = """
import sys
import desktop.app
desktop.app.open_window = lambda folder, *, begin_work: print(" ".join(sys.modules)) or 0
sys.argv = ["motcua", "--data", sys.argv[1]]
from desktop.__main__ import main
sys.exit(main())
"""


@pytest.mark.parametrize(
    ("arguments", "folder"),
    [
        (["--data", "/ward"], Path("/ward")),
        (["--data=/ward"], Path("/ward")),
        (["--data", "ward"], Path("ward").absolute()),
        (["--data"], None),
        (["--data="], None),
        (["--data", "--help"], None),
        (["--data", "/ward", "doctor"], None),
        (["--version"], None),
        (["demo", "--out", "x"], None),
    ],
)
def test_only_what_asks_for_a_window_goes_past_the_command_line(arguments: list[str], folder: Path | None) -> None:
    assert data_folder_of(arguments) == folder


def test_without_arguments_the_window_opens_on_the_users_own_folder(own_folders: Path) -> None:
    folder = data_folder_of([])

    assert folder is not None
    assert folder.is_relative_to(own_folders)


def test_without_a_screen_the_command_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")

    assert start_window([]) is None


def test_nothing_heavy_is_imported_before_the_log_in_box_is_painted(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BEFORE_PAINT, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )

    loaded = set(done.stdout.split())
    assert "desktop.ui.dialogs.login" in loaded
    assert sorted(loaded.intersection(HEAVY)) == []


def test_the_command_itself_takes_the_short_way_to_the_window(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FROM_THE_COMMAND, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"},
    )

    loaded = set(done.stdout.split())
    assert "desktop.app.start" in loaded
    assert sorted(loaded.intersection({*HEAVY, "desktop.cli.main"})) == []


def test_a_key_that_is_changed_at_this_start_is_told_at_once(tmp_path: Path) -> None:
    before = under_way(tmp_path)
    (tmp_path / NEXT_NAME).write_bytes(b"")

    assert NEXT_KEY_NAME == NEXT_NAME
    assert before == ""
    assert "đổi khóa" in under_way(tmp_path)
