from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.ui.theme import Mode
from tests.ui.fakes_intake import ANH, Counter, counter

CONTROLS = (QAbstractButton, QComboBox, QLineEdit, QTableView)


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Counter]:
    with counter(qtbot, qapp, tmp_path / "ward") as opened:
        yield opened


@pytest.fixture
def large(desk: Counter) -> Iterator[Counter]:
    """Set the text to 200 %."""
    theme = desk.desktop.kit.theme
    theme.apply(Mode.LIGHT, 200)
    desk.settle()
    yield desk
    theme.apply(Mode.LIGHT, 100)


def controls(desk: Counter) -> list[QWidget]:
    """Return every control that is seen now."""
    return [
        widget
        for kind in CONTROLS
        for widget in desk.page.findChildren(kind)
        if widget.isVisible() and widget.objectName() and not widget.objectName().startswith("qt_")
    ]


def place(widget: QWidget, frame: QWidget) -> QRect:
    """Return where a widget lies in another."""
    return QRect(widget.mapTo(frame, QPoint(0, 0)), widget.size())


def fill(desk: Counter) -> None:
    """Fill the page as far as it goes, proxy and certification included."""
    desk.scan(ANH)
    desk.page.form.procedure.search.setText("2.000815")
    desk.page.form.go_to(desk.page.form.procedure.search)
    desk.press("Return", "Ctrl+D", "Ctrl+H", "Ctrl+G")


def area_of(desk: Counter) -> QScrollArea:
    """Return the part of the page that scrolls."""
    area = desk.page.findChild(QScrollArea)
    assert isinstance(area, QScrollArea)
    return area


def test_empty_page_shows_every_control_at_once_on_a_small_screen(desk: Counter) -> None:
    page = desk.page.rect()

    outside = [widget.objectName() for widget in controls(desk) if not page.contains(place(widget, desk.page))]

    assert outside == []
    assert area_of(desk).verticalScrollBar().maximum() == 0


def test_filled_page_never_scrolls_sideways_at_100_percent(desk: Counter) -> None:
    fill(desk)

    page = desk.page.rect()
    places = {w.objectName(): place(w, desk.page) for w in controls(desk)}
    cut = [name for name, where in places.items() if where.left() < 0 or where.right() > page.right()]
    assert area_of(desk).horizontalScrollBar().maximum() == 0
    assert cut == []


def test_every_control_can_be_reached_at_200_percent(large: Counter) -> None:
    fill(large)
    area = area_of(large)

    hidden = []
    for widget in controls(large):
        if area.isAncestorOf(widget):
            large.page.form.go_to(widget)
        frame = area.viewport() if area.isAncestorOf(widget) else large.page
        seen = place(widget, frame).intersected(frame.rect())
        if seen.width() < widget.width() or not seen.height():
            hidden.append(widget.objectName())

    assert area.horizontalScrollBar().maximum() == 0
    assert hidden == []


def test_checklist_shows_whole_names_at_200_percent(large: Counter) -> None:
    fill(large)

    view = large.page.form.checklist.view

    def cut() -> list[int]:
        room = QRect(0, 0, view.columnWidth(0) - view.iconSize().width(), 0)
        names = [view.model().index(row, 0).data() for row in range(view.model().rowCount())]
        needed = [view.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, name).height() for name in names]
        return [row for row, height in enumerate(needed) if view.rowHeight(row) < height]

    large.qtbot.waitUntil(lambda: cut() == [], timeout=1_000)


def test_every_control_has_a_name_for_screen_readers_and_a_status_tip(desk: Counter) -> None:
    fill(desk)

    nameless = [w.objectName() for w in controls(desk) if not (w.accessibleName() and w.statusTip())]
    assert nameless == []


def test_object_names_are_unique(desk: Counter) -> None:
    fill(desk)

    names = [widget.objectName() for widget in controls(desk)]
    assert sorted(names) == sorted(set(names))


def test_tab_goes_through_the_page_in_reading_order(desk: Counter) -> None:
    desk.page.form.procedure.search.setText("1.001193")
    desk.press("Return")
    desk.page.form.owner.name.setFocus()
    walked = [desk.focus()]

    for _ in range(10):
        desk.press("Tab")
        walked.append(desk.focus())

    assert walked == [
        "ownerName", "ownerId", "ownerBirth", "ownerSex", "ownerPhone", "ownerAddress", "ownerKind",
        "hasProxy", "repeatPerson", "allPapers", "checklist",
    ]  # fmt: skip


def test_no_label_is_cut_at_100_percent(desk: Counter) -> None:
    fill(desk)

    cut = [
        label.text()
        for label in desk.page.findChildren(QLabel)
        if label.isVisible() and not label.wordWrap() and label.text() and label.sizeHint().width() > label.width() + 1
    ]
    assert cut == []
