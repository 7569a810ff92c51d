from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel
from pytestqt.qtbot import QtBot

from desktop.devices.attachment_files import read_attachment
from desktop.domain.dossiers import ComponentLine, Dossier, Party, Status
from desktop.ui.pages.return_result import ReturnResultPage
from desktop.ui.pages.return_result_form import FormArea, ReturnFormWidget
from tests.ui.desk_kit import Desktop, desktop_for, settle, show
from tests.ui.fakes_dossiers import CLERK, NOW, Ward, make_ward

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

LONG = "Tờ khai điện tử liên thông đăng ký khai tử, xóa đăng ký thường trú, giải quyết mai táng phí (theo mẫu)"
PAID = 9  # place in the ward of a dossier with a fee


@pytest.fixture
def ward() -> Ward:
    made = make_ward(16)
    made.make_ready(long_dossier(made).code, "Kệ B")
    return made


@pytest.fixture
def desktop(qapp: QApplication, ward: Ward) -> Iterator[Desktop]:
    with desktop_for(qapp, ward) as tools:
        yield tools


def long_dossier(ward: Ward) -> Dossier:
    state = ward.book.states[ward.book.order[PAID]]
    lines = tuple(ComponentLine(f"TP0{n}", f"{LONG} {n}", True, originals=1) for n in range(1, 4))
    return replace(state, components=lines)


@pytest.fixture
def sized(desktop: Desktop, request: pytest.FixtureRequest) -> Iterator[Desktop]:
    """Give the tools with a text size, and take it back afterwards."""
    theme = desktop.kit.theme
    before = theme.text_percent
    theme.apply(theme.mode, request.param)
    yield desktop
    theme.apply(theme.mode, before)


@pytest.mark.parametrize(
    ("sized", "width"), [(100, 400), (100, 670), (150, 400), (150, 628), (200, 628)], indirect=["sized"]
)
@pytest.mark.parametrize("is_authorised", [False, True])
def test_nothing_of_the_form_lies_beyond_its_right_edge(
    qtbot: QtBot, sized: Desktop, ward: Ward, width: int, is_authorised: bool
) -> None:
    form = ReturnFormWidget(sized.kit.theme)
    area = FormArea(form)
    form.load(long_dossier(ward), is_lost=True)
    if is_authorised:
        form.choose_authorised()
    show(qtbot, area, (width, 600))

    qtbot.waitUntil(lambda: form.width() == area.viewport().width())

    assert form.minimumSizeHint().width() <= area.viewport().width()


def test_fields_stand_side_by_side_where_there_is_room(qtbot: QtBot, desktop: Desktop, ward: Ward) -> None:
    form = ReturnFormWidget(desktop.kit.theme)
    area = FormArea(form)
    form.load(long_dossier(ward), is_lost=False)
    show(qtbot, area, (700, 600))
    wide = form._proof.mapTo(form, form._proof.pos()).y(), form._reference.mapTo(form, form._reference.pos()).y()

    area.resize(380, 600)
    qtbot.waitUntil(lambda: form._proof.parentWidget().y() < form._reference.parentWidget().y())

    assert wide[0] == wide[1]


def test_the_text_beside_a_box_ticks_it_and_wraps(qtbot: QtBot, desktop: Desktop, ward: Ward) -> None:
    form = ReturnFormWidget(desktop.kit.theme)
    area = FormArea(form)
    form.load(long_dossier(ward), is_lost=False)
    show(qtbot, area, (500, 600))
    box = form.findChild(QCheckBox, "original2")
    text = next(label for label in form.findChildren(QLabel) if label.text().startswith(f"{LONG} 2"))
    assert box is not None

    qtbot.mouseClick(text, Qt.MouseButton.LeftButton)

    assert form.value().originals == ("TP01", "TP03")
    assert text.height() > 2 * text.fontMetrics().height() - 2
    assert box.accessibleName() == f"{LONG} 2"


def test_without_receipt_and_number_in_the_dossier_the_owner_s_number_is_asked_and_kept(
    qtbot: QtBot, desktop: Desktop
) -> None:
    ward = make_ward(0)
    made = ward.receive(1, NOW, Party("Nguyễn Thị Ngọc Ở", phone="0912345678"))
    ward.make_ready(made.code)
    page = ReturnResultPage(desktop.kit, ward.desk, CLERK, read_attachment)
    show(qtbot, page)
    page._open(made.code, is_lost=True)
    settle(qtbot, desktop)
    page.form._lost.setText("mất giấy hẹn")

    page._save()
    settle(qtbot, desktop)
    asked = page.form._id_field.error()
    page.form._id_number.setText("079190000077")
    page._save()
    settle(qtbot, desktop)

    done = ward.book.states[made.dossier_id]
    assert asked
    assert done.status is Status.RETURNED
    assert done.returned is not None
    assert done.returned.recipient.id_number == "079190000077"
