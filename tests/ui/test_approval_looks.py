"""F7 as it looks: nothing is cut off, the model keeps Qt's rules, the watermark lies over the page."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.errors import EnvironmentProblem
from desktop.ui.pages.approval_draft import draw_draft
from desktop.ui.theme import Mode
from desktop.ui.widgets.pdf_preview import draw_pages
from tests.support.signing import paper, signature_png
from tests.support.wards import Ward, make_ward
from tests.ui.approval_kit import Chair, chair_at, pdf_drafts, submitted, submitted_with

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

WIDTH_PX = 400


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    made = make_ward(tmp_path)
    yield made
    made.database.close()


def red_dots(picture: QImage) -> int:
    """Count dots that are clearly more red than blue."""
    dots = (picture.pixelColor(x, y) for x in range(0, picture.width(), 4) for y in range(0, picture.height(), 4))
    return sum(dot.red() - dot.blue() > 20 for dot in dots)


def cut_buttons(chair: Chair) -> list[str]:
    buttons = [button for button in chair.page.findChildren(QPushButton) if button.isVisible()]
    return [button.text() for button in buttons if button.width() < button.sizeHint().width()]


def test_every_page_of_a_draft_carries_the_watermark() -> None:
    plain = draw_pages(paper(2), WIDTH_PX, 1.0)

    marked = draw_draft(paper(2), WIDTH_PX, 1.0)

    assert [red_dots(page) for page in plain] == [0, 0]
    assert all(red_dots(page) > 100 for page in marked)
    assert marked[0].size() == plain[0].size()


def test_a_picture_is_drawn_as_wide_as_the_room_and_marked() -> None:
    (page,) = draw_draft(signature_png((255, 255, 255, 255)), WIDTH_PX, 1.5)

    assert page.width() == round(WIDTH_PX * 1.5)
    assert red_dots(page) > 100
    assert page.pixelColor(0, 0) == QColor("white")


def test_what_is_no_picture_is_told() -> None:
    with pytest.raises(EnvironmentProblem, match="pdf_unreadable"):
        draw_draft(b"no picture", WIDTH_PX, 1.0)


@pytest.mark.parametrize(
    ("percent", "size"), [(100, (1190, 640)), (100, (740, 400)), (150, (1100, 600)), (200, (1060, 560))]
)
def test_nothing_is_cut_off(qapp: QApplication, qtbot: QtBot, ward: Ward, percent: int, size: tuple[int, int]) -> None:
    submitted(ward, 2)
    with chair_at(qapp, qtbot, ward) as chair:
        theme = chair.desktop.kit.theme
        theme.apply(Mode.LIGHT, percent)
        chair.page.resize(*size)
        chair.press("Space")
        try:
            assert chair.page.width() == size[0]
            assert cut_buttons(chair) == []
            assert chair.page.table.visualRect(chair.page.table.currentIndex()).width() <= chair.page.table.width()
        finally:
            theme.apply(Mode.LIGHT, 100)


def test_draft_and_papers_take_turns_where_there_is_little_room(qapp: QApplication, qtbot: QtBot, ward: Ward) -> None:
    submitted_with(ward, *pdf_drafts(1))
    with chair_at(qapp, qtbot, ward) as chair:
        sheet = chair.page.sheet
        assert sheet.preview.isVisible()
        assert sheet.detail.isVisible()

        chair.page.resize(740, 400)
        chair.rest()
        assert (sheet.preview.isVisible(), sheet.detail.isVisible()) == (True, False)
        chair.press("H")
        assert (sheet.preview.isVisible(), sheet.detail.isVisible()) == (False, True)
        chair.page.resize(1190, 640)
        chair.rest()

        assert (sheet.preview.isVisible(), sheet.detail.isVisible()) == (True, True)
        qtbot.wait(200)  # the preview draws anew once the size rests
        chair.rest()


def test_the_model_keeps_qts_rules(qapp: QApplication, qtbot: QtBot, ward: Ward) -> None:
    codes = submitted(ward, 3)
    with chair_at(qapp, qtbot, ward) as chair:
        rows = chair.page.rows
        tester = QAbstractItemModelTester(rows, QAbstractItemModelTester.FailureReportingMode.Fatal)

        chair.press("Down", "Ctrl+A")
        rows.refuse({codes[0]: "Không duyệt được."})
        ward.clock.set(ward.clock.now() + timedelta(days=1))
        chair.page.reload()
        chair.rest()

        assert chair.marks(codes[0])[0] == "Không duyệt được."
        del tester


def test_every_control_has_a_name_and_a_role(qapp: QApplication, qtbot: QtBot, ward: Ward) -> None:
    submitted(ward, 1)
    with chair_at(qapp, qtbot, ward) as chair:
        for name in ("approvalList", "draftPreview", "approvalPapers", "verdict", "approveIt", "sendBack", "refuseIt"):
            found = chair.page.findChild(QWidget, name)
            assert isinstance(found, QWidget), name
            assert found.accessibleName(), name
