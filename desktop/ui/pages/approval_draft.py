"""Draw a draft for the leader: a PDF or a picture, with "DỰ THẢO" over every page while nobody has signed it."""

from typing import Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from desktop.domain.errors import EnvironmentProblem
from desktop.ui.theme import OWN_FAMILY
from desktop.ui.widgets.pdf_preview import draw_pages

#: Not translated: it stands on a Vietnamese paper.
WATERMARK: Final = "DỰ THẢO"

_PDF: Final = b"%PDF-"
_PDF_STARTS_WITHIN: Final = 1024
_RED: Final = QColor(168, 30, 22, 46)
_TURN_DEG: Final = -40.0
#: Share of the page's width that the word takes.
_SHARE: Final = 0.85
_TRIAL_PX: Final = 100


def draw_draft(content: bytes, width_px: int, ratio: float) -> list[QImage]:
    """Draw every page of an unsigned draft as wide as the room.

    Args:
        content: A PDF, PNG or JPEG.
        width_px: Width in device-independent pixels.
        ratio: Pixel ratio of the screen.

    Raises:
        EnvironmentProblem: ``pdf_unreadable``.

    Threads:
        Lane io.
    """
    if _PDF in content[:_PDF_STARTS_WITHIN]:
        pictures = draw_pages(content, width_px, ratio)
    else:
        pictures = [_draw_picture(content, width_px, ratio)]
    for picture in pictures:
        _mark(picture)
    return pictures


def _draw_picture(content: bytes, width_px: int, ratio: float) -> QImage:
    found = QImage.fromData(content)
    if found.isNull():
        raise EnvironmentProblem("pdf_unreadable")
    wanted_px = min(round(width_px * ratio), found.width())
    picture = found.scaledToWidth(wanted_px, Qt.TransformationMode.SmoothTransformation)
    picture = picture.convertToFormat(QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(ratio)
    return picture


def _mark(picture: QImage) -> None:
    """Write the word across a page, pale enough to read what is below."""
    size = picture.deviceIndependentSize()
    font = QFont(OWN_FAMILY)
    font.setBold(True)
    font.setPixelSize(_TRIAL_PX)
    trial_px = QFontMetricsF(font).horizontalAdvance(WATERMARK)
    font.setPixelSize(max(1, round(_TRIAL_PX * _SHARE * min(size.width(), size.height()) / trial_px)))
    metrics = QFontMetricsF(font)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font)
    painter.setPen(_RED)
    painter.translate(size.width() / 2, size.height() / 2)
    painter.rotate(_TURN_DEG)
    painter.drawText(QPointF(-metrics.horizontalAdvance(WATERMARK) / 2, metrics.capHeight() / 2), WATERMARK)
    painter.end()
