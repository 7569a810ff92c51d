"""The manuals: every page has its place, every picture is there, and shows what the program shows today."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.dialogs.manual import BOOKS, PLACES, ManualDialog, manual_folder, manual_text, sections
from desktop.ui.theme import Theme
from tests.manual import MOST_DIFFERENT, differences

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


def test_the_book_in_front_is_asked_for_on_paper_by_keys(qapp: QApplication, qtbot: QtBot) -> None:
    theme = Theme(qapp)
    window = QWidget()
    window.resize(1200, 720)
    qtbot.addWidget(window)
    window.show()
    dialog = ManualDialog(theme, "approval", window)
    dialog.open()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)

    with qtbot.waitSignal(dialog.paper_wanted) as wanted:
        qtbot.keyClick(dialog.contents, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)

    assert wanted.args == ["lanh-dao"]
    dialog.close()
    theme.deleteLater()


def test_every_picture_is_what_the_program_shows_today() -> None:
    done = subprocess.run(
        [sys.executable, "tests/manual.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, f"run just manual, and look at the pictures: {done.stdout or done.stderr}"


def test_a_letter_that_changed_is_found() -> None:
    with Image.open(manual_folder() / "hinh" / "05-chi-tiet.png") as kept:
        changed = kept.convert("RGB")
    pen = ImageDraw.Draw(changed)
    pen.text((300, 400), "ở", fill="black", font=ImageFont.load_default(14))

    assert differences(changed, changed) == 0
    with Image.open(manual_folder() / "hinh" / "05-chi-tiet.png") as kept:
        assert differences(changed, kept) > MOST_DIFFERENT
