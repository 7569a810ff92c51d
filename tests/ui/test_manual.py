"""The manuals: every page has its place, every picture is there, and a sample is what the program shows today."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.dialogs.manual import BOOKS, PLACES, ManualDialog, manual_folder, manual_text, sections
from desktop.ui.theme import Theme

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

ROOT = Path(__file__).resolve().parents[2]


def pictures(book: str) -> list[str]:
    return re.findall(r"!\[[^\]]+\]\(([^)]+)\)", manual_text(book))


@pytest.mark.parametrize("book", BOOKS)
def test_every_picture_of_a_manual_is_there_and_small(book: str) -> None:
    for name in pictures(book):
        assert (manual_folder() / name).stat().st_size < 90_000, name


def test_no_picture_lies_there_that_no_manual_shows() -> None:
    shown = {name for book in BOOKS for name in pictures(book)}

    assert {f"hinh/{path.name}" for path in (manual_folder() / "hinh").iterdir()} == shown


@pytest.mark.parametrize("page", PLACES)
def test_each_page_opens_the_manual_at_its_section(qapp: QApplication, qtbot: QtBot, page: str) -> None:
    theme = Theme(qapp)
    book, section = PLACES[page]
    assert section in sections(book)
    window = QWidget()
    window.resize(1200, 720)
    qtbot.addWidget(window)

    dialog = ManualDialog(theme, page, window)
    dialog.open()

    assert dialog.contents.current_key() == f"{book}/{section}"
    assert dialog.browser.document().toPlainText().count(section) >= 1
    dialog.close()
    theme.deleteLater()


def test_a_sample_of_the_pictures_is_what_the_program_shows_today() -> None:
    done = subprocess.run([sys.executable, "tests/manual.py", "--check"], cwd=ROOT, capture_output=True, check=False)

    assert done.returncode == 0, "the screens have changed: run just manual, and look at the pictures"
