import re
from importlib.resources import files

import pytest
from PySide6.QtGui import QFontInfo, QFontMetricsF, QIcon, QImage
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from desktop.ui.theme import OWN_FAMILY, Theme, icon_names, set_class
from desktop.ui.tokens import COLOURS, EDGE_CONTRAST, EDGE_PAIRS, TEXT_CONTRAST, TEXT_PAIRS, Mode, contrast, text_sizes

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window

VIETNAMESE = "ăâđêôơư ẰẲẴẮẶ ầẩẫấậ ềểễếệ ồổỗốộ ờởỡớợ ừửữứự ỳỷỹýỵ – … · đ 0123456789"


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp)


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_every_text_stands_out_from_its_ground(mode: Mode, text: str, ground: str) -> None:
    assert contrast(COLOURS[mode][text], COLOURS[mode][ground]) >= TEXT_CONTRAST


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize(("edge", "ground"), EDGE_PAIRS)
def test_every_edge_and_focus_ring_can_be_seen(mode: Mode, edge: str, ground: str) -> None:
    assert contrast(COLOURS[mode][edge], COLOURS[mode][ground]) >= EDGE_CONTRAST


def test_contrast_is_the_one_of_the_guideline() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


def test_text_colours_of_the_style_sheet_are_among_the_pairs_checked() -> None:
    qss = files("desktop.ui").joinpath("theme.qss").read_text("utf-8")
    checked = {(text.value, ground.value) for text, ground in TEXT_PAIRS}

    in_one_rule = set()
    for body in re.findall(r"\{([^{}]*)\}", qss.replace("${", "$(")):
        text = re.search(r"(?<![-\w])color: \$(\w+)", body)
        ground = re.search(r"background: \$(\w+)", body)
        if text and ground and text[1] != "disabled":
            in_one_rule.add((text[1], ground[1]))

    assert len(in_one_rule) >= 5
    assert in_one_rule <= checked


def test_the_style_sheet_has_neither_gradient_nor_shadow_nor_open_token(theme: Theme) -> None:
    sheet = re.sub(r"/\*.*?\*/", "", theme.style_sheet())

    assert not re.search(r"gradient|shadow|\$", sheet)


@pytest.mark.parametrize("percent", [100, 125, 150, 200])
@pytest.mark.parametrize("make", [QLineEdit, QPushButton, QCheckBox])
def test_every_control_is_at_least_32_pixels_high(theme: Theme, qtbot: QtBot, percent: int, make: type) -> None:
    theme.apply(Mode.LIGHT, percent)
    widget = make()
    qtbot.addWidget(widget)
    widget.ensurePolished()

    assert widget.sizeHint().height() >= 32


@pytest.mark.parametrize(("asked", "got"), [(50, 100), (100, 100), (175, 175), (400, 200)])
def test_text_size_stays_within_its_limits(theme: Theme, asked: int, got: int) -> None:
    theme.apply(Mode.LIGHT, asked)

    assert theme.text_percent == got
    assert QApplication.font().pointSizeF() == pytest.approx(10.5 * got / 100)


def test_heads_are_never_smaller_than_text() -> None:
    for percent in range(100, 201, 5):
        sizes = text_sizes(percent)

        assert sizes.small_pt < sizes.base_pt <= sizes.section_pt <= sizes.title_pt <= sizes.figure_pt


def test_our_face_writes_vietnamese(theme: Theme) -> None:
    font = theme.font()
    font.setFamilies([OWN_FAMILY])
    metrics = QFontMetricsF(font)

    assert QFontInfo(font).family() == OWN_FAMILY
    assert [char for char in VIETNAMESE if not metrics.inFontUcs4(ord(char))] == []


def test_figures_are_equally_wide(theme: Theme) -> None:
    metrics = QFontMetricsF(theme.font())
    bold = QFontMetricsF(theme.font(is_bold=True))

    assert {metrics.horizontalAdvance(digit * 10) for digit in "0123456789"} == {metrics.horizontalAdvance("0" * 10)}
    assert {bold.horizontalAdvance(digit * 10) for digit in "0123456789"} == {bold.horizontalAdvance("0" * 10)}


def solid_colours(picture: QImage) -> set[str]:
    dots = (picture.pixelColor(x, y) for x in range(picture.width()) for y in range(picture.height()))
    return {dot.name() for dot in dots if dot.alpha() == 255}


def test_every_icon_draws_something_in_the_colour_of_its_role(theme: Theme) -> None:
    pictures = {name: theme.pixmap(name, "late", 24, 2.0).toImage() for name in icon_names()}

    assert len(pictures) >= 35
    assert [
        name for name, picture in pictures.items() if theme.color("late").name() not in solid_colours(picture)
    ] == []
    assert {picture.size().toTuple() for picture in pictures.values()} == {(48, 48)}


def test_icons_follow_the_theme(theme: Theme) -> None:
    light = theme.icon("check").pixmap(24, 24).toImage()
    same = theme.icon("check")

    theme.apply(Mode.DARK, 100)
    dark = theme.icon("check").pixmap(24, 24).toImage()

    assert same.cacheKey() != theme.icon("check").cacheKey()
    assert light != dark


def test_an_icon_is_kept_and_greys_when_disabled(theme: Theme) -> None:
    icon = theme.icon("print")

    assert theme.icon("print").cacheKey() == icon.cacheKey()
    assert icon.pixmap(24, 24, QIcon.Mode.Disabled).toImage() != icon.pixmap(24, 24).toImage()


def test_a_class_changes_the_look_at_once(theme: Theme, qtbot: QtBot) -> None:
    label = QLabel("x")
    qtbot.addWidget(label)
    label.ensurePolished()
    before = label.palette().color(label.foregroundRole()).name()

    set_class(label, "error")

    assert before == theme.color("text").name()
    assert label.palette().color(label.foregroundRole()).name() == theme.color("late").name()
